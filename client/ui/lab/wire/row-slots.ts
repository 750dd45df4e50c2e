/**
 * Decides which element shows which row of a sliding list: a new row uses the element of a row that left. Rows that
 * stay keep their elements, with focus and selection. Creating elements is the greatest cost of a busy list.
 */
export class RowSlots {
  readonly #slots = new Map<number, number>()
  /** The number of slots created so far. */
  #count = 0
  #free: number[] = []

  /** `ids` are the rows that the list contains now. */
  show(ids: readonly number[]): void {
    const shown = new Set(ids)
    for (const [id, slot] of this.#slots) {
      if (shown.has(id)) continue
      this.#slots.delete(id)
      this.#free.push(slot)
    }
    for (const id of ids) if (!this.#slots.has(id)) this.#slots.set(id, this.#next())
    // The elements of the free slots leave the document.
    this.#free = []
  }

  /** A number for each row in the list; no two rows have the same one. */
  of(id: number): number {
    return this.#slots.get(id) ?? -1
  }

  #next(): number {
    const slot = this.#free.pop()
    if (slot !== undefined) return slot
    this.#count += 1
    return this.#count
  }
}

/**
 * Rows in the document for a reader who left the end; each press of the button adds as many. They fill some screens.
 */
export const rowsAtOnce = 100

/**
 * How many rows the document holds for a reader who follows the end: they fill the view, with a few to scroll up to.
 * With hundreds of envelopes a second, each update replaces all of them. A row is 28 pixels high at the default text
 * size; 19 pixels leave a third as reserve.
 */
export const rowsFollowed = (viewPx: number): number => Math.min(rowsAtOnce, Math.ceil(viewPx / 19) + 8)
