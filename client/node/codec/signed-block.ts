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
import { signedMessage } from './signed-message.ts'
import type { Sign, Verify } from '../shared/signatures.ts'

const label = 'grapevine block 1\n'

/** Signs a block of this node. The result is parsed from the encoded bytes, so it is what every other node parses. */
export const signBlock = async (sign: Sign, content: BlockContent): Promise<VerifiedBlock> => {
  const bytes = encodeValue(blockFields(content))
  const signature = await sign(signedMessage(label, bytes))
  const parsed = parseBlock(bytes, signature)
  if (!parsed) {
    // The message leaves out the texts: several callers wrote them, and errors end in logs.
    const { height, entries } = content
    throw new Error(`block ${height}, of ${entries.length} entries in ${bytes.length} bytes, can't be read back`)
  }
  return parsed as VerifiedBlock
}

/** Parses the bytes of a block, and does not verify it. `receivedAt`: milliseconds since 1970. */
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

/** The block with its author's signature verified; undefined if the signature is bad (P3). */
export const verifyBlock = async (verify: Verify, block: Block): Promise<VerifiedBlock | undefined> => {
  const isProven = await verify(block.author, signedMessage(label, block.bytes), block.signature)
  return isProven ? (block as VerifiedBlock) : undefined
}

/**
 * A block from this node's storage, which holds only verified blocks; checks hash and shape, not the signature. Only
 * `checkStoredLedger` may call it: that finds the blocks that storage has damaged.
 */
export const readStoredBlock = (
  bytes: Uint8Array<ArrayBuffer>,
  signature: Uint8Array<ArrayBuffer>,
  receivedAt: number,
): VerifiedBlock | undefined => parseBlock(bytes, signature, receivedAt) as VerifiedBlock | undefined
