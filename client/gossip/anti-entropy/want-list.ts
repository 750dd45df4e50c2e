import type { LogId } from '../wire/block.ts'
import type { Deadline } from '../bounds/deadlines.ts'
import type { LogHeight } from '../wire/envelope.ts'
import type { GossipLimits } from '../bounds/limits.ts'
import type { PeerId } from '../wire/peer-id.ts'

/** A log of which neighbours hold more than this node. */
interface Wanted {
  /** The greatest height that a holder reported. */
  height: number
  /** The height that each holder reported, the first to report first. */
  readonly holders: Map<PeerId, number>
  /** It was announced by `ihave`: if it does not come, the tree is broken here. */
  isAnnounced: boolean
  /** When the next request is due, in the core's `now`. */
  askAt: number
  /** The holder that was asked last, and when. */
  asked: PeerId | undefined
  askedAt: number
  /** When the latest request was made. `askedAt` is later while its answer drips in. */
  requestedAt: number
  /** Holders that let a request time out since they last reported a greater height. */
  readonly timedOut: Set<PeerId>
  /** Holders that lost frames have excused since they last reported a greater height. Once, or invented logs stay for ever. */
  readonly excused: Set<PeerId>
  /** The holder that was asked last has begun to answer. It is asked for the rest as well. */
  isAnswering: boolean
}

export interface Request {
  readonly log: LogId
  readonly from: PeerId
  readonly graft: boolean
}

/**
 * What is known to be missing, by `ihave` or frontier, and when to ask which holder: after a pause in which the blocks may
 * still come by themselves, then one holder after the other. Bounded by the logs that a node may hold.
 */
export class WantList {
  readonly #limits: GossipLimits
  /** When the first request is due, or earlier. */
  readonly #deadline: Deadline
  readonly #wanted = new Map<LogId, Wanted>()
  /** When the request was made that a neighbour is answering. Answers come in the order of the requests. */
  readonly #answering = new Map<PeerId, number>()

  constructor(limits: GossipLimits, deadline: Deadline) {
    this.#limits = limits
    this.#deadline = deadline
  }

  get size(): number {
    return this.#wanted.size
  }

  has(log: LogId): boolean {
    return this.#wanted.has(log)
  }

  /** The greatest reported height of each wanted log. */
  *heights(): Generator<LogHeight> {
    for (const [log, { height }] of this.#wanted) yield { log, height }
  }

  /** A neighbour holds the log up to `height`, which is more than this node holds. False: the list is full. */
  note(log: LogId, height: number, holder: PeerId, isAnnounced: boolean, askAt: number): boolean {
    const known = this.#wanted.get(log)
    if (!known && this.#wanted.size >= this.#limits.maxLogs) return false
    const wanted = known ?? {
      height,
      holders: new Map(),
      isAnnounced: false,
      askAt,
      asked: undefined,
      askedAt: -Infinity,
      requestedAt: -Infinity,
      timedOut: new Set(),
      excused: new Set(),
      isAnswering: false,
    }
    this.#wanted.set(log, wanted)
    wanted.height = Math.max(wanted.height, height)
    const claimed = wanted.holders.get(holder) ?? -Infinity
    if (height > claimed) {
      wanted.timedOut.delete(holder)
      wanted.excused.delete(holder)
    }
    wanted.holders.set(holder, Math.max(height, claimed))
    wanted.isAnnounced ||= isAnnounced
    // Before the first request, the earliest need counts. Later the timer belongs to the request.
    if (wanted.asked === undefined) wanted.askAt = Math.min(wanted.askAt, askAt)
    this.#deadline.setBy(wanted.askAt)
    return true
  }

  /** This node holds the log up to `height` now. */
  noteHeld(log: LogId, height: number, from: PeerId | undefined, now: number): void {
    const wanted = this.#wanted.get(log)
    if (!wanted) return
    if (from !== undefined && wanted.asked === from) this.#answering.set(from, wanted.requestedAt)
    // The log goes behind the others (a Map's order), so that a log without end does not fill all answers.
    this.#wanted.delete(log)
    // A holder that has delivered all that it reported is not asked for what another one invents.
    for (const [peer, claimed] of wanted.holders) if (claimed <= height) wanted.holders.delete(peer)
    if (wanted.holders.size === 0) return
    this.#wanted.set(log, wanted)
    // The answer has begun. A holder whose answer drips in gets more time only if no other holder can be asked.
    if (wanted.asked !== undefined && wanted.asked === from) {
      wanted.isAnswering = true
      const hasOthers = [...wanted.holders.keys()].some((peer) => peer !== from && !wanted.timedOut.has(peer))
      if (!hasOthers) {
        wanted.askedAt = now
        wanted.askAt = now + this.#limits.requestAgainMs
      }
    }
  }

  /** Requests the log now, if it is wanted. */
  hurry(log: LogId, now: number): void {
    const wanted = this.#wanted.get(log)
    if (!wanted) return
    wanted.askAt = now
    this.#deadline.setBy(now)
  }

  forget(log: LogId): void {
    this.#wanted.delete(log)
  }

  /**
   * The neighbour's answer had no more room: the rest is requested at once. This excludes what was requested later: its
   * answer is still to come, and would come twice. An answer that brought nothing is not continued.
   */
  continueWith(peer: PeerId, now: number): void {
    const requestedAt = this.#answering.get(peer)
    if (requestedAt === undefined) return
    this.#answering.delete(peer)
    for (const wanted of this.#wanted.values()) {
      if (wanted.asked === peer && wanted.requestedAt <= requestedAt) wanted.askAt = now
    }
    this.#deadline.setBy(now)
  }

  /** Frames were lost on the link to this neighbour: requests made before `since` are repeated, the first time without blame. */
  excuse(peer: PeerId, since: number, now: number): void {
    for (const wanted of this.#wanted.values()) {
      if (wanted.asked !== peer || wanted.askedAt >= since || wanted.excused.has(peer)) continue
      wanted.excused.add(peer)
      wanted.askedAt = now
      wanted.askAt = now
    }
    this.#deadline.setBy(now)
  }

  /** The link to the neighbour has ended: what was requested from it is requested from others at once. */
  forgetHolder(peer: PeerId, now: number): void {
    this.#answering.delete(peer)
    for (const [log, wanted] of this.#wanted) {
      wanted.holders.delete(peer)
      if (wanted.holders.size === 0) this.#wanted.delete(log)
      else if (wanted.asked === peer) wanted.askAt = now
    }
    this.#deadline.setBy(now)
  }

  /**
   * The requests that are due now, each due again later unless the block comes; and the holders of each log that none of
   * them delivered, which is not requested unless they report it again. `isUp`: the neighbour can be asked.
   */
  due(
    now: number,
    isUp: (peer: PeerId) => boolean,
  ): { readonly due: readonly Request[]; readonly forgotten: readonly Iterable<PeerId>[] } {
    const due: Request[] = []
    const forgotten: Iterable<PeerId>[] = []
    for (const [log, wanted] of this.#wanted) {
      if (now >= wanted.askAt) {
        const request = this.#ask(log, wanted, now, isUp)
        if (request) due.push(request)
        else forgotten.push(wanted.holders.keys())
        if (!request) continue
      }
      this.#deadline.setBy(wanted.askAt)
    }
    return { due, forgotten }
  }

  #ask(log: LogId, wanted: Wanted, now: number, isUp: (peer: PeerId) => boolean): Request | undefined {
    const { requestAgainMs } = this.#limits
    // A holder whose answer had no more room is asked again sooner, and has not timed out.
    if (wanted.asked !== undefined && now >= wanted.askedAt + requestAgainMs) wanted.timedOut.add(wanted.asked)
    const from = pickHolder(wanted, isUp)
    if (from === undefined) {
      this.#wanted.delete(log)
      return undefined
    }
    wanted.asked = from
    wanted.askedAt = now
    wanted.requestedAt = now
    wanted.isAnswering = false
    wanted.askAt = now + requestAgainMs
    return { log, from, graft: wanted.isAnnounced }
  }
}

/**
 * A holder that reported the greatest height, if possible not the one that was asked last. No holder is asked again after
 * a request timed out. Once all have timed out, the log is forgotten until a neighbour reports it again.
 */
const pickHolder = (
  { holders, height, asked, isAnswering, timedOut }: Wanted,
  isUp: (peer: PeerId) => boolean,
): PeerId | undefined => {
  const up = [...holders].filter(([peer]) => isUp(peer) && !timedOut.has(peer))
  if (asked !== undefined && isAnswering && up.some(([peer]) => peer === asked)) return asked
  const full = up.filter(([, held]) => held >= height)
  const candidates = full.length > 0 ? full : up
  return (candidates.find(([peer]) => peer !== asked) ?? candidates[0])?.[0]
}
