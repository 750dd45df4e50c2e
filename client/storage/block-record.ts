import { type StoredBlock, parseStoredBlock } from '../gossip/wire/stored-block.ts'
import { checksumOf, isChecksumOf } from './checksum.ts'
import type { BlockRecord, PackedRecord } from './database.ts'
import { isPacked, parsePackedRecord, toPackedRecord } from './packed-record.ts'

/** The record to write: it has a checksum, since signatures are not all verified again when a ledger is read. */
export const toBlockRecord = (
  net: string,
  name: string,
  blocks: readonly [StoredBlock, ...StoredBlock[]],
): BlockRecord | PackedRecord => {
  const [block] = blocks
  return blocks.length > 1
    ? toPackedRecord(net, name, blocks)
    : { net, name, ...block, checksum: checksumOf(partsOf(block)) }
}

/** The blocks of a record, by rising height. Undefined if the record is damaged. */
export const parseBlockRecord = (record: unknown): readonly StoredBlock[] | undefined => {
  if (isPacked(record)) return parsePackedRecord(record)
  const block = parseSingleRecord(record)
  return block && [block]
}

/** A record of database version 2 has no checksum, and passes. */
const parseSingleRecord = (record: unknown): StoredBlock | undefined => {
  const block = parseStoredBlock(record)
  const { checksum } = (record ?? {}) as { readonly checksum?: unknown }
  if (!block || checksum === undefined) return block
  return isChecksumOf(checksum, partsOf(block)) ? block : undefined
}

/** The number of a record's blocks, as all limits count them. Accepts a malformed record. */
export const blockCountOf = (record: unknown): number =>
  isPacked(record) && Array.isArray(record.heights) ? record.heights.length : 1

/** Bytes of a record's blocks, as all limits count them. Accepts a malformed record. */
export const blockBytesOf = (record: unknown): number => {
  const { bytes } = (record ?? {}) as { readonly bytes?: unknown }
  return bytes instanceof Uint8Array ? bytes.length : 0
}

const partsOf = ({ signature, bytes }: StoredBlock): readonly Uint8Array[] => (signature ? [signature, bytes] : [bytes])
