import { AntiEntropy, type Frontier } from './anti-entropy/anti-entropy.ts'
import { BroadcastTrees } from './plumtree/broadcast-trees.ts'
import { type LogId, type VerifiedBlock, logIdOf } from './wire/block.ts'
import type { Deadline, Deadlines } from './bounds/deadlines.ts'
import type { FrontierEntry, LogHeight } from './wire/envelope.ts'
import { ForkProofs } from './anti-entropy/fork-proofs.ts'
import { type Hop, wholeMs } from './wire/hop.ts'
import type { Arrival, Holdings, Ledger } from './ledger/ledger.ts'
import type { BlockDrop } from './effects/gossip-effect.ts'
import type { GossipLimits } from './bounds/limits.ts'
import type { ForkProof, HeldBlock } from './ledger/log.ts'
import type { Neighbour } from './links/neighbour.ts'
import type { NetworkTime } from './ledger/network-time.ts'
import type { NewLogs } from './ledger/new-logs.ts'
import type { Outbox } from './effects/outbox.ts'
import type { PeerId } from './wire/peer-id.ts'
import { Plumtree } from './plumtree/plumtree.ts'

/** A block of a link whose signature is verified. */
export interface ReceivedBlock {
  readonly block: VerifiedBlock
  readonly hops: readonly Hop[]
  readonly heldMs: number
  readonly model: LogId | undefined
  /** Along the tree; otherwise it was requested. */
  readonly byPush: boolean
}

/** Why a block is a strike. */
export type BlockStrike = Extract<BlockDrop, 'misnumbered-block' | 'bad-path'>

export interface ReplicationOptions {
  readonly time: Pick<NetworkTime, 'ms'>
  readonly limits: GossipLimits
  readonly ledger: Ledger
  readonly newLogs: NewLogs
  /** In [0, 1). */
  readonly random: () => number
  readonly outbox: Outbox
  readonly deadlines: Deadlines
}

/**
 * How blocks come in and go on: a block that fits its log is accepted, delivered and stored. `Plumtree` sends it on, and
 * `AntiEntropy` requests what is missing. README.md has the rules.
 */
export class Replication {
  readonly ledger: Ledger
  readonly #limits: GossipLimits
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
    const { limits, time, ledger, outbox, deadlines, random } = options
    this.ledger = ledger
    this.#limits = limits
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

  wantedHeights(): Iterable<LogHeight> {
    return this.#antiEntropy.wantedHeights()
  }

  /** The blocks that were accepted since the last call. */
  drainAccepted(): readonly HeldBlock[] {
    return this.#accepted.length > 0 ? this.#accepted.splice(0) : this.#accepted
  }

  publish(block: VerifiedBlock, now: number): void {
    const model = block.height === 1 ? this.#plumtree.pickModel() : undefined
    this.#accept(block, { hops: [], from: undefined, byPush: false, model }, undefined, now)
  }

  greeted(neighbour: Neighbour, holdings: Holdings, now: number): void {
    this.#neighbours.set(neighbour.identity.peerId, neighbour)
    this.#plumtree.join(neighbour)
    this.compare(neighbour, holdings, now)
  }

  linkEnded(neighbour: Neighbour, now: number): void {
    const { peerId } = neighbour.identity
    if (this.#neighbours.get(peerId) !== neighbour) return
    this.#neighbours.delete(peerId)
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

  /** Gives why the block is a strike, if it is one. */
  receiveBlock(neighbour: Neighbour, received: ReceivedBlock, now: number): BlockStrike | undefined {
    const { block, byPush } = received
    const log = logIdOf(block)
    const { peerId } = neighbour.identity
    switch (this.ledger.fitOf(block)) {
      case 'base':
        // A pushed block in the middle of an unknown log: request the log from its oldest retained block on.
        if (!byPush || block.height === 1) return this.#acceptReceived(neighbour, received, now)
        this.#receiveGap(neighbour, log, block.height, now)
        return undefined
      case 'next':
        return this.#acceptReceived(neighbour, received, now)
      case 'copy':
        this.receiveCopy(neighbour, log, block.height, byPush, now)
        return undefined
      case 'gap':
        this.#receiveGap(neighbour, log, block.height, now)
        return undefined
      case 'other-chain':
        this.#antiEntropy.requestProof(neighbour, log, block.height - 1, now)
        this.#drop('gap', neighbour)
        return undefined
      case 'conflict': {
        const held = this.ledger.held(log, block.height)
        if (held) this.receiveFork({ one: held.block, other: block }, peerId, now)
        return undefined
      }
      case 'beyond-fork':
        this.#drop('forked-log', neighbour)
        return undefined
      case 'misnumbered':
        return 'misnumbered-block'
    }
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

  receiveIwant(neighbour: Neighbour, wants: readonly LogHeight[], graft: boolean, now: number): void {
    this.#antiEntropy.receiveIwant(neighbour, wants, graft, now)
  }

  receiveAnswerEnd(neighbour: Neighbour, more: boolean, now: number): void {
    this.#antiEntropy.receiveAnswerEnd(neighbour, more, now)
  }

  receiveFrontier(neighbour: Neighbour, frontier: Frontier, admitted: readonly FrontierEntry[], now: number): void {
    this.#antiEntropy.receiveFrontier(neighbour, frontier, admitted, now)
  }

  /** F1: sends the proof on once, to all neighbours. Both signatures are verified. */
  receiveFork(proof: ForkProof, from: PeerId | undefined, now: number): void {
    const { one, other } = proof
    const isProof = logIdOf(one) === logIdOf(other) && one.height === other.height && one.hash !== other.hash
    if (!isProof) return
    const log = this.ledger.log(logIdOf(one)) ?? this.ledger.addLog(one, from, undefined)
    this.#forgetDeleted()
    this.#ageing.setBy(now + this.#limits.ageEveryMs)
    if (!this.ledger.fork(log, proof)) return
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
    const heldMs = Math.max(0, this.#time.ms - networkMs)
    const arrival = { hops, from: undefined, byPush: false, model: undefined }
    this.ledger.add(block, arrival, now - heldMs, this.#time.ms - heldMs)
    this.#forgetDeleted()
    // Logs age at the first event.
    this.#ageing.set(-Infinity)
  }

  #age(now: number): void {
    this.ledger.age((log) => this.#antiEntropy.isWanted(log))
    this.#forgetDeleted()
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

  #acceptReceived(
    neighbour: Neighbour,
    { block, hops, heldMs, model, byPush }: ReceivedBlock,
    now: number,
  ): BlockStrike | undefined {
    const { peerId, name } = neighbour.identity
    // A relay must not accept what its next hop would refuse: the path begins with the author's link name.
    const isFromAuthor = peerId === block.author && name === block.name
    const beginsWithAuthor = hops.length === 0 ? isFromAuthor : hops[0]?.name === block.name
    if (!beginsWithAuthor) return 'bad-path'
    const hop: Hop = { name, heldMs, rttMs: wholeMs(neighbour.roundTrips.typicalMs ?? 0) }
    const path = [...hops, hop].slice(0, this.#limits.maxPathNames - 1)
    this.#accept(block, { hops: path, from: peerId, byPush, model }, neighbour, now)
    return undefined
  }

  #accept(block: VerifiedBlock, arrival: Arrival, from: Neighbour | undefined, now: number): void {
    const id = logIdOf(block)
    const entries = this.ledger.add(block, arrival, now)
    this.#forgetDeleted()
    const log = this.ledger.log(id)
    const held = log?.head
    if (!log || !held) return
    this.#ageing.setBy(now + this.#limits.ageEveryMs)
    from?.noteHeight(id, block.height)
    this.#antiEntropy.noteHeld(id, block.height, arrival.from, now)
    this.#accepted.push(held)
    this.#outbox.add({ type: 'store', held })
    for (const entry of entries) this.#outbox.add({ type: 'deliver', entry })
    this.#plumtree.spread(log, held, arrival.from, now)
  }

  #receiveGap(neighbour: Neighbour, log: LogId, height: number, now: number): void {
    this.#drop('gap', neighbour)
    this.#antiEntropy.receiveGap(neighbour, log, height, now)
  }

  #drop(reason: BlockDrop, neighbour: Neighbour): void {
    this.#outbox.drop(reason, neighbour.identity.link)
  }
}
