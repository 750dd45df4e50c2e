import type { GossipLimits } from '../bounds/limits.ts'
import type { PeerId } from '../wire/peer-id.ts'

/** How many promises a neighbour has left unkept. */
type Unkept = (peer: PeerId) => number

/** A neighbour that reported to hold more of the log. */
export interface Holder {
  readonly peer: PeerId
  /** The greatest that it reported. */
  reach: number
  /** Not asked before this time: what it reported may come by itself. */
  notBefore: number
  /** When the request was made that is out; undefined: none is. */
  requestedAt: number | undefined
  /** When it was asked last, or brought something since. */
  heardAt: number
  /** It was asked since it last reported more. */
  isAsked: boolean
  /** It has brought blocks of this request, be they copies. */
  hasAnswered: boolean
  /** It has brought blocks that were wanted, until a request times out. */
  hasDelivered: boolean
  /** It let a request time out, and has not reported the log again since. */
  hasFailed: boolean
  /** It let a request time out, and has not delivered since. */
  hasBroken: boolean
  /** Lost frames have excused it since it last reported more. Once, or invented logs would stay for ever. */
  isExcused: boolean
  /** It is asked again at once. */
  isDue: boolean
  /** Bytes of wanted blocks that it brought since the last step. */
  bytes: number
}

/** What is due for a log. */
interface Asked {
  /** The holders that are to be asked now. */
  readonly asked: readonly PeerId[]
  /** Those that have just let a request time out. */
  readonly failed: readonly PeerId[]
  /** The number of holders that were asked before and have not answered. */
  readonly othersAsked: number
  /** None is left to ask: the log is given up. */
  readonly isOver: boolean
}

/**
 * One log of which neighbours hold more than this node, and which of them are asked.
 *  1. First one holder is asked. While the log makes no good progress, more are asked in addition, `askMoreAfterMs` after
 *     each step: 1, 1, 2, 4, 8 ... So whoever is silent or drips, all holders are asked within a few steps.
 *  2. While it makes good progress, a step is left out; only after `requestAgainMs` a holder is asked that never was.
 *  3. An answer is continued by the holder that brings most. So of two that answer at one time, one goes on.
 *  4. A holder whose request brought nothing for `requestAgainMs` is not asked again unless it reports the log again.
 *  5. Fewer unkept promises come first, then those not asked yet, then those whose report covers the first report, then who
 *     reported first. So a greater report than all others' gains nothing.
 */
export class WantedLog {
  /** When something is due here, or earlier; in the core's `now`. */
  dueAt: number
  /** The neighbour that was the first to report more of the log. */
  readonly reporter: PeerId
  readonly #limits: GossipLimits
  /** Of the first report. Greater is more; nothing else is known of a reach. */
  readonly #reach: number
  readonly #holders = new Map<PeerId, Holder>()
  /** It was announced by `ihave`: if it does not come, the tree is broken here. */
  #isAnnounced = false
  /** The latest step, whether or not it asked somebody. */
  #steppedAt = -Infinity
  /** When a step last asked somebody. */
  #addedAt = -Infinity
  /** The holders that all steps together were to ask. */
  #steps = 0
  /** A holder has delivered, or has failed to. */
  #isTested = false

  constructor(limits: GossipLimits, reach: number, reporter: PeerId, askAt: number) {
    this.#limits = limits
    this.reporter = reporter
    this.#reach = reach
    this.dueAt = askAt
  }

  get isAnnounced(): boolean {
    return this.#isAnnounced
  }

  /** Nobody holds more than this node. */
  get isComplete(): boolean {
    return this.#holders.size === 0
  }

  note(peer: PeerId, reach: number, isAnnounced: boolean, askAt: number): void {
    const known = this.#holders.get(peer)
    const holder = known ?? createHolder(peer, reach, askAt)
    this.#holders.set(peer, holder)
    if (known && reach > known.reach) {
      Object.assign(known, { reach, isExcused: false, notBefore: known.isAsked ? askAt : known.notBefore })
      known.isAsked = known.requestedAt !== undefined
    }
    if (!holder.isAsked) holder.notBefore = Math.min(holder.notBefore, askAt)
    holder.hasFailed = false
    this.#isAnnounced ||= isAnnounced
    if (holder.requestedAt === undefined) {
      this.dueAt = Math.min(this.dueAt, Math.max(askAt, this.#steppedAt + this.#limits.askMoreAfterMs))
      if (!this.#isOut) this.dueAt = Math.min(this.dueAt, askAt)
    }
  }

  /** What was reported will not come by itself: each holder may be asked now. */
  hurry(now: number): void {
    for (const holder of this.#holders.values()) holder.notBefore = Math.min(holder.notBefore, now)
    this.dueAt = Math.min(this.dueAt, now)
  }

  /** This node holds the log up to `reach` now. Gives the holder that brought it. */
  noteHeld(reach: number, from: PeerId | undefined, bytes: number, now: number): Readonly<Holder> | undefined {
    const holder = from === undefined ? undefined : this.#holders.get(from)
    if (holder) {
      Object.assign(holder, { hasAnswered: true, hasDelivered: true, hasBroken: false, heardAt: now })
      holder.bytes += bytes
      this.#isTested = true
    }
    const wasOut = this.#isOut
    // A holder that has delivered all that it reported is not asked for what another one invents.
    for (const [peer, { reach: reported }] of this.#holders) if (reported <= reach) this.#holders.delete(peer)
    if (wasOut && !this.#isOut) this.dueAt = Math.min(this.dueAt, now)
    return holder
  }

  /** A block of the log came in the holder's answer that another holder has brought before. */
  noteCopy(from: PeerId, now: number): void {
    const holder = this.#holders.get(from)
    if (holder) Object.assign(holder, { hasAnswered: true, heardAt: now })
  }

  /** The holder's answer to requests made until `requestedBy` has ended, and had no room for the rest. */
  continueWith(peer: PeerId, requestedBy: number, now: number): void {
    const holder = this.#holders.get(peer)
    if (holder?.requestedAt === undefined || holder.requestedAt > requestedBy) return
    const isBehind = this.#out().some((other) => other !== holder && other.bytes > holder.bytes)
    // What found no room at all in this answer is requested of another holder, if there is one.
    if (holder.hasAnswered && !isBehind) holder.isDue = true
    else holder.requestedAt = undefined
    this.dueAt = now
  }

  excuse(peer: PeerId, since: number, now: number): void {
    const holder = this.#holders.get(peer)
    if (holder?.requestedAt === undefined || holder.heardAt >= since || holder.isExcused) return
    Object.assign(holder, { isExcused: true, isDue: true, heardAt: now })
    this.dueAt = now
  }

  forgetHolder(peer: PeerId, now: number): void {
    if (this.#holders.delete(peer)) this.dueAt = now
  }

  ask(now: number, isUp: (peer: PeerId) => boolean, unkept: Unkept): Asked {
    const failed = this.#timeOut(now)
    const asked = this.#out().filter(({ isDue, peer }) => isDue && isUp(peer))
    for (const holder of asked) request(holder, now)
    asked.push(...this.#step(now, isUp, unkept))
    const idle = this.#idle(isUp)
    this.#schedule(idle)
    const out = this.#out().length
    return {
      asked: asked.map(({ peer }) => peer),
      failed: failed.map(({ peer }) => peer),
      othersAsked: out - asked.length,
      isOver: out + idle.length === 0,
    }
  }

  /**
   * The reach that is shown to exist. Undefined: none has shown more than is held.
   *  1. The greatest that holders reported which are delivering this log.
   *  2. Without such a holder, the least that other holders reported: those without unkept promises while the first request
   *     is out, later those that are delivering other logs and have not failed here.
   */
  shown(unkept: Unkept, isDelivering: (peer: PeerId) => boolean): number | undefined {
    const holders = [...this.#holders.values()]
    const delivering = holders.filter(({ hasDelivered }) => hasDelivered)
    if (delivering.length > 0) return Math.max(...delivering.map(({ reach }) => reach))
    const credible = holders.filter(({ peer, hasBroken }) =>
      this.#isTested ? isDelivering(peer) && !hasBroken : unkept(peer) === 0,
    )
    return credible.length > 0 ? Math.min(...credible.map(({ reach }) => reach)) : undefined
  }

  get #isOut(): boolean {
    for (const { requestedAt } of this.#holders.values()) if (requestedAt !== undefined) return true
    return false
  }

  #out(): Holder[] {
    return [...this.#holders.values()].filter(({ requestedAt }) => requestedAt !== undefined)
  }

  #idle(isUp: (peer: PeerId) => boolean): Holder[] {
    return [...this.#holders.values()].filter(
      ({ requestedAt, hasFailed, peer }) => requestedAt === undefined && !hasFailed && isUp(peer),
    )
  }

  /** Ends the requests that have brought nothing for too long. Gives the holders that brought nothing at all. */
  #timeOut(now: number): Holder[] {
    const over = this.#out().filter(({ heardAt }) => now >= heardAt + this.#limits.requestAgainMs)
    for (const holder of over) {
      Object.assign(holder, { requestedAt: undefined, isDue: false, hasDelivered: false })
      holder.hasFailed = !holder.hasAnswered
      holder.hasBroken ||= holder.hasFailed
      this.#isTested ||= holder.hasFailed
    }
    return over.filter(({ hasFailed }) => hasFailed)
  }

  #step(now: number, isUp: (peer: PeerId) => boolean, unkept: Unkept): Holder[] {
    const { askMoreAfterMs, requestAgainMs, maxSyncBytes } = this.#limits
    const isOut = this.#isOut
    const isStep = now >= this.#steppedAt + askMoreAfterMs
    if (isOut && !isStep) return []
    let bytes = 0
    for (const holder of this.#holders.values()) bytes += holder.bytes
    const isGoodProgress = isOut && bytes >= maxSyncBytes
    if (isStep) {
      this.#steppedAt = now
      for (const holder of this.#holders.values()) holder.bytes = 0
    }
    if (isGoodProgress && now < this.#addedAt + requestAgainMs) return []
    // During good progress one more holder is enough.
    const size = isStep && !isGoodProgress ? Math.max(1, this.#steps) : 1
    const candidates = this.#idle(isUp)
      .filter(({ notBefore, isAsked }) => now >= notBefore && !(isGoodProgress && isAsked))
      .sort((one, other) => this.#compare(one, other, unkept))
    const added = candidates.slice(0, size)
    if (added.length === 0) return []
    this.#addedAt = now
    if (isStep && !isGoodProgress) this.#steps += size
    for (const holder of added) request(holder, now)
    return added
  }

  #compare(one: Holder, other: Holder, unkept: Unkept): number {
    const covers = ({ reach }: Holder): number => (reach >= this.#reach ? 0 : 1)
    return (
      unkept(one.peer) - unkept(other.peer) ||
      Number(one.isAsked) - Number(other.isAsked) ||
      covers(one) - covers(other)
    )
  }

  #schedule(idle: readonly Holder[]): void {
    let at = Infinity
    for (const { heardAt } of this.#out()) at = Math.min(at, heardAt + this.#limits.requestAgainMs)
    const stepAt = this.#isOut ? this.#steppedAt + this.#limits.askMoreAfterMs : -Infinity
    for (const { notBefore } of idle) at = Math.min(at, Math.max(notBefore, stepAt))
    this.dueAt = at
  }
}

const createHolder = (peer: PeerId, reach: number, askAt: number): Holder => ({
  peer,
  reach,
  notBefore: askAt,
  requestedAt: undefined,
  heardAt: -Infinity,
  isAsked: false,
  hasAnswered: false,
  hasDelivered: false,
  hasFailed: false,
  hasBroken: false,
  isExcused: false,
  isDue: false,
  bytes: 0,
})

const request = (holder: Holder, now: number): void => {
  Object.assign(holder, { requestedAt: now, heardAt: now, isAsked: true, hasAnswered: false, isDue: false })
}
