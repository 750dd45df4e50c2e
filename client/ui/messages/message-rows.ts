import type { Entry } from '../../gossip/wire/entry.ts'
import { showBody } from '../words/entry-body.ts'
import { type EntryChanges, entryChanges } from '../shared/entry-changes.ts'
import { createMatcher, isFiltering, type MessageFilter, noFilter } from './message-filter.ts'

export interface MessageRow {
  /** 1, 2, 3 … in the order in which the rows were made; a key is never reused. */
  readonly key: number
  /** Increases from row to row. All places change when rows come between others. Even, but odd for some removed rows. */
  readonly place: number
  readonly entry: Entry
  /** Rows of equal shape have about the same height. */
  readonly shape: number
  /** The entry came after later entries of its log: it is not news. */
  readonly isHistory: boolean
}

interface PlacedRow extends MessageRow {
  place: number
}

export interface RowChanges {
  /** The new rows that match the filter. */
  readonly added: readonly MessageRow[]
  readonly removed: readonly MessageRow[]
}

/**
 * All held messages, and those that match the filter; both in the order of the ledger. Messages at the end and the removal
 * of the oldest cost only the changes, apart from the comparison of the entries. History costs one pass over all rows.
 */
export class MessageRows {
  /** Increases with every change of `shown`, since that array is changed in place. */
  version = 0
  #entries: readonly Entry[] = []
  #all: PlacedRow[] = []
  #shown: PlacedRow[] = this.#all
  #filter = noFilter
  #matches = createMatcher(noFilter)
  #lastKey = 0
  #lastPlace = 0

  /** The rows that match the filter. */
  get shown(): readonly MessageRow[] {
    return this.#shown
  }

  /** The greatest key of a row, whether the row matches the filter or not. */
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

  /** The number of shown messages that are news and came after the row with this key was made. */
  newsSince(key: number): number {
    let count = 0
    // News is always added at the end, so its rows have increasing keys.
    for (let index = this.#shown.length - 1; index >= 0; index -= 1) {
      const row = this.#shown[index]
      if (!row || row.isHistory) continue
      if (row.key <= key) break
      count += 1
    }
    return count
  }

  /** `isHistory`: whether an entry came as history. */
  update(entries: readonly Entry[], isHistory: (entry: Entry) => boolean): RowChanges {
    if (entries === this.#entries) return { added: [], removed: [] }
    const changes = entryChanges(this.#entries, entries)
    this.#entries = entries
    if (!changes.isAppended) return this.#merge(changes, isHistory)
    const removed = this.#remove(changes.removed)
    const rows = changes.added.map((entry) => this.#placed(this.#rowOf(entry, isHistory(entry))))
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

  /** Some new rows come before or between others. */
  #merge({ removed: gone }: EntryChanges, isHistory: (entry: Entry) => boolean): RowChanges {
    const isGone = new Set(gone)
    const removed = gone.length === 0 ? [] : this.#all.filter(({ entry }) => isGone.has(entry))
    const staying = gone.length === 0 ? this.#all : this.#all.filter(({ entry }) => !isGone.has(entry))
    const made: PlacedRow[] = []
    let next = 0
    this.#lastPlace = 0
    const all = this.#entries.map((entry) => {
      const following = staying[next]
      if (following?.entry === entry) {
        next += 1
        return this.#placed(following)
      }
      // What comes before a held entry is history.
      const row = this.#placed(this.#rowOf(entry, following !== undefined || isHistory(entry)))
      made.push(row)
      return row
    })
    if (removed.length > 0) placeRemoved(this.#all, isGone, staying.at(-1)?.place ?? 0)
    const added = made.filter(({ entry }) => this.#matches(entry))
    const shown = this.#shown === this.#all ? undefined : new Set([...this.#shown, ...added])
    this.#all = all
    this.#shown = shown ? all.filter((row) => shown.has(row)) : all
    this.version += 1
    return { added, removed }
  }

  #rowOf(entry: Entry, isHistory: boolean): PlacedRow {
    this.#lastKey += 1
    return { key: this.#lastKey, place: 0, entry, shape: shapeOf(entry), isHistory }
  }

  /** Gives the row the next place. */
  #placed(row: PlacedRow): PlacedRow {
    this.#lastPlace += 2
    row.place = this.#lastPlace
    return row
  }

  #remove(entries: readonly Entry[]): readonly MessageRow[] {
    if (entries.length === 0) return []
    const isShowingAll = this.#shown === this.#all
    const count = entries.length
    // Fast path for the oldest rows: in a full ledger, every new message removes some.
    if (this.#all[count - 1]?.entry === entries.at(-1)) {
      const removed = this.#all.splice(0, count)
      const lastPlace = removed.at(-1)?.place ?? 0
      if (!isShowingAll) this.#shown.splice(0, indexOfPlace(this.#shown, lastPlace + 1))
      return removed
    }
    const gone = new Set(entries)
    const removed = this.#all.filter(({ entry }) => gone.has(entry))
    this.#all = this.#all.filter(({ entry }) => !gone.has(entry))
    this.#shown = isShowingAll ? this.#all : this.#shown.filter(({ entry }) => !gone.has(entry))
    return removed
  }
}

/** Removed rows get places directly before the rows that followed them: a reader at a removed row continues there. */
const placeRemoved = (before: readonly PlacedRow[], isGone: ReadonlySet<Entry>, lastPlace: number): void => {
  let place = lastPlace + 1
  for (const row of before.toReversed()) {
    if (isGone.has(row.entry)) row.place = place
    else place = row.place - 1
  }
}

/** The index of the first row with a place of at least `place`, or the number of rows. */
export const indexOfPlace = (rows: readonly MessageRow[], place: number): number => {
  let [low, high] = [0, rows.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((rows[middle]?.place ?? Infinity) < place) low = middle + 1
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
