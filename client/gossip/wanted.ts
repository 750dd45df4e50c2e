import type { LogId } from './block.ts'
import type { LogHeight } from './envelope.ts'
import type { GossipLimits } from './limits.ts'
import type { PeerId } from './peer-id.ts'

/** A log of which others hold more than this node. */
interface Wanted {
  /** The greatest height heard of. */
  height: number
  /** Who holds it, the first to say so first. */
  readonly holders: Map<PeerId, number>
  /** Whether it was heard of by ihave: if it does not come, the tree is broken here. */
  isAnnounced: boolean
  /** When to ask, in the core's `now`. */
  askAt: number
  /** Whom it was asked from last. */
  asked: PeerId | undefined
  /** That one has begun to answer, and is asked for the rest as well. */
  isAnswering: boolean
}

export interface Request {
  readonly log: LogId
  readonly from: PeerId
  readonly graft: boolean
}

/**
 * What is known to be missing, by ihave or frontier, whom to ask for it, and when: after a while in which it may still
 * come by itself, then one holder after the other. Bounded by the logs that may be held.
 */
export class WantedLogs {
  readonly #limits: GossipLimits
  readonly #wanted = new Map<LogId, Wanted>()

  constructor(limits: GossipLimits) {
    this.#limits = limits
  }

  get size(): number {
    return this.#wanted.size
  }

  /** The greatest height heard of, for each log of which more is known to be held elsewhere. */
  *heights(): Generator<LogHeight> {
    for (const [log, { height }] of this.#wanted) yield { log, height }
  }

  /** Somebody holds the log up to `height`, which is more than is held here. */
  note(log: LogId, height: number, holder: PeerId, isAnnounced: boolean, askAt: number): void {
    const known = this.#wanted.get(log)
    if (!known && this.#wanted.size >= this.#limits.maxLogs) return
    const wanted = known ?? {
      height,
      holders: new Map(),
      isAnnounced: false,
      askAt,
      asked: undefined,
      isAnswering: false,
    }
    this.#wanted.set(log, wanted)
    wanted.height = Math.max(wanted.height, height)
    wanted.holders.set(holder, Math.max(height, wanted.holders.get(holder) ?? 0))
    wanted.isAnnounced ||= isAnnounced
    // A timer belongs to what it was set for; an earlier need only moves it forward.
    if (wanted.asked === undefined) wanted.askAt = Math.min(wanted.askAt, askAt)
  }

  /** The log is held up to `height` now. */
  got(log: LogId, height: number, from: PeerId | undefined, now: number): void {
    const wanted = this.#wanted.get(log)
    if (!wanted) return
    if (height >= wanted.height) this.#wanted.delete(log)
    // It is on its way, so nobody else need be asked yet.
    else if (wanted.asked !== undefined && wanted.asked === from) {
      wanted.isAnswering = true
      wanted.askAt = now + this.#limits.requestAgainMs
    }
  }

  forget(log: LogId): void {
    this.#wanted.delete(log)
  }

  /** The neighbour's answer had no more room: the rest is asked for at once. */
  continueWith(peer: PeerId, now: number): void {
    for (const wanted of this.#wanted.values()) if (wanted.asked === peer) wanted.askAt = now
  }

  /** The neighbour is gone: what was asked from it is asked from others at once. */
  lost(peer: PeerId, now: number): void {
    for (const [log, wanted] of this.#wanted) {
      wanted.holders.delete(peer)
      if (wanted.holders.size === 0) this.#wanted.delete(log)
      else if (wanted.asked === peer) wanted.askAt = now
    }
  }

  /** What is due now; each is due again later unless it has come. `isUp`: whether a neighbour can be asked. */
  *due(now: number, isUp: (peer: PeerId) => boolean): Generator<Request> {
    for (const [log, wanted] of this.#wanted) {
      if (now < wanted.askAt) continue
      const from = pickHolder(wanted, isUp)
      if (from === undefined) {
        this.#wanted.delete(log)
        continue
      }
      wanted.asked = from
      wanted.isAnswering = false
      wanted.askAt = now + this.#limits.requestAgainMs
      yield { log, from, graft: wanted.isAnnounced }
    }
  }

  nextAt(): number {
    let at = Infinity
    for (const wanted of this.#wanted.values()) at = Math.min(at, wanted.askAt)
    return at
  }
}

/** One that holds most, and not the one that was asked in vain if there is another. */
const pickHolder = (
  { holders, height, asked, isAnswering }: Wanted,
  isUp: (peer: PeerId) => boolean,
): PeerId | undefined => {
  if (asked !== undefined && isAnswering && holders.has(asked) && isUp(asked)) return asked
  const up = [...holders].filter(([peer]) => isUp(peer))
  const full = up.filter(([, held]) => held >= height)
  const candidates = full.length > 0 ? full : up
  return (candidates.find(([peer]) => peer !== asked) ?? candidates[0])?.[0]
}
