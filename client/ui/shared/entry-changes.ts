import type { Entry } from '../../gossip/wire/entry.ts'

export interface EntryChanges {
  /** The new entries, in the order of the held entries. */
  readonly added: readonly Entry[]
  /** The entries that are no longer held: retention removed them, or the page shows a different node now. */
  readonly removed: readonly Entry[]
}

export interface OrderedChanges extends EntryChanges {
  /** True: all new entries are at the end of the held entries. False: some may be before or between others. */
  readonly isAppended: boolean
}

/**
 * The difference between two results of one node's `entries()`. Entries that are in both results have one order in both.
 * New entries are at the end, except history, which is directly before the later entries of its log. Usually entries
 * came at the end and the oldest are gone: this costs one comparison an entry. Other changes cost more, but only for the
 * entries from the first change to the last.
 */
export const entryChanges = (before: readonly Entry[], after: readonly Entry[]): OrderedChanges => {
  const newest = before.at(-1)
  const known = newest ? after.lastIndexOf(newest) : -1
  // The newest known entry itself is gone. This is rare.
  if (newest && known < 0) return { ...compare(before, after), isAppended: false }
  const tail = after.slice(known + 1)
  let [oldEnd, end] = [before.length, known + 1]
  while (oldEnd > 0 && end > 0 && before[oldEnd - 1] === after[end - 1]) {
    oldEnd -= 1
    end -= 1
  }
  if (end === 0) return { added: tail, isAppended: true, removed: before.slice(0, oldEnd) }
  const oldest = after[0]
  // The number of the oldest entries that are gone; 0 also if history comes before all held entries.
  const gone = oldest ? Math.max(0, before.indexOf(oldest)) : 0
  let start = 0
  while (gone + start < oldEnd && start < end && before[gone + start] === after[start]) start += 1
  const { added, removed } = compare(before.slice(gone + start, oldEnd), after.slice(start, end))
  return {
    added: added.length === 0 ? tail : [...added, ...tail],
    isAppended: added.length === 0,
    removed: gone === 0 ? removed : [...before.slice(0, gone), ...removed],
  }
}

const compare = (before: readonly Entry[], after: readonly Entry[]): EntryChanges => {
  const [old, current] = [new Set(before), new Set(after)]
  return { added: after.filter((entry) => !old.has(entry)), removed: before.filter((entry) => !current.has(entry)) }
}
