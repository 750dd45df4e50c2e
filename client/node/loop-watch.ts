import type { Timers } from './shared/timers.ts'

/** Milliseconds between two looks. A tab that is busy for longer is found out; five timers a second cost nothing. */
const lookEveryMs = 200

/**
 * How late a page's event loop runs: a frame that is read while it does may have waited for as long. A timer that should
 * have fired by now tells; in a hidden tab timers are late by design, and nothing is concluded.
 */
export class LoopWatch {
  readonly #timers: Timers
  readonly #isHidden: () => boolean
  #dueAt: number
  #lastLateMs = 0

  constructor(timers: Timers, isHidden: () => boolean) {
    this.#timers = timers
    this.#isHidden = isHidden
    this.#dueAt = timers.now() + lookEveryMs
    this.#lookLater()
  }

  /** Milliseconds: now, or at the latest look. */
  lateMs(): number {
    return this.#isHidden() ? 0 : Math.max(0, this.#lastLateMs, this.#timers.now() - this.#dueAt)
  }

  #lookLater(): void {
    this.#timers.after(lookEveryMs, () => {
      const now = this.#timers.now()
      this.#lastLateMs = Math.max(0, now - this.#dueAt)
      this.#dueAt = now + lookEveryMs
      this.#lookLater()
    })
  }
}
