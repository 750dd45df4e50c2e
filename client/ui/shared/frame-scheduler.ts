/** The clocks of a browser; tests inject their own. */
export interface DrawingClock {
  requestFrame(work: () => void): number
  cancelFrame(id: number): void
  setTimer(work: () => void, ms: number): number
  clearTimer(id: number): void
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number
  /** Calls `work` after the browser has drawn the changes. */
  readonly afterDrawing: (work: () => void) => void
}

export const browserFrameClock: DrawingClock = {
  requestFrame: (work) => requestAnimationFrame(work),
  cancelFrame: (id) => cancelAnimationFrame(id),
  setTimer: (work, ms) => window.setTimeout(work, ms),
  clearTimer: (id) => window.clearTimeout(id),
  now: () => performance.now(),
  afterDrawing: (work) => {
    // A message that is posted in a frame arrives after the layout and paint of this frame.
    const { port1, port2 } = new MessageChannel()
    port1.addEventListener('message', () => {
      port1.close()
      work()
    })
    port1.start()
    port2.postMessage(undefined)
  },
}

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

/**
 * Milliseconds. A hidden tab gets no frames, only timers (about one per second), so the work runs at a frame or a
 * timer, whichever comes first. The time is long enough for a visible tab's frame to win, and too short to be noticed.
 */
const frameFallbackMs = 100

/** Runs `work` at most once per animation frame, however often it is scheduled, and less often if it is expensive. */
export class FrameScheduler {
  readonly #work: () => void
  readonly #clock: DrawingClock
  #pending: { readonly frame: number | undefined; readonly timer: number } | undefined
  readonly #budget = new DrawingBudget()

  constructor(work: () => void, clock: DrawingClock) {
    this.#work = work
    this.#clock = clock
  }

  schedule(): void {
    if (this.#pending) return
    const restMs = this.#budget.restMs(this.#clock.now())
    if (restMs > 0) this.#pending = { frame: undefined, timer: this.#clock.setTimer(() => this.#wait(), restMs) }
    else this.#wait()
  }

  cancel(): void {
    if (!this.#pending) return
    const { frame, timer } = this.#pending
    if (frame !== undefined) this.#clock.cancelFrame(frame)
    this.#clock.clearTimer(timer)
    this.#pending = undefined
  }

  #wait(): void {
    const run = (): void => this.#run()
    this.#pending = { frame: this.#clock.requestFrame(run), timer: this.#clock.setTimer(run, frameFallbackMs) }
  }

  #run(): void {
    this.cancel()
    const { now, afterDrawing } = this.#clock
    const beganAt = now()
    this.#work()
    afterDrawing(() => this.#budget.spend(now() - beganAt, now()))
  }
}

/** Whether the reader's system requests reduced motion. */
export const prefersReducedMotion = (): boolean => matchMedia('(prefers-reduced-motion: reduce)').matches

/** Runs `work` when the page is idle, within a second at most. Safari has no `requestIdleCallback`. */
export const whenIdle = (work: () => void): void => {
  if (typeof requestIdleCallback === 'function') requestIdleCallback(work, { timeout: 1_000 })
  else setTimeout(work, 200)
}
