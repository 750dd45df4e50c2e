import type { LogId } from '../wire/block.ts'
import type { LogHeight } from '../wire/envelope.ts'

/** What the ledger holds no longer. */
export class LedgerLosses {
  #evicted: LogHeight[] = []
  #forgotten: LogId[] = []

  /** All blocks of a log up to a height. */
  evict(log: LogId, height: number): void {
    this.#evicted.push({ log, height })
  }

  forget(log: LogId): void {
    this.#forgotten.push(log)
  }

  /** Up to which heights logs were evicted since the last call. */
  drainEvicted(): readonly LogHeight[] {
    return this.#evicted.length > 0 ? this.#evicted.splice(0) : this.#evicted
  }

  /** The logs that were deleted since the last call. */
  drainForgotten(): readonly LogId[] {
    return this.#forgotten.length > 0 ? this.#forgotten.splice(0) : this.#forgotten
  }
}
