import type { AntiEntropy } from './anti-entropy/anti-entropy.ts'
import type { Frontiers } from './anti-entropy/frontiers.ts'
import type { Deadline, Deadlines } from './bounds/deadlines.ts'
import type { GossipLimits } from './bounds/limits.ts'
import type { BlockDrop } from './effects/gossip-effect.ts'
import type { Outbox } from './effects/outbox.ts'
import type { Arrival, Ledger } from './ledger/ledger.ts'
import type { HeldBlock } from './ledger/held-block.ts'
import type { Log } from './ledger/log.ts'
import type { NetworkTime } from './ledger/network-time.ts'
import type { Neighbour } from './links/neighbour.ts'
import type { Plumtree } from './plumtree/plumtree.ts'
import { BodyProgress } from './ledger/body-progress.ts'
import { isBroken } from './ledger/large-body.ts'
import type { Entry } from './wire/entry.ts'
import type { LinkId } from './wire/link.ts'
import { type LogId, partOf, type VerifiedBlock } from './wire/block.ts'
import { cutPath, type Hop, wholeMs } from './wire/hop.ts'
import type { PeerId } from './wire/peer-id.ts'

/** A verified block of a link. */
export interface ReceivedBlock {
  readonly block: VerifiedBlock
  readonly hops: readonly Hop[]
  readonly heldMs: number
  readonly model: LogId | undefined
}

/** A received block with its path to here. */
export interface ArrivedBlock {
  readonly block: VerifiedBlock
  readonly hops: readonly Hop[]
  readonly model: LogId | undefined
}

/** Why a block is a strike. */
export type BlockStrike = Extract<BlockDrop, 'misnumbered-block' | 'bad-path'>

export interface AcceptedBlocksOptions {
  readonly time: Pick<NetworkTime, 'ms'>
  readonly limits: GossipLimits
  readonly ledger: Ledger
  /** The greeted neighbours. */
  readonly neighbours: ReadonlyMap<PeerId, Neighbour>
  readonly plumtree: Plumtree
  readonly antiEntropy: AntiEntropy
  readonly frontiers: Frontiers
  readonly outbox: Outbox
  readonly deadlines: Deadlines
}

/** What happens to blocks that fit their logs: they enter the ledger, are stored, delivered and sent on, and go in time. */
export class AcceptedBlocks {
  readonly #options: AcceptedBlocksOptions
  /** The logs age as long as there are logs (R2). */
  readonly #ageing: Deadline
  /** Whether the ledger had room for older blocks when the logs last aged. */
  #hadRoom = true
  /** Since `drain`. */
  #accepted: HeldBlock[] = []
  readonly #progress: BodyProgress

  constructor(options: AcceptedBlocksOptions) {
    this.#options = options
    this.#progress = new BodyProgress(options.limits)
    this.#ageing = options.deadlines.create((now) => this.#age(now))
  }

  /** The blocks that were accepted since the last call. */
  drain(): readonly HeldBlock[] {
    return this.#accepted.length > 0 ? this.#accepted.splice(0) : this.#accepted
  }

  /** Accepts a block on top of its log. Gives the held block, none if there was no room for it, and what is delivered by it. */
  accept(
    block: VerifiedBlock,
    arrival: Arrival,
    from: Neighbour | undefined,
    now: number,
  ): { readonly held: readonly HeldBlock[]; readonly delivered: readonly Entry[] } {
    const { ledger, antiEntropy, outbox } = this.#options
    const id = block.log
    const entries = ledger.add(block, arrival, now)
    const log = ledger.log(id)
    const held = log?.head
    if (log && held) {
      from?.noteHeight(id, block.height)
      antiEntropy.noteHeld(log, block.height, arrival.from, now, block.bytes.length)
      outbox.add({ type: 'store', held })
      this.#deliver(log, [held], entries, from?.identity.link, false, now)
    }
    // After the delivery: a large body may have displaced its own first part.
    this.ledgerChanged(now)
    return log && held ? { held: [held], delivered: entries } : { held: [], delivered: [] }
  }

  /** The blocks of a neighbour with their paths to here. Undefined: a path does not begin with its block's author. */
  withPaths(neighbour: Neighbour, received: readonly ReceivedBlock[]): readonly ArrivedBlock[] | undefined {
    const arrived: ArrivedBlock[] = []
    for (const one of received) {
      const hops = this.#pathOf(neighbour, one)
      if (!hops) return undefined
      arrived.push({ block: one.block, hops, model: one.model })
    }
    return arrived
  }

  /** Accepts a block of a neighbour on top of its log. */
  acceptReceived(neighbour: Neighbour, arrived: ArrivedBlock, byPush: boolean, now: number): readonly HeldBlock[] {
    const { block, hops, model } = arrived
    return this.accept(block, { hops, from: neighbour.identity.peerId, byPush, model }, neighbour, now).held
  }

  /** Accepts consecutive blocks of which none is held and that do not go on from the head of their log, the oldest first. */
  acceptApart(neighbour: Neighbour, log: Log, blocks: readonly ArrivedBlock[], now: number): void {
    const { ledger, antiEntropy, outbox } = this.#options
    const { added, entries, isHistory, isRegrouped } = ledger.insert(log, blocks, now)
    const bytes = blocks.reduce((sum, { block }) => sum + block.bytes.length, 0)
    const top = blocks.at(-1)?.block.height ?? 0
    neighbour.noteHeight(log.id, top)
    antiEntropy.noteInserted(log, top, neighbour.identity.peerId, now, bytes, isRegrouped)
    // There was no room for the others, after all.
    const kept = added.filter(({ block }) => log.at(block.height)?.block === block)
    for (const held of kept) outbox.add({ type: 'store', held })
    const delivered = entries.filter((entry) => log.parts.bySeq(entry.seq)?.entries.includes(entry))
    this.#deliver(log, kept, delivered, neighbour.identity.link, isHistory, now)
    this.ledgerChanged(now)
  }

  #deliver(
    log: Log,
    blocks: readonly HeldBlock[],
    entries: readonly Entry[],
    link: LinkId | undefined,
    isBackfill: boolean,
    now: number,
  ): void {
    const { outbox } = this.#options
    for (const held of blocks) {
      this.#accepted.push(held)
      this.#noteBody(log, held.block, link, now)
    }
    for (const entry of entries) {
      outbox.add({ type: 'deliver', entry, isBackfill })
      // Receipts for a large body are those of its first block, which may have come long before.
      const first = log.parts.bySeq(entry.seq)
      if (first && !blocks.some(({ block }) => block === first.block)) this.#accepted.push(first)
    }
  }

  /** Reports the progress of a large body, or that its parts do not fit. */
  #noteBody(log: Log, block: VerifiedBlock, link: LinkId | undefined, now: number): void {
    const { outbox } = this.#options
    const below = log.at(block.height - 1)?.block
    const progress = this.#progress.note(log, block, now)
    const first = log.at(block.height - (partOf(block)?.index ?? 0))
    const isNone = progress?.isWhole && first?.entries.length === 0
    if (isNone || (below && isBroken(below, block))) outbox.drop('broken-body', link)
    else if (progress?.due) outbox.add({ type: 'progress', ...progress.due })
  }

  /** Sends accepted blocks of one log on, the oldest first. */
  spread(run: readonly HeldBlock[], from: PeerId | undefined, now: number): void {
    const [first] = run
    const log = first && this.#options.ledger.log(first.block.log)
    if (log) this.#options.plumtree.spread(log, run, from, now)
  }

  /** Restores a stored block, before any link. Its network time can't be later than now. */
  restore(block: VerifiedBlock, hops: readonly Hop[], networkMs: number, now: number): void {
    const { ledger, time } = this.#options
    const fit = ledger.log(block.log)?.fitOf(block) ?? 'base'
    if (fit !== 'base' && fit !== 'next' && fit !== 'gap') return
    const isTrimmed = fit === 'base' && block.height > 1
    const heldMs = Math.max(0, time.ms - networkMs)
    const arrival = { hops, from: undefined, byPush: false, model: undefined }
    ledger.add(block, arrival, now - heldMs, time.ms - heldMs)
    const log = ledger.log(block.log)
    if (log && isTrimmed) log.isTrimmed = true
    this.#forgetDeleted()
    // Logs age at the first event.
    this.#ageing.set(-Infinity)
  }

  /** The ledger has changed: it may have evicted blocks or deleted logs. */
  ledgerChanged(now: number): void {
    this.#forgetDeleted()
    this.#ageing.setBy(now + this.#options.limits.ageEveryMs)
  }

  /** The path to here. Undefined: a next hop would refuse it, since it does not begin with the author's link name. */
  #pathOf({ identity, roundTrips }: Neighbour, { block, hops, heldMs }: ReceivedBlock): readonly Hop[] | undefined {
    const { peerId, name } = identity
    const isFromAuthor = peerId === block.author && name === block.name
    const beginsWithAuthor = hops.length === 0 ? isFromAuthor : hops[0]?.name === block.name
    const hop: Hop = { name, heldMs, rttMs: wholeMs(roundTrips.typicalMs ?? 0) }
    // Unlike a spread, `concat` leaves no spare room in what is held.
    return beginsWithAuthor ? cutPath(hops.concat(hop), this.#options.limits.maxPathNames - 1) : undefined
  }

  #age(now: number): void {
    const { ledger, antiEntropy, frontiers, limits } = this.#options
    ledger.age((log: LogId) => antiEntropy.isWanted(log))
    this.#forgetDeleted()
    if (ledger.hasRoom && !this.#hadRoom) frontiers.requestAll(now)
    this.#hadRoom = ledger.hasRoom
    if (ledger.logs.size > 0) this.#ageing.set(now + limits.ageEveryMs)
  }

  #forgetDeleted(): void {
    const { ledger, antiEntropy, plumtree, neighbours, outbox } = this.#options
    for (const evicted of ledger.losses.drainEvicted()) outbox.add({ type: 'evicted', ...evicted })
    for (const log of ledger.losses.drainForgotten()) {
      antiEntropy.forget(log)
      plumtree.forget(log)
      for (const neighbour of neighbours.values()) neighbour.forgetLog(log)
    }
  }
}
