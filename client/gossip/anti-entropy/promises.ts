import { BoundedMap } from '../bounds/bounded-map.ts'
import type { GossipLimits } from '../bounds/limits.ts'
import type { LogId } from '../wire/block.ts'
import type { LogHeight } from '../wire/envelope.ts'
import type { PeerId } from '../wire/peer-id.ts'

/** The oldest request of a neighbour that is not answered yet, and those after it. */
interface OpenRequest {
  /** In the core's `now`. */
  readonly at: number
  /** Some of the requested logs, at most `maxLogs`. */
  readonly logs: Set<LogId>
  /** Something may have kept the answer away, so this request never counts for the cut. */
  isExcused: boolean
}

interface Record {
  open: OpenRequest | undefined
  /** Unkept promises since its latest delivery. */
  unkept: number
  /** Those in a row that nothing but the neighbour can explain. */
  unexcused: number
  deliveredAt: number
}

/**
 * What each neighbour promised, by reporting that it holds more, and whether it kept this promise when it was asked.
 *  1. A request that brings nothing within `requestAgainMs` is an unkept promise. Neighbours with fewer of them are asked
 *     first. A block that was requested and accepted clears them all.
 *  2. For the cut an unkept promise counts only once the request has surely been read. It has if the neighbour echoes a
 *     heartbeat that was sent later: a link keeps its order, and the answer would have come before the echo. It has, too, if
 *     the neighbour goes on promising for `unechoedMs` and echoes nothing, though it is asked to. A tab that is frozen, hidden
 *     or cut off does neither.
 *  3. Nor does it count if frames were lost on the link, or if the neighbour brought blocks meanwhile: its answer may have
 *     had no room beside them, or what it sent is refused here.
 *  4. One request counts at a time, so the counts are at least `requestAgainMs` apart.
 * The record belongs to a PeerId, so a new link does not clear it. Only the counts for the cut begin anew.
 */
export class Promises {
  readonly #limits: GossipLimits
  readonly #records: BoundedMap<PeerId, Record>

  constructor(limits: GossipLimits) {
    this.#limits = limits
    this.#records = new BoundedMap(limits.rememberedNeighbours)
  }

  /** The promises that the neighbour did not keep since its latest delivery. */
  unkept(peer: PeerId, now: number): number {
    const record = this.#records.get(peer)
    if (!record) return 0
    return record.unkept + (record.open && this.#isOverdue(record.open, now) ? 1 : 0)
  }

  /** It has delivered something within the time of a request. */
  isDelivering(peer: PeerId, now: number): boolean {
    return now < (this.#records.get(peer)?.deliveredAt ?? -Infinity) + this.#limits.requestAgainMs
  }

  /** A request for these logs goes to the neighbour. */
  noteAsked(peer: PeerId, wants: readonly LogHeight[], now: number): void {
    if (wants.length === 0) return
    const record = this.#records.renew(peer, () => ({
      open: undefined,
      unkept: 0,
      unexcused: 0,
      deliveredAt: -Infinity,
    }))
    record.open ??= { at: now, logs: new Set(), isExcused: false }
    for (const { log } of wants) if (record.open.logs.size < this.#limits.maxLogs) record.open.logs.add(log)
  }

  /** A block that was requested of the neighbour has come from it, and is accepted. */
  noteDelivery(peer: PeerId, now: number): void {
    const record = this.#records.get(peer)
    if (record) Object.assign(record, { open: undefined, unkept: 0, unexcused: 0, deliveredAt: now })
  }

  /** A block of this log has come in an answer, and may be a copy or refused here. */
  noteAnswer(peer: PeerId, log: LogId): void {
    const record = this.#records.get(peer)
    if (record?.open?.logs.has(log)) record.open = undefined
  }

  /** Frames were lost on the link, or the neighbour pushes blocks. */
  excuse(peer: PeerId): void {
    const record = this.#records.get(peer)
    if (record?.open) record.open.isExcused = true
  }

  /**
   * The neighbour has read what this node sent before `readBy`. Gives whether it has now left so many promises unkept that its
   * link is cut.
   */
  noteReading(peer: PeerId, readBy: number, now: number): boolean {
    const record = this.#records.get(peer)
    const { open } = record ?? {}
    if (!record || !open || readBy <= open.at || !this.#isOverdue(open, now)) return false
    record.open = undefined
    record.unkept += 1
    if (!open.isExcused) record.unexcused += 1
    return record.unexcused >= this.#limits.unkeptPromises
  }

  /** The link has ended, and with it the request. */
  linkEnded(peer: PeerId, now: number): void {
    const record = this.#records.get(peer)
    if (record) Object.assign(record, { open: undefined, unkept: this.unkept(peer, now), unexcused: 0 })
  }

  #isOverdue({ at }: OpenRequest, now: number): boolean {
    return now >= at + this.#limits.requestAgainMs
  }
}
