import { type LogId, type VerifiedBlock, logIdOf } from '../wire/block.ts'
import type { Hop } from '../wire/hop.ts'
import type { PeerId } from '../wire/peer-id.ts'

export interface HeldBlock {
  readonly block: VerifiedBlock
  /** The way here: author first, this node not included; empty for one's own. */
  readonly hops: readonly Hop[]
  /** Who pushed the first copy; undefined if it was asked for, restored or one's own. */
  readonly pushedBy: PeerId | undefined
  /** In the core's `now`; what is sent on says how long ago that was. */
  readonly arrivedAt: number
  /** The same moment in network time (rule R2). */
  readonly networkMs: number
}

/** Two blocks that one author signed for one height of one log. */
export interface ForkProof {
  readonly one: VerifiedBlock
  readonly other: VerifiedBlock
}

/** How a block fits a log. Only `next` is taken; `base` begins a log. */
export type Fit =
  | 'base'
  | 'next'
  | 'copy'
  /** Another block for a height that is held. */
  | 'conflict'
  /** Its `prev` is not the head here: there is another block for the head's height. */
  | 'other-chain'
  | 'gap'
  /** Numbered wrongly; the author's node is broken or hostile. */
  | 'misnumbered'
  /** At or above the height where the log forks. */
  | 'beyond-fork'

/** One author's chain of blocks in one epoch: a gapless suffix, from the oldest held to the head. */
export class Log {
  readonly id: LogId
  readonly author: PeerId
  /** Who brought the log here. */
  readonly broughtBy: PeerId | undefined
  /** The author's word: its tree begins as a copy of this log's. */
  readonly model: LogId | undefined
  fork: { readonly height: number; readonly proof: ForkProof } | undefined
  /** When the newest block was made, as the durations of its way tell, in network time. No clock is trusted. */
  activeAt = -Infinity
  /** When the head came or was restored in this page load, in network time. */
  headSince = -Infinity
  /** Which of the ledger's changes was the last of head or fork. */
  changedAt = 0
  /** Memory that its blocks take, as the ledger counts it. */
  heldBytes = 0
  readonly #blocks: HeldBlock[] = []
  #first = 0

  constructor(block: VerifiedBlock, broughtBy: PeerId | undefined, model: LogId | undefined) {
    this.id = logIdOf(block)
    this.author = block.author
    this.broughtBy = broughtBy
    this.model = model
  }

  get size(): number {
    return this.#blocks.length - this.#first
  }

  get head(): HeldBlock | undefined {
    return this.#blocks.at(-1)
  }

  /** Of the head; with all blocks evicted there would be no log. */
  get height(): number {
    return this.head?.block.height ?? 0
  }

  get oldestHeight(): number {
    return this.#blocks[this.#first]?.block.height ?? 0
  }

  at(height: number): HeldBlock | undefined {
    const oldest = this.#blocks[this.#first]
    return oldest && height >= oldest.block.height
      ? this.#blocks[this.#first + height - oldest.block.height]
      : undefined
  }

  /** The block that holds an entry; nothing if none is held that does. */
  bySeq(seq: number): HeldBlock | undefined {
    // The last block that begins at or before it.
    let [low, high] = [this.#first, this.#blocks.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#blocks[middle]?.block.firstSeq ?? Infinity) <= seq) low = middle + 1
      else high = middle
    }
    const held = low > this.#first ? this.#blocks[low - 1] : undefined
    return held && seq < held.block.firstSeq + held.block.entries.length ? held : undefined
  }

  fitOf(block: Pick<VerifiedBlock, 'height' | 'hash' | 'prev' | 'firstSeq'>): Fit {
    if (this.fork && block.height >= this.fork.height) return 'beyond-fork'
    const head = this.head?.block
    if (!head) return 'base'
    if (block.height <= head.height) {
      const held = this.at(block.height)
      // Older than what is retained: nothing to compare with.
      return !held || held.block.hash === block.hash ? 'copy' : 'conflict'
    }
    if (block.height > head.height + 1) return 'gap'
    if (block.prev !== head.hash) return 'other-chain'
    return block.firstSeq === head.firstSeq + head.entries.length ? 'next' : 'misnumbered'
  }

  /** `networkMs`: now. */
  append(held: HeldBlock, networkMs: number): void {
    this.#blocks.push(held)
    this.headSince = networkMs
    const ageMs = held.hops.reduce((sum, hop) => sum + hop.heldMs, 0)
    this.activeAt = Math.max(this.activeAt, held.networkMs - ageMs)
  }

  /** Takes the oldest block away. */
  shift(): HeldBlock | undefined {
    const oldest = this.#blocks[this.#first]
    if (!oldest) return undefined
    this.#first += 1
    // Moving the rest costs little if it is done rarely.
    if (this.#first > 64 && this.#first * 2 > this.#blocks.length) {
      this.#blocks.splice(0, this.#first)
      this.#first = 0
    }
    return oldest
  }

  /** The blocks held from a height on, in order. */
  *from(height: number): Generator<HeldBlock> {
    for (let at = Math.max(height, this.oldestHeight); at <= this.height; at += 1) {
      const held = this.at(at)
      if (held) yield held
    }
  }

  /** What counts of it: up to its head, or up to where it forks. Equal hashes at equal heights mean equal chains. */
  get sound(): { readonly height: number; readonly hash: string } {
    const height = this.fork ? Math.min(this.height, this.fork.height - 1) : this.height
    // Where the block itself is retained no longer, the one above it names it.
    const above = this.fork?.height === height + 1 ? this.fork.proof.one : undefined
    const hash = this.at(height)?.block.hash ?? this.at(height + 1)?.block.prev ?? above?.prev ?? ''
    return { height, hash }
  }

  /** What the digest says of it: equal texts mean equal heads, and equal chains below equal forks. */
  get digestText(): string {
    const { height, hash } = this.sound
    return `${this.id} ${height} ${hash}${this.fork ? `!${this.fork.height}` : ''}`
  }
}
