import type { LogId } from '../wire/block.ts'
import type { LogHeight } from '../wire/envelope.ts'
import type { GossipLimits } from '../bounds/limits.ts'
import type { PeerId } from '../wire/peer-id.ts'

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
  /** Whom it was asked from last, and when. */
  asked: PeerId | undefined
  askedAt: number
  /** When the request was made that this one is answered by; `askedAt` moves on while the answer drips. */
  requestedAt: number
  /** Who was asked and let its time run out, since it last said that it holds more. */
  readonly inVain: Set<PeerId>
  /** For whom lost frames have been an excuse, since it last said that it holds more: once, or made-up logs stay for ever. */
  readonly excused: Set<PeerId>
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
export class WantList {
  readonly #limits: GossipLimits
  readonly #onForgotten: (holders: Iterable<PeerId>, inVainAt?: number) => void
  readonly #wanted = new Map<LogId, Wanted>()
  /** When the request was made that a neighbour has begun to answer; answers come in the order of the requests. */
  readonly #answering = new Map<PeerId, number>()

  /**
   * `onForgotten`: there are logs at these holders that will not be asked for, unless they name them again. `inVainAt`: all
   * were asked and let their time run out by then; absent: there are too many logs to keep in mind.
   */
  constructor(limits: GossipLimits, onForgotten: (holders: Iterable<PeerId>, inVainAt?: number) => void) {
    this.#limits = limits
    this.#onForgotten = onForgotten
  }

  get size(): number {
    return this.#wanted.size
  }

  has(log: LogId): boolean {
    return this.#wanted.has(log)
  }

  /** The greatest height heard of, for each log of which more is known to be held elsewhere. */
  *heights(): Generator<LogHeight> {
    for (const [log, { height }] of this.#wanted) yield { log, height }
  }

  /** Somebody holds the log up to `height`, which is more than is held here. */
  note(log: LogId, height: number, holder: PeerId, isAnnounced: boolean, askAt: number): void {
    const known = this.#wanted.get(log)
    if (!known && this.#wanted.size >= this.#limits.maxLogs) return this.#onForgotten([holder])
    const wanted = known ?? {
      height,
      holders: new Map(),
      isAnnounced: false,
      askAt,
      asked: undefined,
      askedAt: -Infinity,
      requestedAt: -Infinity,
      inVain: new Set(),
      excused: new Set(),
      isAnswering: false,
    }
    this.#wanted.set(log, wanted)
    wanted.height = Math.max(wanted.height, height)
    const claimed = wanted.holders.get(holder) ?? 0
    if (height > claimed) {
      wanted.inVain.delete(holder)
      wanted.excused.delete(holder)
    }
    wanted.holders.set(holder, Math.max(height, claimed))
    wanted.isAnnounced ||= isAnnounced
    // A timer belongs to what it was set for; an earlier need only moves it forward.
    if (wanted.asked === undefined) wanted.askAt = Math.min(wanted.askAt, askAt)
  }

  /** The log is held up to `height` now. */
  noteHeld(log: LogId, height: number, from: PeerId | undefined, now: number): void {
    const wanted = this.#wanted.get(log)
    if (!wanted) return
    if (from !== undefined && wanted.asked === from) this.#answering.set(from, wanted.requestedAt)
    // Behind the others (a Map's order): answers have little room, and a log that never ends must not fill them all.
    this.#wanted.delete(log)
    // Whoever has given all that it said it holds is not asked for what another one makes up.
    for (const [peer, claimed] of wanted.holders) if (claimed <= height) wanted.holders.delete(peer)
    if (wanted.holders.size === 0) return
    this.#wanted.set(log, wanted)
    // It is on its way. One that lets it drip is waited for only while nobody else can be asked.
    if (wanted.asked !== undefined && wanted.asked === from) {
      wanted.isAnswering = true
      const hasOthers = [...wanted.holders.keys()].some((peer) => peer !== from && !wanted.inVain.has(peer))
      if (!hasOthers) {
        wanted.askedAt = now
        wanted.askAt = now + this.#limits.requestAgainMs
      }
    }
  }

  forget(log: LogId): void {
    this.#wanted.delete(log)
  }

  /**
   * The neighbour's answer had no more room: the rest is asked for at once. Not what was asked for later: that answer is
   * still to come, and would come twice.
   */
  continueWith(peer: PeerId, now: number): void {
    const requestedAt = this.#answering.get(peer) ?? Infinity
    for (const wanted of this.#wanted.values()) {
      if (wanted.asked === peer && wanted.requestedAt <= requestedAt) wanted.askAt = now
    }
  }

  /** Frames were lost on the link to this neighbour: what it was asked for before `since` is asked for again, and the first time it is held against nobody. */
  excuse(peer: PeerId, since: number, now: number): void {
    for (const wanted of this.#wanted.values()) {
      if (wanted.asked !== peer || wanted.askedAt >= since || wanted.excused.has(peer)) continue
      wanted.excused.add(peer)
      wanted.askedAt = now
      wanted.askAt = now
    }
  }

  /** The neighbour is gone: what was asked from it is asked from others at once. */
  forgetHolder(peer: PeerId, now: number): void {
    this.#answering.delete(peer)
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
      // Not one whose answer had no more room, and who is asked again sooner.
      if (wanted.asked !== undefined && now >= wanted.askedAt + this.#limits.requestAgainMs) {
        wanted.inVain.add(wanted.asked)
      }
      const from = pickHolder(wanted, isUp)
      if (from === undefined) {
        this.#wanted.delete(log)
        this.#onForgotten(wanted.holders.keys(), now)
        continue
      }
      wanted.asked = from
      wanted.askedAt = now
      wanted.requestedAt = now
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

/**
 * One that says it holds most, and not the one that was asked last if there is another. Nobody is asked twice in vain:
 * once all were, the log is forgotten until somebody names it again.
 */
const pickHolder = (
  { holders, height, asked, isAnswering, inVain }: Wanted,
  isUp: (peer: PeerId) => boolean,
): PeerId | undefined => {
  const up = [...holders].filter(([peer]) => isUp(peer) && !inVain.has(peer))
  if (asked !== undefined && isAnswering && up.some(([peer]) => peer === asked)) return asked
  const full = up.filter(([, held]) => held >= height)
  const candidates = full.length > 0 ? full : up
  return (candidates.find(([peer]) => peer !== asked) ?? candidates[0])?.[0]
}
