import { AntiEntropy, type Frontier } from './anti-entropy/anti-entropy.ts'
import type { Summary } from './anti-entropy/frontiers.ts'
import { BroadcastTrees } from './plumtree/broadcast-trees.ts'
import { type BlockRun, type LogId, type VerifiedBlock, isNext, logIdOf } from './wire/block.ts'
import type { Deadline, Deadlines } from './bounds/deadlines.ts'
import type { FrontierEntry, LogHeight, Want } from './wire/envelope.ts'
import { ForkProofs } from './anti-entropy/fork-proofs.ts'
import { type Hop, wholeMs } from './wire/hop.ts'
import type { Arrival, Holdings, Ledger } from './ledger/ledger.ts'
import type { BlockDrop } from './effects/gossip-effect.ts'
import type { GossipLimits } from './bounds/limits.ts'
import type { ForkProof, HeldBlock, Log } from './ledger/log.ts'
import type { Neighbour } from './links/neighbour.ts'
import type { NetworkTime } from './ledger/network-time.ts'
import type { NewLogs } from './ledger/new-logs.ts'
import type { Outbox } from './effects/outbox.ts'
import type { PeerId } from './wire/peer-id.ts'
import { Plumtree } from './plumtree/plumtree.ts'
import type { Room } from './ledger/room.ts'

/** A verified block of a link. */
export interface ReceivedBlock {
  readonly block: VerifiedBlock
  readonly hops: readonly Hop[]
  readonly heldMs: number
  readonly model: LogId | undefined
}

/** The blocks of a run, the oldest first. */
export interface ReceivedRun {
  readonly blocks: readonly ReceivedBlock[]
  /** Along the tree; otherwise it was requested. */
  readonly byPush: boolean
}

/** Why a block is a strike. */
export type BlockStrike = Extract<BlockDrop, 'misnumbered-block' | 'bad-path'>

export interface ReplicationOptions {
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
 * How blocks come in and go on: a block that fits its log at either end is accepted, delivered and stored. `Plumtree` sends it on, and
 * `AntiEntropy` requests what is missing. SPEC.md has the rules.
 */
export class Replication {
  readonly ledger: Ledger
  readonly #limits: GossipLimits
  readonly #room: Pick<Room, 'open' | 'close'>
  readonly #outbox: Outbox
  readonly #time: Pick<NetworkTime, 'ms'>
  /** The greeted neighbours by key: a newer link to the same node replaces the older one. */
  readonly #neighbours = new Map<PeerId, Neighbour>()
  readonly #trees: BroadcastTrees
  readonly #plumtree: Plumtree
  readonly #antiEntropy: AntiEntropy
  readonly #forks: ForkProofs
  /** The logs age as long as there are logs (R2). */
  readonly #ageing: Deadline
  /** What was accepted since `drainAccepted`. */
  #accepted: HeldBlock[] = []

  constructor(options: ReplicationOptions) {
    const { limits, time, room, ledger, outbox, deadlines, random } = options
    this.ledger = ledger
    this.#limits = limits
    this.#room = room
    this.#outbox = outbox
    this.#time = time
    this.#trees = new BroadcastTrees(limits, random)
    this.#forks = new ForkProofs(limits, outbox)
    const shared = { ...options, neighbours: this.#neighbours, trees: this.#trees, forks: this.#forks }
    this.#plumtree = new Plumtree(shared)
    this.#antiEntropy = new AntiEntropy(shared)
    this.#ageing = deadlines.create((now) => this.#age(now))
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
    return this.#accepted.length > 0 ? this.#accepted.splice(0) : this.#accepted
  }

  publish(block: VerifiedBlock, now: number): void {
    const model = block.height === 1 ? this.#plumtree.pickModel() : undefined
    const accepted = this.#accept(block, { hops: [], from: undefined, byPush: false, model }, undefined, now)
    this.#spread(accepted, undefined, now)
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
    this.#antiEntropy.reunite(neighbour, now)
  }

  noteLoss(neighbour: Neighbour, now: number): void {
    this.#antiEntropy.noteLoss(neighbour, now)
  }

  /** A block came in an answer to a request. `isCopy`: it is held already. */
  noteAnswer(neighbour: Neighbour, log: LogId, isCopy: boolean, now: number): void {
    this.#antiEntropy.noteAnswer(neighbour, log, isCopy, now)
  }

  /** Gives why the run is a strike, if it is one. What does not fit the log any more is dropped. */
  receiveRun(neighbour: Neighbour, { blocks, byPush }: ReceivedRun, now: number): BlockStrike | undefined {
    const [first] = blocks
    const log = first && this.ledger.log(logIdOf(first.block))
    const oldest = log && log.size > 0 ? log.oldestHeight : 0
    const older = blocks.filter(({ block }) => block.height < oldest)
    const accepted: HeldBlock[] = []
    let strike: BlockStrike | undefined
    for (const [index, received] of blocks.entries()) {
      if (received.block.height < oldest) continue
      const rest = blocks.slice(index).map(({ block }) => block) as unknown as BlockRun
      const outcome = this.#receiveBlock(neighbour, received, rest, byPush, now)
      if (typeof outcome === 'object') accepted.push(...outcome)
      else if (outcome === 'stop') break
      else strike = outcome
      if (strike) break
    }
    this.#spread(accepted, neighbour.identity.peerId, now)
    if (strike) return strike
    return log && older.length > 0 ? this.#receiveOlder(neighbour, log, older, now) : undefined
  }

  receiveCopy(neighbour: Neighbour, log: LogId, height: number, byPush: boolean, now: number): void {
    neighbour.noteHeight(log, height)
    this.#drop('duplicate', neighbour)
    const first = this.ledger.held(log, height)?.pushedBy
    if (byPush && first !== undefined && first !== neighbour.identity.peerId) this.#plumtree.prune(neighbour, log, now)
  }

  receivePrune(neighbour: Neighbour, log: LogId): void {
    if (this.ledger.log(log)) this.#trees.makeLazy(log, neighbour.identity.peerId)
  }

  receiveIhave(neighbour: Neighbour, heads: readonly LogHeight[], now: number): void {
    this.#antiEntropy.receiveIhave(neighbour, heads, now)
  }

  receiveIwant(neighbour: Neighbour, wants: readonly Want[], graft: boolean, now: number): void {
    this.#antiEntropy.receiveIwant(neighbour, wants, graft, now)
  }

  receiveAnswerEnd(neighbour: Neighbour, more: boolean, now: number): void {
    this.#antiEntropy.receiveAnswerEnd(neighbour, more, now)
  }

  receiveSummary(neighbour: Neighbour, summary: Summary, now: number): void {
    this.#antiEntropy.receiveSummary(neighbour, summary, now)
  }

  receiveFrontier(neighbour: Neighbour, frontier: Frontier, admitted: readonly FrontierEntry[], now: number): void {
    this.#antiEntropy.receiveFrontier(neighbour, frontier, admitted, now)
  }

  /** F1: sends the proof on once, to all neighbours. Both runs are verified, begin at one height and differ there. */
  receiveFork(proof: ForkProof, from: PeerId | undefined, now: number): void {
    const [first] = proof.one
    const log = this.ledger.log(logIdOf(first)) ?? this.ledger.addLog(first, from, undefined)
    this.#ageing.setBy(now + this.#limits.ageEveryMs)
    const isNews = this.ledger.fork(log, proof)
    this.#forgetDeleted()
    if (!isNews) return
    this.#antiEntropy.forget(log.id)
    this.#outbox.add({ type: 'forked', log })
    for (const neighbour of this.#neighbours.values()) {
      if (neighbour.identity.peerId !== from) this.#forks.send(neighbour, log)
    }
  }

  /** Sends all pushes that wait for others. */
  flush(): void {
    this.#plumtree.flush()
  }

  /** Restores a stored block, before any link. Its network time can't be later than now. */
  restore(block: VerifiedBlock, hops: readonly Hop[], networkMs: number, now: number): void {
    const fit = this.ledger.fitOf(block)
    if (fit !== 'base' && fit !== 'next') return
    const isTrimmed = fit === 'base' && block.height > 1
    const heldMs = Math.max(0, this.#time.ms - networkMs)
    const arrival = { hops, from: undefined, byPush: false, model: undefined }
    this.ledger.add(block, arrival, now - heldMs, this.#time.ms - heldMs)
    const log = this.ledger.log(logIdOf(block))
    if (log && isTrimmed) log.isTrimmed = true
    this.#forgetDeleted()
    // Logs age at the first event.
    this.#ageing.set(-Infinity)
  }

  #age(now: number): void {
    this.ledger.age((log) => this.#antiEntropy.isWanted(log))
    this.#forgetDeleted()
    if (this.ledger.hasRegainedRoom()) this.#antiEntropy.requestAll(now)
    if (this.ledger.logs.size > 0) this.#ageing.set(now + this.#limits.ageEveryMs)
  }

  /** The ledger has evicted blocks or deleted logs. */
  #forgetDeleted(): void {
    for (const { log, height } of this.ledger.drainEvicted()) this.#outbox.add({ type: 'evicted', log, height })
    for (const log of this.ledger.drainForgotten()) {
      this.#antiEntropy.forget(log)
      this.#plumtree.forget(log)
      for (const neighbour of this.#neighbours.values()) neighbour.forgetLog(log)
    }
  }

  /** `rest`: the run from this block on. Gives what was accepted, a strike, or that the rest of the run does not fit either. */
  #receiveBlock(
    neighbour: Neighbour,
    received: ReceivedBlock,
    rest: BlockRun,
    byPush: boolean,
    now: number,
  ): readonly HeldBlock[] | BlockStrike | 'stop' {
    const { block } = received
    const id = logIdOf(block)
    const log = this.ledger.log(id)
    switch (log?.fitOf(block) ?? 'base') {
      case 'base':
        // A pushed block in the middle of an unknown log: request the log from its oldest retained block on.
        if (!byPush || block.height === 1) return this.#acceptReceived(neighbour, received, byPush, now)
        this.#receiveGap(neighbour, id, block.height, now)
        return 'stop'
      case 'next':
        return this.#acceptReceived(neighbour, received, byPush, now)
      case 'copy': {
        const signed = log?.sign(block)
        if (signed) this.#outbox.add({ type: 'store', held: signed })
        this.receiveCopy(neighbour, id, block.height, byPush, now)
        return []
      }
      case 'gap':
        this.#receiveGap(neighbour, id, block.height, now)
        return 'stop'
      case 'other-chain':
        this.#antiEntropy.requestProof(neighbour, id, block.height - 1, now)
        this.#drop('gap', neighbour)
        return 'stop'
      case 'conflict': {
        const held = log?.runFrom(block.height)
        if (held) this.receiveFork({ one: held, other: rest }, neighbour.identity.peerId, now)
        return 'stop'
      }
      case 'beyond-fork':
        log?.keepProof(rest)
        this.#drop('forked-log', neighbour)
        return 'stop'
      case 'misnumbered':
        return 'misnumbered-block'
    }
  }

  /** L2: what lies directly below the oldest block is history. */
  #receiveOlder(neighbour: Neighbour, log: Log, older: readonly ReceivedBlock[], now: number): BlockStrike | undefined {
    const { peerId } = neighbour.identity
    const oldest = log.at(log.oldestHeight)?.block
    const last = older.at(-1)?.block
    // It was trimmed here, or has come from another neighbour meanwhile.
    if (!oldest || !last || !this.ledger.wantsOlder(log)) {
      this.#drop('duplicate', neighbour)
      return undefined
    }
    if (!isNext(last, oldest)) {
      // If the author signed two chains, the neighbour's block for the oldest height here proves it.
      if (last.height === oldest.height - 1) this.#antiEntropy.requestProof(neighbour, log.id, oldest.height, now)
      this.#drop('gap', neighbour)
      return undefined
    }
    const blocks: { readonly block: VerifiedBlock; readonly hops: readonly Hop[] }[] = []
    for (const received of older) {
      const hops = this.#pathOf(neighbour, received)
      if (!hops) return 'bad-path'
      blocks.push({ block: received.block, hops })
    }
    const added = this.ledger.addOlder(log, blocks, now)
    this.#forgetDeleted()
    const bytes = blocks.reduce((sum, { block }) => sum + block.bytes.length, 0)
    this.#antiEntropy.noteOlder(log, peerId, now, bytes)
    for (const { held, entries } of added) {
      // For which there was no room, after all.
      if (log.at(held.block.height) !== held) continue
      this.#accepted.push(held)
      this.#outbox.add({ type: 'store', held })
      for (const entry of entries) this.#outbox.add({ type: 'deliver', entry, isBackfill: true })
    }
    return undefined
  }

  #acceptReceived(
    neighbour: Neighbour,
    received: ReceivedBlock,
    byPush: boolean,
    now: number,
  ): readonly HeldBlock[] | BlockStrike {
    const hops = this.#pathOf(neighbour, received)
    if (!hops) return 'bad-path'
    const { block, model } = received
    return this.#accept(block, { hops, from: neighbour.identity.peerId, byPush, model }, neighbour, now)
  }

  /** The path to here. Undefined: a next hop would refuse it, since it does not begin with the author's link name. */
  #pathOf({ identity, roundTrips }: Neighbour, { block, hops, heldMs }: ReceivedBlock): readonly Hop[] | undefined {
    const { peerId, name } = identity
    const isFromAuthor = peerId === block.author && name === block.name
    const beginsWithAuthor = hops.length === 0 ? isFromAuthor : hops[0]?.name === block.name
    const hop: Hop = { name, heldMs, rttMs: wholeMs(roundTrips.typicalMs ?? 0) }
    return beginsWithAuthor ? [...hops, hop].slice(0, this.#limits.maxPathNames - 1) : undefined
  }

  /** Gives the held block; none if there was no room for it. */
  #accept(block: VerifiedBlock, arrival: Arrival, from: Neighbour | undefined, now: number): readonly HeldBlock[] {
    const id = logIdOf(block)
    const entries = this.ledger.add(block, arrival, now)
    this.#forgetDeleted()
    const log = this.ledger.log(id)
    const held = log?.head
    if (!log || !held) return []
    this.#ageing.setBy(now + this.#limits.ageEveryMs)
    from?.noteHeight(id, block.height)
    this.#antiEntropy.noteHeld(log, block.height, arrival.from, now, block.bytes.length)
    this.#accepted.push(held)
    this.#outbox.add({ type: 'store', held })
    for (const entry of entries) this.#outbox.add({ type: 'deliver', entry, isBackfill: false })
    return [held]
  }

  /** Sends accepted blocks of one log on, the oldest first. */
  #spread(run: readonly HeldBlock[], from: PeerId | undefined, now: number): void {
    const [first] = run
    const log = first && this.ledger.log(logIdOf(first.block))
    if (log) this.#plumtree.spread(log, run, from, now)
  }

  #receiveGap(neighbour: Neighbour, log: LogId, height: number, now: number): void {
    this.#drop('gap', neighbour)
    this.#antiEntropy.receiveGap(neighbour, log, height, now)
  }

  #drop(reason: BlockDrop, neighbour: Neighbour): void {
    this.#outbox.drop(reason, neighbour.identity.link)
  }
}
