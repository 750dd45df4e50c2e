export const drawingBudgetLimits = {
  /** The share of time for drawing on a busy page: the node runs on the same thread, and relaying has priority. */
  share: 0.05,
  /** Milliseconds of drawing that a calm page may use at once: the effects of one message are drawn in every frame. */
  burstMs: 60,
  /** The maximum rest in milliseconds: the page has to be up to date soon (P8), even on a machine that draws slowly. */
  mostRestMs: 200,
} as const

/** A leaky bucket: drawing fills it, time empties it, and while it is over the burst, drawing waits. */
export class DrawingBudget {
  /** The level of the bucket at `#countedAt`, in milliseconds of drawing. */
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
