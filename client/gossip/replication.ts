import { AcceptedBlocks, type ArrivedBlock, type BlockStrike, type ReceivedBlock } from './accepted-blocks.ts'
import { AntiEntropy, type Frontier } from './anti-entropy/anti-entropy.ts'
import { Frontiers, type Summary } from './anti-entropy/frontiers.ts'
import { BlockServer } from './anti-entropy/block-server.ts'
import { Backfill } from './backfill.ts'
import { BroadcastTrees } from './plumtree/broadcast-trees.ts'
import type { BlockRun, LogId, VerifiedBlock } from './wire/block.ts'
import type { Deadlines } from './bounds/deadlines.ts'
import type { FrontierEntry, LogHeight, Want } from './wire/envelope.ts'
import { ForkProofs } from './anti-entropy/fork-proofs.ts'
import type { Hop } from './wire/hop.ts'
import type { Holdings } from './wire/holdings.ts'
import type { Ledger } from './ledger/ledger.ts'
import type { BlockDrop } from './effects/gossip-effect.ts'
import type { GossipLimits } from './bounds/limits.ts'
import type { HeldBlock } from './ledger/held-block.ts'
import type { Entry } from './wire/entry.ts'
import type { ForkProof } from './ledger/log.ts'
import type { Neighbour } from './links/neighbour.ts'
import type { NetworkTime } from './ledger/network-time.ts'
import type { NewLogs } from './ledger/new-logs.ts'
import type { NodeName } from './wire/node-name.ts'
import type { Outbox } from './effects/outbox.ts'
import type { PeerId } from './wire/peer-id.ts'
import { Ephemerals } from './plumtree/ephemerals.ts'
import { Plumtree } from './plumtree/plumtree.ts'
import type { Room } from './ledger/room.ts'

/** The blocks of a run, the oldest first. */
export interface ReceivedRun {
  readonly blocks: readonly ReceivedBlock[]
  /** Along the tree; otherwise it was requested. */
  readonly byPush: boolean
}

export interface ReplicationOptions {
  readonly self: PeerId
  readonly name: NodeName
  readonly time: Pick<NetworkTime, 'ms'>
  readonly limits: GossipLimits
  readonly room: Pick<Room, 'open' | 'close'>
  readonly ledger: Ledger
  readonly newLogs: NewLogs
  /** In [0, 1). */
  readonly random: () => number
  readonly outbox: Outbox
  readonly deadlines: Deadlines
}

/**
 * How blocks come in and go on: a block that fits its log is accepted, delivered and stored. `Plumtree` sends it on, and
 * `AntiEntropy` requests what is missing. SPEC.md has the rules.
 */
export class Replication {
  readonly ledger: Ledger
  readonly ephemerals: Ephemerals
  readonly #room: Pick<Room, 'open' | 'close'>
  readonly #outbox: Outbox
  /** The greeted neighbours by key: a newer link to the same node replaces the older one. */
  readonly #neighbours = new Map<PeerId, Neighbour>()
  readonly #trees: BroadcastTrees
  readonly #plumtree: Plumtree
  readonly #frontiers: Frontiers
  readonly #antiEntropy: AntiEntropy
  readonly #server: BlockServer
  readonly #forks: ForkProofs
  readonly #accepted: AcceptedBlocks
  readonly #backfill: Backfill

  constructor(options: ReplicationOptions) {
    const { limits, room, ledger, outbox, random } = options
    this.ledger = ledger
    this.#room = room
    this.#outbox = outbox
    this.#trees = new BroadcastTrees(limits, random)
    this.#forks = new ForkProofs(limits, outbox)
    this.#frontiers = new Frontiers({ ...options, neighbours: this.#neighbours })
    const [neighbours, frontiers, trees, forks] = [this.#neighbours, this.#frontiers, this.#trees, this.#forks]
    const shared = { ...options, neighbours, frontiers, trees, forks }
    this.#plumtree = new Plumtree(shared)
    this.ephemerals = new Ephemerals({ ...shared, plumtree: this.#plumtree })
    this.#antiEntropy = new AntiEntropy(shared)
    this.#server = new BlockServer(shared)
    this.#accepted = new AcceptedBlocks({ ...shared, plumtree: this.#plumtree, antiEntropy: this.#antiEntropy })
    this.#backfill = new Backfill({ ...shared, antiEntropy: this.#antiEntropy, accepted: this.#accepted })
  }

  /** Logs of which neighbours are known to hold more. */
  get wanted(): number {
    return this.#antiEntropy.wanted
  }

  /** How many blocks of each of them are shown to exist and are not held here. */
  missing(now: number): ReadonlyMap<LogId, number> {
    return this.#antiEntropy.missing(now)
  }

  /** The blocks that were accepted since the last call. */
  drainAccepted(): readonly HeldBlock[] {
    return this.#accepted.drain()
  }

  /** Restores a stored block, before any link. */
  restore(block: VerifiedBlock, hops: readonly Hop[], networkMs: number, now: number): void {
    this.#accepted.restore(block, hops, networkMs, now)
  }

  /** Gives what is delivered by it. */
  publish(block: VerifiedBlock, now: number): readonly Entry[] {
    const model = block.height === 1 ? this.#plumtree.pickModel() : undefined
    const arrival = { hops: [], from: undefined, byPush: false, model }
    const { held, delivered } = this.#accepted.accept(block, arrival, undefined, now)
    this.#accepted.spread(held, undefined, now)
    return delivered
  }

  /** A further block of this node's own log would go out at once on one link of its tree at least, or there is none. */
  hasRoom(log: LogId): boolean {
    return this.#plumtree.hasRoom(log)
  }

  greeted(neighbour: Neighbour, holdings: Holdings, now: number): void {
    this.#neighbours.set(neighbour.identity.peerId, neighbour)
    this.#room.open(neighbour.identity.peerId)
    this.#plumtree.join(neighbour)
    this.compare(neighbour, holdings, now)
  }

  linkEnded(neighbour: Neighbour, now: number): void {
    const { peerId } = neighbour.identity
    if (this.#neighbours.get(peerId) !== neighbour) return
    this.#neighbours.delete(peerId)
    this.#room.close(peerId)
    this.#plumtree.leave(neighbour)
    this.#antiEntropy.linkEnded(neighbour, now)
  }

  compare(neighbour: Neighbour, holdings: Holdings, now: number): void {
    this.#antiEntropy.compare(neighbour, holdings, now)
  }

  reunite(neighbour: Neighbour, now: number): void {
    this.#frontiers.reunite(neighbour, now)
  }

  noteLoss(neighbour: Neighbour, now: number): void {
    this.#antiEntropy.noteLoss(neighbour, now)
  }

  /** A block came in an answer to a request. `isCopy`: it is held already. */
  noteAnswer(neighbour: Neighbour, log: LogId, isCopy: boolean, now: number): void {
    this.#antiEntropy.noteAnswer(neighbour, log, isCopy, now)
  }

  /** Gives why the run is a strike, if it is one. What does not fit the log any more is dropped. */
  receiveRun(neighbour: Neighbour, { blocks: received, byPush }: ReceivedRun, now: number): BlockStrike | undefined {
    // Before the first block is accepted: only the signature of the last one covers it.
    const blocks = this.#accepted.withPaths(neighbour, received)
    if (!blocks) return 'bad-path'
    const [first] = blocks
    const log = first && this.ledger.log(first.block.log)
    const isApart = !byPush && log !== undefined && this.#backfill.isApart(log, blocks)
    const oldest = isApart ? (log.fork?.height ?? Infinity) : (log?.oldestHeight ?? 0)
    const older = blocks.filter(({ block }) => block.height < oldest)
    const accepted: HeldBlock[] = []
    let strike: BlockStrike | undefined
    for (const [index, arrived] of blocks.entries()) {
      if (isApart || arrived.block.height < oldest) continue
      const rest = (): BlockRun => blocks.slice(index).map(({ block }) => block) as unknown as BlockRun
      const outcome = this.#receiveBlock(neighbour, arrived, rest, byPush, now)
      if (typeof outcome === 'object') accepted.push(...outcome)
      else if (outcome === 'stop') break
      else strike = outcome
      if (strike) break
    }
    this.#accepted.spread(accepted, neighbour.identity.peerId, now)
    if (strike) return strike
    if (!log || older.length === 0) return undefined
    const proof = this.#backfill.receive(neighbour, log, blocks, older.length, now)
    const beyond = blocks.slice(older.length).map(({ block }) => block)
    if (isApart && beyond.length > 0) this.ledger.keepProof(log, beyond as unknown as BlockRun)
    if (proof) this.receiveFork(proof, neighbour.identity.peerId, now)
    return undefined
  }

  receiveCopy(neighbour: Neighbour, log: LogId, height: number, byPush: boolean, now: number): void {
    neighbour.noteHeight(log, height)
    this.#drop('duplicate', neighbour)
    const first = this.ledger.held(log, height)?.pushedBy
    if (byPush && first !== undefined && first !== neighbour.identity.peerId) this.#plumtree.prune(neighbour, log, now)
  }

  receivePrune(neighbour: Neighbour, log: LogId): void {
    this.#trees.makeLazy(log, neighbour.identity.peerId)
  }

  receiveIhave(neighbour: Neighbour, heads: readonly LogHeight[], now: number): void {
    this.#antiEntropy.receiveIhave(neighbour, heads, now)
  }

  receiveIwant(neighbour: Neighbour, wants: readonly Want[], graft: boolean, now: number): void {
    this.#server.serve(neighbour, wants, graft, now)
  }

  receiveAnswerEnd(neighbour: Neighbour, more: boolean, now: number): void {
    this.#antiEntropy.receiveAnswerEnd(neighbour, more, now)
  }

  receiveSummary(neighbour: Neighbour, summary: Summary, now: number): void {
    this.#frontiers.receiveSummary(neighbour, summary, now)
  }

  receiveFrontier(neighbour: Neighbour, frontier: Frontier, admitted: readonly FrontierEntry[], now: number): void {
    this.#antiEntropy.receiveFrontier(neighbour, frontier, admitted, now)
  }

  /** F1: sends the proof on once, to all neighbours. Both runs are verified, begin at one height and differ there. */
  receiveFork(proof: ForkProof, from: PeerId | undefined, now: number): void {
    const [first] = proof.one
    const log = this.ledger.log(first.log) ?? this.ledger.addLog(first, from, undefined)
    const isNews = this.ledger.fork(log, proof)
    this.#accepted.ledgerChanged(now)
    if (!isNews) return
    this.#antiEntropy.forget(log.id)
    this.#outbox.add({ type: 'forked', log })
    for (const neighbour of this.#neighbours.values()) {
      if (neighbour.identity.peerId !== from) this.#forks.send(neighbour, log, from)
    }
  }

  /** Sends all pushes that wait for others. */
  flush(): void {
    this.#plumtree.flush()
  }

  /** `rest`: the run from this block on. Gives what was accepted, a strike, or that the rest of the run does not fit either. */
  #receiveBlock(
    neighbour: Neighbour,
    arrived: ArrivedBlock,
    rest: () => BlockRun,
    byPush: boolean,
    now: number,
  ): readonly HeldBlock[] | BlockStrike | 'stop' {
    const { block } = arrived
    const id = block.log
    const log = this.ledger.log(id)
    switch (log?.fitOf(block) ?? 'base') {
      case 'base':
        // A pushed block in the middle of an unknown log: request the log from its oldest retained block on.
        if (!byPush || block.height === 1) return this.#accepted.acceptReceived(neighbour, arrived, byPush, now)
        this.#receiveGap(neighbour, id, block.height, byPush, now)
        return 'stop'
      case 'next':
        return this.#accepted.acceptReceived(neighbour, arrived, byPush, now)
      case 'copy': {
        const signed = log?.sign(block)
        if (signed) this.#outbox.add({ type: 'store', held: signed })
        this.receiveCopy(neighbour, id, block.height, byPush, now)
        return []
      }
      case 'gap':
        this.#receiveGap(neighbour, id, block.height, byPush, now)
        return 'stop'
      case 'other-chain':
        this.#antiEntropy.requestProof(neighbour, id, block.height - 1, now)
        this.#drop('gap', neighbour)
        return 'stop'
      case 'conflict': {
        const held = log?.runFrom(block.height)
        if (held) this.receiveFork({ one: held, other: rest() }, neighbour.identity.peerId, now)
        return 'stop'
      }
      case 'beyond-fork':
        if (log) this.ledger.keepProof(log, rest())
        this.#drop('forked-log', neighbour)
        return 'stop'
      case 'misnumbered':
        return 'misnumbered-block'
    }
  }

  #receiveGap(neighbour: Neighbour, log: LogId, height: number, byPush: boolean, now: number): void {
    this.#drop('gap', neighbour)
    // An answer that leaves a gap shows that the neighbour holds nothing that fits.
    if (byPush) this.#antiEntropy.receiveGap(neighbour, log, height, now)
  }

  #drop(reason: BlockDrop, neighbour: Neighbour): void {
    this.#outbox.drop(reason, neighbour.identity.link)
  }
}
