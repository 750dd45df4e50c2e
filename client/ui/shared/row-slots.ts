/**
 * Decides which element shows which row of a sliding list: a new row uses the element of a row that left. Rows that
 * stay keep their elements, with focus and selection. Creating elements is the greatest cost of a busy list.
 */
export class RowSlots {
  readonly #slots = new Map<number, number>()
  /** The number of slots created so far. */
  #count = 0
  #free: number[] = []

  /** `ids` are the rows that the list contains now. Without `isReusing`, every new row gets a new element. */
  show(ids: readonly number[], isReusing = true): void {
    const shown = new Set(ids)
    for (const [id, slot] of this.#slots) {
      if (shown.has(id)) continue
      this.#slots.delete(id)
      this.#free.push(slot)
    }
    if (!isReusing) this.#free = []
    for (const id of ids) if (!this.#slots.has(id)) this.#slots.set(id, this.#next())
    // The elements of the free slots leave the document.
    this.#free = []
  }

  /** A number for each row in the list; no two rows have the same one. */
  of(id: number): number {
    return this.#slots.get(id) ?? -1
  }

  #next(): number {
    // In order: if all rows are new, no element moves.
    const slot = this.#free.shift()
    if (slot !== undefined) return slot
    this.#count += 1
    return this.#count
  }
}
