import { sha256 } from '@noble/hashes/sha2.js'
import { toBase64url } from '../../gossip/wire/base64url.ts'
import { decodeValue, encodeValue } from './frame-codec.ts'
import {
  type Block,
  type BlockContent,
  type VerifiedBlock,
  blockFields,
  parseBlockFields,
} from '../../gossip/wire/block.ts'
import { gossipLimits } from '../../gossip/bounds/limits.ts'
import type { Sign, Verify } from '../shared/signatures.ts'

/** The label keeps a block's signature from serving any other purpose, and any other signature from making a block. */
const label = new TextEncoder().encode('grapevine block 1\n')

const signedMessage = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => {
  const message = new Uint8Array(label.length + bytes.length)
  message.set(label)
  message.set(bytes, label.length)
  return message
}

/** Signs a block of one's own. What comes back is read from the encoded bytes: what every other node will read. */
export const sealBlock = async (sign: Sign, content: BlockContent): Promise<VerifiedBlock> => {
  const bytes = encodeValue(blockFields(content))
  const signature = await sign(signedMessage(bytes))
  const parsed = parseBlock(bytes, signature)
  if (!parsed) {
    // Without its texts: they are of several callers, and an error ends in logs.
    const { height, entries } = content
    throw new Error(`block ${height}, of ${entries.length} entries in ${bytes.length} bytes, can't be read back`)
  }
  return parsed as VerifiedBlock
}

/** Rebuilds a block from what a push carries, unverified. `receivedAt`: milliseconds since 1970. */
export const parseBlock = (
  bytes: Uint8Array<ArrayBuffer>,
  signature: Uint8Array<ArrayBuffer>,
  receivedAt?: number,
): Block | undefined => {
  if (bytes.length > gossipLimits.maxBlockBytes) return undefined
  const content = parseBlockFields(decodeValue(bytes))
  const hash = toBase64url(sha256(bytes))
  return content && { ...content, bytes, signature, hash, ...(receivedAt !== undefined && { receivedAt }) }
}

/** The block with its author's signature checked, or nothing (P3). */
export const verifyBlock = async (verify: Verify, block: Block): Promise<VerifiedBlock | undefined> => {
  const isProven = await verify(block.author, signedMessage(block.bytes), block.signature)
  return isProven ? (block as VerifiedBlock) : undefined
}

/**
 * A block from this node's own storage, where only verified ones are written; its hash and shape are checked anew. Only
 * `checkStoredLedger` may ask: it finds what storage has damaged.
 */
export const reopenBlock = (
  bytes: Uint8Array<ArrayBuffer>,
  signature: Uint8Array<ArrayBuffer>,
  receivedAt: number,
): VerifiedBlock | undefined => parseBlock(bytes, signature, receivedAt) as VerifiedBlock | undefined
