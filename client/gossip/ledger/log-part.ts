import type { VerifiedBlock } from '../wire/block.ts'
import type { HeldBlock } from './held-block.ts'

/** Consecutive held blocks of one log. It grows and shrinks at both ends. */
export class LogPart {
  /** From `#first` on; what comes before has been removed. */
  readonly #blocks: (HeldBlock | undefined)[]
  #first = 0

  /** `blocks`: consecutive, the oldest first. */
  constructor(blocks: readonly HeldBlock[] = []) {
    this.#blocks = [...blocks]
  }

  get size(): number {
    return this.#blocks.length - this.#first
  }

  get head(): HeldBlock | undefined {
    return this.#blocks.at(-1)
  }

  get oldest(): HeldBlock | undefined {
    return this.#blocks[this.#first]
  }

  /** The height of the head; 0 without blocks. */
  get height(): number {
    return this.head?.block.height ?? 0
  }

  get oldestHeight(): number {
    return this.oldest?.block.height ?? 0
  }

  at(height: number): HeldBlock | undefined {
    return height >= this.oldestHeight ? this.#blocks[this.#indexOf(height)] : undefined
  }

  /** The oldest first. */
  blocks(): readonly HeldBlock[] {
    return this.#blocks.flatMap((held) => held ?? [])
  }

  /** The block that holds an entry. */
  bySeq(seq: number): HeldBlock | undefined {
    // The last block that begins at this entry or before.
    let [low, high] = [this.#first, this.#blocks.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#blocks[middle]?.block.firstSeq ?? Infinity) <= seq) low = middle + 1
      else high = middle
    }
    const held = low > this.#first ? this.#blocks[low - 1] : undefined
    return held && seq < endOf(held.block) ? held : undefined
  }

  /** Adds the block directly above the head. */
  append(held: HeldBlock): void {
    this.#blocks.push(held)
  }

  /** Adds the blocks of the part that ends directly below the oldest one. */
  prepend(older: LogPart): void {
    this.#blocks.splice(this.#first, 0, ...older.#blocks.slice(older.#first))
  }

  /** Replaces the held block of the same height. */
  replace(held: HeldBlock): void {
    this.#blocks[this.#indexOf(held.block.height)] = held
  }

  /** Removes and gives the oldest block. */
  shift(): HeldBlock | undefined {
    const { oldest } = this
    if (!oldest) return undefined
    // What is evicted is held no longer.
    this.#blocks[this.#first] = undefined
    this.#first += 1
    // Moving the rest is cheap because it is rare. An emptied part has no head, so it can begin again.
    if (this.size === 0 || (this.#first > 64 && this.#first * 2 > this.#blocks.length)) {
      this.#blocks.splice(0, this.#first)
      this.#first = 0
    }
    return oldest
  }

  #indexOf(height: number): number {
    return this.#first + height - this.oldestHeight
  }
}

/** The number of the first entry after a block. */
export const endOf = ({ firstSeq, entries }: Pick<VerifiedBlock, 'firstSeq' | 'entries'>): number =>
  firstSeq + entries.length
