import type { ReceivedIceGrant } from '../../../signal-server/shared/protocol.ts'
import type { NetworkLimits } from '../shared/limits.ts'
import type { Timers } from '../../node/shared/timers.ts'

export interface IceRenewalOptions {
  readonly timers: Timers
  readonly limits: Pick<NetworkLimits, 'renewAgainMs'>
  /** In [0, 1). */
  readonly random: () => number
  /** Asks the server for new credentials. Undefined: it gave none. Never rejects. */
  readonly ask: () => Promise<ReceivedIceGrant | undefined>
  readonly renewed: (grant: ReceivedIceGrant) => void
}

/**
 * Renews TURN credentials well before they expire.
 *  1. At most one request is under way or scheduled.
 *  2. A request is made after a half to three quarters of the credentials' life. So tabs that started together do not ask
 *     together, and the late timer of a hidden or stalled tab is still in time.
 *  3. After newer credentials or `stop`, the answer to an earlier request is ignored.
 */
export class IceRenewal {
  readonly #options: IceRenewalOptions
  #cancel: (() => void) | undefined
  /** Goes up when the answers to earlier requests become void. */
  #round = 0

  constructor(options: IceRenewalOptions) {
    this.#options = options
  }

  /** The server has given these credentials with a registration. */
  granted({ iceLifeMs }: ReceivedIceGrant): void {
    this.stop()
    if (iceLifeMs !== undefined) this.#askAfter(iceLifeMs * (0.5 + 0.25 * this.#options.random()))
  }

  /** For a registration whose answer, with the credentials, was lost. */
  async askNow(): Promise<void> {
    this.stop()
    const round = this.#round
    const { ask, renewed, limits, random } = this.#options
    const grant = await ask()
    if (round !== this.#round) return
    if (grant === undefined) return this.#askAfter(limits.renewAgainMs * (0.5 + random()))
    this.granted(grant)
    renewed(grant)
  }

  stop(): void {
    this.#round += 1
    this.#cancel?.()
    this.#cancel = undefined
  }

  #askAfter(delayMs: number): void {
    this.#cancel = this.#options.timers.after(delayMs, () => void this.askNow())
  }
}
