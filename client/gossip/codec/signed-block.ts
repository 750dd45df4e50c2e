import { sha256 } from '@noble/hashes/sha2.js'
import { toBase64url } from '../wire/base64url.ts'
import { type Block, type BlockContent, blockFields, logIdOf, parseBlockFields } from '../wire/block.ts'
import { decodeInPlace, encodeValue } from './cbor.ts'
import { parseBody } from '../wire/body.ts'
import type { JsonValue } from '../wire/entry.ts'
import { gossipLimits } from '../bounds/limits.ts'
import type { CarriedBlock } from '../wire/envelope.ts'
import { labelOf, signedMessage } from './signed-message.ts'

const label = labelOf('grapevine block 1\n')

/** What the author of a block signs. */
export const blockMessage = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => signedMessage(label, bytes)

export const encodeBlock = (content: BlockContent): Uint8Array<ArrayBuffer> => encodeValue(blockFields(content))

/** Parses the bytes of a block, and does not verify it. `receivedAt`: milliseconds since 1970. */
export const parseBlock = (
  { bytes, signature }: Pick<CarriedBlock, 'bytes' | 'signature'>,
  receivedAt?: number,
): Block | undefined => {
  if (bytes.length > gossipLimits.maxBlockBytes) return undefined
  // A body of bytes is copied when it is parsed, and a part shares its memory with the block.
  const content = parseBlockFields(decodeInPlace(bytes))
  if (!content) return undefined
  const { author, name, epoch, height, firstSeq, prev, entries } = content
  const hash = toBase64url(sha256(bytes))
  const log = logIdOf(content)
  // A spread would take a third of the time of this function.
  return { log, author, name, epoch, height, firstSeq, prev, entries, bytes, signature, hash, receivedAt }
}

/** A body from its encoding in parts; undefined: it is none. */
export const parseLargeBody = (encoded: Uint8Array): JsonValue | Uint8Array | undefined =>
  parseBody(decodeInPlace(encoded))
