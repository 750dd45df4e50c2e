import { Awareness } from './awareness.ts'
import { type LogId, logIdOf, type VerifiedBlock } from './block.ts'
import type { Entry } from './entry.ts'
import { type Envelope, protocolVersion, type ReceivedEnvelope } from './envelope.ts'
import { type GossipLimits, gossipLimits } from './limits.ts'
import { sketchOf } from './ledger-history.ts'
import type { LinkId } from './link.ts'
import type { ForkProof, HeldBlock, Log } from './log.ts'
import { type Liveness, Neighbour, type NeighbourIdentity } from './neighbour.ts'
import type { NetworkPicture } from './network-picture.ts'
import type { NodeName } from './node-name.ts'
import type { CarriedNotice, NoticeContent, NoticeDrop, VerifiedNotice } from './notice.ts'
import type { PeerId } from './peer-id.ts'
import type { ReceiptContent } from './receipt.ts'
import { type BlockDrop, type ReceivedBlock, Replication } from './replication.ts'

/** Envelopes that carry what is signed are opened by the runtime, which verifies; the core gets the parts one by one. */
export type PlainEnvelope = Exclude<
  ReceivedEnvelope,
  { type: 'push' | 'blocks' | 'fork' } | { notices: readonly CarriedNotice[] }
>

export type GossipEvent =
  | { readonly type: 'link-up'; readonly neighbour: NeighbourIdentity }
  | { readonly type: 'link-down'; readonly link: LinkId }
  /** A frame has come, whatever is in it; sent before the frame is decoded and checked. */
  | { readonly type: 'heard'; readonly link: LinkId }
  | { readonly type: 'envelope'; readonly link: LinkId; readonly envelope: PlainEnvelope }
  | { readonly type: 'block'; readonly link: LinkId; readonly received: ReceivedBlock }
  /** A block that `holds` knows, dropped before its signature was looked at. */
  | {
      readonly type: 'copy'
      readonly link: LinkId
      readonly log: LogId
      readonly height: number
      readonly byPush: boolean
    }
  /** The last block of an answer has been handed over. */
  | { readonly type: 'answered'; readonly link: LinkId; readonly more: boolean }
  | { readonly type: 'fork'; readonly link: LinkId; readonly proof: ForkProof }
  /** What came on the link is not what a node sends. */
  | { readonly type: 'invalid'; readonly link: LinkId; readonly reason: InvalidReason }
  /** The server says that this neighbour has just registered: is the old link still alive? */
  | { readonly type: 'probe'; readonly link: LinkId }
  | { readonly type: 'notice'; readonly link: LinkId; readonly notice: VerifiedNotice; readonly ageMs: number }
  /** A notice that `noticeRefusal` refuses, dropped before its signature was looked at. */
  | {
      readonly type: 'refused-notice'
      readonly link: LinkId
      readonly notice: NoticeContent
      readonly reason: NoticeDrop
    }
  /** What a `seal` effect asked for. */
  | { readonly type: 'sealed'; readonly notice: VerifiedNotice }
  /** Registered with the signalling server, or not any more. */
  | { readonly type: 'registered'; readonly isOnline: boolean }
  /** Who has the block of this entry? */
  | { readonly type: 'ask'; readonly log: LogId; readonly seq: number }
  | { readonly type: 'publish'; readonly block: VerifiedBlock }
  | { readonly type: 'stop' }
  | { readonly type: 'tick' }

/** Why a frame is dropped. Each is a strike: an honest node of this version sends none of them. */
export type InvalidReason =
  | 'oversized-frame'
  | 'text-frame'
  | 'malformed-frame'
  | 'malformed-block'
  | 'malformed-notice'
  | 'bad-signature'
  | 'bad-path'
  | 'misnumbered-block'
  /** Two blocks that prove no fork. */
  | 'bad-proof'
  /** Anything before hello, a second hello, or a hello that contradicts the signed introduction. */
  | 'bad-hello'

export type DropReason = InvalidReason | BlockDrop | NoticeDrop | 'link-gone' | 'too-many-links'

export type CutReason = 'misbehaved' | 'silent' | 'wrong-version' | 'said-bye' | 'too-many-links' | 'stopped'

export type GossipEffect =
  | { readonly type: 'send'; readonly link: LinkId; readonly envelope: Envelope }
  | { readonly type: 'deliver'; readonly entry: Entry }
  | { readonly type: 'store'; readonly held: HeldBlock; readonly ownTree: boolean }
  /** The blocks of a log up to a height are held no longer. */
  | { readonly type: 'evicted'; readonly log: LogId; readonly height: number }
  | { readonly type: 'forked'; readonly log: Log }
  | { readonly type: 'drop'; readonly reason: DropReason; readonly link: LinkId | undefined }
  /** The neighbour greeted, fell quiet or was heard again, or its round trip was measured. */
  | {
      readonly type: 'neighbour'
      readonly link: LinkId
      readonly liveness: Exclude<Liveness, 'silent'>
      readonly rttMs: number | undefined
    }
  /** To be signed, and handed back by `sealed`. */
  | { readonly type: 'seal'; readonly notice: NoticeContent }
  /** `picture()` is another one. */
  | { readonly type: 'network' }
  /** There are new receipts for this block. */
  | { readonly type: 'receipts'; readonly log: LogId; readonly height: number }
  /** Close the link. The core has forgotten it already. */
  | { readonly type: 'cut'; readonly link: LinkId; readonly reason: CutReason }

export interface GossipOptions {
  readonly name: NodeName
  readonly epoch: string
  /** Hex hash of a text. Injected: the core imports nothing. */
  readonly hash: (text: string) => string
  /** In [0, 1). Injected, so that a seed replays a run. */
  readonly random: () => number
  /** The key by which this node announces itself to the network; absent: it neither announces itself nor listens. */
  readonly announcesAs?: PeerId
  readonly limits?: Partial<GossipLimits>
}

export interface KnownReceipts {
  readonly askedSeqs: ReadonlySet<number>
  /** This node's own first, where it holds the block. */
  readonly receipts: readonly Pick<ReceiptContent, 'author' | 'name' | 'hops' | 'copies'>[]
}

/**
 * The protocol of one node, without I/O: `handle(event, now)` gives effects. This class keeps the links: greeting,
 * heartbeats, strikes and cuts (rules G); `Replication` spreads the blocks. README.md has the rules.
 */
export class GossipNode {
  readonly #options: GossipOptions
  readonly #limits: GossipLimits
  readonly #neighbours = new Map<LinkId, Neighbour>()
  readonly #replication: Replication
  readonly #awareness: Awareness | undefined
  #lastEventAt: number | undefined
  #effects: GossipEffect[] = []

  constructor(options: GossipOptions) {
    this.#options = options
    this.#limits = { ...gossipLimits, ...options.limits }
    const { name, hash, random } = options
    this.#replication = new Replication(
      { name, hash, random, limits: this.#limits },
      {
        send: (neighbour, envelope) => this.#send(neighbour, envelope),
        deliver: (entry) => void this.#effects.push({ type: 'deliver', entry }),
        store: (held, ownTree) => {
          this.#effects.push({ type: 'store', held, ownTree })
          this.#awareness?.took(logIdOf(held.block), held.block.height, this.#now)
        },
        evicted: (log, height) => void this.#effects.push({ type: 'evicted', log, height }),
        forked: (log) => void this.#effects.push({ type: 'forked', log }),
        drop: (reason, neighbour) => this.#dropBlock(reason, neighbour),
      },
    )
    this.#awareness = options.announcesAs && this.#createAwareness(options.announcesAs)
  }

  #createAwareness(self: PeerId): Awareness {
    const { name, epoch, random } = this.#options
    const { ledger } = this.#replication
    return new Awareness(
      { self, name, epoch, random, limits: this.#limits },
      {
        // Not counted as sent: the heartbeats, which carry the digest, keep their pace.
        send: ({ identity }, envelope) => void this.#effects.push({ type: 'send', link: identity.link, envelope }),
        seal: (notice) => void this.#effects.push({ type: 'seal', notice }),
        changed: () => void this.#effects.push({ type: 'network' }),
        receipts: (log, height) => void this.#effects.push({ type: 'receipts', log, height }),
        drop: (reason, link) => this.#drop(reason, link),
        sample: (now) => ({
          digest: ledger.digest(now),
          sketch: sketchOf(ledger.logs.values(), (log) => ledger.isFaded(log, now)),
        }),
        entries: () => ledger.entries().length,
        held: (log, height) => ledger.log(log)?.at(height),
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
  picture(now: number): NetworkPicture | undefined {
    return this.#awareness?.picture(now)
  }

  /** Who is known to have a block, and of which of its entries that was asked. */
  receipts(log: LogId, height: number): KnownReceipts {
    const asked = this.#awareness?.receipts.asked(log, height)
    const held = this.#replication.ledger.log(log)?.at(height)
    const own = held && this.#awareness?.receipts.ownReceipt(held, log)
    return { askedSeqs: asked?.seqs ?? new Set(), receipts: [...(own ? [own] : []), ...(asked?.receipts ?? [])] }
  }

  /** A block as it was stored; before any link, oldest first per log. `arrivedAt` in the scale of `now`. */
  restore(block: VerifiedBlock, hops: HeldBlock['hops'], ownTree: boolean, arrivedAt: number): void {
    this.#replication.restore(block, { hops, ownTree }, arrivedAt)
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

  digest(now: number): string {
    return this.#replication.ledger.digest(now)
  }

  /** Logs of which neighbours are known to hold more. */
  get wanted(): number {
    return this.#replication.wanted
  }

  /** When a `tick` is next due, in the scale of `now`; Infinity while there is nothing to wait for. */
  nextWakeAt(): number {
    let at = Math.min(this.#replication.nextWakeAt(), this.#awareness?.nextWakeAt() ?? Infinity)
    for (const neighbour of this.#neighbours.values()) at = Math.min(at, neighbour.nextWakeAt())
    return at
  }

  /** `now`: milliseconds, never running backwards; only differences count. */
  handle(event: GossipEvent, now: number): readonly GossipEffect[] {
    this.#effects = []
    this.#forgiveStandstill(now)
    this.#now = now
    this.#take(event, now)
    this.#watch(now)
    this.#replication.run(now)
    this.#awareness?.run(now)
    return this.#effects
  }

  /** Of the event being handled. */
  #now = 0

  #take(event: GossipEvent, now: number): void {
    switch (event.type) {
      case 'publish':
        return this.#replication.publish(event.block, now)
      case 'link-up':
        return this.#linkUp(event.neighbour, now)
      case 'sealed':
        return this.#awareness?.sealed(event.notice, now)
      case 'registered':
        return this.#awareness?.registered(event.isOnline, now)
      case 'ask':
        return this.#awareness?.ask(event.log, this.find(event.log, event.seq), event.seq, now)
      case 'stop':
        return this.#stop()
      case 'tick':
        return undefined
      default:
        return this.#takeFromLink(event, now)
    }
  }

  #takeFromLink(event: Extract<GossipEvent, { link: LinkId }>, now: number): void {
    const neighbour = this.#neighbours.get(event.link)
    // A frame that was being verified while its link ended.
    if (!neighbour) return event.type === 'link-down' ? undefined : this.#drop('link-gone', undefined)
    switch (event.type) {
      case 'link-down':
        return this.#forget(neighbour)
      case 'heard':
        return this.#heard(neighbour, now)
      case 'probe':
        return neighbour.probe(now)
      case 'invalid':
        return this.#strike(neighbour, event.reason)
      case 'envelope':
        return this.#takeEnvelope(neighbour, event.envelope, now)
      default:
        if (!neighbour.hasGreeted) return this.#strike(neighbour, 'bad-hello') // G1
        return this.#takeSigned(neighbour, event, now)
    }
  }

  #takeSigned(
    neighbour: Neighbour,
    event: Extract<GossipEvent, { type: 'block' | 'copy' | 'answered' | 'fork' | 'notice' | 'refused-notice' }>,
    now: number,
  ): void {
    switch (event.type) {
      case 'notice':
        return this.#awareness?.take(neighbour, event.notice, event.ageMs, now)
      case 'refused-notice':
        return this.#awareness?.refused(neighbour, event.notice, event.reason)
      case 'block':
        return this.#takeBlock(neighbour, event.received, now)
      case 'copy':
        this.#awareness?.receipts.copies.add(event.log, event.height, neighbour.identity.name)
        return this.#replication.takeCopy(neighbour, event.log, event.height, event.byPush, now)
      case 'answered':
        return this.#replication.answered(neighbour, event.more, now)
      case 'fork':
        return this.#replication.takeFork(event.proof, neighbour.identity.peerId)
    }
  }

  #takeBlock(neighbour: Neighbour, received: ReceivedBlock, now: number): void {
    const { block } = received
    // Two were verified at one time, and this is the second.
    const isCopy = this.holds(logIdOf(block), block.height, block.hash)
    if (isCopy) this.#awareness?.receipts.copies.add(logIdOf(block), block.height, neighbour.identity.name)
    this.#replication.takeBlock(neighbour, received, now)
  }

  #takeEnvelope(neighbour: Neighbour, envelope: PlainEnvelope, now: number): void {
    if (envelope.type === 'bye') {
      this.#cut(neighbour, 'said-bye')
      return this.#awareness?.saidBye(neighbour, now)
    }
    if (envelope.type === 'foreign-hello') return this.#cut(neighbour, 'wrong-version')
    if (neighbour.hasGreeted === (envelope.type === 'hello')) return this.#strike(neighbour, 'bad-hello') // G1
    switch (envelope.type) {
      case 'hello':
        if (envelope.name !== neighbour.identity.name) return this.#strike(neighbour, 'bad-hello')
        neighbour.hasGreeted = true
        this.#awareness?.greeted(neighbour, envelope.epoch, envelope.digest, now)
        this.#report(neighbour)
        return this.#replication.greeted(neighbour, envelope.digest, now)
      case 'heartbeat':
        if (neighbour.takesHeartbeat(envelope, now)) this.#measured(neighbour, now)
        return this.#replication.compare(neighbour, envelope.digest, now)
      case 'ihave':
        return this.#replication.takeIhave(neighbour, envelope.heads, now)
      case 'iwant':
        return this.#replication.takeIwant(neighbour, envelope.wants, envelope.graft, now)
      case 'prune':
        return this.#replication.takePrune(neighbour, envelope.log)
      case 'frontier':
        return this.#replication.takeFrontier(neighbour, envelope.entries, envelope.isAnswer, now)
    }
  }

  #linkUp(identity: NeighbourIdentity, now: number): void {
    // A neighbour that comes back takes its own place, before its old link has ended.
    const others = [...this.#neighbours.values()].filter((other) => other.identity.peerId !== identity.peerId)
    if (others.length >= this.#limits.maxLinks) {
      this.#drop('too-many-links', identity.link)
      this.#effects.push({ type: 'cut', link: identity.link, reason: 'too-many-links' })
      return
    }
    const neighbour = new Neighbour(identity, this.#limits, now)
    this.#neighbours.set(identity.link, neighbour)
    const { name, epoch } = this.#options
    this.#send(neighbour, { type: 'hello', version: protocolVersion, name, epoch, digest: this.digest(now) })
  }

  #heard(neighbour: Neighbour, now: number): void {
    const silenceMs = neighbour.heard(now)
    if (neighbour.hasGreeted && silenceMs >= this.#limits.reunionAfterMs) this.#replication.reunite(neighbour, now)
  }

  #stop(): void {
    this.#replication.flush()
    this.#awareness?.stop()
    for (const neighbour of this.#neighbours.values()) {
      this.#send(neighbour, { type: 'bye' })
      this.#cut(neighbour, 'stopped')
    }
  }

  #strike(neighbour: Neighbour, reason: InvalidReason): void {
    this.#drop(reason, neighbour.identity.link)
    neighbour.strikes += 1
    if (neighbour.strikes >= this.#limits.strikes) this.#cut(neighbour, 'misbehaved') // G6
  }

  #dropBlock(reason: BlockDrop, neighbour: Neighbour): void {
    if (reason === 'misnumbered-block' || reason === 'bad-path') this.#strike(neighbour, reason)
    else this.#drop(reason, neighbour.identity.link)
  }

  #cut(neighbour: Neighbour, reason: CutReason): void {
    this.#forget(neighbour)
    this.#effects.push({ type: 'cut', link: neighbour.identity.link, reason })
  }

  #forget(neighbour: Neighbour): void {
    this.#neighbours.delete(neighbour.identity.link)
    this.#replication.gone(neighbour, this.#now)
    this.#awareness?.ended(neighbour, this.#now)
  }

  /** G7: what time alone decides, after every event. */
  #watch(now: number): void {
    for (const neighbour of this.#neighbours.values()) {
      const liveness = neighbour.livenessAt(now)
      if (liveness === 'silent') {
        this.#cut(neighbour, 'silent')
        continue
      }
      const due = neighbour.takeHeartbeat(now)
      if (due)
        this.#send(neighbour, { type: 'heartbeat', ...due, heldMs: Math.round(due.heldMs), digest: this.digest(now) })
      if (liveness === neighbour.liveness) continue
      neighbour.liveness = liveness
      if (neighbour.hasGreeted) this.#report(neighbour)
      this.#awareness?.linksChanged(now)
    }
  }

  #forgiveStandstill(now: number): void {
    const gapMs = now - (this.#lastEventAt ?? now)
    this.#lastEventAt = now
    if (gapMs < this.#limits.stallAfterMs) return
    for (const neighbour of this.#neighbours.values()) neighbour.forgive(gapMs)
    this.#awareness?.forgive(gapMs)
  }

  #measured(neighbour: Neighbour, now: number): void {
    this.#report(neighbour)
    this.#awareness?.measured(neighbour, now)
  }

  #report({ identity, liveness, rttMs }: Neighbour): void {
    this.#effects.push({ type: 'neighbour', link: identity.link, liveness, rttMs })
  }

  #drop(reason: DropReason, link: LinkId | undefined): void {
    this.#effects.push({ type: 'drop', reason, link })
  }

  #send(neighbour: Neighbour, envelope: Envelope): void {
    neighbour.sent(this.#now)
    this.#effects.push({ type: 'send', link: neighbour.identity.link, envelope })
  }
}
