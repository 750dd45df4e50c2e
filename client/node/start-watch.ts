import type { StartWait } from './api/grapevine.ts'
import type { Timers } from './shared/timers.ts'

/** Milliseconds after which a step of the start is no moment any more, and a person is told what is waited for. */
const slowStepMs = 2_000

/** Tells what a start waits for, once that takes longer than a moment, and when it waits for nothing any more. */
export class StartWatch {
  readonly #timers: Timers
  readonly #waits: (waitsFor: StartWait | undefined) => void
  #cancel = (): void => {}
  #isTold = false

  constructor(timers: Timers, waits: (waitsFor: StartWait | undefined) => void) {
    this.#timers = timers
    this.#waits = waits
  }

  /** A step begins; the one before it is over. */
  begin(step: StartWait): void {
    this.end()
    this.#cancel = this.#timers.after(slowStepMs, () => {
      this.#isTold = true
      this.#waits(step)
    })
  }

  end(): void {
    this.#cancel()
    if (this.#isTold) this.#waits(undefined)
    this.#isTold = false
  }
}
