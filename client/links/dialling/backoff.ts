import type { NetworkLimits } from '../shared/limits.ts'

/**
 * Pauses after failed tries: each doubles, up to a cap, with jitter (half fixed, half random). After
 * `redialsBeforeLongCap` tries the cap itself doubles, up to `redialLongCapMs`.
 */
export class Backoff {
  readonly #limits: NetworkLimits
  /** In [0, 1). */
  readonly #random: () => number
  #tries = 0

  constructor(limits: NetworkLimits, random: () => number) {
    this.#limits = limits
    this.#random = random
  }

  nextMs(): number {
    const { redialBaseMs, redialCapMs, redialsBeforeLongCap, redialLongCapMs } = this.#limits
    const longTries = Math.max(0, this.#tries - redialsBeforeLongCap)
    const capMs = Math.min(redialLongCapMs, redialCapMs * 2 ** longTries)
    const pauseMs = Math.min(capMs, redialBaseMs * 2 ** this.#tries)
    this.#tries += 1
    return pauseMs * (0.5 + this.#random() / 2)
  }

  reset(): void {
    this.#tries = 0
  }
}
