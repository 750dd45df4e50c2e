import { blockBytesOf, blockCountOf } from './block-record.ts'
import type { Database, LedgerRecord } from './database.ts'
import { measureLedger, parseLedgerRecord } from './ledger-record.ts'
import { storageLimits } from './limits.ts'

export interface LedgerSweepOptions {
  readonly database: Database
  /** Whether a node of this browser runs the name or claims it. */
  readonly isClaimed: (name: { readonly net: string; readonly name: string }) => Promise<boolean>
  readonly limits?: SweepLimits
}

/** See `storageLimits`. */
type SweepLimits = Readonly<Record<'storedBytes' | 'storedBlocks' | 'sweptAtOnce', number>>

/**
 * Bounds the ledgers of all names of this origin together. It deletes ledgers whose key is gone and, beyond the limits,
 * those unused for longest. No clock decides, since a wrong one must not delete anything: a ledger stays at any age. Any
 * tab may sweep at any time, several at once too. The ledger of a running node is never touched:
 *  1. A node claims its name, then increases `usedAt`, and then reads its blocks. Every write increases `usedAt`; the name
 *     is released when the node stops.
 *  2. A sweep reads `usedAt`, then checks the claim, and deletes blocks only in transactions in which `usedAt` is
 *     unchanged. So after a claim that the check missed, either the sweep sees the increase, or the node reads after the
 *     deletion.
 *  3. The oldest blocks are deleted first: after a sweep that is interrupted every log is shorter, without a gap.
 *  4. A sweep does not write the record of a ledger in use; it writes a record only where there is none.
 * Two nodes may lose stored blocks that were due for deletion: one that stalls without Web Locks, which can't show that it
 * runs (`channel-claim.ts`), and one that stops, whose last write may come after it released its name. By 3 what they
 * write later is whole.
 */
export const sweepLedgers = async (options: LedgerSweepOptions): Promise<void> => {
  const { database, isClaimed, limits = storageLimits } = options
  await listUnlisted(database)
  const ledgers = await readLedgers(database)
  // Later than the ledgers: a node stores its key before its ledger is there.
  const identities = new Set((await database.getAllKeys('identities')).map(String))
  let blocks = ledgers.reduce((sum, ledger) => sum + ledger.blocks, 0)
  let bytes = ledgers.reduce((sum, ledger) => sum + ledger.bytes, 0)

  const removeUnlessClaimed = async (ledger: LedgerRecord): Promise<void> => {
    if (await isClaimed(ledger)) return
    if (!(await remove(database, ledger, limits.sweptAtOnce))) return
    blocks -= ledger.blocks
    bytes -= ledger.bytes
  }

  const hasKey = ({ net, name }: LedgerRecord): boolean => identities.has(String([net, name]))

  for (const ledger of ledgers) if (!hasKey(ledger)) await removeUnlessClaimed(ledger)
  const unusedLongestFirst = ledgers.filter(hasKey).sort((a, b) => a.usedAt - b.usedAt)
  for (const ledger of unusedLongestFirst) {
    if (blocks <= limits.storedBlocks && bytes <= limits.storedBytes) return
    await removeUnlessClaimed(ledger)
  }
}

export interface SweepTimes {
  /** Runs `action` once after `delayMs`. */
  readonly after: (delayMs: number, action: () => void) => unknown
  /** In [0, 1). */
  readonly random: () => number
}

/** Sweeps some seconds after the start, and then once an hour as long as the page lives. */
export const sweepRegularly = (sweep: () => Promise<void>, { after, random }: SweepTimes): void => {
  const sweepAndWait = async (): Promise<void> => {
    try {
      await sweep()
    } catch {
      // The database is gone or full, which the nodes report. The next sweep may succeed.
    }
    after(storageLimits.sweepEveryMs, () => void sweepAndWait())
  }
  after(storageLimits.firstSweepMs * (1 + random()), () => void sweepAndWait())
}

const readLedgers = async (database: Database): Promise<LedgerRecord[]> => {
  const records: unknown[] = await database.getAll('ledgers')
  return records.flatMap((record) => parseLedgerRecord(record) ?? [])
}

/** Writes the records of ledgers that have none: database version 2 had no records. */
const listUnlisted = async (database: Database): Promise<void> => {
  const listed = new Set((await readLedgers(database)).map(({ net, name }) => String([net, name])))
  const unlisted: (readonly [net: string, name: string])[] = []
  const index = database.transaction('blocks').store.index('by-node')
  for (let cursor = await index.openKeyCursor(null, 'nextunique'); cursor; cursor = await cursor.continue()) {
    if (!listed.has(String(cursor.key))) unlisted.push(cursor.key)
  }
  for (const [net, name] of unlisted) {
    const measured = await measureLedger(database, net, name)
    const transaction = database.transaction('ledgers', 'readwrite')
    const put = async (): Promise<void> => {
      if (!parseLedgerRecord(await transaction.store.get([net, name]))) await transaction.store.put(measured)
    }
    await Promise.all([put(), transaction.done])
  }
}

/** Returns false if the ledger was used meanwhile. */
const remove = async (database: Database, ledger: LedgerRecord, atOnce: number): Promise<boolean> => {
  const { net, name, usedAt } = ledger
  const removeSome = async (): Promise<'some' | 'all' | 'used'> => {
    const transaction = database.transaction(['blocks', 'ledgers'], 'readwrite')
    const step = async (): Promise<'some' | 'all' | 'used'> => {
      const ledgers = transaction.objectStore('ledgers')
      const left = parseLedgerRecord(await ledgers.get([net, name]))
      // Another tab's sweep was here.
      if (!left) return 'all'
      if (left.usedAt !== usedAt) return 'used'
      let blocks = 0
      let bytes = 0
      const index = transaction.objectStore('blocks').index('by-node')
      let cursor = await index.openCursor(IDBKeyRange.only([net, name]))
      for (; cursor && blocks < atOnce; cursor = await cursor.continue()) {
        blocks += blockCountOf(cursor.value)
        bytes += blockBytesOf(cursor.value)
        await cursor.delete()
      }
      if (!cursor) {
        await ledgers.delete([net, name])
        return 'all'
      }
      const [blocksLeft, bytesLeft] = [Math.max(0, left.blocks - blocks), Math.max(0, left.bytes - bytes)]
      await ledgers.put({ ...left, blocks: blocksLeft, bytes: bytesLeft })
      return 'some'
    }
    const [outcome] = await Promise.all([step(), transaction.done])
    return outcome
  }
  let outcome = await removeSome()
  while (outcome === 'some') outcome = await removeSome()
  return outcome === 'all'
}
