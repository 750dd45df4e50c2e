/**
 * Which element shows which row of a list that slides: one that came into it takes over the element of one that left.
 * Rows that stay keep theirs, with focus and selection; making elements is what costs most in a busy list.
 */
export class RowSlots {
  readonly #slots = new Map<number, number>()
  /** Of all slots given so far. */
  #count = 0
  #free: number[] = []

  /** The rows that are in the list now, by id. */
  show(ids: readonly number[]): void {
    const shown = new Set(ids)
    for (const [id, slot] of this.#slots) {
      if (shown.has(id)) continue
      this.#slots.delete(id)
      this.#free.push(slot)
    }
    for (const id of ids) if (!this.#slots.has(id)) this.#slots.set(id, this.#next())
    // Their elements leave the document.
    this.#free = []
  }

  /** A number for each row in the list, no two equal. */
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

/** Rows in the document for a reader who left the end, and how many more each press of the button shows: some screens. */
export const rowsAtOnce = 100

/**
 * For who follows, what fills the view, and some to scroll up to: with hundreds of envelopes a second all of them are
 * new at each update. Rows are 28 pixels high where nobody changed the size of text; a third less is reckoned with.
 */
export const rowsFollowed = (viewPx: number): number => Math.min(rowsAtOnce, Math.ceil(viewPx / 19) + 8)
