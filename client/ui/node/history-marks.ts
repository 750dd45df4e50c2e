import type { Entry } from '../../gossip/wire/entry.ts'
import type { EntryRef } from '../../node/api/grapevine.ts'
import type { EntryChanges } from '../shared/entry-changes.ts'

const logKey = ({ peerId, epoch }: EntryRef): string => `${peerId}/${epoch}`

/**
 * Marks the entries that came as history, after later entries of their log. Their place among the held entries does not
 * show it: at a new node, the later entries may have come only a moment before.
 */
export class HistoryMarks {
  readonly #marked = new WeakSet<Entry>()
  /** By log, the greatest seq of history that came and is not marked yet. What came before in the log is later. */
  readonly #unmarked = new Map<string, number>()

  /** Notes an event `entry` with `isBackfill`. */
  note(ref: EntryRef): void {
    const key = logKey(ref)
    this.#unmarked.set(key, Math.max(ref.seq, this.#unmarked.get(key) ?? 0))
  }

  /** Marks the history among the entries that were added since the last call. */
  apply({ added }: EntryChanges): void {
    if (this.#unmarked.size === 0) return
    for (const entry of added) if (entry.seq <= (this.#unmarked.get(logKey(entry)) ?? 0)) this.#marked.add(entry)
    this.#unmarked.clear()
  }

  readonly has = (entry: Entry): boolean => this.#marked.has(entry)
}
