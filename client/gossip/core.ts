import { Awareness } from './awareness.ts'
import { type LogId, logIdOf, type VerifiedBlock } from './wire/block.ts'
import type { Entry } from './wire/entry.ts'
import type { Envelope, LogHeight } from './wire/envelope.ts'
import type { DropReason, GossipEffect } from './gossip-effect.ts'
import type { GossipEvent, PlainEnvelope } from './gossip-event.ts'
import { type GossipLimits, gossipLimits } from './bounds/limits.ts'
import { sketchOf } from './ledger/ledger-history.ts'
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
import type { ReceiptContent } from './wire/receipt.ts'
import { type BlockDrop, Replication } from './replication.ts'
import type { FrameArrival } from './links/round-trips.ts'

export interface GossipOptions {
  readonly name: NodeName
  readonly epoch: string
  /** Hex hash of a text. Injected: the core imports nothing. */
  readonly hash: (text: string) => string
  /** In [0, 1). Injected, so that a seed replays a run. */
  readonly random: () => number
  /** The key by which this node announces itself to the network; absent: it neither announces itself nor listens. */
  readonly announcesAs?: PeerId
  /** Network time up to now, of former page loads (rule R2). */
  readonly networkMs?: number
  readonly limits?: Partial<GossipLimits>
}

export interface KnownReceipts {
  readonly askedSeqs: ReadonlySet<number>
  /** This node's own first, where it holds the block. */
  readonly receipts: readonly Pick<ReceiptContent, 'author' | 'name' | 'hops' | 'copies'>[]
}

const atOnce: FrameArrival = { waitedMs: 0, lateMs: 0 }

/**
 * The protocol of one node, without I/O: `handle(event, now)` gives effects. Every event goes to the part whose rules it
 * concerns: `Neighbourhood` keeps the links, `LogIntake` bounds what neighbours bring, `Replication` spreads the blocks,
 * `Awareness` knows the network. README.md has the rules.
 *  1. What comes on a link that is not there any more reaches no part.
 *  2. Before every event a standstill is forgiven; after it each part does what has become due: first the links, so that
 *     nothing is sent on one that time has ended.
 */
export class GossipCore {
  readonly #options: GossipOptions
  readonly #limits: GossipLimits
  readonly #time: NetworkTime
  readonly #links: Neighbourhood
  readonly #replication: Replication
  readonly #intake: LogIntake
  readonly #awareness: Awareness | undefined
  #effects: GossipEffect[] = []

  constructor(options: GossipOptions) {
    this.#options = options
    this.#limits = { ...gossipLimits, ...options.limits }
    const { name, hash, random } = options
    this.#time = new NetworkTime(options.networkMs ?? 0)
    this.#links = this.#createNeighbourhood()
    this.#replication = new Replication(
      { name, time: this.#time, hash, random, limits: this.#limits },
      {
        send: (neighbour, envelope) => this.#send(neighbour, envelope),
        deliver: (entry) => void this.#effects.push({ type: 'deliver', entry }),
        store: (held) => {
          this.#effects.push({ type: 'store', held })
          this.#awareness?.noteHeld(logIdOf(held.block), held.block.height, this.#now)
        },
        evicted: (log, height) => void this.#effects.push({ type: 'evicted', log, height }),
        forked: (log) => void this.#effects.push({ type: 'forked', log }),
        drop: (reason, neighbour) => this.#dropBlock(reason, neighbour),
      },
    )
    this.#intake = new LogIntake(this.#limits, this.#replication, {
      drop: (reason, link) => this.#drop(reason, link),
      copied: (log, height, from) => this.#awareness?.receipts.copies.add(log, height, from),
    })
    this.#awareness = options.announcesAs && this.#createAwareness(options.announcesAs)
  }

  #createNeighbourhood(): Neighbourhood {
    return new Neighbourhood(this.#options, this.#limits, {
      send: (neighbour, envelope) => this.#send(neighbour, envelope),
      holdings: () => {
        const { ledger } = this.#replication
        return { digest: ledger.digest(), changes: ledger.changes }
      },
      livenessChanged: (neighbour, now) => {
        if (neighbour.hasGreeted) this.#report(neighbour)
        this.#awareness?.linksChanged(now)
      },
      drop: (reason, link) => this.#drop(reason, link),
      gone: (neighbour) => {
        this.#replication.linkEnded(neighbour, this.#now)
        this.#awareness?.ended(neighbour, this.#now)
      },
      cut: (link, reason) => void this.#effects.push({ type: 'cut', link, reason }),
    })
  }

  #createAwareness(self: PeerId): Awareness {
    const { name, epoch, random } = this.#options
    const { ledger } = this.#replication
    return new Awareness(
      { self, name, epoch, random, limits: this.#limits },
      {
        // Not counted as sent: the heartbeats, which carry the digest, keep their pace.
        send: ({ identity }, envelope) => void this.#effects.push({ type: 'send', link: identity.link, envelope }),
        sign: (notice) => void this.#effects.push({ type: 'sign', notice }),
        changed: () => void this.#effects.push({ type: 'picture' }),
        receipts: (log, height) => void this.#effects.push({ type: 'receipts', log, height }),
        drop: (reason, link) => this.#drop(reason, link),
        sample: () => ({
          digest: ledger.digest(),
          sketch: sketchOf(ledger.logs.values(), (log) => ledger.isFaded(log)),
        }),
        entries: () => ledger.entries().length,
        held: (log, height) => ledger.log(log)?.at(height),
        heightOf: (log) => ledger.log(log)?.height ?? 0,
      },
    )
  }

  /** For the runtime's check before the signature: a copy of what is held need not be verified. */
  holds(log: LogId, height: number, hash: string): boolean {
    return this.#replication.ledger.log(log)?.at(height)?.block.hash === hash
  }

  /** For the runtime's check before the signature: why a notice is not worth verifying. Charges the link's allowance. */
  noticeRefusal(link: LinkId, notice: NoticeContent, ageMs: number, now: number): NoticeDrop | undefined {
    return this.#awareness?.refusal(link, notice, ageMs, now)
  }

  /** Nothing where `announcesAs` is absent. */
  picture(now: number): NetworkSnapshot | undefined {
    return this.#awareness?.picture(now)
  }

  /** Who is known to have a block, and of which of its entries that was asked. */
  receipts(log: LogId, height: number): KnownReceipts {
    const asked = this.#awareness?.receipts.asked(log, height)
    const held = this.#replication.ledger.log(log)?.at(height)
    const own = held && this.#awareness?.receipts.ownReceipt(held, log)
    return { askedSeqs: asked?.seqs ?? new Set(), receipts: [...(own ? [own] : []), ...(asked?.receipts ?? [])] }
  }

  /** A block as it was stored, with the network time when it came; before any link, oldest first per log. */
  restore(block: VerifiedBlock, hops: HeldBlock['hops'], networkMs: number, now: number): void {
    this.#replication.restore(block, hops, networkMs, now)
  }

  /** How long this node has been in a network, over all page loads. */
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

  /** Logs of which neighbours are known to hold more. */
  get wanted(): number {
    return this.#replication.wanted
  }

  /** How far those logs are known to go elsewhere, in blocks. */
  wantedHeights(): Iterable<LogHeight> {
    return this.#replication.wantedHeights()
  }

  /** When a `tick` is next due, in the scale of `now`; Infinity while there is nothing to wait for. */
  nextWakeAt(): number {
    return Math.min(this.#links.nextWakeAt(), this.#replication.nextWakeAt(), this.#awareness?.nextWakeAt() ?? Infinity)
  }

  /** `now`: milliseconds, never running backwards; only differences count. */
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

  /** Of the event being handled. */
  #now = 0

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
        return this.#stop()
      case 'tick':
        return undefined
      default:
        return this.#dispatchFromLink(event, now)
    }
  }

  #dispatchFromLink(event: Extract<GossipEvent, { link: LinkId }>, now: number): void {
    const neighbour = this.#links.on(event.link)
    // A frame that was being verified while its link ended.
    if (!neighbour) return event.type === 'link-down' ? undefined : this.#drop('link-gone', undefined)
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
        return this.#receiveEnvelope(neighbour, event.envelope, event.arrival ?? atOnce, now)
      default:
        if (!neighbour.hasGreeted) return this.#links.strike(neighbour, 'bad-hello') // G1
        return this.#receiveSigned(neighbour, event, now)
    }
  }

  #receiveSigned(
    neighbour: Neighbour,
    event: Extract<GossipEvent, { type: 'block' | 'copy' | 'answer-end' | 'fork' | 'notice' | 'refused-notice' }>,
    now: number,
  ): void {
    switch (event.type) {
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

  #receiveEnvelope(neighbour: Neighbour, envelope: PlainEnvelope, arrival: FrameArrival, now: number): void {
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
        if (neighbour.receiveHeartbeat(envelope, arrival, now)) this.#measured(neighbour, now)
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

  #stop(): void {
    this.#replication.flush()
    this.#awareness?.stop()
    this.#links.sayBye()
  }

  #dropBlock(reason: BlockDrop, neighbour: Neighbour): void {
    if (reason === 'misnumbered-block' || reason === 'bad-path') this.#links.strike(neighbour, reason)
    else this.#drop(reason, neighbour.identity.link)
  }

  #measured(neighbour: Neighbour, now: number): void {
    this.#report(neighbour)
    this.#awareness?.measured(neighbour, now)
  }

  #report({ identity, liveness, roundTrips }: Neighbour): void {
    this.#effects.push({ type: 'neighbour', link: identity.link, liveness, roundTrips: roundTrips.figures })
  }

  #drop(reason: DropReason, link: LinkId | undefined): void {
    this.#effects.push({ type: 'drop', reason, link })
  }

  #send(neighbour: Neighbour, envelope: Envelope): void {
    neighbour.noteSent(this.#now)
    if (envelope.type === 'iwant') this.#intake.noteRequested(neighbour, envelope.wants, this.#now)
    this.#effects.push({ type: 'send', link: neighbour.identity.link, envelope })
  }
}
