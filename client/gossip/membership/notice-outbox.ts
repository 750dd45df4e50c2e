import type { Envelope } from '../wire/envelope.ts'
import type { GossipLimits } from '../bounds/limits.ts'
import type { CarriedNotice } from '../wire/notice.ts'
import type { PeerId } from '../wire/peer-id.ts'

type NoticeEnvelope = Extract<Envelope, { notices: readonly CarriedNotice[] }>

/** A notice that waits. Its age is computed when it is sent. */
export interface WaitingNotice {
  readonly carry: (now: number) => CarriedNotice
  /** Called when it is sent. */
  readonly onSent?: () => void
}

/**
 * The notices that wait for one link: the first is sent at once, those of the next `noticeGapMs` together. Of each node
 * only the latest announcement waits. Requests and receipts are bounded by the requests that are alive.
 */
export class NoticeOutbox {
  readonly #limits: GossipLimits
  /** The authors of the waiting announcements. The announcements are looked up when they are sent. */
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

  /** What to send now, at most one envelope of each type. `find`: an author's latest announcement if the other end lacks it. */
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

  /** Removes from the list what one envelope has room for. */
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
