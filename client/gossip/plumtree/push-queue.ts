import type { LogId } from '../wire/block.ts'
import { runBytes } from '../ledger/carry-block.ts'
import type { CarriedBlock } from '../wire/envelope.ts'
import type { GossipLimits } from '../bounds/limits.ts'

/** What waits to go to one neighbour along the trees, and what was sent to it beside them. */
export class PushQueue {
  readonly #limits: GossipLimits
  /** Blocks that wait for others to share their envelope. */
  #batch: CarriedBlock[] = []
  #batchDueAt = Infinity
  /** Its cursor in the journal of announcements. */
  announcedUpTo: number
  /** When a prune was last sent, by log. Bounded by the trees. */
  readonly #prunedAt = new Map<LogId, number>()

  constructor(limits: GossipLimits, announcedUpTo: number) {
    this.#limits = limits
    this.announcedUpTo = announcedUpTo
  }

  get batchDueAt(): number {
    return this.#batchDueAt
  }

  /** Whether one envelope holds the batch with this run. */
  hasRoomFor(run: readonly CarriedBlock[]): boolean {
    const { maxSyncBytes, maxBlocksPerEnvelope } = this.#limits
    const isSmall = runBytes(this.#batch) + runBytes(run) <= maxSyncBytes
    return isSmall && this.#batch.length + run.length <= maxBlocksPerEnvelope
  }

  addRun(run: readonly CarriedBlock[], now: number): void {
    this.#batch.push(...run)
    this.#batchDueAt = Math.min(this.#batchDueAt, now + this.#limits.batchMs)
  }

  /** Empties the batch. */
  drainBatch(): readonly CarriedBlock[] {
    const blocks = this.#batch
    this.#batch = []
    this.#batchDueAt = Infinity
    return blocks
  }

  notePruned(log: LogId, now: number): void {
    this.#prunedAt.set(log, now)
  }

  /** Copies that come now may have been on their way when the prune was sent. */
  wasPrunedLately(log: LogId, now: number): boolean {
    return now - (this.#prunedAt.get(log) ?? -Infinity) < this.#limits.pruneAgainMs
  }

  forgetLog(log: LogId): void {
    this.#prunedAt.delete(log)
  }
}
