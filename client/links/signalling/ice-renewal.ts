import type { ReceivedIceGrant } from '../../../signal-server/shared/protocol.ts'
import type { NetworkLimits } from '../shared/limits.ts'
import type { Timers } from '../../node/shared/timers.ts'

export interface IceRenewalOptions {
  readonly timers: Timers
  readonly limits: Pick<NetworkLimits, 'renewAgainMs'>
  /** In [0, 1). */
  readonly random: () => number
  /** Asks the server for a new grant. Undefined: none was given. Never rejects. */
  readonly ask: () => Promise<ReceivedIceGrant | undefined>
  readonly granted: (grant: ReceivedIceGrant) => void
}

/**
 * Has TURN credentials renewed well before they end.
 *
 * 1. At most one question is on its way or waits for its time.
 * 2. It comes after a half to three quarters of the credentials' life: tabs that came together don't ask together, and
 *    a timer that a hidden or stalled tab gets late is still in time, or overdue and asks at once.
 * 3. Whoever is granted anew by another way, or stops, hears no answer to an older question.
 */
export class IceRenewal {
  readonly #options: IceRenewalOptions
  #cancel: (() => void) | undefined
  /** Counts what makes older questions void. */
  #round = 0

  constructor(options: IceRenewalOptions) {
    this.#options = options
  }

  /** These credentials are the newest. */
  granted({ iceLifeMs }: ReceivedIceGrant): void {
    this.stop()
    if (iceLifeMs !== undefined) this.#askAfter(iceLifeMs * (0.5 + 0.25 * this.#options.random()))
  }

  /** What was granted last is not known here. */
  async askNow(): Promise<void> {
    this.stop()
    const round = this.#round
    const { ask, granted, limits, random } = this.#options
    const grant = await ask()
    if (round !== this.#round) return
    if (grant === undefined) return this.#askAfter(limits.renewAgainMs * (0.5 + random()))
    this.granted(grant)
    granted(grant)
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
