import type { Deadline, Deadlines } from '../bounds/deadlines.ts'
import type { GossipLimits } from '../bounds/limits.ts'
import type { Outbox } from '../effects/outbox.ts'
import type { Neighbour } from '../links/neighbour.ts'
import { NoticeOutbox, type WaitingNotice } from './notice-outbox.ts'
import type { LinkId } from '../wire/link.ts'
import type { PeerId } from '../wire/peer-id.ts'

interface OpenOutbox {
  readonly neighbour: Neighbour
  readonly outbox: NoticeOutbox
  readonly deadline: Deadline
}

/** The notices that wait for each greeted link, sent when they are due. */
export class NoticeOutboxes {
  readonly #limits: GossipLimits
  readonly #outbox: Outbox
  readonly #deadlines: Deadlines
  readonly #find: (author: PeerId, link: LinkId) => WaitingNotice | undefined
  readonly #open = new Map<LinkId, OpenOutbox>()

  /** `find`: an author's latest announcement if the other end of the link lacks it. */
  constructor(
    limits: GossipLimits,
    outbox: Outbox,
    deadlines: Deadlines,
    find: (author: PeerId, link: LinkId) => WaitingNotice | undefined,
  ) {
    this.#limits = limits
    this.#outbox = outbox
    this.#deadlines = deadlines
    this.#find = find
  }

  /** `authors`: whose announcements the neighbour gets first. */
  open(neighbour: Neighbour, authors: readonly PeerId[]): void {
    const outbox = new NoticeOutbox(this.#limits)
    const deadline = this.#deadlines.create((now) => this.#send(open, now))
    const open: OpenOutbox = { neighbour, outbox, deadline }
    this.#open.set(neighbour.identity.link, open)
    for (const author of authors) outbox.addAnnouncement(author)
    deadline.setBy(outbox.nextWakeAt())
  }

  close(link: LinkId): void {
    this.#open.get(link)?.deadline.set(Infinity)
    this.#open.delete(link)
  }

  /** N3: to all neighbours but the one that sent it. */
  addAnnouncement(author: PeerId, exceptTo: LinkId | undefined): void {
    this.#addToOthers(exceptTo, (outbox) => outbox.addAnnouncement(author))
  }

  addRequest(request: WaitingNotice, exceptTo: LinkId | undefined): void {
    this.#addToOthers(exceptTo, (outbox) => outbox.addRequest(request))
  }

  /** Does nothing if the link has ended. */
  addReceipt(receipt: WaitingNotice, to: LinkId): void {
    const open = this.#open.get(to)
    open?.outbox.addReceipt(receipt)
    open?.deadline.setBy(open.outbox.nextWakeAt())
  }

  #addToOthers(exceptTo: LinkId | undefined, add: (outbox: NoticeOutbox) => void): void {
    for (const [link, { outbox, deadline }] of this.#open) {
      if (link === exceptTo) continue
      add(outbox)
      deadline.setBy(outbox.nextWakeAt())
    }
  }

  #send({ neighbour, outbox, deadline }: OpenOutbox, now: number): void {
    const { link } = neighbour.identity
    for (const envelope of outbox.nextEnvelopes(now, (author) => this.#find(author, link))) {
      this.#outbox.sendNotices(neighbour, envelope)
    }
    deadline.set(outbox.nextWakeAt())
  }
}
