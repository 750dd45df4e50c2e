import { sha256 } from '@noble/hashes/sha2.js'
import { type StoredBlock, parseStoredBlock } from '../gossip/wire/stored-block.ts'
import type { BlockRecord } from './database.ts'

/** As it is written: with a checksum, since nobody verifies every signature again when a ledger is read. */
export const toBlockRecord = (net: string, name: string, block: StoredBlock): BlockRecord => ({
  net,
  name,
  ...block,
  checksum: checksumOf(block),
})

/** Nothing if it is damaged. What version 2 has written has no checksum, and passes. */
export const parseBlockRecord = (record: unknown): StoredBlock | undefined => {
  const block = parseStoredBlock(record)
  const { checksum } = (record ?? {}) as { readonly checksum?: unknown }
  if (!block || checksum === undefined) return block
  const computed = checksumOf(block)
  const isWhole = checksum instanceof Uint8Array && computed.every((byte, index) => byte === checksum[index])
  return isWhole ? block : undefined
}

/** Bytes of a record's block, as all limits count them; whatever is in the record. */
export const blockBytesOf = (record: unknown): number => {
  const { bytes } = (record ?? {}) as { readonly bytes?: unknown }
  return bytes instanceof Uint8Array ? bytes.length : 0
}

/**
 * Over what no hash in the chain covers: every signature, and the bytes of a log's newest block. Against faults of disk,
 * browser and page; who can write here on purpose can write anything.
 */
const checksumOf = ({ signature, bytes }: StoredBlock): Uint8Array<ArrayBuffer> =>
  new Uint8Array(sha256.create().update(signature).update(bytes).digest().subarray(0, 8))
