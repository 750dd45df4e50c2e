import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import type { Block, BlockContent } from '../wire/block.ts'
import type { JsonValue } from '../wire/entry.ts'
import type { EphemeralContent, SignedEphemeral } from '../wire/ephemeral.ts'
import { decodeValue, encodeValue } from './cbor.ts'
import type { CarriedBlock, Envelope, ReceivedEnvelope } from '../wire/envelope.ts'
import { envelopeFields, parseEnvelope } from './envelope-fields.ts'
import type { Notice, NoticeContent, SignedBytes } from '../wire/notice.ts'
import { encodeBlock, parseBlock, parseLargeBody } from './signed-block.ts'
import { encodeEphemeral, parseEphemeral } from './signed-ephemeral.ts'
import { encodeNotice, parseNotice } from './signed-notice.ts'

/** Between values and bytes. Whole networks in one process share decoded values by a codec of their own. */
export interface Codec {
  encodeFrame(envelope: Envelope): Uint8Array<ArrayBuffer>
  /** Undefined: the bytes are no envelope. */
  decodeFrame(frame: Uint8Array): ReceivedEnvelope | undefined
  encodeBlock(content: BlockContent): Uint8Array<ArrayBuffer>
  /** Undefined: the bytes are no block. The signature is not checked. `receivedAt`: milliseconds since 1970. */
  parseBlock(carried: Pick<CarriedBlock, 'bytes' | 'signature'>, receivedAt?: number): Block | undefined
  /** A body from its encoding in parts; undefined: it is none. */
  parseLargeBody(encoded: Uint8Array): JsonValue | Uint8Array | undefined
  encodeNotice(notice: NoticeContent): Uint8Array<ArrayBuffer>
  /** Undefined: the bytes are no notice of this type. The signature is not checked. */
  parseNotice(type: NoticeContent['type'], signed: SignedBytes): Notice | undefined
  encodeEphemeral(content: EphemeralContent): Uint8Array<ArrayBuffer>
  /** Undefined: the bytes are no ephemeral message. The signature is not checked. */
  parseEphemeral(signed: SignedBytes): SignedEphemeral | undefined
  /** Undefined: the bytes are no body. */
  decodeBody(bytes: Uint8Array): JsonValue | Uint8Array | undefined
  /** Hex. */
  digest(text: string): string
}

/** One envelope as one frame. */
export const encodeFrame = (envelope: Envelope): Uint8Array<ArrayBuffer> => encodeValue(envelopeFields(envelope))

export const decodeFrame = (frame: Uint8Array): ReceivedEnvelope | undefined => parseEnvelope(decodeValue(frame))

/** The codec of the wire: deterministic CBOR and SHA-256. */
export const wireCodec: Codec = {
  encodeFrame,
  decodeFrame,
  encodeBlock,
  parseBlock,
  parseLargeBody,
  encodeNotice,
  parseNotice,
  encodeEphemeral,
  parseEphemeral,
  // The body of a direct message is encoded as that of a block is.
  decodeBody: parseLargeBody,
  digest: (text) => bytesToHex(sha256(utf8ToBytes(text))),
}
