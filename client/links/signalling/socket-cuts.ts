import type { NetworkLimits } from '../shared/limits.ts'
import type { Timers } from '../../node/shared/timers.ts'

/**
 * Websockets that open at the first try and are ended soon after, one after the other: not the server, which would be gone
 * for a moment, but something on the way that ends what says nothing for a while.
 */
export class SocketCuts {
  readonly #timers: Timers
  readonly #limits: NetworkLimits
  readonly #steady: () => void
  #cuts = 0
  #afterMs = 0
  #openedAt = 0
  #stopWatch: (() => void) | undefined

  /** `steady`: a socket has lived long enough after others were cut. */
  constructor(timers: Timers, limits: NetworkLimits, steady: () => void) {
    this.#timers = timers
    this.#limits = limits
    this.#steady = steady
  }

  /** For a state or a contact: nothing unless it is no chance any more. */
  get told(): { readonly cutAfterMs?: number } {
    return this.#cuts >= this.#limits.cutsInARow ? { cutAfterMs: this.#afterMs } : {}
  }

  opened(): void {
    this.#stopWatch?.()
    this.#openedAt = this.#timers.now()
    if (this.#cuts === 0) return
    this.#stopWatch = this.#timers.after(this.#limits.steadySocketMs, () => {
      const wasTold = this.told.cutAfterMs !== undefined
      this.#cuts = 0
      if (wasTold) this.#steady()
    })
  }

  /** The socket ended, without a word of the server. */
  closed(): void {
    this.#stopWatch?.()
    const livedMs = this.#timers.now() - this.#openedAt
    const isCut = livedMs < this.#limits.steadySocketMs
    this.#cuts = isCut ? this.#cuts + 1 : 0
    this.#afterMs = Math.round(livedMs)
  }

  /** It ended for another reason, or the next one did not open. */
  failed(): void {
    this.#stopWatch?.()
    this.#cuts = 0
  }

  stop(): void {
    this.#stopWatch?.()
  }
}
