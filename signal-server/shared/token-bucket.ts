/** `burst` tokens at once, and `perSecond` on average. */
export interface Rate {
  readonly burst: number
  readonly perSecond: number
}

/**
 * A rate limit without timers. It is synchronous, so nothing can happen between the check and what it guards, and it is
 * garbage collected with its owner. Unlike a fixed window, it never allows two bursts back to back.
 */
export class TokenBucket {
  readonly #rate: Rate
  readonly #now: () => number
  #tokens: number
  #filledAt: number

  /** `now`: milliseconds, never backwards. */
  constructor(rate: Rate, now: () => number) {
    this.#rate = rate
    this.#now = now
    this.#tokens = rate.burst
    this.#filledAt = now()
  }

  /** Whole tokens that are left now. */
  available(): number {
    const now = this.#now()
    const refill = ((now - this.#filledAt) / 1000) * this.#rate.perSecond
    this.#tokens = Math.min(this.#rate.burst, this.#tokens + refill)
    this.#filledAt = now
    return Math.floor(this.#tokens)
  }

  /** Whether `cost` is still within the rate; if not, nothing is consumed. */
  consume(cost = 1): boolean {
    if (this.available() < cost) return false
    this.#tokens -= cost
    return true
  }
}
