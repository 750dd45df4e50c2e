import { type LogId, type VerifiedBlock, logIdOf } from '../wire/block.ts'
import type { FrontierEntry } from '../wire/envelope.ts'
import type { Hop } from '../wire/hop.ts'
import type { PeerId } from '../wire/peer-id.ts'

export interface HeldBlock {
  readonly block: VerifiedBlock
  /** The path to here: the author first, without this node; empty for this node's own block. */
  readonly hops: readonly Hop[]
  /** The neighbour that pushed the first copy; undefined if the block was requested, restored or is this node's own. */
  readonly pushedBy: PeerId | undefined
  /** In the core's `now`. A carried block says how long ago that was. */
  readonly arrivedAt: number
  /** The moment of arrival in network time (rule R2). */
  readonly networkMs: number
}

/** Two blocks that one author signed for one height of one log. */
export interface ForkProof {
  readonly one: VerifiedBlock
  readonly other: VerifiedBlock
}

/** How a block fits a log. Only `next` is added; `base` begins a log. */
export type Fit =
  | 'base'
  | 'next'
  | 'copy'
  /** There is another block for its height here. */
  | 'conflict'
  /** Its `prev` is not the head here, so there is another block for the head's height. */
  | 'other-chain'
  | 'gap'
  /** Numbered wrongly: the author's node is broken or hostile. */
  | 'misnumbered'
  /** At or above the height where the log forks. */
  | 'beyond-fork'

/** One author's chain of blocks in one epoch: a gapless suffix, from the oldest held to the head. */
export class Log {
  readonly id: LogId
  readonly author: PeerId
  /** The neighbour that brought the log. */
  readonly broughtBy: PeerId | undefined
  /** By the author's choice, the log's tree begins as a copy of the tree of this log. */
  readonly model: LogId | undefined
  fork: { readonly height: number; readonly proof: ForkProof } | undefined
  /** When the newest block was made, from the durations on its path, in network time. No clock is trusted. */
  activeAt = -Infinity
  /** When this page load received or restored the head, in network time. */
  headSince = -Infinity
  /** The number of the ledger's change that last changed head or fork. */
  changedAt = 0
  /** The memory of its blocks as the ledger counts it, bytes. */
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

  /** The height of the head; 0 without blocks. */
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

  /** The block that holds an entry; undefined if this node does not hold it. */
  bySeq(seq: number): HeldBlock | undefined {
    // The last block that begins at this entry or before.
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
      // An evicted block can't be compared.
      return !held || held.block.hash === block.hash ? 'copy' : 'conflict'
    }
    if (block.height > head.height + 1) return 'gap'
    if (block.prev !== head.hash) return 'other-chain'
    return block.firstSeq === head.firstSeq + head.entries.length ? 'next' : 'misnumbered'
  }

  /** `networkMs`: the network time now. */
  append(held: HeldBlock, networkMs: number): void {
    this.#blocks.push(held)
    this.headSince = networkMs
    const ageMs = held.hops.reduce((sum, hop) => sum + hop.heldMs, 0)
    this.activeAt = Math.max(this.activeAt, held.networkMs - ageMs)
  }

  /** Removes and gives the oldest block. */
  shift(): HeldBlock | undefined {
    const oldest = this.#blocks[this.#first]
    if (!oldest) return undefined
    this.#first += 1
    // Moving the rest is cheap because it is rare.
    if (this.#first > 64 && this.#first * 2 > this.#blocks.length) {
      this.#blocks.splice(0, this.#first)
      this.#first = 0
    }
    return oldest
  }

  /** The held blocks from a height on, in order. */
  *from(height: number): Generator<HeldBlock> {
    for (let at = Math.max(height, this.oldestHeight); at <= this.height; at += 1) {
      const held = this.at(at)
      if (held) yield held
    }
  }

  /** The last block that counts: the head, or the block below the fork. Equal hashes at equal heights mean equal chains. */
  get sound(): { readonly height: number; readonly hash: string } {
    const height = this.fork ? Math.min(this.height, this.fork.height - 1) : this.height
    // If the block itself is evicted, the block above it has its hash.
    const above = this.fork?.height === height + 1 ? this.fork.proof.one : undefined
    const hash = this.at(height)?.block.hash ?? this.at(height + 1)?.block.prev ?? above?.prev ?? ''
    return { height, hash }
  }

  /** Gives whether the head here is the head of a neighbour's frontier or a later block, so that it is no older. */
  covers({ height, hash, forkHeight }: FrontierEntry): boolean {
    const { sound, fork } = this
    if (this.size === 0) return fork !== undefined
    if (height === sound.height) return forkHeight === (fork?.height ?? 0) && sound.hash.startsWith(hash)
    return height < sound.height && this.at(height)?.block.hash.startsWith(hash) === true
  }

  /** The log in the digest: equal texts mean equal heads, and equal chains below equal forks. */
  get digestText(): string {
    const { height, hash } = this.sound
    return `${this.id} ${height} ${hash}${this.fork ? `!${this.fork.height}` : ''}`
  }
}
