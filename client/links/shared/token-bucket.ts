/** A rate limit: `size` at once, then one every `refillMs`. */
export class TokenBucket {
  readonly #size: number
  readonly #refillMs: number
  #tokens: number
  #countedAt: number

  constructor(size: number, refillMs: number, now: number) {
    this.#size = size
    this.#refillMs = refillMs
    this.#tokens = size
    this.#countedAt = now
  }

  has(now: number): boolean {
    this.#tokens = Math.min(this.#size, this.#tokens + (now - this.#countedAt) / this.#refillMs)
    this.#countedAt = now
    return this.#tokens >= 1
  }

  consume(now: number): boolean {
    if (!this.has(now)) return false
    this.#tokens -= 1
    return true
  }

  refund(): void {
    this.#tokens = Math.min(this.#size, this.#tokens + 1)
  }
}
