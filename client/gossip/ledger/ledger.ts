import type { BlockRun, LogId, VerifiedBlock } from '../wire/block.ts'
import type { Entry } from '../wire/entry.ts'
import type { Hop } from '../wire/hop.ts'
import type { LogHeight } from '../wire/envelope.ts'
import { Deliveries } from './deliveries.ts'
import { DisplacedLogs } from './displaced-logs.ts'
import { LedgerHoldings } from './holdings.ts'
import { LedgerLosses } from './ledger-losses.ts'
import { type LedgerSample, sketchOf } from './ledger-history.ts'
import type { GossipLimits } from '../bounds/limits.ts'
import { type HeldBlock, holdBlock } from './held-block.ts'
import type { ParseBody } from './large-body.ts'
import { type ForkProof, Log } from './log.ts'
import type { NetworkTime } from './network-time.ts'
import type { NodeName } from '../wire/node-name.ts'
import type { PeerId } from '../wire/peer-id.ts'
import type { Room } from './room.ts'

export interface LedgerOptions {
  readonly limits: GossipLimits
  readonly time: Pick<NetworkTime, 'ms'>
  readonly room: Room
  readonly hash: (text: string) => string
  readonly parseBody: ParseBody
}

/** How a block arrived. */
export interface Arrival {
  readonly hops: readonly Hop[]
  readonly from: PeerId | undefined
  readonly byPush: boolean
  readonly model: LogId | undefined
}

/**
 * All logs held here, bounded.
 *  1. A block is added on top of the head of its log, to begin a log, or with others below or apart from what is held.
 *  2. When a limit is exceeded, the room says which log loses its oldest block or goes (R1).
 *  3. The digest covers the heads of all logs that have not expired. A forked log counts as forked at its height (F1).
 *  4. An evicted block does not come back while the ledger is more than three quarters full: a trimmed log grows elsewhere than
 *     at its head only below that, so eviction and requests do not alternate.
 */
export class Ledger {
  readonly #limits: GossipLimits
  readonly #self: NodeName
  readonly #time: Pick<NetworkTime, 'ms'>
  readonly losses = new LedgerLosses()
  readonly #logs = new Map<LogId, Log>()
  readonly #room: Room
  readonly #displaced: DisplacedLogs
  readonly #delivered: Deliveries
  readonly #holdings: LedgerHoldings

  constructor(self: NodeName, { limits, time, room, hash, parseBody }: LedgerOptions) {
    this.#self = self
    this.#limits = limits
    this.#time = time
    this.#room = room
    this.#displaced = new DisplacedLogs(limits, room)
    this.#holdings = new LedgerHoldings(hash)
    this.#delivered = new Deliveries(self, parseBody, room)
  }

  get logs(): ReadonlyMap<LogId, Log> {
    return this.#logs
  }

  log(id: LogId): Log | undefined {
    return this.#logs.get(id)
  }

  held(log: LogId, height: number): HeldBlock | undefined {
    return this.#logs.get(log)?.at(height)
  }

  /** How far a log is held; 0 if it is not. */
  heightOf(log: LogId): number {
    return this.#logs.get(log)?.height ?? 0
  }

  /** What is held now, to compare with what other nodes announce (N7). */
  sample(): LedgerSample {
    return { digest: this.#holdings.digest, sketch: sketchOf(this.#logs.values(), (log) => this.isExpired(log)) }
  }

  /** Adds a block above all that is held of its log, and gives what is delivered by it. `networkMs`: its arrival, if it is restored. */
  add(
    block: VerifiedBlock,
    { hops, from, byPush, model }: Arrival,
    arrivedAt: number,
    networkMs = this.#time.ms,
  ): readonly Entry[] {
    const log = this.#logs.get(block.log) ?? this.addLog(block, from, model)
    const held = holdBlock(block, hops, this.#self, { pushedBy: byPush ? from : undefined, arrivedAt, networkMs })
    log.append(held, this.#time.ms)
    this.#count(log, held, 1)
    const entries = this.#delivered.append(log, held)
    this.#boundParts(log)
    this.#holdings.changed(log)
    this.#evict(log)
    return entries
  }

  /**
   * Adds consecutive blocks of a log, the oldest first, of which none is held and that do not contradict it. Gives also what is
   * delivered by them. `isHistory`: it is older than what was. `isRegrouped`: the log has more or fewer parts now.
   */
  insert(
    log: Log,
    blocks: readonly (Pick<Arrival, 'hops'> & { readonly block: VerifiedBlock })[],
    arrivedAt: number,
  ): ReturnType<Deliveries['insert']> & { readonly added: readonly HeldBlock[]; readonly isRegrouped: boolean } {
    const arrival = { pushedBy: undefined, arrivedAt, networkMs: this.#time.ms }
    const added = blocks.map(({ block, hops }) => holdBlock(block, hops, this.#self, arrival))
    const isRegrouped = log.insert(added, this.#time.ms)
    for (const held of added) this.#count(log, held, 1)
    const delivered = this.#delivered.insert(log, added)
    this.#boundParts(log)
    this.#holdings.changed(log)
    this.#evict(log)
    return { ...delivered, added, isRegrouped }
  }

  /** Removes the parts of a log below a height. */
  dropBelow(log: Log, height: number): void {
    while ((log.parts.lower[0]?.height ?? Infinity) < height) this.#trim(log)
  }

  /** Less than three quarters of the limits are used. */
  get hasRoom(): boolean {
    return this.#room.isFilledBelow(0.75)
  }

  /** Adds a log without blocks. It is about to get its first one, or only the proof of its fork is known. */
  addLog(block: VerifiedBlock, from: PeerId | undefined, model: LogId | undefined): Log {
    const log = new Log(block, from, model)
    this.#room.add(log)
    this.#displaced.delete(log.id)
    this.#evict(log)
    this.#logs.set(log.id, log)
    return log
  }

  /** The log forks at the lowest proven height. False: a fork at this height or below was known. */
  fork(log: Log, proof: ForkProof): boolean {
    if (log.fork && log.fork.height <= proof.one[0].height) return false
    this.#countProof(log, () => log.forkAt(proof))
    // The blocks below the fork could not be added to a part above it, in which nothing counts.
    if (log.retainedFrom === 0 && proof.one[0].height > 1) this.#dropFrom(log, proof.one[0].height)
    this.#holdings.changed(log)
    this.#evict(log)
    return true
  }

  /** The rest of a run whose blocks below the fork have been added. */
  keepProof(log: Log, rest: BlockRun): void {
    this.#countProof(log, () => log.keepProof(rest))
  }

  /**
   * A neighbour reports a log's age (R2). It counts for a log of which only the fork is known, and for a log with the same
   * head on both nodes: a node on the path of its blocks may have lied. Each report is younger by its own travel time, so
   * only much younger ones count. Otherwise a log would grow younger with every exchange.
   */
  noteAge(log: Log, idleMs: number): void {
    const activeAt = this.#time.ms - idleMs
    if (activeAt <= log.activeAt + this.#limits.ageEveryMs) return
    log.activeAt = activeAt
    this.#holdings.changed(log)
  }

  entries(): readonly Entry[] {
    return this.#delivered.all()
  }

  /** How long ago the newest block was made, as far as this node knows. */
  idleMs(log: Log): number {
    return this.#time.ms - log.activeAt
  }

  /** How long ago a block came, in network time. */
  heldMs(held: HeldBlock): number {
    return this.#time.ms - held.networkMs
  }

  isExpired(log: Log): boolean {
    return this.idleMs(log) >= this.#limits.logExpiresAfterMs
  }

  /**
   * A log that is new here and has been idle for this long is not requested, since it would displace one that is hardly
   * older: two full ledgers would displace each other's logs for ever. Each hop makes a log a little younger.
   */
  idleLimitMs(bringer: PeerId): number {
    const idlest = this.#room.idlestOf(bringer)
    return idlest ? this.idleMs(idlest) - this.#limits.ageEveryMs : Infinity
  }

  /** The log had to make room here, and would have to again. */
  isDisplaced(head: LogHeight): boolean {
    return this.#displaced.has(head)
  }

  /** Covers the logs that had not expired when `age` last ran. */
  holdings(): LedgerHoldings['current'] {
    return this.#holdings.current
  }

  /** The number of changes of heads, forks and oldest blocks, from 1. */
  get changes(): number {
    return this.#holdings.changes
  }

  /** The logs that changed after the first `changes` changes, in the order of their changes. */
  changedSince(changes: number): readonly Log[] {
    const changed: Log[] = []
    for (const log of this.#logs.values()) if (log.changedAt > changes && !this.isExpired(log)) changed.push(log)
    return changed.sort((one, other) => one.changedAt - other.changedAt)
  }

  /** R2: lets logs expire, and deletes them later. `isComing`: the newest blocks of a log, which show its age, are not here yet. */
  age(isComing: (log: LogId) => boolean): void {
    for (const log of this.#logs.values()) {
      if (!this.isExpired(log) || isComing(log.id)) continue
      this.#holdings.remove(log)
      const { logDeletedAfterMs, ageReportedWithinMs } = this.#limits
      // Neighbours need time to report a younger age, in this page load too: the report of one relay proves nothing.
      const isOldHere = this.#time.ms - log.headSince >= ageReportedWithinMs
      if (isOldHere && this.idleMs(log) >= logDeletedAfterMs) this.#forget(log)
    }
  }

  #forget(log: Log): void {
    this.#logs.delete(log.id)
    this.losses.forget(log.id)
    while (log.size > 0) this.#shift(log)
    this.#room.count(log, 0, -log.proofBytes)
    this.#room.remove(log)
    this.#holdings.remove(log)
  }

  /** R1: a limit is exceeded by what was added to a log. */
  #evict(added: Log): void {
    for (let resource = this.#room.exceeded(); resource; resource = this.#room.exceeded()) {
      const log = this.#room.pick(resource, added)
      if (!log) return
      if (resource !== 'logs' && log.size > 1) this.#trim(log)
      else {
        this.#displaced.add(log)
        this.#forget(log)
      }
    }
  }

  /** Removes the parts that begin at a fork or above. If others remain, storage keeps these blocks until the log goes. */
  #dropFrom(log: Log, height: number): void {
    const dropped = log.parts.dropFrom(height)
    for (const held of dropped) this.#noteRemoved(log, held)
    const last = dropped.at(-1)?.block
    if (last && log.size === 0) this.losses.evict(last)
  }

  /** Of too many parts the lowest goes. */
  #boundParts(log: Log): void {
    while (log.parts.lower.length >= this.#limits.maxLogParts) this.#trim(log)
  }

  #trim(log: Log): void {
    log.isTrimmed = true
    this.#shift(log)
    if (!this.isExpired(log)) this.#holdings.trimmed(log)
  }

  #shift(log: Log): void {
    const held = log.parts.shift()
    if (!held) return
    this.#noteRemoved(log, held)
    this.losses.evict(held.block)
  }

  #noteRemoved(log: Log, held: HeldBlock): void {
    this.#count(log, held, -1)
    this.#delivered.remove(held)
  }

  /** The blocks of a fork's proof take room as well. */
  #countProof(log: Log, change: () => void): void {
    const before = log.proofBytes
    change()
    const bytes = log.proofBytes - before
    log.heldBytes += bytes
    this.#room.count(log, 0, bytes)
  }

  #count(log: Log, { block }: HeldBlock, sign: 1 | -1): void {
    const change = sign * (block.bytes.length + block.entries.length * this.#limits.entryBytes)
    log.heldBytes += change
    this.#room.count(log, sign, change)
  }
}
