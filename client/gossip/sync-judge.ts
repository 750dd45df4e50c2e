import type { AnnouncementContent } from './announcement.ts'
import type { LedgerHistory } from './ledger-history.ts'
import { reaches } from './ledger-history.ts'
import type { GossipLimits } from './limits.ts'
import type { PeerId } from './peer-id.ts'

interface Standing {
  readonly sketch: readonly number[]
  /** How old a word of a node in traffic may be, milliseconds. */
  readonly wordLastsMs: number
  /** It was not behind, when it said what it holds. */
  readonly isAbreast: boolean
  /** What it holds and this node lacks, since when. */
  readonly ahead: { readonly sketch: readonly number[]; readonly since: number } | undefined
}

/**
 * Who is in sync with this node (N7). A digest that this node had within `syncWithinMs` proves it. While blocks flow,
 * hardly two nodes ever have the same digest; then it suffices that the other was no further behind than that when it
 * announced itself, that it announces itself as often as one does while blocks come (N1), and that nothing that it had
 * is missing here for longer.
 */
export class SyncJudge {
  readonly #limits: GossipLimits
  readonly #history: LedgerHistory
  /** Bounded by the nodes known. */
  readonly #standings = new Map<PeerId, Standing>()

  constructor(limits: GossipLimits, history: LedgerHistory) {
    this.#limits = limits
    this.#history = history
  }

  heard({ author, sketch, everyMs }: AnnouncementContent, madeAt: number, now: number): void {
    const floor = this.#history.at(madeAt - this.#limits.syncWithinMs)
    const isAhead = !reaches(this.#history.latest(now).sketch, sketch)
    const before = this.#standings.get(author)?.ahead
    const ahead = isAhead && before && !this.#hasCaughtUp(before.sketch, now) ? before : { sketch, since: madeAt }
    const { announcementBusyMs, announcementMs } = this.#limits
    this.#standings.set(author, {
      sketch,
      wordLastsMs: (1.5 * announcementBusyMs * everyMs) / announcementMs,
      // Nothing that old is known of a ledger that was empty then.
      isAbreast: floor === undefined || reaches(sketch, floor.sketch),
      ahead: isAhead ? ahead : undefined,
    })
  }

  /** Forgets all others. */
  keep(known: ReadonlyMap<PeerId, unknown>): void {
    for (const author of this.#standings.keys()) if (!known.has(author)) this.#standings.delete(author)
  }

  isInSync(author: PeerId, digest: string, ownDigest: string, now: number): boolean {
    const { syncWithinMs } = this.#limits
    if (digest === ownDigest || this.#history.heldSince(digest, now - syncWithinMs)) return true
    const standing = this.#standings.get(author)
    if (!standing || now - this.#history.changedAt >= syncWithinMs) return false
    const { sketch, wordLastsMs, isAbreast, ahead } = standing
    const floor = this.#history.at(now - syncWithinMs - wordLastsMs)
    if (!isAbreast || (floor && !reaches(sketch, floor.sketch))) return false
    return !ahead || now - ahead.since < syncWithinMs || this.#hasCaughtUp(ahead.sketch, now)
  }

  #hasCaughtUp(sketch: readonly number[], now: number): boolean {
    return reaches(this.#history.latest(now).sketch, sketch)
  }
}
