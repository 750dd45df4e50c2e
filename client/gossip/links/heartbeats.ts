import { BoundedMap } from '../bounds/bounded-map.ts'
import type { GossipLimits } from '../bounds/limits.ts'
import { type FrameArrival, RoundTrips } from './round-trips.ts'

const readAtOnce: FrameArrival = { waitedMs: 0, lateMs: 0 }

/** The fields of a heartbeat that concern the link alone. */
export interface Heartbeat {
  readonly count: number
  readonly echo: number
  readonly heldMs: number
  readonly ask: boolean
}

/** The heartbeats of one link in both directions, and the round trips that they measure (G3). */
export class Heartbeats {
  readonly roundTrips: RoundTrips
  readonly #limits: GossipLimits
  /** When the latest heartbeat was sent that the neighbour has echoed. */
  echoedAt = -Infinity
  #count = 0
  #sentAt = -Infinity
  #isAsked = false
  /** The neighbour's latest heartbeat, until it is echoed. */
  #toEcho: { readonly count: number; readonly receivedAt: number } | undefined
  /** When each heartbeat was sent that is not echoed yet, by count: those of the silence that ends a link. */
  readonly #unanswered: BoundedMap<number, number>

  constructor(limits: GossipLimits) {
    this.#limits = limits
    this.#unanswered = new BoundedMap(Math.floor(limits.downAfterMs / limits.heartbeatIdleMs))
    this.roundTrips = new RoundTrips(limits)
  }

  /** When the next heartbeat is due. `lastSentAt`: when any frame was sent on the link. */
  dueAt(lastSentAt: number): number {
    if (this.#isAsked) return -Infinity
    const { heartbeatIdleMs, heartbeatBusyMs } = this.#limits
    return Math.min(Math.max(lastSentAt, this.#sentAt) + heartbeatIdleMs, this.#sentAt + heartbeatBusyMs)
  }

  /** Makes the next heartbeat due at once. */
  hurry(): void {
    this.#sentAt = -Infinity
  }

  /** The heartbeat to be sent now. `ask`: the neighbour has to answer at once. */
  create(ask: boolean, now: number): Heartbeat {
    this.#count += 1
    this.#sentAt = now
    this.#isAsked = false
    this.#unanswered.set(this.#count, now)
    const echo = this.#toEcho
    this.#toEcho = undefined
    return {
      count: this.#count,
      echo: echo?.count ?? 0,
      heldMs: echo ? Math.round(now - echo.receivedAt) : 0,
      // A neighbour that runs late echoes only what asks.
      ask: ask || now - this.echoedAt >= this.#limits.downAfterMs,
    }
  }

  /**
   * Gives whether the heartbeat measured a round trip. A heartbeat that came while this tab ran late is not echoed, since
   * its arrival time is unknown. The exception is one that asks: the neighbour gets a figure, even if it is too high.
   */
  receive({ count, echo, heldMs, ask }: Heartbeat, arrival: FrameArrival | undefined, now: number): boolean {
    const { waitedMs, lateMs } = arrival ?? readAtOnce
    const receivedAt = now - waitedMs
    if (ask || lateMs < this.#limits.lateSampleMs) this.#toEcho = { count, receivedAt }
    if (ask) this.#isAsked = true
    const sentAt = this.#unanswered.get(echo)
    if (sentAt === undefined) return false
    this.#unanswered.delete(echo)
    this.echoedAt = Math.max(this.echoedAt, sentAt)
    this.roundTrips.add(Math.max(0, receivedAt - sentAt - heldMs), lateMs)
    return true
  }
}
