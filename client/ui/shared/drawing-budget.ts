export const drawingBudgetLimits = {
  /** How much of the time may be spent on drawing while much happens: the node shares the thread, and relaying goes first. */
  share: 0.05,
  /** Milliseconds of drawing that a calm page has at once: what one message sets going is drawn with every frame. */
  burstMs: 60,
  /** Milliseconds of rest at most: what is drawn has to be true soon (P8), also on a machine that draws slowly. */
  mostRestMs: 200,
} as const

/** A leaky bucket: drawing fills it, time empties it, and who draws waits until it is not full. */
export class DrawingBudget {
  /** Milliseconds of drawing that no time has passed for, as of `#countedAt`. */
  #spentMs = 0
  #countedAt = -Infinity

  spend(tookMs: number, now: number): void {
    const { share, burstMs, mostRestMs } = drawingBudgetLimits
    this.#spentMs = Math.min(this.#spentAt(now) + tookMs, burstMs + share * mostRestMs)
    this.#countedAt = now
  }

  /** Milliseconds to wait before drawing again. */
  restMs(now: number): number {
    const { share, burstMs } = drawingBudgetLimits
    return Math.max(0, (this.#spentAt(now) - burstMs) / share)
  }

  #spentAt(now: number): number {
    return Math.max(0, this.#spentMs - (now - this.#countedAt) * drawingBudgetLimits.share)
  }
}
