import type { Entry } from '../../gossip/wire/entry.ts'

export interface EntryChanges {
  /** At the end of what is held now, in its order. */
  readonly added: readonly Entry[]
  /** No longer held: retention removed them, or the page shows another node now. */
  readonly removed: readonly Entry[]
}

/**
 * What differs between two answers of one node's `entries()`, whose order is that of delivery: some have come at the end,
 * and some may be gone. Mostly nothing is gone, or the oldest; then it costs as much as has changed.
 */
export const entryChanges = (before: readonly Entry[], after: readonly Entry[]): EntryChanges => {
  const newest = before.at(-1)
  const known = newest ? after.lastIndexOf(newest) : -1
  // The newest that was known is gone itself: rare enough to compare them all.
  if (newest && known < 0) return compareAll(before, after)
  const added = after.slice(known + 1)
  const removedCount = before.length + added.length - after.length
  // Were one of these kept, it would come first now.
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
