import type { LogId } from '../gossip/wire/block.ts'
import type { LogHeight } from '../gossip/wire/envelope.ts'
import { gossipLimits } from '../gossip/bounds/limits.ts'
import type { SyncProgress } from './api/grapevine.ts'

export const catchUpLimits = {
  /** Milliseconds between two looks at the wanted logs: a look passes over them all, and there may be thousands. */
  lookEveryMs: 200,
  /**
   * Milliseconds without anything of a log until it leaves the figures: five requests in vain. A neighbour may claim
   * blocks that it never sends.
   */
  hopelessAfterMs: 10_000,
}

/** What the core knows. */
export interface CatchUpSource {
  /** Logs of which neighbours are known to hold more. */
  readonly wanted: number
  wantedHeights(): Iterable<LogHeight>
  logs(): ReadonlyMap<LogId, { readonly height: number }>
}

/** Heights of one log, in blocks. */
interface Wanted {
  from: number
  have: number
  /** When something of it came last, or when it was first known to be missing. */
  movedAt: number
}

/**
 * How far this node has caught up, from the heights that it holds and those that it has heard of.
 *  1. A catch-up begins when something is known to be missing, and ends when nothing is: then `have` equals `need`.
 *  2. It costs one comparison an event while nothing is missing, and one pass over the wanted logs a look otherwise.
 *  3. It remembers the wanted logs, whose number the core bounds, and of all others the sum of what came.
 */
export class CatchUp {
  readonly #wanted = new Map<LogId, Wanted>()
  /** Blocks that came of logs that are not wanted any more. */
  #came = 0
  #lookAt = -Infinity
  #progress: SyncProgress = { have: 0, need: 0 }

  get progress(): SyncProgress {
    return this.#progress
  }

  /** After every event of the core; `now` in its scale. Whether the figures are other ones than before. */
  look(source: CatchUpSource, now: number): boolean {
    const isMissing = source.wanted > 0
    if (isMissing ? now < this.#lookAt : this.#wanted.size === 0) return false
    // What begins to be missing is looked at as soon as it is known, so that nothing of it has come yet.
    this.#lookAt = isMissing ? now + catchUpLimits.lookEveryMs : -Infinity
    const before = this.#progress
    if (before.have === before.need) this.#beginAnew()
    this.#progress = this.#measure(source, now)
    return before.have !== this.#progress.have || before.need !== this.#progress.need
  }

  #beginAnew(): void {
    this.#came = 0
    for (const wanted of this.#wanted.values()) wanted.from = wanted.have
  }

  #measure(source: CatchUpSource, now: number): SyncProgress {
    const logs = source.logs()
    const heights = new Map<LogId, number>()
    for (const { log, height } of source.wantedHeights()) {
      heights.set(log, height)
      const have = logs.get(log)?.height ?? 0
      if (!this.#wanted.has(log)) this.#wanted.set(log, { from: have, have, movedAt: now })
    }
    let missing = 0
    let came = 0
    for (const [log, wanted] of this.#wanted) {
      const have = logs.get(log)?.height ?? 0
      // A log that was forgotten meanwhile keeps what it had come to.
      if (have > wanted.have) Object.assign(wanted, { have, movedAt: now })
      const height = heights.get(log)
      if (height === undefined) {
        this.#wanted.delete(log)
        this.#came += wanted.have - wanted.from
        continue
      }
      came += wanted.have - wanted.from
      const isHopeless = now - wanted.movedAt >= catchUpLimits.hopelessAfterMs
      // Nobody holds more, so no more will come, whatever is claimed.
      if (!isHopeless) missing += Math.min(gossipLimits.maxBlocks, Math.max(0, height - wanted.have))
    }
    const have = this.#came + came
    return { have, need: have + missing }
  }
}
