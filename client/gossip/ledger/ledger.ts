import { type LogId, type VerifiedBlock, entriesOf, logIdOf } from '../wire/block.ts'
import type { Entry } from '../wire/entry.ts'
import type { Hop } from '../wire/hop.ts'
import { LedgerDigest } from './ledger-digest.ts'
import { type LedgerSample, sketchOf } from './ledger-history.ts'
import type { GossipLimits } from '../bounds/limits.ts'
import { type Fit, type ForkProof, type HeldBlock, Log } from './log.ts'
import type { NetworkTime } from './network-time.ts'
import type { NodeName } from '../wire/node-name.ts'
import type { PeerId } from '../wire/peer-id.ts'

/** How a block came here. */
export interface Arrival {
  readonly hops: readonly Hop[]
  readonly from: PeerId | undefined
  readonly byPush: boolean
  readonly model: LogId | undefined
}

/**
 * All logs held here, bounded.
 *  1. A log is a gapless chain; a block is taken only on top of the head, or to begin a log.
 *  2. Retention takes the oldest block of the author that holds most, never one of a log's last `keptPerLog` while
 *     somebody holds more: a flood by one author evicts that author's blocks.
 *  3. The digest is over the heads of the logs that are not faded; a forked log counts only as forked at its height.
 *  4. What was evicted or faded is not taken back: a height at or below the head is a copy for ever.
 */
export class Ledger {
  readonly #limits: GossipLimits
  readonly #self: NodeName
  readonly #time: Pick<NetworkTime, 'ms'>
  readonly #evicted: (log: LogId, height: number) => void
  readonly #logs = new Map<LogId, Log>()
  readonly #bytesByAuthor = new Map<PeerId, number>()
  readonly #logsByBringer = new Map<PeerId | undefined, number>()
  /** By log and height. */
  readonly #delivered = new Map<string, readonly Entry[]>()
  /** In the order of delivery here. */
  readonly #ordered: Entry[] = []
  #changes = 1
  #blocks = 0
  #bytes = 0
  #entries: readonly Entry[] | undefined
  readonly #digest: LedgerDigest

  constructor(
    self: NodeName,
    limits: GossipLimits,
    time: Pick<NetworkTime, 'ms'>,
    hash: (text: string) => string,
    evicted: (log: LogId, height: number) => void,
  ) {
    this.#evicted = evicted
    this.#self = self
    this.#limits = limits
    this.#time = time
    this.#digest = new LedgerDigest(hash)
  }

  get logs(): ReadonlyMap<LogId, Log> {
    return this.#logs
  }

  get heldBytes(): number {
    return this.#bytes
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
    return { digest: this.digest(), sketch: sketchOf(this.#logs.values(), (log) => this.isFaded(log)) }
  }

  fitOf(block: VerifiedBlock): Fit {
    return this.#logs.get(logIdOf(block))?.fitOf(block) ?? 'base'
  }

  /** Takes a block that fits as `base` or `next`; gives its entries. `networkMs`: when it came, if it is restored. */
  add(
    block: VerifiedBlock,
    { hops, from, byPush, model }: Arrival,
    arrivedAt: number,
    networkMs = this.#time.ms,
  ): readonly Entry[] {
    const log = this.#logs.get(logIdOf(block)) ?? this.addLog(block, from, model)
    const { id } = log
    const held: HeldBlock = { block, hops, pushedBy: byPush ? from : undefined, arrivedAt, networkMs }
    log.append(held, this.#time.ms)
    this.#count(log, held, 1)
    const entries = entriesOf(block, [...hops.map((hop) => hop.name), this.#self])
    this.#delivered.set(`${id}/${block.height}`, entries)
    this.#ordered.push(...entries)
    this.#changed(log)
    this.#evict()
    return entries
  }

  /** A log without blocks: about to get its first, or known by nothing but its fork. */
  addLog(block: VerifiedBlock, from: PeerId | undefined, model: LogId | undefined): Log {
    if (this.#logs.size >= this.#limits.maxLogs) this.#makeRoom(from)
    const log = new Log(block, from, model)
    this.#logs.set(log.id, log)
    this.#logsByBringer.set(from, (this.#logsByBringer.get(from) ?? 0) + 1)
    return log
  }

  /** The log is forked from the lower of the two heights on. False: that was known. */
  fork(log: Log, proof: ForkProof): boolean {
    const { height } = proof.one
    if (log.fork && log.fork.height <= height) return false
    log.fork = { height, proof }
    this.#changed(log)
    return true
  }

  /**
   * A neighbour's word for a log's age (R2): for one that is known by nothing but its fork, which has no block to tell it, and
   * for one whose head both have, since the way by which it came here may have lied. Each word is younger by the way it
   * took, so that only much younger ones count: else a log would grow younger with every exchange.
   */
  noteAge(log: Log, idleMs: number): void {
    const activeAt = this.#time.ms - idleMs
    if (activeAt <= log.activeAt + this.#limits.ageEveryMs) return
    log.activeAt = activeAt
    this.#changed(log)
  }

  entries(): readonly Entry[] {
    // Copied as a whole: 10,000 take 8 µs, while gathering them from their blocks takes 2.5 ms.
    this.#entries ??= this.#ordered.slice()
    return this.#entries
  }

  /** Hex. Over the heads of the logs that had not faded when `age` looked last. */
  digest(): string {
    return this.#digest.value
  }

  /** How long ago the newest block was made, as far as is known here. */
  idleMs(log: Log): number {
    return this.#time.ms - log.activeAt
  }

  /** How long ago a block came, in network time. */
  heldMs(held: HeldBlock): number {
    return this.#time.ms - held.networkMs
  }

  isFaded(log: Log): boolean {
    return this.idleMs(log) >= this.#limits.logFadesAfterMs
  }

  /**
   * A log that is new here and idle for so long is not worth asking for: where it would displace one that is hardly
   * older, two full ledgers would displace each other's logs for ever. Each hop makes a log a little younger.
   */
  idleLimitMs(bringer: PeerId): number {
    if (this.#logs.size < this.#limits.maxLogs || !this.#hasItsShare(bringer)) return Infinity
    const idlest = this.#idlestOf(bringer)
    return idlest ? this.idleMs(idlest) - this.#limits.ageEveryMs : Infinity
  }

  /** Counts the changes of heads and forks, from 1. */
  get changes(): number {
    return this.#changes
  }

  /** The logs that changed after so many changes, in the order of their changes. */
  changedSince(changes: number): readonly Log[] {
    const changed: Log[] = []
    for (const log of this.#logs.values()) if (log.changedAt > changes && !this.isFaded(log)) changed.push(log)
    return changed.sort((one, other) => one.changedAt - other.changedAt)
  }

  /** Lets logs fade and forgets those that faded long ago. `isComing`: its newest blocks, which tell its age, are not here. */
  age(isComing: (log: LogId) => boolean): void {
    for (const log of this.#logs.values()) {
      if (!this.isFaded(log) || isComing(log.id)) continue
      this.#digest.set(log.id, undefined)
      const { logForgottenAfterMs, logFadesAfterMs } = this.#limits
      // Not before neighbours had time to say that it is younger, in this page load too: one relay's word for an age
      // proves nothing.
      const isOldHere = this.#time.ms - log.headSince >= logForgottenAfterMs - logFadesAfterMs
      if (isOldHere && this.idleMs(log) >= logForgottenAfterMs) this.#forget(log)
    }
  }

  /**
   * Made-up authors come by some neighbour: who brings one more makes room with its own idlest. Only one that has brought
   * fewer than its share takes room from the one that brought most, so that nobody who came first keeps others out.
   */
  #makeRoom(bringer: PeerId | undefined): void {
    this.#forgetIdlest(this.#hasItsShare(bringer) ? bringer : keyOfMost(this.#logsByBringer))
  }

  #hasItsShare(bringer: PeerId | undefined): boolean {
    const { maxLogs, maxLinks } = this.#limits
    return (this.#logsByBringer.get(bringer) ?? 0) >= Math.max(1, Math.floor(maxLogs / maxLinks))
  }

  #forgetIdlest(bringer: PeerId | undefined): void {
    const idlest = this.#idlestOf(bringer)
    if (idlest) this.#forget(idlest)
  }

  #idlestOf(bringer: PeerId | undefined): Log | undefined {
    let idlest: Log | undefined
    for (const log of this.#logs.values()) {
      if (log.broughtBy === bringer && (!idlest || log.activeAt < idlest.activeAt)) idlest = log
    }
    return idlest
  }

  #bytesByBringer(): ReadonlyMap<PeerId | undefined, number> {
    const sums = new Map<PeerId | undefined, number>()
    for (const { broughtBy, heldBytes } of this.#logs.values()) {
      sums.set(broughtBy, (sums.get(broughtBy) ?? 0) + heldBytes)
    }
    return sums
  }

  #forget(log: Log): void {
    this.#logs.delete(log.id)
    const left = (this.#logsByBringer.get(log.broughtBy) ?? 0) - 1
    if (left > 0) this.#logsByBringer.set(log.broughtBy, left)
    else this.#logsByBringer.delete(log.broughtBy)
    while (log.size > 0) this.#shift(log)
    this.#digest.set(log.id, undefined)
  }

  #evict(): void {
    const { maxBlocks, maxHeldBytes } = this.#limits
    while (this.#blocks > maxBlocks || this.#bytes > maxHeldBytes) {
      const log = this.#richestLog()
      if (log) this.#shift(log)
      // Logs of one large block each: whoever brought most bytes loses one of them.
      else if (this.#logs.size > 1) this.#forgetIdlest(keyOfMost(this.#bytesByBringer()))
      else return
    }
  }

  /** The log to lose its oldest block: the largest of the author that holds most bytes, while it has some to spare. */
  #richestLog(): Log | undefined {
    let best: Log | undefined
    let bestRank = -1
    for (const log of this.#logs.values()) {
      if (log.size <= 1) continue
      const hasSpare = log.size > this.#limits.keptPerLog
      const rank = (this.#bytesByAuthor.get(log.author) ?? 0) + log.heldBytes / 1e9 + (hasSpare ? 1e12 : 0)
      if (rank > bestRank) [best, bestRank] = [log, rank]
    }
    return best
  }

  #shift(log: Log): void {
    const held = log.shift()
    if (!held) return
    this.#count(log, held, -1)
    const key = `${log.id}/${held.block.height}`
    const [first] = this.#delivered.get(key) ?? []
    // Delivered together, so they stand together. The oldest of a log is mostly among the oldest of all.
    if (first) this.#ordered.splice(this.#ordered.indexOf(first), held.block.entries.length)
    this.#delivered.delete(key)
    this.#entries = undefined
    this.#evicted(log.id, held.block.height)
  }

  #count(log: Log, { block }: HeldBlock, sign: 1 | -1): void {
    const change = sign * (block.bytes.length + block.entries.length * this.#limits.entryBytes)
    this.#blocks += sign
    this.#bytes += change
    log.heldBytes += change
    const bytes = (this.#bytesByAuthor.get(block.author) ?? 0) + change
    if (bytes > 0) this.#bytesByAuthor.set(block.author, bytes)
    else this.#bytesByAuthor.delete(block.author)
  }

  #changed(log: Log): void {
    this.#entries = undefined
    this.#changes += 1
    log.changedAt = this.#changes
    // Without a block, or a neighbour's word for its age, it counts as faded.
    this.#digest.set(log.id, log.activeAt === -Infinity ? undefined : log.digestText)
  }
}

const keyOfMost = <Key>(sums: ReadonlyMap<Key, number>): Key | undefined =>
  [...sums].reduce<readonly [Key | undefined, number]>(
    (most, other) => (other[1] > most[1] ? other : most),
    [undefined, -1],
  )[0]
