import type { Envelope } from './wire/envelope.ts'
import { AnnouncementBoard } from './membership/announcement-board.ts'
import { type LogId, logIdOf, type VerifiedBlock } from './wire/block.ts'
import type { CopyCounts } from './receipts/copy-counts.ts'
import type { Deadline, Deadlines } from './bounds/deadlines.ts'
import { wholeMs } from './wire/hop.ts'
import type { Ledger } from './ledger/ledger.ts'
import { LedgerHistory } from './ledger/ledger-history.ts'
import type { GossipLimits } from './bounds/limits.ts'
import type { LinkId } from './wire/link.ts'
import type { HeldBlock } from './ledger/held-block.ts'
import type { Neighbour } from './links/neighbour.ts'
import { type NetworkSnapshot, silentNode } from './membership/network-picture.ts'
import { NodeDirectory } from './membership/node-directory.ts'
import type { NodeName } from './wire/node-name.ts'
import type { NoticeContent, NoticeDrop, VerifiedNotice } from './wire/notice.ts'
import type { WaitingNotice } from './membership/notice-outbox.ts'
import { NoticeOutboxes } from './membership/notice-outboxes.ts'
import { OwnAnnouncements } from './membership/own-announcements.ts'
import { OwnLinks } from './membership/own-links.ts'
import type { OwnSignatures } from './own-signatures.ts'
import type { Outbox } from './effects/outbox.ts'
import type { PeerId } from './wire/peer-id.ts'
import { type KnownReceipts, ReceiptExchange } from './receipts/receipt-exchange.ts'
import type { Room } from './ledger/room.ts'
import { TokenBucket } from './bounds/token-bucket.ts'

export interface AwarenessOptions {
  readonly self: PeerId
  readonly name: NodeName
  readonly epoch: string
  readonly limits: GossipLimits
  /** In [0, 1). */
  readonly random: () => number
  readonly room: Pick<Room, 'setPresent'>
  readonly ledger: Ledger
  readonly copies: CopyCounts
  readonly signatures: Pick<OwnSignatures, 'signNotice'>
  readonly outbox: Outbox
  readonly deadlines: Deadlines
}

interface AwareLink {
  readonly neighbour: Neighbour
  /** Signatures that are still checked for this link. */
  readonly rate: TokenBucket
  /** From its hello. Nothing else is known of a neighbour until it announces itself. */
  readonly epoch: string
  readonly digest: string
}

/**
 * What this node knows of the network: its nodes, by announcements (rules N), and who has a block, by receipts (rules Q).
 * Blocks spread without it. SPEC.md has the rules.
 */
export class Awareness {
  readonly #options: AwarenessOptions
  readonly #limits: GossipLimits
  readonly #outbox: Outbox
  readonly #board: AnnouncementBoard
  readonly #history: LedgerHistory
  readonly #directory: NodeDirectory
  readonly #own: OwnAnnouncements
  readonly #ownLinks: OwnLinks
  readonly #receipts: ReceiptExchange
  readonly #links = new Map<LinkId, AwareLink>()
  readonly #notices: NoticeOutboxes
  /** When to announce this node, to answer requests, and to judge all nodes. */
  readonly #announcing: Deadline
  readonly #answering: Deadline
  readonly #looking: Deadline

  constructor(options: AwarenessOptions) {
    const { self, name, epoch, limits, random, ledger, copies, signatures, outbox, deadlines } = options
    this.#options = options
    this.#limits = limits
    this.#outbox = outbox
    this.#board = new AnnouncementBoard(self, limits)
    this.#history = new LedgerHistory(limits, () => ledger.sample())
    this.#directory = new NodeDirectory(self, limits, {
      board: this.#board,
      history: this.#history,
      heightOf: (log) => ledger.heightOf(log),
    })
    this.#ownLinks = new OwnLinks(limits)
    this.#own = new OwnAnnouncements({
      ...options,
      links: this.#ownLinks,
      nodes: () => this.#board.records.size + 1,
      sample: () => ledger.sample(),
      height: () => ledger.heightOf(logIdOf({ author: self, epoch })),
      entries: () => ledger.entries().length,
      sign: (notice) => signatures.signNotice(notice),
    })
    this.#notices = new NoticeOutboxes(limits, outbox, deadlines, (author, link) => this.#waitingFor(author, link))
    this.#receipts = new ReceiptExchange(
      { self, name, limits, random, copies },
      {
        held: (log, height) => {
          const held = ledger.held(log, height)
          // A large body is held once it is whole: then its first block delivers it.
          return held?.entries.length ? held : undefined
        },
        sign: (notice) => signatures.signNotice(notice),
        spread: (request, exceptTo) => this.#notices.addRequest(request, exceptTo),
        sendBack: (receipt, link) => this.#notices.addReceipt(receipt, link),
        received: (log, height) => outbox.add({ type: 'receipts', log, height }),
      },
    )
    this.#announcing = deadlines.create((now) => {
      this.#own.run(now)
      this.#announcing.set(this.#own.nextWakeAt())
    })
    this.#answering = deadlines.create((now) => {
      this.#receipts.run(now)
      this.#answering.set(this.#receipts.nextWakeAt())
    })
    this.#looking = deadlines.create((now) => this.#look(now))
    this.#announcing.set(this.#own.nextWakeAt())
    this.#looking.set(this.#directory.nextWakeAt())
    options.room.setPresent(this.#directory.present)
  }

  /** This node has registered with the signalling server, or is registered no longer. */
  registered(isOnline: boolean, now: number): void {
    if (this.#own.setOnline(isOnline)) this.linksChanged(now)
  }

  /** N3: a new link gets all that is known. */
  greeted(neighbour: Neighbour, epoch: string, digest: string, now: number): void {
    const authors = [...this.#board.records.keys()]
    this.#notices.open(neighbour, this.#own.latest ? [...authors, this.#options.self] : authors)
    const rate = new TokenBucket(this.#limits.noticeBurst, this.#limits.noticesPerSecond, now)
    this.#links.set(neighbour.identity.link, { neighbour, rate, epoch, digest })
    this.#ownLinks.greeted(neighbour)
    this.linksChanged(now)
  }

  /** The links of this node, their liveness or its registration have changed. */
  linksChanged(now: number): void {
    this.#own.linksChanged(now)
    this.#announcing.set(this.#own.nextWakeAt())
    this.#directory.touch(now)
    this.#looking.set(this.#directory.nextWakeAt())
  }

  linkEnded(neighbour: Neighbour, now: number): void {
    if (!this.#ownLinks.ended(neighbour, now)) return
    const { link } = neighbour.identity
    this.#links.delete(link)
    this.#notices.close(link)
    this.#board.linkEnded(link)
    this.#own.linkEnded(link)
    this.linksChanged(now)
  }

  /** N9: a neighbour has stopped. Its tombstone came before; a node without one is forgotten as well. */
  saidBye({ identity }: Neighbour, now: number): void {
    // Unless the neighbour is already back on a new link, and this was its old one.
    if (this.#ownLinks.hasLinkTo(identity.peerId)) return
    this.#directory.forget(identity.peerId, now)
    this.#looking.set(this.#directory.nextWakeAt())
  }

  /** The first round trip of a link is announced at once; its changes wait for the calm interval. */
  measured(neighbour: Neighbour, now: number): void {
    const isFirst = neighbour.roundTrips.latestMs !== undefined && !this.#own.hasAnnouncedRoundTrip(neighbour)
    if (isFirst) this.#own.linksChanged(now)
    this.#announcing.set(this.#own.nextWakeAt())
    this.#directory.touch(now)
    this.#looking.set(this.#directory.nextWakeAt())
  }

  /** A block has entered the ledger. */
  noteHeld(block: VerifiedBlock, now: number): void {
    this.#history.changed(now)
    this.#own.ledgerChanged(now)
    this.#receipts.noteHeld(block.log, block.height, now)
    this.#announcing.set(this.#own.nextWakeAt())
    this.#answering.set(this.#receipts.nextWakeAt())
    this.#looking.set(this.#directory.nextWakeAt())
  }

  /** Requests receipts for the block of an entry. Nothing happens if the block is not held. */
  ask(log: LogId, held: HeldBlock | undefined, seq: number, now: number): void {
    if (held) this.#receipts.ask(log, seq, held, now)
  }

  knownReceipts(log: LogId, height: number): KnownReceipts {
    return this.#receipts.known(log, height)
  }

  /** This tab stood still, so no other node was silent for that time. */
  forgive(gapMs: number): void {
    this.#board.forgive(gapMs)
  }

  /** Gives why a notice is not worth verifying; otherwise charges the link's allowance. The cheapest check comes first (N2). */
  refusal(id: LinkId, notice: NoticeContent, ageMs: number, now: number): NoticeDrop | undefined {
    const link = this.#links.get(id)
    if (!link) return undefined
    const refusal = this.#refusalOf(notice, link.neighbour.identity.peerId, ageMs, now)
    if (refusal) return refusal
    return link.rate.spend(1, now) ? undefined : 'too-many-notices'
  }

  /** A notice is dropped. It still shows that the neighbour has this announcement. */
  noteRefused({ identity }: Neighbour, notice: NoticeContent, reason: NoticeDrop): void {
    if (notice.type === 'announcement') this.#board.noteKnown(notice.content, identity.link)
    this.#outbox.drop(reason, identity.link)
  }

  receive(neighbour: Neighbour, notice: VerifiedNotice, carriedAgeMs: number, now: number): void {
    const { link, peerId } = neighbour.identity
    const drop = this.#accept(notice, peerId, link, carriedAgeMs + (neighbour.roundTrips.typicalMs ?? 0) / 2, now)
    if (drop) this.noteRefused(neighbour, notice, drop)
  }

  /** A notice of this node is signed. */
  signed(notice: VerifiedNotice, now: number): void {
    switch (notice.type) {
      case 'announcement':
        if (this.#own.signed(notice, now)) this.#notices.addAnnouncement(this.#options.self, undefined)
        return this.#announcing.set(this.#own.nextWakeAt())
      case 'request':
        this.#receipts.acceptRequest(notice, undefined, 0, now)
        return this.#answering.set(this.#receipts.nextWakeAt())
      case 'receipt':
        return this.#receipts.sendOwnReceipt(notice, now)
    }
  }

  /** N9: sends the tombstone at once. */
  stop(): void {
    const { leave } = this
    if (!leave) return
    for (const { neighbour } of this.#links.values()) this.#outbox.sendNotices(neighbour, leave)
  }

  /** The envelope with the tombstone; undefined until that is signed. */
  get leave(): Extract<Envelope, { type: 'announce' }> | undefined {
    const { tombstone } = this.#own
    return tombstone && { type: 'announce', notices: [{ ...tombstone, ageMs: 0 }] }
  }

  picture(now: number): NetworkSnapshot {
    const own = this.#own.picture(now)
    const silent = [...this.#links.values()].map((link) => silentNode(link, own.digest))
    const nodes = this.#directory.picture(own, this.#ownLinks.list(now), silent, now)
    return { nodes, isPartial: this.#own.isSlow || this.#board.isFull(now) }
  }

  #accept(notice: VerifiedNotice, from: PeerId, link: LinkId, ageMs: number, now: number): NoticeDrop | undefined {
    switch (notice.type) {
      case 'announcement': {
        const drop = this.#directory.accept(notice, from, link, ageMs, now)
        if (drop) return drop
        this.#looking.set(this.#directory.nextWakeAt())
        this.#notices.addAnnouncement(notice.content.author, link)
        return undefined
      }
      case 'request': {
        const drop = this.#receipts.acceptRequest(notice, link, ageMs, now)
        this.#answering.set(this.#receipts.nextWakeAt())
        return drop
      }
      case 'receipt':
        return this.#receipts.acceptReceipt(notice, from, now)
    }
  }

  #refusalOf(notice: NoticeContent, from: PeerId, ageMs: number, now: number): NoticeDrop | undefined {
    switch (notice.type) {
      case 'announcement':
        return this.#board.refusal(notice.content, from, ageMs, now)
      case 'request':
        return this.#receipts.requestRefusal(notice.content, ageMs)
      case 'receipt':
        return this.#receipts.receiptRefusal(notice.content, now)
    }
  }

  #look(now: number): void {
    if (this.#directory.look(() => this.#ownLinks.list(now), now)) this.#outbox.add({ type: 'picture' })
    this.#options.room.setPresent(this.#directory.present)
    this.#looking.set(this.#directory.nextWakeAt())
    // A node among fewer nodes announces itself more often.
    this.#announcing.set(this.#own.nextWakeAt())
  }

  /** The latest announcement of an author; nothing once the other end of the link has it. */
  #waitingFor(author: PeerId, link: LinkId): WaitingNotice | undefined {
    const record = author === this.#options.self ? this.#own.latest : this.#board.latest(author)
    if (!record || record.knownTo.has(link)) return undefined
    return {
      carry: (now) => ({ ...record.signed, ageMs: wholeMs(now - record.madeAt) }),
      onSent: () => void record.knownTo.add(link),
    }
  }
}
