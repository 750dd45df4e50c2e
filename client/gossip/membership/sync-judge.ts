import type { AnnouncementContent } from '../wire/announcement.ts'
import { type LogId, logIdOf } from '../wire/block.ts'
import type { LedgerHistory } from '../ledger/ledger-history.ts'
import { reaches } from '../ledger/ledger-history.ts'
import type { GossipLimits } from '../bounds/limits.ts'
import type { PeerId } from '../wire/peer-id.ts'
import type { Presence } from './presences.ts'

interface Standing {
  readonly sketch: readonly number[]
  /** How old a word of a node in traffic may be, milliseconds. */
  readonly validMs: number
  /** It was not behind, when it said what it holds. */
  readonly isAbreast: boolean
  /** What it holds and this node lacks, since when. */
  readonly ahead: { readonly sketch: readonly number[]; readonly since: number } | undefined
  /** What it wrote itself and this node lacks: exact, where sums may hide it behind what others write. */
  readonly unheard: { readonly log: LogId; readonly height: number; readonly since: number } | undefined
}

/**
 * Who is in sync with this node (N7). A digest that this node had within `syncWithinMs` proves it. While blocks flow,
 * hardly two nodes ever have the same digest; then it suffices that the other was no further behind than that when it
 * announced itself, that it announces itself as often as one does while blocks come (N1), and that nothing that it had
 * is missing here for longer. What is missing at a node's first word may have been missing for ever.
 */
export class SyncJudge {
  readonly #limits: GossipLimits
  readonly #history: LedgerHistory
  /** Of a log, as it is held here; 0 if it is not. */
  readonly #heightOf: (log: LogId) => number
  /** Bounded by the nodes known. */
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
      // Nothing that old is known of a ledger that was empty then.
      isAbreast: floor === undefined || reaches(sketch, floor.sketch),
      ahead: isAhead ? ahead : undefined,
      unheard: this.#isUnheard(unheard) ? unheard : undefined,
    })
  }

  /** Forgets all that are not here: when one of them is back, its next word is its first. */
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
