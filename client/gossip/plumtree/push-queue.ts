import type { LogId } from '../wire/block.ts'
import { type CarriedBlock, carriedBytes, type LogHeight } from '../wire/envelope.ts'
import type { GossipLimits } from '../bounds/limits.ts'

/** What waits to go to one neighbour: blocks along the trees, and announcements of what was not pushed. */
export class PushQueue {
  readonly #limits: GossipLimits
  /** Blocks that wait for others to share their envelope. */
  #batch: CarriedBlock[] = []
  #batchDueAt = Infinity
  /** What was not pushed, by log. Bounded by the logs held here. */
  readonly #unannounced = new Map<LogId, number>()
  /** When a prune was last sent, by log. Bounded likewise. */
  readonly #prunedAt = new Map<LogId, number>()

  constructor(limits: GossipLimits) {
    this.#limits = limits
  }

  get batchDueAt(): number {
    return this.#batchDueAt
  }

  get hasUnannounced(): boolean {
    return this.#unannounced.size > 0
  }

  /** Whether one envelope holds the batch with this block. */
  hasRoomFor(block: CarriedBlock): boolean {
    const { maxSyncBytes, maxBlocksPerEnvelope } = this.#limits
    const bytes = this.#batch.reduce((sum, waiting) => sum + carriedBytes(waiting), carriedBytes(block))
    return bytes <= maxSyncBytes && this.#batch.length < maxBlocksPerEnvelope
  }

  addBlock(block: CarriedBlock, now: number): void {
    this.#batch.push(block)
    this.#batchDueAt = Math.min(this.#batchDueAt, now + this.#limits.batchMs)
  }

  /** Empties the batch. */
  drainBatch(): readonly CarriedBlock[] {
    const blocks = this.#batch
    this.#batch = []
    this.#batchDueAt = Infinity
    return blocks
  }

  addUnannounced(log: LogId, height: number): void {
    this.#unannounced.set(log, height)
  }

  /** Removes and gives what one `ihave` has room for. `isKnown`: the neighbour has it by now. */
  drainUnannounced(isKnown: (log: LogId, height: number) => boolean): readonly LogHeight[] {
    const heads: LogHeight[] = []
    for (const [log, height] of this.#unannounced) {
      if (heads.length >= this.#limits.maxLogsPerEnvelope) break
      this.#unannounced.delete(log)
      if (!isKnown(log, height)) heads.push({ log, height })
    }
    return heads
  }

  notePruned(log: LogId, now: number): void {
    this.#prunedAt.set(log, now)
  }

  /** Copies that come now may have been on their way when the prune was sent. */
  wasPrunedLately(log: LogId, now: number): boolean {
    return now - (this.#prunedAt.get(log) ?? -Infinity) < this.#limits.pruneAgainMs
  }

  forgetLog(log: LogId): void {
    this.#unannounced.delete(log)
    this.#prunedAt.delete(log)
  }
}
