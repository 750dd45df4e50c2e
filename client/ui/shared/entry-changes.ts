import type { Entry } from '../../gossip/wire/entry.ts'

export interface EntryChanges {
  /** The new entries at the end of the held entries, in the same order. */
  readonly added: readonly Entry[]
  /** The entries that are no longer held: retention removed them, or the page shows a different node now. */
  readonly removed: readonly Entry[]
}

/**
 * The difference between two results of one node's `entries()`, which are in the order of delivery: new entries are at
 * the end, and some entries may be gone. Usually none are gone, or only the oldest; then only the changes cost time.
 */
export const entryChanges = (before: readonly Entry[], after: readonly Entry[]): EntryChanges => {
  const newest = before.at(-1)
  const known = newest ? after.lastIndexOf(newest) : -1
  // The newest known entry itself is gone. This is rare, so all entries are compared.
  if (newest && known < 0) return compareAll(before, after)
  const added = after.slice(known + 1)
  const removedCount = before.length + added.length - after.length
  // Only the oldest entries are gone: if one of them were still held, it would be the first entry now.
  if (removedCount === 0 || before[removedCount] === after[0]) return { added, removed: before.slice(0, removedCount) }
  const removed: Entry[] = []
  let next = 0
  for (const entry of before) {
    if (entry === after[next]) next += 1
    else removed.push(entry)
  }
  return { added, removed }
}

const compareAll = (before: readonly Entry[], after: readonly Entry[]): EntryChanges => {
  const [old, current] = [new Set(before), new Set(after)]
  return { added: after.filter((entry) => !old.has(entry)), removed: before.filter((entry) => !current.has(entry)) }
}
