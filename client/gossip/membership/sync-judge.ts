import type { AnnouncementContent } from '../wire/announcement.ts'
import { type LogId, logIdOf } from '../wire/block.ts'
import type { LedgerHistory } from '../ledger/ledger-history.ts'
import { reaches } from '../ledger/ledger-history.ts'
import type { GossipLimits } from '../bounds/limits.ts'
import type { PeerId } from '../wire/peer-id.ts'
import type { Presence } from './presences.ts'

interface Standing {
  readonly sketch: readonly number[]
  /** How long the announcement counts while blocks flow, milliseconds. */
  readonly validMs: number
  /** The node was not behind when it announced itself. */
  readonly isAbreast: boolean
  /** What the node holds and this one lacks, since when. */
  readonly ahead: { readonly sketch: readonly number[]; readonly since: number } | undefined
  /** The node's own entries that this one lacks: exact, since in sums the entries of others may hide them. */
  readonly unheard: { readonly log: LogId; readonly height: number; readonly since: number } | undefined
}

/**
 * Which nodes are in sync with this one (N7). A digest that this node had within `syncWithinMs` proves it. While blocks
 * flow, two nodes hardly ever have the same digest. Then three conditions suffice: the node was no further behind when it
 * announced itself; it announces itself as often as nodes do while blocks come (N1); nothing that it had is missing here
 * for longer. What is missing at a node's first announcement may have been missing for any time.
 */
export class SyncJudge {
  readonly #limits: GossipLimits
  readonly #history: LedgerHistory
  /** How far this node holds a log; 0 if it does not. */
  readonly #heightOf: (log: LogId) => number
  /** Bounded by the known nodes. */
  readonly #standings = new Map<PeerId, Standing>()

  constructor(limits: GossipLimits, history: LedgerHistory, heightOf: (log: LogId) => number) {
    this.#limits = limits
    this.#history = history
    this.#heightOf = heightOf
  }

  noteAnnouncement({ author, epoch, height, sketch, everyMs }: AnnouncementContent, madeAt: number): void {
    const floor = this.#history.at(madeAt - this.#limits.syncWithinMs)
    const isAhead = !reaches(this.#history.latest().sketch, sketch)
    const standing = this.#standings.get(author)
    const since = standing ? madeAt : -Infinity
    const { ahead: before, unheard: unheardBefore } = standing ?? {}
    const log = logIdOf({ author, epoch })
    const unheard = this.#isUnheard(unheardBefore) ? unheardBefore : { log, height, since }
    const ahead = isAhead && before && !this.#hasCaughtUp(before.sketch) ? before : { sketch, since }
    const { announcementBusyMs, announcementMs } = this.#limits
    this.#standings.set(author, {
      sketch,
      validMs: (1.5 * announcementBusyMs * everyMs) / announcementMs,
      // Without a sample that old there is nothing to be behind of.
      isAbreast: floor === undefined || reaches(sketch, floor.sketch),
      ahead: isAhead ? ahead : undefined,
      unheard: this.#isUnheard(unheard) ? unheard : undefined,
    })
  }

  /** Forgets all nodes that are not here: once a node is back, its next announcement is its first. */
  keep(presences: ReadonlyMap<PeerId, Presence>): void {
    for (const author of this.#standings.keys()) if (presences.get(author) !== 'here') this.#standings.delete(author)
  }

  isInSync(author: PeerId, digest: string, ownDigest: string, now: number): boolean {
    const { syncWithinMs } = this.#limits
    if (digest === ownDigest || this.#history.heldSince(digest, now - syncWithinMs)) return true
    const standing = this.#standings.get(author)
    if (!standing || now - this.#history.changedAt >= syncWithinMs) return false
    const { sketch, validMs, isAbreast, ahead, unheard } = standing
    const floor = this.#history.at(now - syncWithinMs - validMs)
    if (!isAbreast || (floor && !reaches(sketch, floor.sketch))) return false
    if (unheard && now - unheard.since >= syncWithinMs && this.#isUnheard(unheard)) return false
    return !ahead || now - ahead.since < syncWithinMs || this.#hasCaughtUp(ahead.sketch)
  }

  #isUnheard(unheard: Standing['unheard']): boolean {
    return unheard !== undefined && this.#heightOf(unheard.log) < unheard.height
  }

  #hasCaughtUp(sketch: readonly number[]): boolean {
    return reaches(this.#history.latest().sketch, sketch)
  }
}
