import { BoundedMap } from '../bounds/bounded-map.ts'
import type { LogId } from '../wire/block.ts'
import type { NodeName } from '../wire/node-name.ts'
import type { SuppressedCopies } from '../wire/receipt.ts'

/** How many copies of each recent block came, by the neighbour that sent them. Bounded; the longest uncopied goes first. */
export class CopyCounts {
  readonly #counts: BoundedMap<string, Map<NodeName, number>>

  constructor(maxBlocks: number) {
    this.#counts = new BoundedMap(maxBlocks)
  }

  add(log: LogId, height: number, from: NodeName): void {
    const counts = this.#counts.renew(`${log} ${height}`, () => new Map())
    counts.set(from, (counts.get(from) ?? 0) + 1)
  }

  /** Of at most so many neighbours, those with most copies first. */
  of(log: LogId, height: number, maxNames: number): readonly SuppressedCopies[] {
    const counts = [...(this.#counts.get(`${log} ${height}`) ?? [])]
    return counts
      .map(([from, count]) => ({ from, count }))
      .sort((one, other) => other.count - one.count)
      .slice(0, maxNames)
  }
}
