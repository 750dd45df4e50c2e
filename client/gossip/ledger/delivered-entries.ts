import type { Entry } from '../wire/entry.ts'

/** The entries of all held blocks, in the order of delivery. */
export class DeliveredEntries {
  /** From `#first` on; what comes before has been removed. */
  readonly #ordered: Entry[] = []
  #first = 0
  #all: readonly Entry[] | undefined

  /** One copy of 10,000 entries takes 8 µs. Collecting them from their blocks takes 2.5 ms. */
  all(): readonly Entry[] {
    return (this.#all ??= this.#ordered.slice(this.#first))
  }

  /** The entries of a block, after all others. */
  add(entries: readonly Entry[]): void {
    this.#ordered.push(...entries)
    this.#all = undefined
  }

  /** Older entries of a log, directly before its first one so far. Undefined: the log has none. */
  addBefore(first: Entry | undefined, entries: readonly Entry[]): void {
    const at = first ? this.#ordered.indexOf(first, this.#first) : this.#ordered.length
    this.#ordered.splice(at, 0, ...entries)
    this.#all = undefined
  }

  /** The block with these entries is held no longer. */
  remove(entries: readonly Entry[]): void {
    const [first] = entries
    // The entries of a block stand together, and those of the oldest block mostly at the beginning.
    if (first && this.#ordered[this.#first] === first) this.#removeFirst(entries.length)
    else if (first) this.#ordered.splice(this.#ordered.indexOf(first, this.#first), entries.length)
    this.#all = undefined
  }

  #removeFirst(count: number): void {
    this.#first += count
    // Moving the rest is cheap because it is rare.
    if (this.#first > 64 && this.#first * 2 > this.#ordered.length) {
      this.#ordered.splice(0, this.#first)
      this.#first = 0
    }
  }
}
