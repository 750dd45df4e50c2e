import type { NetworkSnapshot } from '../grapevine.ts'
import type { Timers } from './node-ports.ts'

/** Milliseconds between two `network` events: five a second are as many as a person can follow. */
const gapMs = 200

/** Gathers changes of the picture: the first is told at once, the next ones together. */
export class NetworkNews {
  readonly #timers: Timers
  readonly #tell: () => void
  #toldAt = -Infinity
  #stopTimer: (() => void) | undefined

  constructor(timers: Timers, tell: () => void) {
    this.#timers = timers
    this.#tell = tell
  }

  changed(): void {
    if (this.#stopTimer) return
    const waitMs = this.#toldAt + gapMs - this.#timers.now()
    if (waitMs <= 0) return this.#tellNow()
    this.#stopTimer = this.#timers.after(waitMs, () => {
      this.#stopTimer = undefined
      this.#tellNow()
    })
  }

  stop(): void {
    this.#stopTimer?.()
    this.#stopTimer = undefined
  }

  #tellNow(): void {
    this.#toldAt = this.#timers.now()
    this.#tell()
  }
}

/** Before the node runs. */
export const emptyNetwork: NetworkSnapshot = { nodes: [], isPartial: false }
