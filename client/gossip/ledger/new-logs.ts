import { BoundedMap } from '../bounds/bounded-map.ts'
import type { LogId, VerifiedBlock } from '../wire/block.ts'
import type { LogHeight } from '../wire/envelope.ts'
import type { GossipLimits } from '../bounds/limits.ts'
import type { ForkProof } from './log.ts'
import type { PeerId } from '../wire/peer-id.ts'
import { TokenBucket } from '../bounds/token-bucket.ts'

export type NewLogDrop =
  /** A neighbour brings new logs faster than the bound that invented authors need; real ones come later. */
  'too-many-new-logs'

interface Bringer {
  /** For blocks that were not requested. */
  readonly pushed: TokenBucket
  /** For logs that it announces: they are requested. */
  readonly named: TokenBucket
  /** Logs that were requested of it and have not come (the oldest first, a Set's order). */
  readonly asked: Set<LogId>
}

/**
 * Bounds how fast one neighbour brings logs that are new here (S4): anybody can invent authors, and each costs every node of
 * the network the check of a signature and room in ledger and storage (P6).
 *  1. A pushed block of an unknown log costs a token. Without a token it counts as an announcement, so it is requested.
 *  2. An unknown log that is announced or named in a frontier costs a token of another bucket. Without a token it is ignored:
 *     the digests still differ, so the next frontier names it again.
 *  3. A log that was requested costs nothing more, once.
 * The buckets belong to a PeerId, so a new link does not fill them.
 */
export class NewLogs {
  readonly #limits: GossipLimits
  readonly #isKnown: (log: LogId) => boolean
  readonly #bringers: BoundedMap<PeerId, Bringer>

  constructor(limits: GossipLimits, isKnown: (log: LogId) => boolean) {
    this.#limits = limits
    this.#isKnown = isKnown
    this.#bringers = new BoundedMap(limits.rememberedNeighbours)
  }

  /** Gives whether a block, or the proof of a fork, may begin its log here. */
  admits(from: PeerId, log: LogId, now: number): boolean {
    if (this.#isKnown(log)) return true
    const { asked, pushed } = this.#bringer(from, now)
    return asked.delete(log) || pushed.spend(1, now)
  }

  admitsFork(from: PeerId, { one: [first] }: ForkProof, now: number): boolean {
    return this.admits(from, first.log, now)
  }

  /** What counts now of a neighbour's announcement or frontier. Entries of one log in a row count as one. */
  pickNamed<Named extends LogHeight>(from: PeerId, heads: readonly Named[], now: number): readonly Named[] {
    let isAdmitted = false
    return heads.filter(({ log }, index) => {
      if (log !== heads[index - 1]?.log) {
        isAdmitted = this.#isKnown(log) || this.#bringer(from, now).named.spend(1, now)
      }
      return isAdmitted
    })
  }

  /** The block was not admitted: it counts as an announcement of itself. */
  pickAnnounced(from: PeerId, { block }: { readonly block: VerifiedBlock }, now: number): readonly LogHeight[] {
    return this.pickNamed(from, [{ log: block.log, height: block.height }], now)
  }

  noteAsked(from: PeerId, wants: readonly LogHeight[], now: number): void {
    const { asked } = this.#bringer(from, now)
    for (const { log } of wants) if (!this.#isKnown(log)) asked.add(log)
    for (const oldest of asked) {
      if (asked.size <= this.#limits.maxLogs) return
      asked.delete(oldest)
    }
  }

  #bringer(peer: PeerId, now: number): Bringer {
    const { newLogsBurst, newLogsPerSecond, namedLogsBurst, namedLogsPerSecond } = this.#limits
    return this.#bringers.renew(peer, () => ({
      pushed: new TokenBucket(newLogsBurst, newLogsPerSecond, now),
      named: new TokenBucket(namedLogsBurst, namedLogsPerSecond, now),
      asked: new Set(),
    }))
  }
}
