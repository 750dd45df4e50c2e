import type { StartWait } from './api/grapevine.ts'
import type { Timers } from './shared/timers.ts'

/** Milliseconds after which the page shows what the start waits for. */
const slowStepMs = 2_000

/** Reports what a start waits for, once a step takes longer than `slowStepMs`, and when that step is over. */
export class StartWatch {
  readonly #timers: Timers
  readonly #waits: (waitsFor: StartWait | undefined) => void
  #cancel = (): void => {}
  #isReported = false

  constructor(timers: Timers, waits: (waitsFor: StartWait | undefined) => void) {
    this.#timers = timers
    this.#waits = waits
  }

  /** A step begins; the one before it is over. */
  begin(step: StartWait): void {
    this.end()
    this.#cancel = this.#timers.after(slowStepMs, () => {
      this.#isReported = true
      this.#waits(step)
    })
  }

  end(): void {
    this.#cancel()
    if (this.#isReported) this.#waits(undefined)
    this.#isReported = false
  }
}
