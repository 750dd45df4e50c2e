import { sha256 } from '@noble/hashes/sha2.js'
import { type StoredBlock, parseStoredBlock } from '../gossip/wire/stored-block.ts'
import type { BlockRecord } from './database.ts'

/** The record to write: it has a checksum, since signatures are not all verified again when a ledger is read. */
export const toBlockRecord = (net: string, name: string, block: StoredBlock): BlockRecord => ({
  net,
  name,
  ...block,
  checksum: checksumOf(block),
})

/** Undefined if the record is damaged. A record of database version 2 has no checksum, and passes. */
export const parseBlockRecord = (record: unknown): StoredBlock | undefined => {
  const block = parseStoredBlock(record)
  const { checksum } = (record ?? {}) as { readonly checksum?: unknown }
  if (!block || checksum === undefined) return block
  const computed = checksumOf(block)
  const isWhole = checksum instanceof Uint8Array && computed.every((byte, index) => byte === checksum[index])
  return isWhole ? block : undefined
}

/** Bytes of a record's block, as all limits count them. Accepts a malformed record. */
export const blockBytesOf = (record: unknown): number => {
  const { bytes } = (record ?? {}) as { readonly bytes?: unknown }
  return bytes instanceof Uint8Array ? bytes.length : 0
}

/**
 * Covers what no hash in the chain covers: every signature, and the bytes of a log's newest block. It detects faults of
 * disk, browser and page; an attacker who can write here can write a valid checksum.
 */
const checksumOf = ({ signature = new Uint8Array(), bytes }: StoredBlock): Uint8Array<ArrayBuffer> =>
  new Uint8Array(sha256.create().update(signature).update(bytes).digest().subarray(0, 8))
