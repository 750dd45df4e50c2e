import type { LogId } from '../wire/block.ts'
import type { Entry } from '../wire/entry.ts'

/** The entries of all held blocks, in the order of delivery. */
export class DeliveredEntries {
  /** By log and height. */
  readonly #ofBlocks = new Map<string, readonly Entry[]>()
  readonly #ordered: Entry[] = []
  #all: readonly Entry[] | undefined

  /** One copy of 10,000 entries takes 8 µs. Collecting them from their blocks takes 2.5 ms. */
  all(): readonly Entry[] {
    return (this.#all ??= this.#ordered.slice())
  }

  add(log: LogId, height: number, entries: readonly Entry[]): void {
    this.#ofBlocks.set(`${log}/${height}`, entries)
    this.#ordered.push(...entries)
    this.#all = undefined
  }

  /** The block is held no longer. */
  remove(log: LogId, height: number): void {
    const key = `${log}/${height}`
    const entries = this.#ofBlocks.get(key) ?? []
    this.#ofBlocks.delete(key)
    const [first] = entries
    // The entries of a block stand together. Those of a log's oldest block are mostly near the beginning.
    if (first) this.#ordered.splice(this.#ordered.indexOf(first), entries.length)
    this.#all = undefined
  }
}
