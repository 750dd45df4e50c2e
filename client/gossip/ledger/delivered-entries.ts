import type { LogId } from '../wire/block.ts'
import type { Entry } from '../wire/entry.ts'

/** The entries of all held blocks, in the order of delivery. */
export class DeliveredEntries {
  /** By log and height. */
  readonly #ofBlocks = new Map<string, readonly Entry[]>()
  /** From `#first` on; what comes before has been removed. */
  readonly #ordered: Entry[] = []
  #first = 0
  #all: readonly Entry[] | undefined

  /** One copy of 10,000 entries takes 8 µs. Collecting them from their blocks takes 2.5 ms. */
  all(): readonly Entry[] {
    return (this.#all ??= this.#ordered.slice(this.#first))
  }

  add(log: LogId, height: number, entries: readonly Entry[]): void {
    this.#ofBlocks.set(`${log}/${height}`, entries)
    this.#ordered.push(...entries)
    this.#all = undefined
  }

  /** `above`: the height of the log's oldest block so far. The entries of older blocks stand directly before those of it. */
  addOlder(
    log: LogId,
    above: number,
    blocks: readonly { readonly height: number; readonly entries: readonly Entry[] }[],
  ): void {
    for (const { height, entries } of blocks) this.#ofBlocks.set(`${log}/${height}`, entries)
    const [first] = this.#ofBlocks.get(`${log}/${above}`) ?? []
    const at = first ? this.#ordered.indexOf(first, this.#first) : this.#ordered.length
    this.#ordered.splice(at, 0, ...blocks.flatMap(({ entries }) => entries))
    this.#all = undefined
  }

  /** The block is held no longer. */
  remove(log: LogId, height: number): void {
    const key = `${log}/${height}`
    const entries = this.#ofBlocks.get(key) ?? []
    this.#ofBlocks.delete(key)
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
