import type { Entry } from '../../gossip/wire/entry.ts'
import { showBody } from '../words/entry-body.ts'
import { entryChanges } from '../shared/entry-changes.ts'
import { createMatcher, isFiltering, type MessageFilter, noFilter } from './message-filter.ts'

export interface MessageRow {
  /** 1, 2, 3 … in the order of delivery; a key is never reused. */
  readonly key: number
  readonly entry: Entry
  /** Rows of equal shape have about the same height. */
  readonly shape: number
}

export interface RowChanges {
  /** The new rows that match the filter. */
  readonly added: readonly MessageRow[]
  readonly removed: readonly MessageRow[]
}

/** All held messages, and those that match the filter; both in the order of delivery, both updated incrementally. */
export class MessageRows {
  /** Increases with every change of `shown`, since that array is changed in place. */
  version = 0
  #entries: readonly Entry[] = []
  #all: MessageRow[] = []
  #shown: MessageRow[] = this.#all
  #filter = noFilter
  #matches = createMatcher(noFilter)
  #lastKey = 0

  /** The rows that match the filter. */
  get shown(): readonly MessageRow[] {
    return this.#shown
  }

  /** The key of the newest row, whether it matches the filter or not. */
  get lastKey(): number {
    return this.#lastKey
  }

  /** The number of held messages. */
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
    // Fast path for the oldest rows: in a full ledger, every new message removes some.
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

/** The index of the first row with a key of at least `key`, or the number of rows. Rows are sorted by key. */
export const indexOfKey = (rows: readonly MessageRow[], key: number): number => {
  let [low, high] = [0, rows.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((rows[middle]?.key ?? Infinity) < key) low = middle + 1
    else high = middle
  }
  return low
}

/** The approximate length of a line in characters: texts that differ by less have about the same height. */
const charsPerLine = 48

const linesOf = (line: string): number => 1 + Math.floor(line.length / charsPerLine)

/** Encodes what an entry's height depends on: lines of text, whether it can be unfolded, lines of the path. */
const shapeOf = (entry: Entry): number => {
  const { preview, whole, kind } = showBody(entry)
  const lines = preview.includes('\n')
    ? preview.split('\n').reduce((sum, line) => sum + linesOf(line), 0)
    : linesOf(preview)
  const { path } = entry
  const pathLines = path.length > 1 ? 1 + Math.floor(path.join(' > ').length / charsPerLine) : 0
  return lines + 100 * pathLines + 10_000 * (whole === undefined ? 0 : 1) + 20_000 * (kind === 'text' ? 0 : 1)
}

/** The estimated height in pixels, used until a row of this shape is measured. */
export const guessedHeightPx = (shape: number): number => 40 + 22 * (shape % 100) + 20 * (Math.floor(shape / 100) % 100)
