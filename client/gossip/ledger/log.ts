import { type BlockRun, type LogId, type VerifiedBlock, isNext } from '../wire/block.ts'
import type { FrontierEntry } from '../wire/envelope.ts'
import type { PeerId } from '../wire/peer-id.ts'
import type { HeldBlock } from './held-block.ts'
import { endOf, type LogPart } from './log-part.ts'
import { LogParts } from './log-parts.ts'

/**
 * Two runs of one log whose first blocks have one height and differ: the author signed both. `one` is the run of the chain
 * that is held here, if any of it is held.
 */
export interface ForkProof {
  readonly one: BlockRun
  readonly other: BlockRun
}

/** How a block fits the upper end of a log. Only `next` is added; `base` begins a log. */
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

/**
 * One author's chain of blocks in one epoch, from its head down, as far as it is held.
 *  1. The next signed block at or above a held one covers it, and is in the same run or in the proof of the log's fork.
 *  2. What is below the oldest block is proven by that block's `prev`.
 *  3. Blocks that nobody had here may be missing between: then what is held has several parts. The newest one goes to the head.
 */
export class Log {
  readonly id: LogId
  readonly author: PeerId
  /** The neighbour that brought the log. */
  readonly broughtBy: PeerId | undefined
  /** By the author's choice, the log's tree begins as a copy of the tree of this log. */
  readonly model: LogId | undefined
  #fork: { readonly height: number; readonly proof: ForkProof } | undefined
  /** When the newest block was made, from the durations on its path, in network time. No clock is trusted. */
  activeAt = -Infinity
  /** When this page load received or restored the head, in network time. */
  headSince = -Infinity
  /** The number of the ledger's change that last changed head or fork. */
  changedAt = 0
  /** Retention has evicted blocks of it here, or an earlier page load did. */
  isTrimmed = false
  /** The memory of its blocks as the ledger counts it, bytes. */
  heldBytes = 0
  readonly parts = new LogParts()

  constructor(block: VerifiedBlock, broughtBy: PeerId | undefined, model: LogId | undefined) {
    this.id = block.log
    this.author = block.author
    this.broughtBy = broughtBy
    this.model = model
  }

  /** Where the log forks, as far as is proven here. */
  get fork(): { readonly height: number; readonly proof: ForkProof } | undefined {
    return this.#fork
  }

  /** Of the proof of its fork. */
  get proofBytes(): number {
    const runs = this.#fork ? [...this.#fork.proof.one, ...this.#fork.proof.other] : []
    return runs.reduce((sum, { bytes }) => sum + bytes.length, 0)
  }

  get size(): number {
    return this.parts.size
  }

  get head(): HeldBlock | undefined {
    return this.parts.newest.head
  }

  /** The height of the head; 0 without blocks. */
  get height(): number {
    return this.parts.newest.height
  }

  /** Of the newest part. */
  get oldestHeight(): number {
    return this.parts.newest.oldestHeight
  }

  /** The height of the newest part's oldest block below a fork; 0 without one. Neighbours can get the log from there on. */
  get retainedFrom(): number {
    const oldest = this.oldestHeight
    return this.#fork && oldest >= this.#fork.height ? 0 : oldest
  }

  /** The parts below the newest one and below a fork, the lowest first. */
  get lowerParts(): readonly LogPart[] {
    const forkHeight = this.#fork?.height ?? Infinity
    return this.parts.lower.filter(({ height }) => height < forkHeight)
  }

  at(height: number): HeldBlock | undefined {
    return this.parts.at(height)
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
    return block.firstSeq === endOf(head) ? 'next' : 'misnumbered'
  }

  /** The blocks from a height up to the next signed one, which covers them. Undefined: the block is not held. */
  runFrom(height: number): BlockRun | undefined {
    const blocks: VerifiedBlock[] = []
    const proof = this.#fork?.proof.one
    for (let at = height; at <= this.height; at += 1) {
      const block = this.at(at)?.block
      if (!block) break
      // Above the fork the proof may go further than what is held.
      if (block.hash === proof?.[0].hash) return [...blocks, ...proof] as unknown as BlockRun
      blocks.push(block)
      if (block.signature) return blocks as unknown as BlockRun
    }
    const last = blocks.at(-1)
    return last && proof && isNext(last, proof[0]) ? ([...blocks, ...proof] as unknown as BlockRun) : undefined
  }

  /** The log forks where the two runs of the proof begin. */
  forkAt(proof: ForkProof): void {
    const held = this.runFrom(proof.one[0].height)
    const other = held?.[0].hash === proof.one[0].hash ? proof.other : proof.one
    this.#fork = { height: proof.one[0].height, proof: held ? { one: held, other } : proof }
  }

  /** The rest of a run whose blocks below the fork have been added. They need its signature if the head has none. */
  keepProof(rest: BlockRun): void {
    const head = this.head?.block
    if (!this.#fork || !head || head.signature || !isNext(head, rest[0])) return
    const { height, proof } = this.#fork
    // A head above a fork that was found lower is covered by its proof.
    if (rest[0].height !== height) return
    this.#fork = { height, proof: { one: rest, other: proof.other[0].hash === rest[0].hash ? proof.one : proof.other } }
  }

  /** A later block covered this one so far, and its own signature has come. Gives the held block if that is news. */
  sign({ height, hash, signature }: VerifiedBlock): HeldBlock | undefined {
    const held = this.at(height)
    if (!held || !signature || held.block.signature || held.block.hash !== hash) return undefined
    const signed = { ...held, block: { ...held.block, signature } }
    this.parts.replace(signed)
    return signed
  }

  /** Adds a block above the head, or above a gap. `networkMs`: the network time now. */
  append(held: HeldBlock, networkMs: number): void {
    this.parts.append(held)
    this.#noteHead(held, networkMs)
  }

  /**
   * Adds consecutive blocks of which none is held, the oldest first. `networkMs`: the network time now. Gives whether there are
   * more or fewer parts now.
   */
  insert(blocks: readonly HeldBlock[], networkMs: number): boolean {
    const { head } = this
    const isRegrouped = this.parts.insert(blocks)
    if (this.head && this.head !== head) this.#noteHead(this.head, networkMs)
    return isRegrouped
  }

  /** The last block that counts: the head, or the block below the fork. Equal hashes at equal heights mean equal chains. */
  get sound(): { readonly height: number; readonly hash: string } {
    const height = this.fork ? Math.min(this.height, this.fork.height - 1) : this.height
    // If the block itself is evicted, the block above it has its hash.
    const above = this.fork?.height === height + 1 ? this.fork.proof.one[0] : undefined
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

  /** The log in a summary of the ledger: what two nodes may hold otherwise. Begins with the id. */
  get summaryText(): string {
    return `${this.digestText} ${this.retentionText}`
  }

  /** The heights that are held, but for the head's. */
  get retentionText(): string {
    return [this.retainedFrom, ...this.lowerParts.map((part) => `${part.oldestHeight}-${part.height}`)].join(' ')
  }

  /** The log in the digest: equal texts mean equal heads, and equal chains below equal forks. */
  get digestText(): string {
    const { height, hash } = this.sound
    return `${this.id} ${height} ${hash}${this.fork ? `!${this.fork.height}` : ''}`
  }

  #noteHead({ hops, networkMs }: HeldBlock, now: number): void {
    this.headSince = now
    const ageMs = hops.reduce((sum, hop) => sum + hop.heldMs, 0)
    this.activeAt = Math.max(this.activeAt, networkMs - ageMs)
  }
}
