import { createHash } from 'node:crypto'
import { decodeValue, encodeValue } from '../../gossip/codec/cbor.ts'
import { type LogId, parseLogId } from '../../gossip/wire/block.ts'
import { hopFields } from '../../gossip/wire/hop.ts'
import { type StoredBlock, parseStoredBlock } from '../../gossip/wire/stored-block.ts'
import { storageLimits } from '../limits.ts'
import { parseHopColumn } from '../packed-record.ts'

/** One record of a file of blocks. They are only ever appended. */
export type BlockRecord =
  | { readonly type: 'block'; readonly block: StoredBlock }
  /** Deletes what comes before it of this log, up to this height. */
  | { readonly type: 'forget'; readonly log: LogId; readonly height: number }
  /** Deletes the block whose record has this checksum. */
  | { readonly type: 'discard'; readonly checksum: string }
  /** The network time of the node so far, milliseconds. */
  | { readonly type: 'time'; readonly networkMs: number }

/** A record as it was read. */
export interface ScannedRecord {
  readonly record: BlockRecord
  readonly checksum: string
  /** Its bytes, all of them. */
  readonly bytes: number
}

const marker = Buffer.from([0xf5, 0x67, 0x76, 0xfa])
const checksumBytes = 8
const headBytes = marker.length + 4 + checksumBytes

/**
 * A record: four bytes that mark it, the length of its content (unsigned, little-endian), eight bytes of a SHA-256 over the
 * file's salt, the length and the content, and the content in CBOR. After damage the next marker with a valid checksum counts.
 * The salt is secret: otherwise an author could write bodies that look like records.
 */
export const encodeRecord = (salt: Uint8Array, record: BlockRecord): Buffer => {
  const content = encodeValue(fieldsOf(record))
  const bytes = Buffer.allocUnsafe(headBytes + content.length)
  marker.copy(bytes)
  bytes.writeUInt32LE(content.length, marker.length)
  bytes.set(content, headBytes)
  checksumOf(salt, bytes).copy(bytes, marker.length + 4)
  return bytes
}

/** The checksum of a record, all of whose bytes are given. */
const checksumOf = (salt: Uint8Array, bytes: Buffer): Buffer =>
  createHash('sha256')
    .update(salt)
    .update(bytes.subarray(marker.length, marker.length + 4))
    .update(bytes.subarray(headBytes))
    .digest()
    .subarray(0, checksumBytes)

export interface Scan {
  readonly records: readonly ScannedRecord[]
  /** How many bytes are used up; the rest may be the begin of a record. */
  readonly used: number
  /** How many of them belong to no record. */
  readonly damaged: number
}

/** Finds the records in bytes. `isEnd`: nothing follows. */
export const scanRecords = (salt: Uint8Array, bytes: Buffer, isEnd: boolean): Scan => {
  const records: ScannedRecord[] = []
  let at = 0
  let damaged = 0
  const skip = (count: number): void => {
    at += count
    damaged += count
  }
  while (at < bytes.length) {
    const found = bytes.indexOf(marker, at)
    // A marker may begin in the last bytes.
    const rest = isEnd ? 0 : marker.length - 1
    if (found < 0) {
      skip(Math.max(0, bytes.length - at - rest))
      break
    }
    skip(found - at)
    const length = bytes.length - at < headBytes ? undefined : bytes.readUInt32LE(at + marker.length)
    const isPlausible = length === undefined || length <= storageLimits.recordBytes
    if (isPlausible && !isEnd && (length === undefined || at + headBytes + length > bytes.length)) break
    const record = length !== undefined && isPlausible ? bytes.subarray(at, at + headBytes + length) : undefined
    const parsed = record && record.length === headBytes + (length ?? 0) ? parseRecord(salt, record) : undefined
    if (parsed) {
      records.push(parsed)
      at += parsed.bytes
    } else skip(1)
  }
  return { records, used: at, damaged }
}

const parseRecord = (salt: Uint8Array, bytes: Buffer): ScannedRecord | undefined => {
  const stored = bytes.subarray(marker.length + 4, headBytes)
  if (!checksumOf(salt, bytes).equals(stored)) return undefined
  const record = parseFields(decodeValue(bytes.subarray(headBytes)))
  return record && { record, checksum: stored.toString('hex'), bytes: bytes.length }
}

const fieldsOf = (record: BlockRecord): unknown[] => {
  switch (record.type) {
    case 'block': {
      const { log, height, bytes, signature, hops, arrivedAt, networkMs } = record.block
      return ['block', log, height, bytes, signature ?? null, hopFields(hops), arrivedAt, networkMs]
    }
    case 'forget':
      return ['forget', record.log, record.height]
    case 'discard':
      return ['discard', record.checksum]
    case 'time':
      return ['time', record.networkMs]
  }
}

/** Undefined for a record of another version. */
const parseFields = (value: unknown): BlockRecord | undefined => {
  if (!Array.isArray(value)) return undefined
  const [type, first, height, ...others] = value as unknown[]
  if (type === 'time') return typeof first === 'number' && first >= 0 ? { type, networkMs: first } : undefined
  if (type === 'block') {
    const [bytes, signature, hops, arrivedAt, networkMs] = others
    const fields = { log: first, height, bytes, hops: parseHopColumn(hops), arrivedAt, networkMs }
    const block = parseStoredBlock({ ...fields, signature: signature ?? undefined })
    return block && { type, block }
  }
  if (type === 'discard') return typeof first === 'string' ? { type, checksum: first } : undefined
  const log = parseLogId(first)
  return type === 'forget' && log && typeof height === 'number' ? { type, log, height } : undefined
}
