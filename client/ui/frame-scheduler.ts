/** The browser's two ways to wait, given in so that tests can turn the crank. */
export interface FrameClock {
  requestFrame(work: () => void): number
  cancelFrame(id: number): void
  setTimer(work: () => void, ms: number): number
  clearTimer(id: number): void
}

export const browserFrameClock: FrameClock = {
  requestFrame: (work) => requestAnimationFrame(work),
  cancelFrame: (id) => cancelAnimationFrame(id),
  setTimer: (work, ms) => window.setTimeout(work, ms),
  clearTimer: (id) => window.clearTimeout(id),
}

/**
 * A hidden tab gets no frames, only timers (about one a second), so whichever comes first does the work. Long enough
 * that a visible tab's frame wins, short enough that nobody waits for it.
 */
const frameFallbackMs = 100

/** Does `work` once per animation frame at most, however often it is asked to. */
export class FrameScheduler {
  readonly #work: () => void
  readonly #clock: FrameClock
  #pending: { readonly frame: number; readonly timer: number } | undefined

  constructor(work: () => void, clock: FrameClock) {
    this.#work = work
    this.#clock = clock
  }

  schedule(): void {
    if (this.#pending) return
    const run = (): void => {
      this.cancel()
      this.#work()
    }
    this.#pending = { frame: this.#clock.requestFrame(run), timer: this.#clock.setTimer(run, frameFallbackMs) }
  }

  cancel(): void {
    if (!this.#pending) return
    this.#clock.cancelFrame(this.#pending.frame)
    this.#clock.clearTimer(this.#pending.timer)
    this.#pending = undefined
  }
}
