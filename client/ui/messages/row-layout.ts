import { guessedHeightPx, type MessageRow } from './message-rows.ts'

/** Rows from `start` up to, but not including, `end`. */
export interface RowRange {
  readonly start: number
  readonly end: number
}

/**
 * The height and the start of each row, in pixels. Until a row is measured, its height is that of the latest measured
 * row of the same shape, or else an estimate. After a change, positions are summed again from the first changed row.
 */
export class RowLayout {
  #rows: readonly MessageRow[] = []
  /** Heights by the key of the row. */
  readonly #measured = new Map<number, number>()
  readonly #byShape = new Map<number, number>()
  /** The start of each row; the last item is the sum of all heights. */
  readonly #starts: number[] = [0]
  /** The last index of `#starts` that is up to date. */
  #summedTo = 0

  set rows(rows: readonly MessageRow[]) {
    this.#rows = rows
    this.#summedTo = 0
  }

  /** The start of a row; for the number of rows, the end of the last row. */
  startOf(index: number): number {
    for (; this.#summedTo < this.#rows.length; this.#summedTo += 1) {
      const row = this.#rows[this.#summedTo]
      this.#starts[this.#summedTo + 1] = (this.#starts[this.#summedTo] ?? 0) + (row ? this.#heightOf(row) : 0)
    }
    return this.#starts[Math.min(index, this.#rows.length)] ?? 0
  }

  /** The rows from `topPx` to `bottomPx`, and `overscan` more rows on each side. */
  range(topPx: number, bottomPx: number, overscan: number): RowRange {
    const count = this.#rows.length
    if (count === 0) return { start: 0, end: 0 }
    return {
      start: Math.max(0, this.#indexAt(topPx) - overscan),
      end: Math.min(count, this.#indexAt(bottomPx) + 1 + overscan),
    }
  }

  /** Stores a measured height; true if it differs from the height in the layout. */
  measure(index: number, heightPx: number): boolean {
    const row = this.#rows[index]
    if (!row || this.startOf(index + 1) - this.startOf(index) === heightPx) return false
    this.#measured.set(row.key, heightPx)
    this.#summedTo = Math.min(this.#summedTo, index)
    return true
  }

  /** Uses this row's height as the estimate for other rows of the same shape. */
  learnShape(index: number): void {
    const row = this.#rows[index]
    const heightPx = row && this.#measured.get(row.key)
    if (row && heightPx) this.#byShape.set(row.shape, heightPx)
  }

  forget({ key }: MessageRow): void {
    this.#measured.delete(key)
  }

  /** Forgets all heights, because a change of the width makes them invalid. */
  clear(): void {
    this.#measured.clear()
    this.#byShape.clear()
    this.#summedTo = 0
  }

  #heightOf({ key, shape }: MessageRow): number {
    return this.#measured.get(key) ?? this.#byShape.get(shape) ?? guessedHeightPx(shape)
  }

  /** The index of the last row that begins at `px` or above. */
  #indexAt(px: number): number {
    let [low, high] = [0, this.#rows.length - 1]
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (this.startOf(middle) <= px) low = middle
      else high = middle - 1
    }
    return low
  }
}
