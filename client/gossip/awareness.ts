import { type LogId, logIdOf } from './wire/block.ts'
import type { Envelope } from './wire/envelope.ts'
import { wholeMs } from './wire/hop.ts'
import { NodeDirectory } from './membership/node-directory.ts'
import type { LedgerSample } from './ledger/ledger-history.ts'
import type { GossipLimits } from './bounds/limits.ts'
import type { LinkId } from './wire/link.ts'
import type { HeldBlock } from './ledger/log.ts'
import type { Neighbour } from './links/neighbour.ts'
import type { NetworkSnapshot, KnownNode } from './membership/network-picture.ts'
import type { NodeName } from './wire/node-name.ts'
import type { NoticeContent, NoticeDrop, VerifiedNotice } from './wire/notice.ts'
import { NoticeOutbox, type WaitingNotice } from './membership/notice-outbox.ts'
import { OwnAnnouncements } from './membership/own-announcements.ts'
import { OwnLinks } from './membership/own-links.ts'
import type { PeerId } from './wire/peer-id.ts'
import { ReceiptExchange } from './receipts/receipt-exchange.ts'
import { TokenBucket } from './bounds/token-bucket.ts'

export interface AwarenessPort {
  send(neighbour: Neighbour, envelope: Envelope): void
  /** To be signed; comes back as `signed`. */
  sign(notice: NoticeContent): void
  /** The picture is another one. */
  changed(): void
  /** There are new receipts of this block. */
  receipts(log: LogId, height: number): void
  drop(reason: NoticeDrop, link: LinkId): void
  sample(now: number): LedgerSample
  /** Entries retained. */
  entries(): number
  held(log: LogId, height: number): HeldBlock | undefined
  /** Of a log; 0 if nothing is held of it. */
  heightOf(log: LogId): number
}

export interface AwarenessOptions {
  readonly self: PeerId
  readonly name: NodeName
  readonly epoch: string
  readonly limits: GossipLimits
  /** In [0, 1). */
  readonly random: () => number
}

interface AwareLink {
  readonly neighbour: Neighbour
  readonly outbox: NoticeOutbox
  /** Signatures that may still be looked at for it. */
  readonly rate: TokenBucket
  /** As its hello said: all that is known of it until it announces itself. */
  readonly epoch: string
  readonly digest: string
}

/**
 * How this node comes to know the network, by announcements (rules N), and who has a block, by receipts (rules Q).
 * Blocks spread without it. README.md has the rules.
 */
export class Awareness {
  readonly receipts: ReceiptExchange
  readonly #options: AwarenessOptions
  readonly #limits: GossipLimits
  readonly #port: AwarenessPort
  readonly #directory: NodeDirectory
  readonly #own: OwnAnnouncements
  readonly #ownLinks: OwnLinks
  readonly #links = new Map<LinkId, AwareLink>()

  constructor(options: AwarenessOptions, port: AwarenessPort) {
    const { self, name, epoch, limits, random } = options
    this.#options = options
    this.#limits = limits
    this.#port = port
    this.#directory = new NodeDirectory(self, limits, {
      sample: (now) => port.sample(now),
      heightOf: (log) => port.heightOf(log),
    })
    this.#ownLinks = new OwnLinks(limits)
    this.#own = new OwnAnnouncements({
      ...options,
      links: this.#ownLinks,
      nodes: () => this.#directory.board.records.size + 1,
      sample: (now) => port.sample(now),
      height: () => port.heightOf(logIdOf({ author: self, epoch })),
      entries: () => port.entries(),
      sign: (notice) => port.sign(notice),
    })
    this.receipts = new ReceiptExchange(
      { self, name, limits, random },
      {
        held: (log, height) => port.held(log, height),
        sign: (notice) => port.sign(notice),
        spread: (request, exceptTo) => {
          for (const [link, { outbox }] of this.#links) if (link !== exceptTo) outbox.addRequest(request)
        },
        sendBack: (receipt, link) => this.#links.get(link)?.outbox.addReceipt(receipt),
        received: (log, height) => port.receipts(log, height),
      },
    )
  }

  registered(isOnline: boolean, now: number): void {
    if (isOnline === this.#own.isOnline) return
    this.#own.isOnline = isOnline
    this.linksChanged(now)
  }

  /** N3: a new link gets all that is known. */
  greeted(neighbour: Neighbour, epoch: string, digest: string, now: number): void {
    const outbox = new NoticeOutbox(this.#limits)
    for (const author of this.#directory.board.records.keys()) outbox.addAnnouncement(author)
    if (this.#own.latest) outbox.addAnnouncement(this.#options.self)
    const rate = new TokenBucket(this.#limits.noticeBurst, this.#limits.noticesPerSecond, now)
    this.#links.set(neighbour.identity.link, { neighbour, outbox, rate, epoch, digest })
    this.#ownLinks.greeted(neighbour)
    this.linksChanged(now)
  }

  /** A link came, fell quiet or was heard again, or registration changed. */
  linksChanged(now: number): void {
    this.#own.timing.linksChanged(now)
    this.#directory.touch(now)
  }

  ended(neighbour: Neighbour, now: number): void {
    if (!this.#ownLinks.ended(neighbour, now)) return
    const { link } = neighbour.identity
    this.#links.delete(link)
    this.#directory.board.linkEnded(link)
    this.#own.latest?.knownTo.delete(link)
    this.linksChanged(now)
  }

  /** N9: it has stopped. Its farewell came before; a node that had none is forgotten all the same. */
  saidBye({ identity }: Neighbour, now: number): void {
    // Unless it is back already, and this was its old link.
    if (!this.#ownLinks.hasLinkTo(identity.peerId)) this.#directory.forget(identity.peerId, now)
  }

  /** Its first round trip is worth telling; how it drifts is told at the calm interval. */
  measured({ identity, roundTrips: { latestMs: rttMs } }: Neighbour, now: number): void {
    const told = this.#own.latest?.content.links.find(({ peerId }) => peerId === identity.peerId)
    if (rttMs !== undefined && told?.rttMs === undefined) this.#own.timing.linksChanged(now)
    this.#directory.touch(now)
  }

  /** A block was taken into the ledger. */
  noteHeld(log: LogId, height: number, now: number): void {
    this.#directory.history.changed(now)
    this.#own.timing.ledgerChanged(now)
    this.receipts.noteHeld(log, height, now)
  }

  ask(log: LogId, held: HeldBlock | undefined, seq: number, now: number): void {
    if (held) this.receipts.ask(log, seq, held, now)
  }

  /** This tab stood still: nobody else was silent. */
  forgive(gapMs: number): void {
    this.#directory.board.forgive(gapMs)
  }

  /** Why a notice is not worth verifying. Nothing: it is, and the link's allowance is charged. Cheapest first (N2). */
  refusal(id: LinkId, notice: NoticeContent, ageMs: number, now: number): NoticeDrop | undefined {
    const link = this.#links.get(id)
    if (!link) return undefined
    const refusal = this.#refusalOf(notice, link.neighbour.identity.peerId, ageMs, now)
    if (refusal) return refusal
    return link.rate.spend(1, now) ? undefined : 'too-many-notices'
  }

  /** It was not taken. That the other end has it is known all the same. */
  noteRefused({ identity }: Neighbour, notice: NoticeContent, reason: NoticeDrop): void {
    if (notice.type === 'announcement') this.#directory.board.noteKnown(notice.content, identity.link)
    this.#port.drop(reason, identity.link)
  }

  receive(neighbour: Neighbour, notice: VerifiedNotice, carriedAgeMs: number, now: number): void {
    const { link, peerId } = neighbour.identity
    const drop = this.#accept(notice, peerId, link, carriedAgeMs + (neighbour.roundTrips.typicalMs ?? 0) / 2, now)
    if (drop) this.noteRefused(neighbour, notice, drop)
  }

  /** What this node has to say is signed. */
  signed(notice: VerifiedNotice, now: number): void {
    if (notice.type === 'request') return void this.receipts.acceptRequest(notice, undefined, 0, now)
    if (notice.type === 'receipt') return this.receipts.sendOwnReceipt(notice, now)
    if (this.#own.signed(notice, now)) this.#spread(this.#options.self, undefined)
  }

  /** N9: the last word, at once. */
  stop(): void {
    const { tombstone } = this.#own
    if (!tombstone) return
    const notice = { ...tombstone, ageMs: 0 }
    for (const { neighbour } of this.#links.values()) {
      this.#port.send(neighbour, { type: 'announce', notices: [notice] })
    }
  }

  run(now: number): void {
    this.#own.run(now)
    this.receipts.run(now)
    if (this.#directory.look(() => this.#ownLinks.list(now), now)) this.#port.changed()
    for (const { neighbour, outbox } of this.#links.values()) {
      const { link } = neighbour.identity
      for (const envelope of outbox.nextEnvelopes(now, (author) => this.#waitingFor(author, link))) {
        this.#port.send(neighbour, envelope)
      }
    }
  }

  nextWakeAt(): number {
    let at = Math.min(this.#directory.nextWakeAt(), this.receipts.nextWakeAt(), this.#own.nextWakeAt())
    for (const { outbox } of this.#links.values()) at = Math.min(at, outbox.nextWakeAt())
    return at
  }

  picture(now: number): NetworkSnapshot {
    const own = this.#own.picture(now)
    const silent = [...this.#links.values()].map((link) => silentNode(link, own.digest))
    const isSlow = this.#own.timing.everyMs > this.#limits.announcementMs
    const nodes = this.#directory.picture(own, this.#ownLinks.list(now), silent, now)
    return { nodes, isPartial: isSlow || this.#directory.board.isFull(now) }
  }

  #accept(notice: VerifiedNotice, from: PeerId, link: LinkId, ageMs: number, now: number): NoticeDrop | undefined {
    switch (notice.type) {
      case 'announcement': {
        const drop = this.#directory.accept(notice, from, link, ageMs, now)
        if (!drop) this.#spread(notice.content.author, link)
        return drop
      }
      case 'request':
        return this.receipts.acceptRequest(notice, link, ageMs, now)
      case 'receipt':
        return this.receipts.acceptReceipt(notice, from, now)
    }
  }

  #refusalOf(notice: NoticeContent, from: PeerId, ageMs: number, now: number): NoticeDrop | undefined {
    switch (notice.type) {
      case 'announcement':
        return this.#directory.board.refusal(notice.content, from, ageMs, now)
      case 'request':
        return this.receipts.requestRefusal(notice.content, ageMs)
      case 'receipt':
        return this.receipts.receiptRefusal(notice.content, now)
    }
  }

  /** N3: to all but the one that it came from. */
  #spread(author: PeerId, exceptTo: LinkId | undefined): void {
    for (const [link, { outbox }] of this.#links) if (link !== exceptTo) outbox.addAnnouncement(author)
  }

  /** The latest of an author, for a link whose other end lacks it; once it goes, it does not. */
  #waitingFor(author: PeerId, link: LinkId): WaitingNotice | undefined {
    const record = author === this.#options.self ? this.#own.latest : this.#directory.board.latest(author)
    if (!record || record.knownTo.has(link)) return undefined
    return {
      carry: (now) => ({ ...record.signed, ageMs: wholeMs(now - record.madeAt) }),
      onSent: () => void record.knownTo.add(link),
    }
  }
}

const silentNode = ({ neighbour, epoch, digest }: AwareLink, ownDigest: string): KnownNode => ({
  name: neighbour.identity.name,
  peerId: neighbour.identity.peerId,
  epoch,
  isSelf: false,
  presence: neighbour.liveness === 'up' ? 'here' : 'quiet',
  isOnline: false,
  isInSync: digest === ownDigest,
  digest,
  entries: 0,
  heardAgoMs: 0,
  links: [],
})
