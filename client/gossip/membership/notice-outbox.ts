import type { Envelope } from '../wire/envelope.ts'
import type { GossipLimits } from '../bounds/limits.ts'
import type { CarriedNotice } from '../wire/notice.ts'
import type { PeerId } from '../wire/peer-id.ts'

type NoticeEnvelope = Extract<Envelope, { notices: readonly CarriedNotice[] }>

/** A notice that waits; how old it is shows when it goes. */
export interface WaitingNotice {
  readonly carry: (now: number) => CarriedNotice
  /** It goes. */
  readonly onSent?: () => void
}

/**
 * What waits for one link: the first goes at once, what comes within `noticeGapMs` goes together. Of a node only the
 * latest announcement waits; requests and receipts are bounded by those that are alive.
 */
export class NoticeOutbox {
  readonly #limits: GossipLimits
  /** Authors of the announcements that wait; which ones is looked up when they go. */
  readonly #announcements = new Set<PeerId>()
  #requests: WaitingNotice[] = []
  #receipts: WaitingNotice[] = []
  #sentAt = -Infinity

  constructor(limits: GossipLimits) {
    this.#limits = limits
  }

  addAnnouncement(author: PeerId): void {
    this.#announcements.add(author)
  }

  addRequest(request: WaitingNotice): void {
    if (this.#requests.length < this.#limits.maxRequests) this.#requests.push(request)
  }

  addReceipt(receipt: WaitingNotice): void {
    if (this.#receipts.length < this.#limits.maxKnownNodes) this.#receipts.push(receipt)
  }

  nextWakeAt(): number {
    const isEmpty = this.#announcements.size + this.#requests.length + this.#receipts.length === 0
    return isEmpty ? Infinity : this.#sentAt + this.#limits.noticeGapMs
  }

  /** What may go now, at most one envelope of each type. `find`: the latest of an author, if the other end lacks it. */
  nextEnvelopes(now: number, find: (author: PeerId) => WaitingNotice | undefined): readonly NoticeEnvelope[] {
    if (now < this.nextWakeAt()) return []
    const envelopes: NoticeEnvelope[] = []
    const announcements = this.#nextAnnouncements(now, find)
    const requests = this.#fill(this.#requests, now)
    const receipts = this.#fill(this.#receipts, now)
    if (announcements.length > 0) envelopes.push({ type: 'announce', notices: announcements })
    if (requests.length > 0) envelopes.push({ type: 'ask', notices: requests })
    if (receipts.length > 0) envelopes.push({ type: 'receipts', notices: receipts })
    if (envelopes.length > 0) this.#sentAt = now
    return envelopes
  }

  #nextAnnouncements(now: number, find: (author: PeerId) => WaitingNotice | undefined): readonly CarriedNotice[] {
    const waiting: WaitingNotice[] = []
    for (const author of this.#announcements) {
      const notice = find(author)
      if (notice) waiting.push(notice)
      else this.#announcements.delete(author)
    }
    const authors = [...this.#announcements]
    const notices = this.#fill(waiting, now)
    for (const author of authors.slice(0, notices.length)) this.#announcements.delete(author)
    return notices
  }

  /** Takes from the list what one envelope holds. */
  #fill(waiting: WaitingNotice[], now: number): readonly CarriedNotice[] {
    const { maxNoticesPerEnvelope, maxNoticeEnvelopeBytes } = this.#limits
    const notices: CarriedNotice[] = []
    let bytes = 0
    while (notices.length < maxNoticesPerEnvelope) {
      const notice = waiting[0]?.carry(now)
      if (!notice) break
      bytes += notice.bytes.length + notice.signature.length
      if (notices.length > 0 && bytes > maxNoticeEnvelopeBytes) break
      notices.push(notice)
      waiting.shift()?.onSent?.()
    }
    return notices
  }
}
