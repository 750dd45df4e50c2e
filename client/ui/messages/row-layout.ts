import { guessedHeightPx, type MessageRow } from './message-rows.ts'

/** Rows from `start` to before `end`. */
export interface RowRange {
  readonly start: number
  readonly end: number
}

/**
 * The heights of all rows, and where each row begins, in pixels. Until a row is measured, its height is that of the latest
 * measured row of its shape, or else a guess. Positions are summed again from the first row that changed.
 */
export class RowLayout {
  #rows: readonly MessageRow[] = []
  /** By the key of the row. */
  readonly #measured = new Map<number, number>()
  readonly #byShape = new Map<number, number>()
  /** Where each row begins, and at the end the sum of all heights. */
  readonly #starts: number[] = [0]
  /** The last index of `#starts` that is up to date. */
  #summedTo = 0

  set rows(rows: readonly MessageRow[]) {
    this.#rows = rows
    this.#summedTo = 0
  }

  /** Of a row, or of the end of all rows. */
  startOf(index: number): number {
    for (; this.#summedTo < this.#rows.length; this.#summedTo += 1) {
      const row = this.#rows[this.#summedTo]
      this.#starts[this.#summedTo + 1] = (this.#starts[this.#summedTo] ?? 0) + (row ? this.#heightOf(row) : 0)
    }
    return this.#starts[Math.min(index, this.#rows.length)] ?? 0
  }

  /** The rows that lie from `topPx` to `bottomPx`, and `overscan` more at each side. */
  range(topPx: number, bottomPx: number, overscan: number): RowRange {
    const count = this.#rows.length
    if (count === 0) return { start: 0, end: 0 }
    return {
      start: Math.max(0, this.#indexAt(topPx) - overscan),
      end: Math.min(count, this.#indexAt(bottomPx) + 1 + overscan),
    }
  }

  /** Whether the height differs from the one that the layout had. */
  measure(index: number, heightPx: number): boolean {
    const row = this.#rows[index]
    if (!row || this.startOf(index + 1) - this.startOf(index) === heightPx) return false
    this.#measured.set(row.key, heightPx)
    this.#summedTo = Math.min(this.#summedTo, index)
    return true
  }

  /** Other rows of this shape are taken to be as high as this one. */
  learnShape(index: number): void {
    const row = this.#rows[index]
    const heightPx = row && this.#measured.get(row.key)
    if (row && heightPx) this.#byShape.set(row.shape, heightPx)
  }

  forget({ key }: MessageRow): void {
    this.#measured.delete(key)
  }

  /** After a change of the width no height is known. */
  clear(): void {
    this.#measured.clear()
    this.#byShape.clear()
    this.#summedTo = 0
  }

  #heightOf({ key, shape }: MessageRow): number {
    return this.#measured.get(key) ?? this.#byShape.get(shape) ?? guessedHeightPx(shape)
  }

  /** The last row that begins at `px` or above. */
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
