import type { NetworkLimits } from '../shared/limits.ts'
import type { Timers } from '../../node/shared/timers.ts'

/**
 * Counts websockets in a row that open at the first try and end soon after. The server does not do that: after its end the
 * next handshake would fail. Something on the path, a proxy or a load balancer, cuts silent connections.
 */
export class SocketCuts {
  readonly #timers: Timers
  readonly #limits: NetworkLimits
  readonly #steady: () => void
  #cuts = 0
  #afterMs = 0
  #openedAt = 0
  #stopWatch: (() => void) | undefined

  /** Calls `steady` once a socket has lived long enough after others were cut. */
  constructor(timers: Timers, limits: NetworkLimits, steady: () => void) {
    this.#timers = timers
    this.#limits = limits
    this.#steady = steady
  }

  /** For a state or a contact: empty until enough sockets in a row were cut. */
  get notice(): { readonly cutAfterMs?: number } {
    return this.#cuts >= this.#limits.cutsInARow ? { cutAfterMs: this.#afterMs } : {}
  }

  opened(): void {
    this.#stopWatch?.()
    this.#openedAt = this.#timers.now()
    if (this.#cuts === 0) return
    this.#stopWatch = this.#timers.after(this.#limits.steadySocketMs, () => {
      const hadNotice = this.notice.cutAfterMs !== undefined
      this.#cuts = 0
      if (hadNotice) this.#steady()
    })
  }

  /** The socket ended, and the server did not end it. */
  closed(): void {
    this.#stopWatch?.()
    const livedMs = this.#timers.now() - this.#openedAt
    const isCut = livedMs < this.#limits.steadySocketMs
    this.#cuts = isCut ? this.#cuts + 1 : 0
    this.#afterMs = Math.round(livedMs)
  }

  /** The socket ended for another reason, or the next one did not open. */
  failed(): void {
    this.#stopWatch?.()
    this.#cuts = 0
  }

  stop(): void {
    this.#stopWatch?.()
  }
}
