import { tombstoneSerial, sketchSize } from '../wire/announcement.ts'
import type { BoardRecord } from './announcement-board.ts'
import { Announcer } from './announcer.ts'
import type { LedgerSample } from '../ledger/ledger-history.ts'
import type { GossipLimits } from '../bounds/limits.ts'
import type { LinkId } from '../wire/link.ts'
import type { Neighbour } from '../links/neighbour.ts'
import { type KnownNode, pictureLinks } from './network-picture.ts'
import type { NodeName } from '../wire/node-name.ts'
import type { NoticeContent, SignedBytes, VerifiedAnnouncement } from '../wire/notice.ts'
import type { OwnLinks } from './own-links.ts'
import type { PeerId } from '../wire/peer-id.ts'

export interface OwnAnnouncementsOptions {
  readonly self: PeerId
  readonly name: NodeName
  readonly epoch: string
  readonly limits: GossipLimits
  /** In [0, 1). */
  readonly random: () => number
  readonly links: OwnLinks
  /** The number of known nodes, this one included. */
  readonly nodes: () => number
  readonly sample: () => LedgerSample
  /** The height of this node's own log. */
  readonly height: () => number
  /** The number of entries that this node holds. */
  readonly entries: () => number
  /** Signs a notice. It comes back by `signed`. */
  readonly sign: (notice: NoticeContent) => void
}

/** The announcements of this node: each made when it is due (N1), one signature at a time, the tombstone first (N9). */
export class OwnAnnouncements {
  readonly #timing: Announcer
  #isOnline = false
  readonly #options: OwnAnnouncementsOptions
  #serial = 0
  #latest: BoardRecord | undefined
  #tombstone: SignedBytes | undefined
  #isTombstoneRequested = false
  /** When the signature was requested that is still missing. */
  #signingSince: number | undefined

  constructor(options: OwnAnnouncementsOptions) {
    this.#options = options
    this.#timing = new Announcer(options.limits, options.random, () => options.nodes())
  }

  /** Undefined until the first one is signed. */
  get latest(): BoardRecord | undefined {
    return this.#latest
  }

  get tombstone(): SignedBytes | undefined {
    return this.#tombstone
  }

  /** Announces itself less often than usual, since there are many nodes. */
  get isSlow(): boolean {
    return this.#timing.everyMs > this.#options.limits.announcementMs
  }

  /** Gives whether this is a change. */
  setOnline(isOnline: boolean): boolean {
    const isChange = isOnline !== this.#isOnline
    this.#isOnline = isOnline
    return isChange
  }

  linksChanged(now: number): void {
    this.#timing.linksChanged(now)
  }

  ledgerChanged(now: number): void {
    this.#timing.ledgerChanged(now)
  }

  linkEnded(link: LinkId): void {
    this.#latest?.knownTo.delete(link)
  }

  /** The round trip of a link has been announced. */
  hasAnnouncedRoundTrip({ identity }: Neighbour): boolean {
    return this.#latest?.content.links.find(({ peerId }) => peerId === identity.peerId)?.rttMs !== undefined
  }

  nextWakeAt(): number {
    if (!this.#isTombstoneRequested) return -Infinity
    if (this.#signingSince !== undefined) return this.#signingSince + this.#options.limits.signWithinMs
    return this.#options.links.size === 0 ? Infinity : this.#timing.dueAt()
  }

  run(now: number): void {
    if (now < this.nextWakeAt()) return
    if (!this.#isTombstoneRequested) {
      this.#isTombstoneRequested = true
      this.#sign(tombstoneSerial, now)
      return
    }
    this.#signingSince = now
    this.#serial += 1
    this.#sign(this.#serial, now)
    this.#timing.announced(now)
  }

  /** True: `latest` is new. */
  signed({ content, signed }: VerifiedAnnouncement, now: number): boolean {
    if (content.serial === tombstoneSerial) {
      this.#tombstone = signed
      return false
    }
    const madeAt = this.#signingSince ?? now
    this.#signingSince = undefined
    this.#latest = { content, signed, madeAt, broughtBy: this.#options.self, knownTo: new Set() }
    return true
  }

  /** This node as it is now, whatever it announced last. */
  picture(now: number): KnownNode {
    const { self, name, epoch, links, sample, entries } = this.#options
    return {
      name,
      peerId: self,
      epoch,
      isSelf: true,
      presence: 'here',
      isOnline: this.#isOnline,
      isInSync: true,
      digest: sample().digest,
      entries: entries(),
      heardAgoMs: 0,
      links: pictureLinks(links.list(now)),
    }
  }

  #sign(serial: number, now: number): void {
    const { self, name, epoch, links, sample, height, entries, sign } = this.#options
    const isTombstone = serial === tombstoneSerial
    const { digest, sketch } = sample()
    sign({
      type: 'announcement',
      content: {
        author: self,
        name,
        epoch,
        serial,
        everyMs: this.#timing.everyMs,
        isOnline: !isTombstone && this.#isOnline,
        digest: isTombstone ? '0' : digest,
        height: isTombstone ? 0 : height(),
        sketch: isTombstone ? Array<number>(sketchSize).fill(0) : sketch,
        entries: isTombstone ? 0 : entries(),
        links: isTombstone ? [] : links.list(now),
      },
    })
  }
}
