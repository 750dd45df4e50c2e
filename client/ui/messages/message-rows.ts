import type { Entry } from '../../gossip/wire/entry.ts'
import { showBody } from '../words/entry-body.ts'
import { entryChanges } from '../shared/entry-changes.ts'
import { createMatcher, isFiltering, type MessageFilter, noFilter } from './message-filter.ts'

/** One message of the list. */
export interface MessageRow {
  /** 1, 2, 3 … in the order of delivery, never given again. */
  readonly key: number
  readonly entry: Entry
  /** Rows of equal shape are about equally high. */
  readonly shape: number
}

export interface RowChanges {
  /** Those of the new rows that the filter lets through. */
  readonly added: readonly MessageRow[]
  readonly removed: readonly MessageRow[]
}

/** All messages held and those among them that are shown, both in the order of delivery, kept up to date by what changes. */
export class MessageRows {
  /** Counts up with every change of `shown`, which is changed in place. */
  version = 0
  #entries: readonly Entry[] = []
  #all: MessageRow[] = []
  #shown: MessageRow[] = this.#all
  #filter = noFilter
  #matches = createMatcher(noFilter)
  #lastKey = 0

  /** What the filter lets through. */
  get shown(): readonly MessageRow[] {
    return this.#shown
  }

  /** Of the newest row, shown or not. */
  get lastKey(): number {
    return this.#lastKey
  }

  /** Messages held. */
  get total(): number {
    return this.#all.length
  }

  set filter(filter: MessageFilter) {
    if (filter.author === this.#filter.author && filter.text === this.#filter.text) return
    this.#filter = filter
    this.#matches = createMatcher(filter)
    this.#shown = isFiltering(filter) ? this.#all.filter(({ entry }) => this.#matches(entry)) : this.#all
    this.version += 1
  }

  update(entries: readonly Entry[]): RowChanges {
    if (entries === this.#entries) return { added: [], removed: [] }
    const changes = entryChanges(this.#entries, entries)
    this.#entries = entries
    const removed = this.#remove(changes.removed)
    const rows = changes.added.map((entry) => this.#rowOf(entry))
    this.#all.push(...rows)
    if (this.#shown === this.#all) {
      this.version += 1
      return { added: rows, removed }
    }
    const added = rows.filter(({ entry }) => this.#matches(entry))
    this.#shown.push(...added)
    if (added.length > 0 || removed.length > 0) this.version += 1
    return { added, removed }
  }

  #rowOf(entry: Entry): MessageRow {
    this.#lastKey += 1
    return { key: this.#lastKey, entry, shape: shapeOf(entry) }
  }

  #remove(entries: readonly Entry[]): readonly MessageRow[] {
    if (entries.length === 0) return []
    const isShowingAll = this.#shown === this.#all
    const count = entries.length
    // The oldest ones, in a full ledger with every message that comes.
    if (this.#all[count - 1]?.entry === entries.at(-1)) {
      const removed = this.#all.splice(0, count)
      const lastKey = removed.at(-1)?.key ?? 0
      if (!isShowingAll) this.#shown.splice(0, indexOfKey(this.#shown, lastKey + 1))
      return removed
    }
    const gone = new Set(entries)
    const removed = this.#all.filter(({ entry }) => gone.has(entry))
    this.#all = this.#all.filter(({ entry }) => !gone.has(entry))
    this.#shown = isShowingAll ? this.#all : this.#shown.filter(({ entry }) => !gone.has(entry))
    return removed
  }
}

/** The first row whose key is `key` or a later one: rows are in the order of their keys. Their number, if there is none. */
export const indexOfKey = (rows: readonly MessageRow[], key: number): number => {
  let [low, high] = [0, rows.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((rows[middle]?.key ?? Infinity) < key) low = middle + 1
    else high = middle
  }
  return low
}

/** Characters of a line, roughly: texts whose lines differ by less are about equally high. */
const lineChars = 48

/** What an entry's height depends on: lines of text, whether there is more to unfold, lines of the path. */
const shapeOf = (entry: Entry): number => {
  const { preview, whole, kind } = showBody(entry)
  const lines = preview.split('\n').reduce((sum, line) => sum + 1 + Math.floor(line.length / lineChars), 0)
  const { path } = entry
  const pathLines = path.length > 1 ? 1 + Math.floor(path.join(' > ').length / lineChars) : 0
  return lines + 100 * pathLines + 10_000 * (whole === undefined ? 0 : 1) + 20_000 * (kind === 'text' ? 0 : 1)
}

/** Pixels, before any row of that shape was measured. */
export const guessedHeightPx = (shape: number): number => 40 + 22 * (shape % 100) + 20 * (Math.floor(shape / 100) % 100)
