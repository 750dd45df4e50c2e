import type { Deadline } from '../bounds/deadlines.ts'
import { keyOfMost } from '../bounds/fair-records.ts'
import type { GossipLimits } from '../bounds/limits.ts'
import type { PeerId } from '../wire/peer-id.ts'
import type { Promises } from './promises.ts'
import { WantedLog } from './wanted-log.ts'

export interface Request<Key extends string> {
  readonly key: Key
  readonly from: PeerId
  readonly graft: boolean
  /** Holders that are asked for the same log and have not answered. */
  readonly othersAsked: number
}

/** How far a log goes, as holders have shown. */
export interface WantedReach<Key extends string> {
  readonly key: Key
  readonly reach: number
}

/**
 * What is known to be missing, by `ihave` or frontier, and when to ask which holder: after a pause in which the blocks may
 * still come by themselves, then as `WantedLog` decides. Bounded by the logs that a node may hold.
 * How far a holder goes is its `reach`, a number of which a greater one is more: a height, or minus the oldest height.
 */
export class WantList<Key extends string> {
  readonly #limits: GossipLimits
  /** When the first request is due, or earlier. */
  readonly #deadline: Deadline
  readonly #promises: Pick<Promises, 'unkept' | 'isDelivering'>
  readonly #wanted = new Map<Key, WantedLog>()
  /** The logs that each neighbour was the first to report. */
  readonly #counts = new Map<PeerId, number>()
  /** Neighbours whose logs had to make room. */
  readonly #displaced = new Set<PeerId>()
  /** When the request was made that a neighbour is answering. Answers come in the order of the requests. */
  readonly #answering = new Map<PeerId, number>()

  constructor(limits: GossipLimits, deadline: Deadline, promises: Pick<Promises, 'unkept' | 'isDelivering'>) {
    this.#limits = limits
    this.#deadline = deadline
    this.#promises = promises
  }

  get size(): number {
    return this.#wanted.size
  }

  has(key: Key): boolean {
    return this.#wanted.has(key)
  }

  /** The wanted logs of which more is shown to exist than this node holds, and how much. */
  *shown(now: number): Generator<WantedReach<Key>> {
    const unkept = this.#unkeptAt(now)
    for (const [key, wanted] of this.#wanted) {
      const reach = wanted.shown(unkept, (peer) => this.#promises.isDelivering(peer, now))
      if (reach !== undefined) yield { key, reach }
    }
  }

  /** A neighbour holds the log up to `reach`, which is more than this node holds. False: the list is full. */
  note(key: Key, reach: number, holder: PeerId, isAnnounced: boolean, askAt: number): boolean {
    const wanted = this.#wanted.get(key) ?? this.#add(key, reach, holder, askAt)
    if (!wanted) return false
    wanted.note(holder, reach, isAnnounced, askAt)
    this.#deadline.setBy(wanted.dueAt)
    return true
  }

  /**
   * This node holds the log up to `reach` now. `bytes`: the size of what came. Gives whether the neighbour was asked for it.
   */
  noteHeld(key: Key, reach: number, from: PeerId | undefined, now: number, bytes: number): boolean {
    const wanted = this.#wanted.get(key)
    if (!wanted) return false
    const holder = wanted.noteHeld(reach, from, bytes, now)
    if (holder?.requestedAt !== undefined) this.#answering.set(holder.peer, holder.requestedAt)
    const isAsked = holder?.isAsked ?? false
    // The log goes behind the others (a Map's order), so that a log without end does not fill all answers.
    if (wanted.isComplete) this.#delete(key)
    if (wanted.isComplete) return isAsked
    this.#wanted.delete(key)
    this.#wanted.set(key, wanted)
    this.#deadline.setBy(wanted.dueAt)
    return isAsked
  }

  /** A block came in an answer that another neighbour has brought before. */
  noteCopy(key: Key, from: PeerId, now: number): void {
    this.#wanted.get(key)?.noteCopy(from, now)
  }

  /** Requests the log now, if it is wanted. */
  hurry(key: Key, now: number): void {
    const wanted = this.#wanted.get(key)
    if (!wanted) return
    wanted.hurry(now)
    this.#deadline.setBy(now)
  }

  forget(key: Key): void {
    this.#delete(key)
  }

  /**
   * The neighbour's answer had no more room: the rest is requested at once. This excludes what was requested later: its
   * answer is still to come, and would come twice. An answer that brought nothing is not continued.
   */
  continueWith(peer: PeerId, now: number): void {
    const requestedAt = this.#answering.get(peer)
    if (requestedAt === undefined) return
    this.#answering.delete(peer)
    for (const wanted of this.#wanted.values()) wanted.continueWith(peer, requestedAt, now)
    this.#deadline.setBy(now)
  }

  /** Frames were lost on the link to this neighbour: requests made before `since` are repeated, the first time without blame. */
  excuse(peer: PeerId, since: number, now: number): void {
    for (const wanted of this.#wanted.values()) wanted.excuse(peer, since, now)
    this.#deadline.setBy(now)
  }

  /** The link to the neighbour has ended: what was requested from it is requested from others at once. */
  forgetHolder(peer: PeerId, now: number): void {
    this.#answering.delete(peer)
    for (const [key, wanted] of this.#wanted) {
      wanted.forgetHolder(peer, now)
      if (wanted.isComplete) this.#delete(key)
    }
    this.#deadline.setBy(now)
  }

  /**
   * The requests that are due now, and the holders that let a request time out or whose logs made room: none is asked for
   * such a log again unless it reports the log again. `over`: the logs that are given up. `isUp`: the neighbour can be asked.
   */
  due(
    now: number,
    isUp: (peer: PeerId) => boolean,
  ): {
    readonly due: readonly Request<Key>[]
    readonly failed: ReadonlySet<PeerId>
    readonly over: readonly Key[]
  } {
    const due: Request<Key>[] = []
    const over: Key[] = []
    const failed = new Set(this.#displaced)
    this.#displaced.clear()
    const unkept = this.#unkeptAt(now)
    for (const [key, wanted] of this.#wanted) {
      if (now >= wanted.dueAt) {
        const result = wanted.ask(now, isUp, unkept)
        const graft = wanted.isAnnounced
        for (const [index, from] of result.asked.entries()) {
          due.push({ key, from, graft, othersAsked: result.othersAsked + index })
        }
        for (const peer of result.failed) failed.add(peer)
        if (result.isOver) {
          this.#delete(key)
          over.push(key)
          continue
        }
      }
      this.#deadline.setBy(wanted.dueAt)
    }
    return { due, failed, over }
  }

  #add(key: Key, reach: number, holder: PeerId, askAt: number): WantedLog | undefined {
    const isFull = this.#wanted.size >= this.#limits.maxLogs
    // What is not asked for yet displaces nothing.
    if (isFull && (askAt === Infinity || !this.#makeRoom(holder, askAt))) return undefined
    const wanted = new WantedLog(this.#limits, reach, holder, askAt)
    this.#wanted.set(key, wanted)
    this.#counts.set(holder, this.#countOf(holder) + 1)
    return wanted
  }

  #delete(key: Key): void {
    const reporter = this.#wanted.get(key)?.reporter
    if (reporter === undefined) return
    this.#wanted.delete(key)
    const count = this.#countOf(reporter) - 1
    if (count > 0) this.#counts.set(reporter, count)
    else this.#counts.delete(reporter)
  }

  /**
   * A neighbour without unkept promises gets the room of the log that waits longest: of the neighbour with unkept promises
   * that filled most of the list or, if there is none, of the neighbour that filled more of it than this one.
   */
  #makeRoom(holder: PeerId, now: number): boolean {
    const unkept = this.#unkeptAt(now)
    if (unkept(holder) > 0) return false
    const doubtful = new Map([...this.#counts].filter(([peer]) => unkept(peer) > 0))
    const most = keyOfMost(doubtful.size > 0 ? doubtful : this.#counts)
    if (most === undefined) return false
    if (doubtful.size === 0 && this.#countOf(most) <= this.#countOf(holder) + 1) return false
    for (const [key, { reporter }] of this.#wanted) {
      if (reporter !== most) continue
      this.#delete(key)
      this.#displaced.add(most)
      return true
    }
    return false
  }

  #countOf(reporter: PeerId): number {
    return this.#counts.get(reporter) ?? 0
  }

  #unkeptAt(now: number): (peer: PeerId) => number {
    return (peer) => this.#promises.unkept(peer, now)
  }
}
