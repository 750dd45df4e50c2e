import type { LogId } from '../gossip/wire/block.ts'
import type { StoredBlock } from '../gossip/wire/stored-block.ts'
import { blockBytesOf, blockCountOf, parseBlockRecord, toBlockRecord } from './block-record.ts'
import type { BlockRecord, PackedRecord } from './database.ts'
import { storageLimits } from './limits.ts'

/** What a transaction deletes from one node's blocks. */
export interface Deletions {
  /** Per log: everything up to this height. */
  readonly forgotten: ReadonlyMap<LogId, number>
  /** Per database key: the blocks of these heights, or the whole record. */
  readonly discarded: ReadonlyMap<number, ReadonlySet<number> | 'all'>
}

/** A cursor over records, as far as a deletion uses it. */
interface RecordCursor {
  readonly value: unknown
  delete(): Promise<unknown>
  update(record: BlockRecord | PackedRecord): Promise<unknown>
  continue(): Promise<RecordCursor | null>
}

/** The object store of the blocks, in a transaction that writes. */
interface BlockRecords {
  openCursor(key: number): Promise<RecordCursor | null>
  index(name: 'by-log'): { openCursor(range: IDBKeyRange): Promise<RecordCursor | null> }
}

/**
 * Deletes blocks. A record that keeps some of its blocks is written again under its key, so the order of arrival stays.
 * `count` gets the changes of a ledger's figures.
 */
export const deleteBlocks = async (
  records: BlockRecords,
  net: string,
  name: string,
  { forgotten, discarded }: Deletions,
  count: (blocks: number, bytes: number) => void,
): Promise<void> => {
  /** Deletes the matching blocks of one record; false if it has none. */
  const deleteFrom = async (cursor: RecordCursor, isDeleted: (block: StoredBlock) => boolean): Promise<boolean> => {
    const blocks = parseBlockRecord(cursor.value) ?? []
    const kept = blocks.filter((block) => !isDeleted(block))
    if (kept.length > 0 && kept.length === blocks.length) return false
    count(-blockCountOf(cursor.value), -blockBytesOf(cursor.value))
    const [oldest, ...others] = kept
    if (!oldest) {
      await cursor.delete()
      return true
    }
    const rest = toBlockRecord(net, name, [oldest, ...others])
    count(blockCountOf(rest), blockBytesOf(rest))
    await cursor.update(rest)
    return true
  }
  for (const [log, height] of forgotten) {
    // Of the records that reach above the height, only the first may also have blocks up to it.
    const range = IDBKeyRange.bound([net, name, log, 0], [net, name, log, height + storageLimits.packedBlocks - 1])
    let cursor = await records.index('by-log').openCursor(range)
    while (cursor && (await deleteFrom(cursor, (block) => block.height <= height))) cursor = await cursor.continue()
  }
  for (const [key, heights] of discarded) {
    const cursor = await records.openCursor(key)
    if (cursor) await deleteFrom(cursor, (block) => heights === 'all' || heights.has(block.height))
  }
}
