import type { LogId } from '../wire/block.ts'
import type { CarriedBlock } from '../wire/envelope.ts'
import { FrontierExchange } from './frontier-exchange.ts'
import type { GossipLimits } from '../bounds/limits.ts'
import type { Direction, LinkId } from '../wire/link.ts'
import type { NodeName } from '../wire/node-name.ts'
import type { PeerId } from '../wire/peer-id.ts'
import { type FrameArrival, RoundTrips } from './round-trips.ts'
import { TokenBucket } from '../bounds/token-bucket.ts'

export interface NeighbourIdentity {
  readonly link: LinkId
  readonly peerId: PeerId
  readonly name: NodeName
  readonly direction: Direction
}

/**
 * How alive the other end of a link is, as far as frames tell. Suspect early, destroy late (P8): `quiet` is said after
 * seconds, `silent` (the link is given up) only when waiting longer would be a lie.
 */
export type Liveness = 'up' | 'quiet' | 'silent'

export interface HeartbeatDue {
  readonly count: number
  readonly echo: number
  readonly heldMs: number
  readonly ask: boolean
}

/** One link and what is known of its other end. Times are the core's `now`, milliseconds. */
export class Neighbour {
  readonly identity: NeighbourIdentity
  /** False until its hello has come: nothing but hello is taken from it, and nothing else is sent to it. */
  hasGreeted = false
  liveness: Exclude<Liveness, 'silent'> = 'up'
  strikes = 0
  readonly roundTrips: RoundTrips
  /** Up to which height it has each log, as far as its envelopes and ours tell. Bounded by the logs held here. */
  readonly knownHeights = new Map<LogId, number>()
  /** When it was last told to push a log no more. Bounded likewise. */
  readonly prunedAt = new Map<LogId, number>()
  /** What it was not pushed, to be announced. Bounded likewise. */
  readonly unannounced = new Map<LogId, number>()
  /** Pushes that wait for others to share their envelope. */
  batch: CarriedBlock[] = []
  batchAt = Infinity
  readonly frontier = new FrontierExchange()
  /** Bytes of blocks that it may still ask for. */
  readonly served: TokenBucket
  /** Frontiers that it may still have answered. */
  readonly told: TokenBucket
  readonly #limits: GossipLimits
  #linkedAt: number
  #heardAt: number
  #sentAt: number
  #heartbeatAt = -Infinity
  #mustAnswer = false
  #heartbeats = 0
  /** Its heartbeat that came last, for the echo. */
  #heard: { readonly count: number; readonly at: number } | undefined
  /** The heartbeats not echoed yet, by count; as many as fit into the time until the link is given up. */
  readonly #unanswered = new Map<number, number>()
  #probeUntil: number | undefined

  constructor(identity: NeighbourIdentity, limits: GossipLimits, now: number) {
    this.identity = identity
    this.#limits = limits
    this.roundTrips = new RoundTrips(limits)
    this.#linkedAt = now
    this.#heardAt = now
    this.#sentAt = now
    this.told = new TokenBucket(limits.frontierAnswersBurst, limits.frontierAnswersPerSecond, now)
    this.served = new TokenBucket(limits.serveBurstBytes, limits.serveBytesPerSecond, now)
  }

  /** Any frame, a bad one too, shows that the other end's JavaScript runs. Gives the silence that it ends. */
  heard(now: number): number {
    const silenceMs = now - this.#heardAt
    this.#heardAt = now
    this.#probeUntil = undefined
    return silenceMs
  }

  /** Whether it is known to hold the log up to `height`. */
  has(log: LogId, height: number): boolean {
    return (this.knownHeights.get(log) ?? 0) >= height
  }

  noteHeight(log: LogId, height: number): void {
    if (!this.has(log, height)) this.knownHeights.set(log, height)
  }

  /** The log is held here no longer, so nothing is kept of it. */
  forget(log: LogId): void {
    this.knownHeights.delete(log)
    this.prunedAt.delete(log)
    this.unannounced.delete(log)
  }

  sent(now: number): void {
    this.#sentAt = now
  }

  /** This tab stood still for `gapMs`: that silence was ours. */
  forgive(gapMs: number): void {
    this.#linkedAt += gapMs
    this.#heardAt += gapMs
    if (this.#probeUntil !== undefined) this.#probeUntil += gapMs
  }

  /** Asks at once, and takes silence for quiet much sooner than usual. */
  probe(now: number): void {
    this.#heartbeatAt = -Infinity
    this.#probeUntil = now + this.#limits.probeAnswerMs
  }

  /** The heartbeat that is due, if one is. */
  takeHeartbeat(now: number): HeartbeatDue | undefined {
    if (!this.hasGreeted || now < this.#nextHeartbeatAt()) return undefined
    this.#heartbeats += 1
    this.#heartbeatAt = now
    this.#mustAnswer = false
    this.#unanswered.set(this.#heartbeats, now)
    for (const count of this.#unanswered.keys()) {
      if (this.#unanswered.size * this.#limits.heartbeatIdleMs <= this.#limits.downAfterMs) break
      this.#unanswered.delete(count)
    }
    const echo = this.#heard
    this.#heard = undefined
    const ask = this.roundTrips.latestMs === undefined || this.#probeUntil !== undefined
    return { count: this.#heartbeats, echo: echo?.count ?? 0, heldMs: echo ? now - echo.at : 0, ask }
  }

  /**
   * Gives whether the round trip was measured. What came while this tab ran late is not echoed, since nobody knows since
   * when it has been held; but the other side's first question is answered, so that it has a figure at all.
   */
  takesHeartbeat({ count, echo, heldMs, ask }: HeartbeatDue, { waitedMs, lateMs }: FrameArrival, now: number): boolean {
    const cameAt = now - waitedMs
    if (ask || lateMs < this.#limits.lateSampleMs) this.#heard = { count, at: cameAt }
    if (ask) this.#mustAnswer = true
    const sentAt = this.#unanswered.get(echo)
    if (sentAt === undefined) return false
    this.#unanswered.delete(echo)
    this.roundTrips.add(Math.max(0, cameAt - sentAt - heldMs), lateMs)
    return true
  }

  livenessAt(now: number): Liveness {
    if (!this.hasGreeted) return now >= this.#linkedAt + this.#limits.helloWithinMs ? 'silent' : 'up'
    if (now >= this.#heardAt + this.#limits.downAfterMs) return 'silent'
    if (now >= this.#quietAt()) return 'quiet'
    return 'up'
  }

  /** When time alone next changes something here. */
  nextWakeAt(): number {
    if (!this.hasGreeted) return this.#linkedAt + this.#limits.helloWithinMs
    const livenessAt = this.liveness === 'up' ? this.#quietAt() : this.#heardAt + this.#limits.downAfterMs
    return Math.min(this.#nextHeartbeatAt(), livenessAt, this.batchAt)
  }

  #nextHeartbeatAt(): number {
    if (this.#mustAnswer) return -Infinity
    const { heartbeatIdleMs, heartbeatBusyMs } = this.#limits
    return Math.min(Math.max(this.#sentAt, this.#heartbeatAt) + heartbeatIdleMs, this.#heartbeatAt + heartbeatBusyMs)
  }

  #quietAt(): number {
    return Math.min(this.#probeUntil ?? Infinity, this.#heardAt + this.#limits.quietAfterMs)
  }
}
