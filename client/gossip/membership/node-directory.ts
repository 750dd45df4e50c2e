import type { AnnouncedLink } from '../wire/announcement.ts'
import { type AnnouncementBoard, lifetimeMs } from './announcement-board.ts'
import type { LogId } from '../wire/block.ts'
import type { LedgerHistory } from '../ledger/ledger-history.ts'
import type { GossipLimits } from '../bounds/limits.ts'
import type { LinkId } from '../wire/link.ts'
import { compareKnownNodes, type KnownNode, pictureLinks } from './network-picture.ts'
import type { NoticeDrop, VerifiedAnnouncement } from '../wire/notice.ts'
import type { PeerId } from '../wire/peer-id.ts'
import { overdueAt, type Presence, presencesOf } from './presences.ts'
import { SyncJudge } from './sync-judge.ts'

export interface NodeDirectorySources {
  readonly board: AnnouncementBoard
  /** Of this node's own ledger. */
  readonly history: LedgerHistory
  /** How far this node holds a log; 0 if it does not. */
  readonly heightOf: (log: LogId) => number
}

/** The nodes of the network as this node knows them: what follows from their announcements for presence and sync. */
export class NodeDirectory {
  readonly #board: AnnouncementBoard
  readonly #history: LedgerHistory
  readonly #self: PeerId
  readonly #limits: GossipLimits
  readonly #judge: SyncJudge
  /** Since when each node that is down has been down. */
  readonly #downSince = new Map<PeerId, number>()
  /** The result of the last look, to notice a change. */
  #findings = ''
  #present: ReadonlySet<PeerId> = new Set()
  #isTouched = false
  #lookedAt = -Infinity
  #lookAt = Infinity
  #touchedAt = -Infinity

  constructor(self: PeerId, limits: GossipLimits, { board, history, heightOf }: NodeDirectorySources) {
    this.#self = self
    this.#limits = limits
    this.#board = board
    this.#history = history
    this.#judge = new SyncJudge(limits, history, heightOf)
  }

  /** The nodes to which links led when all nodes were last judged. A new set after each judgement. */
  get present(): ReadonlySet<PeerId> {
    return this.#present
  }

  /** The picture has changed. */
  touch(now: number): void {
    this.#isTouched = true
    this.#touchedAt = now
  }

  accept(notice: VerifiedAnnouncement, from: PeerId, link: LinkId, ageMs: number, now: number): NoticeDrop | undefined {
    const drop = this.#board.accept(notice, from, link, ageMs, now)
    if (drop) return drop
    this.#judge.noteAnnouncement(notice.content, now - ageMs)
    this.touch(now)
    return undefined
  }

  forget(author: PeerId, now: number): void {
    this.#board.forget(author, now)
    this.touch(now)
  }

  nextWakeAt(): number {
    return Math.min(this.#history.nextWakeAt(), this.#nextLookAt())
  }

  /** Judges all nodes anew and forgets those that are gone (N5). True: the picture has changed. */
  look(ownLinks: () => readonly AnnouncedLink[], now: number): boolean {
    if (this.#history.run(now)) this.touch(now)
    if (now < this.#nextLookAt()) return false
    this.#lookedAt = now
    const presences = this.#presences(ownLinks(), now)
    const digest = this.#history.latest().digest
    const present = new Set<PeerId>()
    const findings: string[] = []
    let calmUntil = Infinity
    for (const [author, record] of this.#board.records) {
      const presence = presences.get(author) ?? 'quiet'
      if (this.#isGone(author, presence, now) || now >= record.madeAt + lifetimeMs(record.content)) {
        this.#board.forget(author, now)
        this.#isTouched = true
        continue
      }
      if (presence === 'here' || presence === 'quiet') present.add(author)
      const isInSync = this.#judge.isInSync(author, record.content.digest, digest, now)
      findings.push(`${author} ${presence} ${isInSync}`)
      calmUntil = Math.min(calmUntil, presence === 'here' && isInSync ? overdueAt(record) : now)
    }
    this.#present = present
    this.#judge.keep(presences)
    for (const author of this.#downSince.keys()) if (!this.#board.records.has(author)) this.#downSince.delete(author)
    const isRestless = now - Math.max(this.#touchedAt, this.#history.changedAt) <= this.#limits.syncWithinMs
    this.#lookAt = Math.max(now + this.#limits.judgeEveryMs, isRestless ? now : calmUntil)
    const text = findings.join('\n')
    const isChanged = this.#isTouched || text !== this.#findings
    this.#isTouched = false
    this.#findings = text
    return isChanged
  }

  /** This node, then all others by name. `silent`: neighbours that have greeted but not announced themselves yet. */
  picture(own: KnownNode, ownLinks: readonly AnnouncedLink[], silent: readonly KnownNode[], now: number): KnownNode[] {
    const presences = this.#presences(ownLinks, now)
    const nodes = [own]
    for (const [author, { content, madeAt }] of this.#board.records) {
      const { name, epoch, isOnline, digest, entries, links } = content
      nodes.push({
        name,
        peerId: author,
        epoch,
        isSelf: false,
        presence: presences.get(author) ?? 'quiet',
        isOnline,
        isInSync: this.#judge.isInSync(author, digest, own.digest, now),
        digest,
        entries,
        heardAgoMs: Math.max(0, now - madeAt),
        links: pictureLinks(links),
      })
    }
    for (const node of silent) if (!this.#board.records.has(node.peerId as PeerId)) nodes.push(node)
    return nodes.sort(compareKnownNodes)
  }

  /** During a burst of announcements there are a few looks, not one for each. */
  #nextLookAt(): number {
    return this.#isTouched ? this.#lookedAt + this.#limits.lookGapMs : this.#lookAt
  }

  #presences(ownLinks: readonly AnnouncedLink[], now: number): Map<PeerId, Presence> {
    return presencesOf(this.#self, ownLinks, this.#board.records, this.#limits, now)
  }

  #isGone(author: PeerId, presence: Presence, now: number): boolean {
    if (presence !== 'down') {
      this.#downSince.delete(author)
      return false
    }
    const since = this.#downSince.get(author) ?? now
    this.#downSince.set(author, since)
    return now - since >= this.#limits.downShownMs
  }
}
