/** So much at once, and so much per second from then on. */
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

  /** Takes what it costs, if anything is left: one large thing may overdraw, the next then waits for it. */
  spend(cost: number, now: number): boolean {
    this.#tokens = Math.min(this.#burst, this.#tokens + ((now - this.#filledAt) * this.#perSecond) / 1_000)
    this.#filledAt = now
    if (this.#tokens <= 0) return false
    this.#tokens -= cost
    return true
  }
}
