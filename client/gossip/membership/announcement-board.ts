import {
  type AnnouncementContent,
  type AnnouncementVersion,
  compareVersions,
  tombstoneSerial,
} from '../wire/announcement.ts'
import { BoundedMap } from '../bounds/bounded-map.ts'
import { mostBrought } from '../bounds/fair-records.ts'
import type { GossipLimits } from '../bounds/limits.ts'
import type { LinkId } from '../wire/link.ts'
import type { NoticeDrop, SignedBytes, VerifiedAnnouncement } from '../wire/notice.ts'
import type { PeerId } from '../wire/peer-id.ts'
import { TokenBucket } from '../bounds/token-bucket.ts'

/** The latest announcement of one node. Times are the core's `now`. */
export interface BoardRecord {
  readonly content: AnnouncementContent
  readonly signed: SignedBytes
  /** Computed from the durations on its path. */
  madeAt: number
  readonly broughtBy: PeerId
  /** The links by which it came or went: their other ends have it. */
  readonly knownTo: Set<LinkId>
}

interface Tombstone extends AnnouncementVersion {
  readonly at: number
  /** Absent if the node left without one. */
  readonly announcement: BoardRecord | undefined
}

/**
 * The latest announcement of each node in the network.
 *  1. Only a newer version of a node's announcement is accepted: by epoch, then by serial (N2). A node that has left stays
 *     away until a newer version comes.
 *  2. An announcement expires after three of its intervals (N5).
 *  3. There are at most `maxKnownNodes`. Above that, the neighbour that brought most brings no more, and what others bring
 *     displaces the idlest of its nodes. A neighbour's own announcement is always accepted (N6).
 */
export class AnnouncementBoard {
  readonly #limits: GossipLimits
  readonly #self: PeerId
  readonly #records = new Map<PeerId, BoardRecord>()
  readonly #left: BoundedMap<PeerId, Tombstone>
  /** The bucket of an author that is dropped has been idle for longest, so it was full again. */
  readonly #rates: BoundedMap<PeerId, TokenBucket>
  #refusedAt = -Infinity

  constructor(self: PeerId, limits: GossipLimits) {
    this.#self = self
    this.#limits = limits
    this.#left = new BoundedMap(limits.maxKnownNodes)
    this.#rates = new BoundedMap(2 * limits.maxKnownNodes)
  }

  get records(): ReadonlyMap<PeerId, BoardRecord> {
    return this.#records
  }

  /** A node has found no room lately. */
  isFull(now: number): boolean {
    return now - this.#refusedAt < this.#limits.maxAnnouncementMs
  }

  /** Gives why an announcement is not worth verifying; nothing if it is. */
  refusal(content: AnnouncementContent, from: PeerId, ageMs: number, now: number): NoticeDrop | undefined {
    const { author } = content
    if (author === this.#self || this.#isOld(content, ageMs, now)) return 'old-announcement'
    if (this.#records.has(author) || author === from || this.#records.size < this.#limits.maxKnownNodes)
      return undefined
    if (from !== this.#mostBrought()) return undefined
    this.#refusedAt = now
    return 'too-many-nodes'
  }

  /** Accepts a verified announcement, or gives why not: since the first check a newer one may have come. */
  accept(notice: VerifiedAnnouncement, from: PeerId, link: LinkId, ageMs: number, now: number): NoticeDrop | undefined {
    const { content, signed } = notice
    const refusal = this.refusal(content, from, ageMs, now)
    if (refusal) return refusal
    if (!this.#rateOf(content.author, now).spend(1, now)) return 'too-many-notices'
    const record: BoardRecord = { content, signed, madeAt: now - ageMs, broughtBy: from, knownTo: new Set([link]) }
    if (content.serial === tombstoneSerial) {
      this.#leave(content.author, { ...version(content), at: now, announcement: record })
      return undefined
    }
    this.#left.delete(content.author)
    if (!this.#records.has(content.author) && this.#records.size >= this.#limits.maxKnownNodes) this.#makeRoom(now)
    // Moved to the end: the node that has been silent longest is first (a Map's order).
    this.#records.delete(content.author)
    this.#records.set(content.author, record)
    return undefined
  }

  /** An equal or older announcement came by a link. If it is the latest one, it is not sent back on that link. */
  noteKnown(content: AnnouncementContent, link: LinkId): void {
    const record = this.latest(content.author)
    if (record && compareVersions(content, record.content) >= 0) record.knownTo.add(link)
  }

  /** What is sent on of a node: its latest announcement, or its tombstone. */
  latest(author: PeerId): BoardRecord | undefined {
    return this.#records.get(author) ?? this.#left.get(author)?.announcement
  }

  linkEnded(link: LinkId): void {
    for (const { knownTo } of this.#records.values()) knownTo.delete(link)
  }

  /** The node has left without a tombstone. None of its announcements so far brings it back. */
  forget(author: PeerId, now: number): void {
    const record = this.#records.get(author)
    if (record) this.#leave(author, { ...version(record.content), at: now, announcement: undefined })
  }

  /** This tab stood still, so no other node was silent for that time. */
  forgive(gapMs: number): void {
    for (const record of this.#records.values()) record.madeAt += gapMs
  }

  #isOld(content: AnnouncementContent, ageMs: number, now: number): boolean {
    if (ageMs >= lifetimeMs(content)) return true
    const record = this.#records.get(content.author)
    if (record) return compareVersions(content, record.content) <= 0
    const left = this.#left.get(content.author)
    if (left === undefined || now - left.at >= this.#limits.leftRememberedMs) return false
    return compareVersions(content, left) <= 0 && !isTwin(content, left)
  }

  #leave(author: PeerId, tombstone: Tombstone): void {
    this.#records.delete(author)
    this.#left.set(author, tombstone)
  }

  #rateOf(author: PeerId, now: number): TokenBucket {
    const { announcementBurst, announcementsPerSecond } = this.#limits
    return this.#rates.renew(author, () => new TokenBucket(announcementBurst, announcementsPerSecond, now))
  }

  #mostBrought(): PeerId | undefined {
    // A neighbour's own announcement can't be invented.
    const others = [...this.#records.values()].filter(({ content, broughtBy }) => content.author !== broughtBy)
    return mostBrought(others.map(({ broughtBy }) => broughtBy))
  }

  #makeRoom(now: number): void {
    const most = this.#mostBrought()
    for (const { content, broughtBy } of this.#records.values()) {
      if (broughtBy !== most || content.author === most) continue
      this.#records.delete(content.author)
      this.#refusedAt = now
      return
    }
  }
}

const version = ({ epoch, serial }: AnnouncementVersion): AnnouncementVersion => ({ epoch, serial })

/** Another page load with the same count: its node can't store the count. Only the order of arrival shows which is newer. */
const isTwin = (one: AnnouncementVersion, other: AnnouncementVersion): boolean =>
  one.epoch !== other.epoch && one.epoch.split('-')[0] === other.epoch.split('-')[0]

/** By then two further announcements are missing. */
export const lifetimeMs = ({ everyMs }: AnnouncementContent): number => 3 * everyMs
