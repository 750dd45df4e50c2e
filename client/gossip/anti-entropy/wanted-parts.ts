import type { Deadline } from '../bounds/deadlines.ts'
import type { GossipLimits } from '../bounds/limits.ts'
import { mayGrowApart, mayGrowBelow } from '../ledger/growth.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { LogPart } from '../ledger/log-part.ts'
import type { Log } from '../ledger/log.ts'
import type { LogId } from '../wire/block.ts'
import type { Want } from '../wire/envelope.ts'
import type { PeerId } from '../wire/peer-id.ts'
import type { Promises } from './promises.ts'
import { requestsByHolder } from './request-order.ts'
import { WantList } from './want-list.ts'

/** Parts of one log that are wanted at a time: honest neighbours report fewer. */
const maxTops = 16

declare const partKeyBrand: unique symbol

/** A log, and for all parts but its newest one the height at which the part ends. */
type PartKey = string & { readonly [partKeyBrand]: true }

export interface WantedPartsOptions {
  readonly limits: GossipLimits
  readonly ledger: Ledger
  readonly deadline: Deadline
  readonly promises: Pick<Promises, 'unkept' | 'isDelivering'>
}

/**
 * Blocks that neighbours hold elsewhere than above the heads here (L2): below a part of a log, or in a part that is apart from
 * all that is held. Each part is filled from its upper end down.
 */
export class WantedParts {
  readonly #limits: GossipLimits
  readonly #ledger: Ledger
  /** The reach of a holder is the height of its oldest block below zero. */
  readonly #list: WantList<PartKey>
  /** The upper ends of wanted parts but the newest, for each log; some may be wanted no longer. */
  readonly #tops = new Map<LogId, ReadonlySet<number>>()

  constructor({ limits, ledger, deadline, promises }: WantedPartsOptions) {
    this.#limits = limits
    this.#ledger = ledger
    this.#list = new WantList(limits, deadline, promises)
  }

  get size(): number {
    return this.#list.size
  }

  /** Whether a part that ends at this height, and is not held, is wanted. */
  has(log: LogId, top: number): boolean {
    return this.#list.has(keyOf(log, top))
  }

  /** How many blocks of each log are shown to exist below its head and are not held here. */
  missing(now: number): ReadonlyMap<LogId, number> {
    const missing = new Map<LogId, number>()
    for (const { key, reach } of this.#list.shown(now)) {
      const { id, top } = partOf(key)
      const log = this.#ledger.log(id)
      const count = log?.parts.lacking(-reach, top ?? log.oldestHeight - 1) ?? 0
      // Several reports may be about the same blocks.
      missing.set(id, Math.max(count, missing.get(id) ?? 0))
    }
    return missing
  }

  /**
   * The log is about to begin here: then it shows what is wanted of a part that a neighbour holds from `oldest` to `top`, or to
   * the head, if that is 0.
   */
  noteNew(log: LogId, top: number, oldest: number, holder: PeerId): void {
    this.#note(log, top || undefined, oldest, holder, Infinity)
  }

  /**
   * A neighbour holds a part of a log from `oldest` to `top`, where it has the block that is held here or nothing is held.
   * False: the list is full.
   */
  note(log: Log, top: number, oldest: number, holder: PeerId, askAt: number): boolean {
    if (oldest > top || top > soundHeight(log.fork?.height)) return true
    const part = log.parts.partAt(top)
    const isWanted = part
      ? oldest < part.oldestHeight && this.#mayGrowBelow(log, part)
      : mayGrowApart(log, top, this.#ledger, this.#limits)
    if (!isWanted) return true
    const isNewest = part !== undefined && part.height === log.height
    return this.#note(log.id, isNewest ? undefined : (part?.height ?? top), oldest, holder, askAt)
  }

  /** The log has its first blocks. */
  noteBegun(log: Log, now: number): void {
    this.#list.noteHeld(keyOf(log.id), -log.oldestHeight, undefined, now, 0)
    for (const key of this.#keysOf(log.id)) this.#list.hurry(key, now)
  }

  /** The block at `height` has come with others, of `bytes`. Gives whether the neighbour was asked for them. */
  noteHeld(log: Log, height: number, from: PeerId, now: number, bytes: number): boolean {
    const part = log.parts.partAt(height)
    if (!part) return false
    const keys = this.#keysOf(log.id).filter((key) => log.parts.partAt(partOf(key).top ?? log.height) === part)
    return keys.map((key) => this.#list.noteHeld(key, -part.oldestHeight, from, now, bytes)).includes(true)
  }

  noteCopy(log: LogId, from: PeerId, now: number): void {
    for (const key of this.#keysOf(log)) this.#list.noteCopy(key, from, now)
  }

  continueWith(peer: PeerId, now: number): void {
    this.#list.continueWith(peer, now)
  }

  excuse(peer: PeerId, since: number, now: number): void {
    this.#list.excuse(peer, since, now)
  }

  forgetHolder(peer: PeerId, now: number): void {
    this.#list.forgetHolder(peer, now)
    for (const log of this.#tops.keys()) this.#topsOf(log)
  }

  forget(log: LogId): void {
    for (const key of this.#keysOf(log)) this.#list.forget(key)
    this.#tops.delete(log)
  }

  /** The requests that are due now, by whom they are for, and the neighbours that let one time out. */
  due(
    now: number,
    isUp: (peer: PeerId) => boolean,
  ): { readonly due: ReadonlyMap<PeerId, readonly Want[]>; readonly failed: ReadonlySet<PeerId> } {
    const { due, failed } = this.#list.due(now, isUp)
    const requests = requestsByHolder(due, (key) => this.#ledger.log(partOf(key).id) !== undefined)
    const wants = [...requests].map(
      ([peer, list]) => [peer, list.flatMap(({ key }) => this.#wantOf(key) ?? [])] as const,
    )
    return { due: new Map(wants), failed }
  }

  #note(log: LogId, top: number | undefined, oldest: number, holder: PeerId, askAt: number): boolean {
    const isNew = top !== undefined && !this.has(log, top)
    const tops = isNew ? this.#topsOf(log) : []
    if (tops.length >= maxTops) return false
    const isNoted = this.#list.note(keyOf(log, top), -oldest, holder, false, askAt)
    if (isNew && isNoted) this.#tops.set(log, new Set([...tops, top]))
    return isNoted
  }

  /** The upper ends that are still wanted. */
  #topsOf(log: LogId): readonly number[] {
    const tops = [...(this.#tops.get(log) ?? [])].filter((known) => this.has(log, known))
    if (tops.length > 0) this.#tops.set(log, new Set(tops))
    else this.#tops.delete(log)
    return tops
  }

  #wantOf(key: PartKey): Want | undefined {
    const { id, top } = partOf(key)
    const log = this.#ledger.log(id)
    const part = log?.parts.partAt(top ?? log.height)
    const height = part?.oldestHeight ?? (top ?? 0) + 1
    const isWanted =
      log && (part ? this.#mayGrowBelow(log, part) : mayGrowApart(log, height - 1, this.#ledger, this.#limits))
    if (isWanted) return { log: id, height, isOlder: true }
    this.#list.forget(key)
    return undefined
  }

  /** Nothing is added below a part that begins at a fork or above. */
  #mayGrowBelow(log: Log, { oldestHeight }: LogPart): boolean {
    return oldestHeight <= soundHeight(log.fork?.height) && mayGrowBelow(log, oldestHeight, this.#ledger)
  }

  #keysOf(log: LogId): readonly PartKey[] {
    return [keyOf(log), ...[...(this.#tops.get(log) ?? [])].map((top) => keyOf(log, top))]
  }
}

/** Without `top` the newest part. */
const keyOf = (log: LogId, top?: number): PartKey => (top === undefined ? log : `${log} ${top}`) as PartKey

const partOf = (key: PartKey): { readonly id: LogId; readonly top: number | undefined } => {
  const [id = '', top] = key.split(' ')
  return { id: id as LogId, top: top === undefined ? undefined : Number(top) }
}

/** The greatest height below a fork. */
export const soundHeight = (forkHeight = 0): number => (forkHeight > 0 ? forkHeight - 1 : Infinity)
