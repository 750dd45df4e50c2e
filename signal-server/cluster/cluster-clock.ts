import { clusterLimits } from './limits.ts'

/**
 * The clock of the cluster, the same for every process: the time of Redis at the last heartbeat.
 *
 * 1. The clock is never ahead of Redis: it is behind by at most the time that Redis's answer took.
 * 2. It stands still while the machine sleeps. If that may have happened since it was set, no step counts as fresh.
 */
export class ClusterClock {
  #aheadMs = Date.now() - performance.now()
  /** How far the clock may be behind Redis. */
  #errorMs = 0
  /** Milliseconds since 1970, on a clock that runs while the machine sleeps. */
  #setAt = -Infinity

  /** Milliseconds. */
  now(): number {
    return Math.round(performance.now() + this.#aheadMs)
  }

  /** Redis read its time after `askedAt`, in milliseconds of `performance.now()`, and has just answered. */
  set(redisTimeMs: number, askedAt: number): void {
    this.#aheadMs = redisTimeMs - performance.now()
    this.#errorMs = performance.now() - askedAt
    this.#setAt = Date.now()
  }

  /**
   * Whether a step that another process sent then may still be delivered. Its age includes the error of this clock, and the
   * sender's clock is behind too, if at all: so no step counts as younger than it is. A step from the future shows that this
   * process, or its machine, stood still.
   */
  isFresh(sentAt: number): boolean {
    const { clockLifeMs, stepLifeMs } = clusterLimits
    const ageMs = this.now() - sentAt
    return (
      Math.abs(Date.now() - this.#setAt) <= clockLifeMs && ageMs + this.#errorMs <= stepLifeMs && -ageMs <= stepLifeMs
    )
  }
}
