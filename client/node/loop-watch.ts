import type { Timers } from './shared/timers.ts'

/** Milliseconds between two timers. A tab that is busy for longer is detected; five timers a second cost nothing. */
const tickEveryMs = 200

/**
 * Measures how late a page's event loop runs, by how late a timer fires: a frame that is read meanwhile may have waited as
 * long. In a hidden tab timers are late by design, so there it measures nothing.
 */
export class LoopWatch {
  readonly #timers: Timers
  readonly #isHidden: () => boolean
  #dueAt: number
  #lastLateMs = 0

  constructor(timers: Timers, isHidden: () => boolean) {
    this.#timers = timers
    this.#isHidden = isHidden
    this.#dueAt = timers.now() + tickEveryMs
    this.#scheduleTick()
  }

  /** Milliseconds, now or at the latest timer, whichever is more; 0 in a hidden tab. */
  lateMs(): number {
    return this.#isHidden() ? 0 : Math.max(0, this.#lastLateMs, this.#timers.now() - this.#dueAt)
  }

  #scheduleTick(): void {
    this.#timers.after(tickEveryMs, () => {
      const now = this.#timers.now()
      this.#lastLateMs = Math.max(0, now - this.#dueAt)
      this.#dueAt = now + tickEveryMs
      this.#scheduleTick()
    })
  }
}
