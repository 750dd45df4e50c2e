import type { LogId } from '../wire/block.ts'
import type { Deadline, Deadlines } from '../bounds/deadlines.ts'
import { FrontierExchange } from './frontier-exchange.ts'
import { type Heartbeat, Heartbeats } from './heartbeats.ts'
import type { GossipLimits } from '../bounds/limits.ts'
import type { Direction, LinkId } from '../wire/link.ts'
import type { NodeName } from '../wire/node-name.ts'
import type { PeerId } from '../wire/peer-id.ts'
import { SendQueue } from './send-queue.ts'
import type { FrameArrival, RoundTrips } from './round-trips.ts'
import { TokenBucket } from '../bounds/token-bucket.ts'

export interface NeighbourIdentity {
  readonly link: LinkId
  readonly peerId: PeerId
  readonly name: NodeName
  readonly direction: Direction
}

/**
 * What the frames of a link show of its other end. Suspect early, destroy late (P8): a neighbour is `quiet` after some
 * seconds of silence, and `silent`, which ends the link, only after a silence from which no link recovers.
 */
export type Liveness = 'up' | 'quiet' | 'silent'

type Contact =
  /** Only hello is accepted from the neighbour, and nothing else is sent to it (G1). */
  | { readonly phase: 'awaiting-hello'; readonly until: number }
  | { readonly phase: 'greeted'; readonly liveness: Exclude<Liveness, 'silent'> }

/** One link and what is known of its other end. Times are the core's `now`, milliseconds. */
export class Neighbour {
  readonly identity: NeighbourIdentity
  /** What the two nodes know of each other's frontiers. */
  readonly frontier = new FrontierExchange()
  /** The blocks that wait for their turn to be sent. */
  readonly queue: SendQueue
  /** Bytes of blocks that the neighbour may still request. */
  readonly serveBytes: TokenBucket
  /** Frontiers of the neighbour that are still answered. */
  readonly frontierAnswers: TokenBucket
  /** Summaries of the neighbour that are still answered. */
  readonly summaryAnswers: TokenBucket
  /** Proofs of forks that are still requested of the neighbour. */
  readonly proofRequests: TokenBucket
  /** When time alone next changes something here, or earlier. */
  readonly deadline: Deadline
  /** Nothing is sent any more, and nothing is read. */
  hasEnded = false
  readonly #limits: GossipLimits
  readonly #heartbeats: Heartbeats
  /** Up to which height the neighbour has each log, as its envelopes and ours show. Bounded by the logs held here. */
  readonly #heights = new Map<LogId, number>()
  #contact: Contact
  #strikes = 0
  #heardAt: number
  #sentAt: number
  #probeUntil: number | undefined

  /** `watch` is called when the deadline has come. */
  constructor(
    identity: NeighbourIdentity,
    limits: GossipLimits,
    now: number,
    deadlines: Deadlines,
    watch: (now: number) => void,
  ) {
    this.identity = identity
    this.#limits = limits
    this.#heartbeats = new Heartbeats(limits)
    this.#contact = { phase: 'awaiting-hello', until: now + limits.helloWithinMs }
    this.#heardAt = now
    this.#sentAt = now
    this.queue = new SendQueue(limits)
    this.frontierAnswers = new TokenBucket(limits.frontierAnswersBurst, limits.frontierAnswersPerSecond, now)
    this.summaryAnswers = new TokenBucket(limits.summaryAnswersBurst, limits.summaryAnswersPerSecond, now)
    this.proofRequests = new TokenBucket(limits.proofRequestBurst, limits.proofRequestsPerSecond, now)
    this.serveBytes = new TokenBucket(limits.serveBurstBytes, limits.serveBytesPerSecond, now)
    this.deadline = deadlines.create(watch)
    this.deadline.set(this.nextWakeAt())
  }

  get hasGreeted(): boolean {
    return this.#contact.phase === 'greeted'
  }

  get liveness(): Exclude<Liveness, 'silent'> {
    return this.#contact.phase === 'greeted' ? this.#contact.liveness : 'up'
  }

  get roundTrips(): RoundTrips {
    return this.#heartbeats.roundTrips
  }

  /** When this node sent the latest heartbeat that the neighbour has echoed. */
  get echoedAt(): number {
    return this.#heartbeats.echoedAt
  }

  /** Its hello has come. */
  greet(): void {
    this.#contact = { phase: 'greeted', liveness: 'up' }
    this.deadline.set(this.nextWakeAt())
  }

  /** Counts an invalid frame. Gives whether it was one too many (G2). */
  strike(): boolean {
    this.#strikes += 1
    return this.#strikes >= this.#limits.strikes
  }

  /** Any frame, an invalid one too, shows that the other end's JavaScript runs. Gives the silence that the frame ends. */
  noteHeard(now: number): number {
    const silenceMs = now - this.#heardAt
    this.#heardAt = now
    this.#probeUntil = undefined
    return silenceMs
  }

  noteSent(now: number): void {
    this.#sentAt = now
  }

  /** This tab stood still for `gapMs`, so the neighbour was not silent for that time. */
  forgive(gapMs: number): void {
    const contact = this.#contact
    if (contact.phase === 'awaiting-hello') this.#contact = { ...contact, until: contact.until + gapMs }
    this.#heardAt += gapMs
    if (this.#probeUntil !== undefined) this.#probeUntil += gapMs
  }

  /** Asks the neighbour at once. Without an answer it is quiet much sooner than usual. */
  probe(now: number): void {
    this.#heartbeats.hurry()
    this.#probeUntil = now + this.#limits.probeAnswerMs
    this.deadline.set(this.nextWakeAt())
  }

  /** The heartbeat to be sent now; nothing while none is due. */
  dueHeartbeat(now: number): Heartbeat | undefined {
    if (!this.hasGreeted || now < this.#heartbeats.dueAt(this.#sentAt)) return undefined
    return this.#heartbeats.create(this.#probeUntil !== undefined, now)
  }

  /** Gives whether the heartbeat measured a round trip. */
  receiveHeartbeat(heartbeat: Heartbeat, arrival: FrameArrival | undefined, now: number): boolean {
    const isMeasured = this.#heartbeats.receive(heartbeat, arrival, now)
    // The neighbour may have asked for an answer at once.
    if (heartbeat.ask) this.deadline.set(this.nextWakeAt())
    return isMeasured
  }

  livenessAt(now: number): Liveness {
    if (this.#contact.phase === 'awaiting-hello') return now >= this.#contact.until ? 'silent' : 'up'
    if (now >= this.#silentAt) return 'silent'
    return now >= this.#quietAt ? 'quiet' : 'up'
  }

  /** Shows this liveness from now on. Gives whether it has changed. */
  setLiveness(liveness: Exclude<Liveness, 'silent'>): boolean {
    if (liveness === this.liveness) return false
    this.#contact = { phase: 'greeted', liveness }
    return true
  }

  /** When time alone next changes something here. */
  nextWakeAt(): number {
    if (this.#contact.phase === 'awaiting-hello') return this.#contact.until
    return Math.min(
      this.#heartbeats.dueAt(this.#sentAt),
      this.#contact.liveness === 'up' ? this.#quietAt : this.#silentAt,
    )
  }

  /** Whether the neighbour is known to hold the log up to `height`. */
  has(log: LogId, height: number): boolean {
    return (this.#heights.get(log) ?? 0) >= height
  }

  /** The neighbour holds the log up to `height` at least. */
  noteHeight(log: LogId, height: number): void {
    if (!this.has(log, height)) this.#heights.set(log, height)
  }

  /** The neighbour holds the log up to exactly `height`, by its own frontier: a block pushed to it may have been lost. */
  correctHeight(log: LogId, height: number): void {
    this.#heights.set(log, height)
  }

  /** This node has forgotten the log. */
  forgetLog(log: LogId): void {
    this.#heights.delete(log)
  }

  get #quietAt(): number {
    return Math.min(this.#probeUntil ?? Infinity, this.#heardAt + this.#limits.quietAfterMs)
  }

  get #silentAt(): number {
    return this.#heardAt + this.#limits.downAfterMs
  }
}
