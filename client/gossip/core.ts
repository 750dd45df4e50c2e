import { Awareness } from './awareness.ts'
import type { LogId, VerifiedBlock } from './wire/block.ts'
import type { Entry } from './wire/entry.ts'
import type { Envelope, LogHeight } from './wire/envelope.ts'
import type { BlockDrop, DropReason, GossipEffect } from './gossip-effect.ts'
import type { GossipEvent, PlainEnvelope } from './gossip-event.ts'
import { type GossipLimits, gossipLimits } from './bounds/limits.ts'
import type { LinkId } from './wire/link.ts'
import { LogIntake } from './log-intake.ts'
import type { HeldBlock, Log } from './ledger/log.ts'
import type { Neighbour } from './links/neighbour.ts'
import { Neighbourhood } from './neighbourhood.ts'
import { NetworkTime } from './ledger/network-time.ts'
import type { NetworkSnapshot } from './membership/network-picture.ts'
import type { NodeName } from './wire/node-name.ts'
import type { NoticeContent, NoticeDrop } from './wire/notice.ts'
import type { PeerId } from './wire/peer-id.ts'
import type { KnownReceipts } from './receipts/receipt-exchange.ts'
import { Replication } from './replication.ts'
import type { FrameArrival } from './links/round-trips.ts'

export interface GossipOptions {
  readonly name: NodeName
  readonly epoch: string
  /** Hex hash of a text. Injected: the core imports nothing. */
  readonly hash: (text: string) => string
  /** In [0, 1). Injected, so that a seed replays a run. */
  readonly random: () => number
  /** The key by which this node announces itself. Without it the node neither sends nor reads announcements. */
  readonly announcesAs?: PeerId
  /** Network time of all page loads so far, milliseconds (rule R2). */
  readonly networkMs?: number
  readonly limits?: Partial<GossipLimits>
}

/** The parts of envelopes that carry blocks or notices. The driver sends them one by one. */
const needHello = new Set<GossipEvent['type']>(['block', 'copy', 'answer-end', 'fork', 'notice', 'refused-notice'])

/**
 * The protocol of one node, without I/O: `handle(event, now)` gives effects. `Neighbourhood` keeps the links, `LogIntake`
 * bounds what neighbours bring, `Replication` spreads blocks, `Awareness` knows the network. README.md has the rules.
 *  1. An event of a link that has ended reaches no part.
 *  2. Before every event a standstill of this tab is forgiven. After every event each part does what has become due: the
 *     links first, so that nothing is sent on a link that silence has ended.
 */
export class GossipCore {
  readonly #limits: GossipLimits
  readonly #time: NetworkTime
  readonly #links: Neighbourhood
  readonly #replication: Replication
  readonly #intake: LogIntake
  readonly #awareness: Awareness | undefined
  #effects: GossipEffect[] = []
  /** The time of the event that is handled. */
  #now = 0

  constructor(options: GossipOptions) {
    const { name, epoch, hash, random, announcesAs } = options
    const limits = { ...gossipLimits, ...options.limits }
    this.#limits = limits
    this.#time = new NetworkTime(options.networkMs ?? 0)
    this.#links = new Neighbourhood({ name, epoch }, limits, {
      send: (neighbour, envelope) => this.#send(neighbour, envelope),
      holdings: () => this.#replication.holdings(),
      livenessChanged: (neighbour, now) => {
        if (neighbour.hasGreeted) this.#report(neighbour)
        this.#awareness?.linksChanged(now)
      },
      drop: (reason, link) => this.#drop(reason, link),
      linkEnded: (neighbour) => {
        this.#replication.linkEnded(neighbour, this.#now)
        this.#awareness?.linkEnded(neighbour, this.#now)
      },
      cut: (link, reason) => void this.#effects.push({ type: 'cut', link, reason }),
    })
    this.#replication = new Replication(
      { name, time: this.#time, hash, random, limits },
      {
        send: (neighbour, envelope) => this.#send(neighbour, envelope),
        emit: (effect) => {
          this.#effects.push(effect)
          if (effect.type === 'store') this.#awareness?.noteHeld(effect.held.block, this.#now)
        },
        drop: (reason, neighbour) => this.#dropBlock(reason, neighbour),
      },
    )
    this.#intake = new LogIntake(limits, this.#replication, {
      drop: (reason, link) => this.#drop(reason, link),
      copied: (log, height, from) => this.#awareness?.noteCopy(log, height, from),
    })
    const { ledger } = this.#replication
    this.#awareness =
      announcesAs &&
      new Awareness(
        { self: announcesAs, name, epoch, random, limits, ledger },
        {
          // Does not count as sent: heartbeats carry the digest and keep their pace.
          send: ({ identity }, envelope) => void this.#effects.push({ type: 'send', link: identity.link, envelope }),
          emit: (effect) => void this.#effects.push(effect),
          drop: (reason, link) => this.#drop(reason, link),
        },
      )
  }

  /** Gives whether this exact block is held: the driver then verifies no signature and sends the event `copy`. */
  holds(log: LogId, height: number, hash: string): boolean {
    return this.#replication.ledger.held(log, height)?.block.hash === hash
  }

  /**
   * Gives why a notice is not worth verifying: the driver then sends the event `refused-notice`. Otherwise the allowance
   * of the link is charged for one signature.
   */
  noticeRefusal(link: LinkId, notice: NoticeContent, ageMs: number, now: number): NoticeDrop | undefined {
    return this.#awareness?.refusal(link, notice, ageMs, now)
  }

  /** Undefined without `announcesAs`. */
  picture(now: number): NetworkSnapshot | undefined {
    return this.#awareness?.picture(now)
  }

  /** The receipts of a block, and for which of its entries they were requested. */
  receipts(log: LogId, height: number): KnownReceipts {
    return this.#awareness?.knownReceipts(log, height) ?? { askedSeqs: new Set(), receipts: [] }
  }

  /** Restores a stored block. `networkMs`: the network time of its arrival. Before any link, the oldest of a log first. */
  restore(block: VerifiedBlock, hops: HeldBlock['hops'], networkMs: number, now: number): void {
    this.#replication.restore(block, hops, networkMs, now)
  }

  /** Network time of all page loads together, milliseconds. */
  get networkMs(): number {
    return this.#time.ms
  }

  /** The block that holds an entry. */
  find(log: LogId, seq: number): HeldBlock | undefined {
    return this.#replication.ledger.log(log)?.bySeq(seq)
  }

  entries(): readonly Entry[] {
    return this.#replication.ledger.entries()
  }

  logs(): ReadonlyMap<LogId, Log> {
    return this.#replication.ledger.logs
  }

  digest(): string {
    return this.#replication.ledger.digest()
  }

  /** The number of logs of which neighbours are known to hold more. */
  get wanted(): number {
    return this.#replication.wanted
  }

  /** The greatest known height of each of those logs. */
  wantedHeights(): Iterable<LogHeight> {
    return this.#replication.wantedHeights()
  }

  /** When the next `tick` is due, in the scale of `now`; Infinity: never. */
  nextWakeAt(): number {
    return Math.min(this.#links.nextWakeAt(), this.#replication.nextWakeAt(), this.#awareness?.nextWakeAt() ?? Infinity)
  }

  /** `now`: milliseconds that never run backwards. Only differences count. */
  handle(event: GossipEvent, now: number): readonly GossipEffect[] {
    this.#effects = []
    const standstillMs = this.#links.forgiveStandstill(now)
    this.#time.pass(now, this.#links.isInNetwork, standstillMs)
    if (standstillMs > 0) this.#awareness?.forgive(standstillMs)
    this.#now = now
    this.#dispatch(event, now)
    this.#links.watch(now)
    this.#replication.run(now)
    this.#awareness?.run(now)
    return this.#effects
  }

  #dispatch(event: GossipEvent, now: number): void {
    switch (event.type) {
      case 'publish':
        return this.#replication.publish(event.block, now)
      case 'link-up':
        return this.#links.linkUp(event.neighbour, now)
      case 'signed':
        return this.#awareness?.signed(event.notice, now)
      case 'registered':
        return this.#awareness?.registered(event.isOnline, now)
      case 'ask':
        return this.#awareness?.ask(event.log, this.find(event.log, event.seq), event.seq, now)
      case 'stop':
        this.#replication.flush()
        this.#awareness?.stop()
        return this.#links.sayBye()
      case 'tick':
        return undefined
      default:
        return this.#dispatchFromLink(event, now)
    }
  }

  #dispatchFromLink(event: Extract<GossipEvent, { link: LinkId }>, now: number): void {
    const neighbour = this.#links.on(event.link)
    // The driver was still verifying a frame when the link ended.
    if (!neighbour) return event.type === 'link-down' ? undefined : this.#drop('link-gone', undefined)
    if (!neighbour.hasGreeted && needHello.has(event.type)) return this.#links.strike(neighbour, 'bad-hello') // G1
    switch (event.type) {
      case 'link-down':
        return this.#links.forget(neighbour)
      case 'heard':
        return this.#heard(neighbour, now)
      case 'lost':
        return this.#replication.noteLoss(neighbour, now)
      case 'probe':
        return neighbour.probe(now)
      case 'invalid':
        return this.#links.strike(neighbour, event.reason)
      case 'envelope':
        return this.#receiveEnvelope(neighbour, event.envelope, event.arrival, now)
      case 'notice':
        return this.#awareness?.receive(neighbour, event.notice, event.ageMs, now)
      case 'refused-notice':
        return this.#awareness?.noteRefused(neighbour, event.notice, event.reason)
      case 'block':
        return this.#intake.receiveBlock(neighbour, event.received, now)
      case 'copy':
        return this.#intake.receiveCopy(neighbour, event, event.byPush, now)
      case 'answer-end':
        return this.#replication.receiveAnswerEnd(neighbour, event.more, now)
      case 'fork':
        return this.#intake.receiveFork(neighbour, event.proof, now)
    }
  }

  #receiveEnvelope(
    neighbour: Neighbour,
    envelope: PlainEnvelope,
    arrival: FrameArrival | undefined,
    now: number,
  ): void {
    if (!this.#links.admits(neighbour, envelope)) return undefined
    switch (envelope.type) {
      case 'bye':
        this.#links.cut(neighbour, 'said-bye')
        return this.#awareness?.saidBye(neighbour, now)
      case 'hello':
        neighbour.greet()
        this.#awareness?.greeted(neighbour, envelope.epoch, envelope.digest, now)
        this.#report(neighbour)
        return this.#replication.greeted(neighbour, envelope, now)
      case 'heartbeat':
        if (neighbour.receiveHeartbeat(envelope, arrival, now)) {
          this.#report(neighbour)
          this.#awareness?.measured(neighbour, now)
        }
        return this.#replication.compare(neighbour, envelope, now)
      case 'ihave':
        return this.#intake.receiveIhave(neighbour, envelope.heads, now)
      case 'iwant':
        return this.#replication.receiveIwant(neighbour, envelope.wants, envelope.graft, now)
      case 'prune':
        return this.#replication.receivePrune(neighbour, envelope.log)
      case 'frontier':
        return this.#intake.receiveFrontier(neighbour, envelope, now)
    }
  }

  #heard(neighbour: Neighbour, now: number): void {
    const silenceMs = neighbour.noteHeard(now)
    if (neighbour.hasGreeted && silenceMs >= this.#limits.reunionAfterMs) this.#replication.reunite(neighbour, now)
  }

  #report({ identity, liveness, roundTrips }: Neighbour): void {
    this.#effects.push({ type: 'neighbour', link: identity.link, liveness, roundTrips: roundTrips.figures })
  }

  #drop(reason: DropReason, link: LinkId | undefined): void {
    this.#effects.push({ type: 'drop', reason, link })
  }

  #dropBlock(reason: BlockDrop, neighbour: Neighbour): void {
    if (reason === 'misnumbered-block' || reason === 'bad-path') this.#links.strike(neighbour, reason)
    else this.#drop(reason, neighbour.identity.link)
  }

  #send(neighbour: Neighbour, envelope: Envelope): void {
    neighbour.noteSent(this.#now)
    if (envelope.type === 'iwant') this.#intake.noteRequested(neighbour, envelope.wants, this.#now)
    this.#effects.push({ type: 'send', link: neighbour.identity.link, envelope })
  }
}
