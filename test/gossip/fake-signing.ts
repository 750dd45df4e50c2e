import { type Block, type BlockContent, logIdOf, type VerifiedBlock } from '../../client/gossip/wire/block.ts'
import { gossipLimits } from '../../client/gossip/bounds/limits.ts'
import { type Codec, wireCodec } from '../../client/gossip/codec/codec.ts'
import type { JsonValue } from '../../client/gossip/wire/entry.ts'
import type { CarriedBlock, Envelope, ReceivedEnvelope } from '../../client/gossip/wire/envelope.ts'
import { envelopeFields, parseEnvelope } from '../../client/gossip/codec/envelope-fields.ts'
import { type EphemeralContent, type SignedEphemeral, signedEphemeral } from '../../client/gossip/wire/ephemeral.ts'
import type { Notice, NoticeContent, SignedBytes } from '../../client/gossip/wire/notice.ts'
import type { PeerId } from '../../client/gossip/wire/peer-id.ts'
import { nameOf } from '../links/network-node.ts'
import { quickHash } from './quick-hash.ts'

interface FakeBlock {
  readonly height: number
  readonly hash: string
  readonly prev: string
  readonly body: string
  /** Its length. */
  readonly bytes?: number
}

/**
 * Stands for the codec and for signatures where speed counts: bytes are names of values that it has made. Envelopes are
 * rebuilt as the wire would carry them.
 */
export class FakeSigning implements Codec {
  readonly #frames = new WeakMap<Uint8Array, ReceivedEnvelope | undefined>()
  readonly #blocks = new Map<string, VerifiedBlock>()
  readonly #notices = new Map<string, NoticeContent>()
  readonly #ephemerals = new Map<string, EphemeralContent>()

  /** A block as if its author had signed it. */
  block(
    author: { readonly index: number; readonly peerId: PeerId; readonly epoch: string },
    { height, hash, prev, body, bytes = 100 }: FakeBlock,
  ): VerifiedBlock {
    const { peerId, epoch, index } = author
    const entries = [{ time: 0, body }]
    const content = { author: peerId, name: nameOf(`node${index}`), epoch, height, firstSeq: height, prev, entries }
    return this.#add(hash, content, bytes)
  }

  encodeFrame(envelope: Envelope): Uint8Array<ArrayBuffer> {
    const frame = new Uint8Array(1)
    this.#frames.set(frame, parseEnvelope(envelopeFields(envelope)))
    return frame
  }

  decodeFrame(frame: Uint8Array): ReceivedEnvelope | undefined {
    return this.#frames.get(frame)
  }

  encodeBlock(content: BlockContent): Uint8Array<ArrayBuffer> {
    const { name, epoch, height } = content
    return this.#add(`${name.slice(4)}_${epoch.split('-')[0]}_${height}`, content).bytes
  }

  parseBlock({ bytes, signature }: Pick<CarriedBlock, 'bytes' | 'signature'>): Block | undefined {
    const block = this.#blocks.get(textOf(bytes))
    return block && { ...block, signature }
  }

  /** A large body is its encoded text, and none if that begins with `!`. */
  parseLargeBody(encoded: Uint8Array): string | undefined {
    return encoded[0] === '!'.charCodeAt(0) ? undefined : new TextDecoder().decode(encoded)
  }

  encodeNotice(content: NoticeContent): Uint8Array<ArrayBuffer> {
    const id = `notice ${this.#notices.size}`
    this.#notices.set(id, content)
    return bytesOf(id, 300)
  }

  parseNotice(type: NoticeContent['type'], { bytes, signature }: SignedBytes): Notice | undefined {
    const content = this.#notices.get(textOf(bytes))
    return content?.type === type ? { ...content, signed: { bytes, signature } } : undefined
  }

  encodeEphemeral(content: EphemeralContent): Uint8Array<ArrayBuffer> {
    const id = `ephemeral ${content.author} ${content.epoch} ${content.number}`
    this.#ephemerals.set(id, content)
    return bytesOf(id, 300)
  }

  parseEphemeral(signed: SignedBytes): SignedEphemeral | undefined {
    const content = this.#ephemerals.get(textOf(signed.bytes))
    return content && signedEphemeral(content, signed)
  }

  decodeBody(bytes: Uint8Array): JsonValue | Uint8Array | undefined {
    return wireCodec.decodeBody(bytes)
  }

  digest(text: string): string {
    return quickHash(text)
  }

  #add(hash: string, content: BlockContent, length = 100): VerifiedBlock {
    const block = {
      ...content,
      log: logIdOf(content),
      hash,
      bytes: bytesOf(hash, length),
      signature: new Uint8Array(64),
    } as Block as VerifiedBlock
    this.#blocks.set(hash, block)
    return block
  }
}

const bytesOf = (text: string, length: number): Uint8Array<ArrayBuffer> =>
  new Uint8Array(new TextEncoder().encode(text.padEnd(length)))

const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes).trim()

/** A block as its author or a relay sends it; by default as a relay that got it from the author. */
export const carriedBlock = (
  { bytes, signature, name }: VerifiedBlock,
  hops: CarriedBlock['hops'] = [{ name, heldMs: 0, rttMs: 0 }],
): CarriedBlock => ({ bytes, signature, hops, heldMs: 0, model: undefined })

/** A text as `publish` gets it: a large one also encoded. */
export const encodedBody = (body: string) => ({
  body,
  bytes: body.length,
  ...(body.length > gossipLimits.maxBodyBytes && { encoded: new TextEncoder().encode(body) }),
})
