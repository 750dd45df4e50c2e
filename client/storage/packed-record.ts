import { hopFields } from '../gossip/wire/hop.ts'
import { type StoredBlock, parseStoredBlock } from '../gossip/wire/stored-block.ts'
import { checksumOf, isChecksumOf } from './checksum.ts'
import type { PackedRecord } from './database.ts'
import { storageLimits } from './limits.ts'

/**
 * Groups blocks that share a record: neighbours in the order of arrival, of one log, with consecutive heights. The order
 * stays, and so do the limits of a record.
 */
export const groupBlocks = (blocks: readonly StoredBlock[]): readonly (readonly [StoredBlock, ...StoredBlock[]])[] => {
  const groups: [StoredBlock, ...StoredBlock[]][] = []
  let bytes = 0
  for (const block of blocks) {
    const group = groups.at(-1)
    const last = group?.at(-1)
    const isNext = last !== undefined && block.log === last.log && block.height === last.height + 1
    bytes += block.bytes.length
    if (group && isNext && group.length < storageLimits.packedBlocks && bytes <= storageLimits.packedBytes) {
      group.push(block)
    } else {
      groups.push([block])
      bytes = block.bytes.length
    }
  }
  return groups
}

/** One record for blocks of one log, by rising height. It has a column for each field, which stores no name twice. */
export const toPackedRecord = (
  net: string,
  name: string,
  blocks: readonly [StoredBlock, ...StoredBlock[]],
): PackedRecord => {
  const bytes = new Uint8Array(blocks.reduce((sum, block) => sum + block.bytes.length, 0))
  let at = 0
  for (const block of blocks) {
    bytes.set(block.bytes, at)
    at += block.bytes.length
  }
  const signatures = blocks.map(({ signature }) => signature)
  return {
    net,
    name,
    log: blocks[0].log,
    height: blocks.at(-1)?.height ?? 0,
    heights: blocks.map(({ height }) => height),
    lengths: blocks.map((block) => block.bytes.length),
    bytes,
    signatures,
    hops: blocks.map(({ hops }) => hopFields(hops)),
    arrivedAt: blocks.map(({ arrivedAt }) => arrivedAt),
    networkMs: blocks.map(({ networkMs }) => networkMs),
    checksum: checksumOf(partsOf(signatures, bytes)),
  }
}

export const isPacked = (record: unknown): record is { readonly [Field in keyof PackedRecord]?: unknown } =>
  typeof record === 'object' && record !== null && 'heights' in record

/** Undefined if any part of the record is damaged: a log has no gap, so a part of the blocks would be of little use. */
export const parsePackedRecord = (record: {
  readonly [Field in keyof PackedRecord]?: unknown
}): readonly StoredBlock[] | undefined => {
  const { log, heights, lengths, bytes, signatures, checksum } = record
  const [hops, arrivedAt, networkMs] = [record.hops, record.arrivedAt, record.networkMs]
  if (!(bytes instanceof Uint8Array) || !(checksum instanceof Uint8Array)) return undefined
  if (![heights, lengths, signatures, hops, arrivedAt, networkMs].every(Array.isArray)) return undefined
  const columns = { heights, lengths, signatures, hops, arrivedAt, networkMs } as Readonly<Record<string, unknown[]>>
  const blocks: StoredBlock[] = []
  let at = 0
  for (const [index, length] of (columns['lengths'] ?? []).entries()) {
    if (typeof length !== 'number' || !(length >= 0)) return undefined
    const block = parseStoredBlock({
      log,
      height: columns['heights']?.[index],
      bytes: bytes.subarray(at, at + length),
      signature: columns['signatures']?.[index],
      hops: parseHopColumn(columns['hops']?.[index]),
      arrivedAt: columns['arrivedAt']?.[index],
      networkMs: columns['networkMs']?.[index],
    })
    if (!block) return undefined
    blocks.push(block)
    at += length
  }
  const parts = partsOf(
    blocks.map(({ signature }) => signature),
    bytes,
  )
  const isWhole = at === bytes.length && isChecksumOf(checksum, parts)
  return isWhole && blocks.length > 0 ? blocks : undefined
}

/** Hops as they are stored, for `parseStoredBlock`. */
export const parseHopColumn = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map((hop: unknown) => {
        const [name, heldMs, rttMs] = Array.isArray(hop) ? (hop as unknown[]) : []
        return { name, heldMs, rttMs }
      })
    : undefined

const partsOf = (signatures: readonly StoredBlock['signature'][], bytes: Uint8Array): readonly Uint8Array[] => [
  ...signatures.filter((signature) => signature !== undefined),
  bytes,
]
