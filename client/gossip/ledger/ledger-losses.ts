import type { LogId, VerifiedBlock } from '../wire/block.ts'

/** The blocks of a log up to a height, and the entries up to a seq. */
interface Evicted {
  readonly log: LogId
  readonly height: number
  readonly seq: number
}

/** What the ledger holds no longer. */
export class LedgerLosses {
  #evicted: Evicted[] = []
  #forgotten: LogId[] = []

  /** All blocks of a log up to this one. */
  evict({ log, height, firstSeq, entries }: VerifiedBlock): void {
    this.#evicted.push({ log, height, seq: firstSeq + entries.length - 1 })
  }

  forget(log: LogId): void {
    this.#forgotten.push(log)
  }

  /** What was evicted since the last call. */
  drainEvicted(): readonly Evicted[] {
    return this.#evicted.length > 0 ? this.#evicted.splice(0) : this.#evicted
  }

  /** The logs that were deleted since the last call. */
  drainForgotten(): readonly LogId[] {
    return this.#forgotten.length > 0 ? this.#forgotten.splice(0) : this.#forgotten
  }
}
