import { type VerifiedBlock, isNext } from '../wire/block.ts'
import type { Entry } from '../wire/entry.ts'
import type { HeldBlock } from './held-block.ts'
import { endOf, LogPart } from './log-part.ts'

export type RunFit =
  /** It goes on from what is held at one end or both. */
  | 'joined'
  /** Blocks between are missing, at both ends. */
  | 'apart'
  /** The author signed something else for a height, or numbered its entries wrongly. */
  | 'conflict'

/** What is held of a log. Usually that is one part; there are more while blocks are missing between held ones. */
export class LogParts {
  #newest = new LogPart()
  #lower: LogPart[] = []

  /** The part with the head. It may be empty, and is then the only one. */
  get newest(): LogPart {
    return this.#newest
  }

  /** The others, the lowest first. */
  get lower(): readonly LogPart[] {
    return this.#lower
  }

  get size(): number {
    return this.#lower.reduce((sum, part) => sum + part.size, this.#newest.size)
  }

  /** The part that holds a height. */
  partAt(height: number): LogPart | undefined {
    return this.#parts().find((part) => part.at(height))
  }

  at(height: number): HeldBlock | undefined {
    return this.#newest.at(height) ?? (this.#lower.length > 0 ? this.partAt(height)?.at(height) : undefined)
  }

  /** The block that holds an entry; undefined if this node does not hold it. */
  bySeq(seq: number): HeldBlock | undefined {
    for (const part of this.#parts()) {
      const held = part.bySeq(seq)
      if (held) return held
    }
    return undefined
  }

  /** The first entry that a block above this height delivers. */
  entryAbove(height: number): Entry | undefined {
    for (const part of this.#parts()) {
      for (let at = Math.max(height + 1, part.oldestHeight); at <= part.height; at += 1) {
        const [entry] = part.at(at)?.entries ?? []
        if (entry) return entry
      }
    }
    return undefined
  }

  /** Replaces the held block of the same height. */
  replace(held: HeldBlock): void {
    this.partAt(held.block.height)?.replace(held)
  }

  /** The number of blocks that are not held between these heights, both included. */
  lacking(from: number, to: number): number {
    let count = Math.max(0, to - from + 1)
    for (const part of this.#parts()) {
      count -= Math.max(0, Math.min(to, part.height) - Math.max(from, part.oldestHeight) + 1)
    }
    return count
  }

  /** How consecutive blocks of which none is held, the oldest first, fit the parts below and above them. */
  fitOfRun(blocks: readonly VerifiedBlock[]): RunFit {
    const [oldest, head] = [blocks[0], blocks.at(-1)]
    if (!oldest || !head) return 'conflict'
    const parts = this.#parts()
    const below = parts.findLast(({ height }) => height < oldest.height)?.head?.block
    const above = this.aboveHeight(head.height)?.block
    const [lower, upper] = [below && fitOfPair(below, oldest), above && fitOfPair(head, above)]
    if (lower === 'conflict' || upper === 'conflict') return 'conflict'
    return lower === 'joined' || upper === 'joined' ? 'joined' : 'apart'
  }

  /** The oldest block of the part that begins above a height that is not held. */
  aboveHeight(height: number): HeldBlock | undefined {
    return this.#parts().find(({ oldestHeight }) => oldestHeight > height)?.oldest
  }

  /**
   * Adds consecutive blocks of which none is held, the oldest first. Parts that they connect become one. Gives
   * whether there are more or fewer parts now.
   */
  insert(blocks: readonly HeldBlock[]): boolean {
    const inserted = new LogPart(blocks)
    const parts = this.#parts()
    const before = parts.length
    const index = parts.findIndex(({ oldestHeight }) => oldestHeight > inserted.height)
    parts.splice(index < 0 ? parts.length : index, 0, inserted)
    this.#lower = []
    for (const part of parts) {
      const below = this.#lower.at(-1)
      if (below?.head && part.oldest && isNext(below.head.block, part.oldest.block)) {
        part.prepend(below)
        this.#lower.pop()
      }
      this.#lower.push(part)
    }
    this.#newest = this.#lower.pop() ?? inserted
    return this.#parts().length !== before
  }

  /** Adds a block above the head, or above a gap. */
  append(held: HeldBlock): void {
    if (this.#newest.size > 0 && held.block.height > this.#newest.height + 1) {
      this.#lower.push(this.#newest)
      this.#newest = new LogPart()
    }
    this.#newest.append(held)
  }

  /** Removes the parts that begin at this height or above. Gives their blocks, the oldest first. */
  dropFrom(height: number): readonly HeldBlock[] {
    const parts = this.#parts()
    this.#lower = parts.filter(({ oldestHeight }) => oldestHeight < height)
    this.#newest = this.#lower.pop() ?? new LogPart()
    return parts.filter(({ oldestHeight }) => oldestHeight >= height).flatMap((part) => part.blocks())
  }

  /** Removes and gives the oldest block. */
  shift(): HeldBlock | undefined {
    const [lowest] = this.#lower
    const held = (lowest ?? this.#newest).shift()
    if (lowest?.size === 0) this.#lower.shift()
    return held
  }

  /** The lowest first; none without blocks. */
  #parts(): LogPart[] {
    return this.#newest.size > 0 ? [...this.#lower, this.#newest] : []
  }
}

/** How two blocks of one log fit if nothing is held between them. */
export const fitOfPair = (below: VerifiedBlock, above: VerifiedBlock): RunFit => {
  if (isNext(below, above)) return 'joined'
  const missing = above.height - below.height - 1
  // Each block has an entry at least.
  return missing > 0 && above.firstSeq - endOf(below) >= missing ? 'apart' : 'conflict'
}
