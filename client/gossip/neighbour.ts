import type { GossipLimits } from './limits.ts'
import type { Direction, LinkId } from './link.ts'
import type { NodeName } from './node-name.ts'
import type { PeerId } from './peer-id.ts'

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

/** One link and what is known of its other end. Times are the core's `now`, milliseconds. */
export class Neighbour {
  readonly identity: NeighbourIdentity
  /** False until its hello has come: nothing but hello is taken from it, and nothing else is sent to it. */
  hasGreeted = false
  liveness: Exclude<Liveness, 'silent'> = 'up'
  strikes = 0
  /** Smoothed round trip; absent until the first answer. */
  rttMs: number | undefined
  readonly #limits: GossipLimits
  #linkedAt: number
  #heardAt: number
  #nextHeartbeatAt: number
  #heartbeats = 0
  /** The heartbeats not answered yet, by count; at most as many as fit into the time until the link is given up. */
  readonly #unanswered = new Map<number, number>()
  #probeUntil: number | undefined

  constructor(identity: NeighbourIdentity, limits: GossipLimits, now: number) {
    this.identity = identity
    this.#limits = limits
    this.#linkedAt = now
    this.#heardAt = now
    this.#nextHeartbeatAt = now
  }

  /** Any frame, a bad one too, shows that the other end's JavaScript runs. */
  heard(now: number): void {
    this.#heardAt = now
    this.#probeUntil = undefined
  }

  /** This tab stood still for `gapMs`: that silence was ours. */
  forgive(gapMs: number): void {
    this.#linkedAt += gapMs
    this.#heardAt += gapMs
    if (this.#probeUntil !== undefined) this.#probeUntil += gapMs
  }

  /** Asks at once, and takes silence for quiet much sooner than usual. */
  probe(now: number): void {
    this.#nextHeartbeatAt = now
    this.#probeUntil = now + this.#limits.probeAnswerMs
  }

  /** The heartbeat that is due, if one is. */
  takeHeartbeat(now: number): number | undefined {
    if (!this.hasGreeted || now < this.#nextHeartbeatAt) return undefined
    this.#nextHeartbeatAt = now + this.#limits.heartbeatEveryMs
    this.#heartbeats += 1
    this.#unanswered.set(this.#heartbeats, now)
    for (const count of this.#unanswered.keys()) {
      if (this.#unanswered.size * this.#limits.heartbeatEveryMs <= this.#limits.downAfterMs) break
      this.#unanswered.delete(count)
    }
    return this.#heartbeats
  }

  /** False: no such heartbeat was sent, or it was answered already. */
  answered(count: number, now: number): boolean {
    const sentAt = this.#unanswered.get(count)
    if (sentAt === undefined) return false
    this.#unanswered.delete(count)
    const sampleMs = now - sentAt
    // RFC 6298's smoothing: one slow answer (a busy tab) does not swing the figure.
    this.rttMs = this.rttMs === undefined ? sampleMs : this.rttMs + (sampleMs - this.rttMs) / 8
    return true
  }

  livenessAt(now: number): Liveness {
    if (!this.hasGreeted) return now >= this.#linkedAt + this.#limits.helloWithinMs ? 'silent' : 'up'
    if (now >= this.#heardAt + this.#limits.downAfterMs) return 'silent'
    if (now >= this.#quietAt()) return 'quiet'
    return 'up'
  }

  /** When `takeHeartbeat` or `livenessAt` can next say something new. */
  nextWakeAt(): number {
    if (!this.hasGreeted) return this.#linkedAt + this.#limits.helloWithinMs
    const livenessAt = this.liveness === 'up' ? this.#quietAt() : this.#heardAt + this.#limits.downAfterMs
    return Math.min(this.#nextHeartbeatAt, livenessAt)
  }

  #quietAt(): number {
    return Math.min(this.#probeUntil ?? Infinity, this.#heardAt + this.#limits.quietAfterMs)
  }
}
