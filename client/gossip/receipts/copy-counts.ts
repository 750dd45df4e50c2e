import { BoundedMap } from '../bounds/bounded-map.ts'
import type { LogId } from '../wire/block.ts'
import type { NodeName } from '../wire/node-name.ts'
import type { SuppressedCopies } from '../wire/receipt.ts'

/** The copies of recent blocks, counted by the neighbour that sent them. The block without copies for longest leaves first. */
export class CopyCounts {
  readonly #counts: BoundedMap<string, Map<NodeName, number>>

  constructor(maxBlocks: number) {
    this.#counts = new BoundedMap(maxBlocks)
  }

  add(log: LogId, height: number, from: NodeName): void {
    const counts = this.#counts.renew(`${log} ${height}`, () => new Map())
    counts.set(from, (counts.get(from) ?? 0) + 1)
  }

  /** The copies from at most `maxNames` neighbours, the greatest count first. */
  of(log: LogId, height: number, maxNames: number): readonly SuppressedCopies[] {
    const counts = [...(this.#counts.get(`${log} ${height}`) ?? [])]
    return counts
      .map(([from, count]) => ({ from, count }))
      .sort((one, other) => other.count - one.count)
      .slice(0, maxNames)
  }
}
