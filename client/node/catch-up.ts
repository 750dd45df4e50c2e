import type { LogId } from '../gossip/wire/block.ts'
import { gossipLimits } from '../gossip/bounds/limits.ts'
import type { SyncProgress } from './api/grapevine.ts'

export const catchUpLimits = {
  /** Milliseconds between two measurements: each goes over all wanted logs, and there may be thousands. */
  measureEveryMs: 200,
  /**
   * Milliseconds without a new block until a wanted log leaves the figures; five requests fail in this time. A claim that
   * fails at its first request leaves them earlier.
   */
  hopelessAfterMs: 10_000,
}

/** The core, as far as a catch-up reads it. */
export interface CatchUpSource {
  /** Number of logs of which neighbours report more blocks than this node holds. */
  readonly wanted: number
  /** How many blocks of each of them are shown to exist and are not held here. */
  missing(now: number): ReadonlyMap<LogId, number>
  /** `size`: the blocks that are held. */
  logs(): ReadonlyMap<LogId, { readonly size: number }>
}

/** What this node holds of one log, in blocks. */
interface Wanted {
  from: number
  have: number
  /** How many more are shown to exist. */
  missing: number
  /** When its last new block came or, before the first, when it became wanted. */
  progressAt: number
}

/**
 * Measures how far this node has caught up: the blocks that it holds against those that are shown to exist.
 *  1. A catch-up begins when blocks are known to be missing, and ends when none are: then `have` equals `need`.
 *  2. It costs one comparison an event while nothing is missing, otherwise one pass over the wanted logs a measurement.
 *  3. It remembers the wanted logs, whose number the core bounds, and for all others one sum.
 */
export class CatchUp {
  readonly #wanted = new Map<LogId, Wanted>()
  /** Blocks that came in this catch-up for logs that are no longer wanted. */
  #completed = 0
  #measureAt = -Infinity
  #progress: SyncProgress = { have: 0, need: 0 }

  get progress(): SyncProgress {
    return this.#progress
  }

  /** Called after every event of the core; `now` is the core's. Returns whether the figures have changed. */
  update(source: CatchUpSource, now: number): boolean {
    const isMissing = source.wanted > 0
    if (isMissing ? now < this.#measureAt : this.#wanted.size === 0) return false
    // The first measurement is immediate, so that it counts no block that came for the missing ones.
    this.#measureAt = isMissing ? now + catchUpLimits.measureEveryMs : -Infinity
    const before = this.#progress
    const isEven = before.have === before.need
    if (isEven) this.#beginAnew()
    const measured = this.#measure(source, now)
    // Nothing that is shown to exist is missing, so the figures of the last catch-up stay.
    if (isEven && measured.have === measured.need) return false
    this.#progress = measured
    return before.have !== this.#progress.have || before.need !== this.#progress.need
  }

  #beginAnew(): void {
    this.#completed = 0
    for (const wanted of this.#wanted.values()) wanted.from = wanted.have
  }

  #measure(source: CatchUpSource, now: number): SyncProgress {
    const logs = source.logs()
    const missingOf = source.missing(now)
    for (const log of missingOf.keys()) {
      const have = logs.get(log)?.size ?? 0
      if (!this.#wanted.has(log)) this.#wanted.set(log, { from: have, have, missing: Infinity, progressAt: now })
    }
    let missing = 0
    let came = 0
    for (const [log, wanted] of this.#wanted) {
      const have = logs.get(log)?.size ?? 0
      // A log that the ledger has forgotten meanwhile keeps its count.
      if (have > wanted.have) Object.assign(wanted, { have, progressAt: now })
      const more = missingOf.get(log)
      if (more === undefined) {
        this.#wanted.delete(log)
        this.#completed += wanted.have - wanted.from
        continue
      }
      came += wanted.have - wanted.from
      // In a full ledger each new block displaces one, so the number held stands still.
      if (more < wanted.missing) wanted.progressAt = now
      wanted.missing = more
      const isHopeless = now - wanted.progressAt >= catchUpLimits.hopelessAfterMs
      // No node holds more than `maxBlocks`, whatever it claims.
      if (!isHopeless) missing += Math.min(gossipLimits.maxBlocks, Math.max(0, more))
    }
    const have = this.#completed + came
    return { have, need: have + missing }
  }
}
