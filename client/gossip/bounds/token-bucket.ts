/** A rate limit: `burst` tokens at once, then `perSecond`. */
export class TokenBucket {
  readonly #burst: number
  readonly #perSecond: number
  #tokens: number
  #filledAt: number

  constructor(burst: number, perSecond: number, now: number) {
    this.#burst = burst
    this.#perSecond = perSecond
    this.#tokens = burst
    this.#filledAt = now
  }

  /** Pays `cost` if any token is left. A large cost may overdraw the bucket; the next one then waits longer. */
  spend(cost: number, now: number): boolean {
    this.#tokens = Math.min(this.#burst, this.#tokens + ((now - this.#filledAt) * this.#perSecond) / 1_000)
    this.#filledAt = now
    if (this.#tokens <= 0) return false
    this.#tokens -= cost
    return true
  }
}
