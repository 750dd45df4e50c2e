import { type LogId, type VerifiedBlock, logIdOf } from './wire/block.ts'
import type { Entry } from './wire/entry.ts'
import { type CarriedBlock, carriedBytes, type Envelope, type FrontierEntry, type LogHeight } from './wire/envelope.ts'
import { type Hop, wholeMs } from './wire/hop.ts'
import { type Arrival, Ledger } from './ledger/ledger.ts'
import type { GossipLimits } from './bounds/limits.ts'
import type { ForkProof, HeldBlock, Log } from './ledger/log.ts'
import type { Neighbour } from './links/neighbour.ts'
import type { NetworkTime } from './ledger/network-time.ts'
import type { NodeName } from './wire/node-name.ts'
import type { PeerId } from './wire/peer-id.ts'
import { Spreading } from './plumtree/spreading.ts'
import { type Frontier, type Holdings, Syncing } from './anti-entropy/syncing.ts'

/** A block that came on a link, its signature verified. */
export interface ReceivedBlock {
  readonly block: VerifiedBlock
  readonly hops: readonly Hop[]
  readonly heldMs: number
  readonly model: LogId | undefined
  /** By the tree; otherwise it was asked for. */
  readonly byPush: boolean
}

export type BlockDrop =
  | 'duplicate'
  /** A block before it is missing; it has been asked for. */
  | 'gap'
  /** The log is forked at or below this height: nothing of it is taken any more. */
  | 'forked-log'
  /** Numbered wrongly, or the way does not begin with its author: a strike. */
  | 'misnumbered-block'
  | 'bad-path'
  /** The neighbour has asked for more than it is served. */
  | 'too-many-requests'

export interface ReplicationPort {
  send(neighbour: Neighbour, envelope: Envelope): void
  deliver(entry: Entry): void
  /** A block was taken: for storage. */
  store(held: HeldBlock): void
  /** The blocks of a log up to a height are held no longer. */
  evicted(log: LogId, height: number): void
  forked(log: Log): void
  drop(reason: BlockDrop, neighbour: Neighbour): void
}

export interface ReplicationOptions {
  readonly name: NodeName
  readonly time: Pick<NetworkTime, 'ms'>
  readonly limits: GossipLimits
  readonly hash: (text: string) => string
  /** In [0, 1). */
  readonly random: () => number
}

/**
 * How blocks come, are taken and go on: what fits its log is taken, delivered and stored; `Spreading` sends it on, and
 * `Syncing` asks for what is missing. README.md has the rules.
 */
export class Replication {
  readonly ledger: Ledger
  readonly #limits: GossipLimits
  readonly #port: ReplicationPort
  readonly #time: Pick<NetworkTime, 'ms'>
  /** The greeted ones, by key: a newer link to the same node replaces the older. */
  readonly #neighbours = new Map<PeerId, Neighbour>()
  readonly #spreading: Spreading
  readonly #syncing: Syncing
  #ageAt = Infinity

  constructor({ name, time, limits, hash, random }: ReplicationOptions, port: ReplicationPort) {
    this.#limits = limits
    this.#port = port
    this.#time = time
    const ledger = new Ledger(name, limits, time, hash, (log, height) => {
      if (!ledger.log(log)) this.#forget(log)
      port.evicted(log, height)
    })
    this.ledger = ledger
    const neighbours = this.#neighbours
    const send = (neighbour: Neighbour, envelope: Envelope): void => port.send(neighbour, envelope)
    this.#spreading = new Spreading({ limits, random, ledger, neighbours, send })
    this.#syncing = new Syncing({
      limits,
      ledger,
      neighbours,
      send,
      graft: (log, peer) => this.#spreading.graft(log, peer),
      showFork: (neighbour, log, now) => this.#showFork(neighbour, log, now),
      refused: (neighbour) => port.drop('too-many-requests', neighbour),
    })
  }

  /** Logs of which neighbours are known to hold more. */
  get wanted(): number {
    return this.#syncing.wanted
  }

  wantedHeights(): Iterable<LogHeight> {
    return this.#syncing.wantedHeights()
  }

  publish(block: VerifiedBlock, now: number): void {
    const model = block.height === 1 ? this.#spreading.pickModel() : undefined
    this.#take(block, { hops: [], from: undefined, byPush: false, model }, undefined, now)
  }

  greeted(neighbour: Neighbour, holdings: Holdings, now: number): void {
    this.#neighbours.set(neighbour.identity.peerId, neighbour)
    this.#spreading.join(neighbour)
    this.compare(neighbour, holdings, now)
  }

  gone(neighbour: Neighbour, now: number): void {
    const { peerId } = neighbour.identity
    if (this.#neighbours.get(peerId) !== neighbour) return
    this.#neighbours.delete(peerId)
    this.#spreading.leave(neighbour)
    this.#syncing.gone(neighbour, now)
  }

  compare(neighbour: Neighbour, holdings: Holdings, now: number): void {
    this.#syncing.compare(neighbour, holdings, now)
  }

  reunite(neighbour: Neighbour, now: number): void {
    this.#syncing.reunite(neighbour, now)
  }

  noteLoss(neighbour: Neighbour, now: number): void {
    this.#syncing.noteLoss(neighbour, now)
  }

  takeBlock(neighbour: Neighbour, received: ReceivedBlock, now: number): void {
    const { block, byPush } = received
    const log = logIdOf(block)
    const { peerId } = neighbour.identity
    switch (this.ledger.fitOf(block)) {
      case 'base':
        // A pushed block in the middle of an unknown log: its beginning, as far as it is retained, is asked for.
        if (byPush && block.height > 1) return this.#takeGap(neighbour, log, block.height, now)
        return this.#takeNext(neighbour, received, now)
      case 'next':
        return this.#takeNext(neighbour, received, now)
      case 'copy':
        return this.takeCopy(neighbour, log, block.height, byPush, now)
      case 'gap':
        return this.#takeGap(neighbour, log, block.height, now)
      case 'other-chain':
        // Their block for our head's height would prove the fork.
        this.#port.send(neighbour, { type: 'iwant', wants: [{ log, height: block.height - 1 }], graft: false })
        return this.#port.drop('gap', neighbour)
      case 'conflict': {
        const held = this.ledger.log(log)?.at(block.height)
        if (held) this.takeFork({ one: held.block, other: block }, peerId)
        return undefined
      }
      case 'beyond-fork':
        return this.#port.drop('forked-log', neighbour)
      case 'misnumbered':
        return this.#port.drop('misnumbered-block', neighbour)
    }
  }

  takeCopy(neighbour: Neighbour, log: LogId, height: number, byPush: boolean, now: number): void {
    neighbour.noteHeight(log, height)
    this.#port.drop('duplicate', neighbour)
    const first = this.ledger.log(log)?.at(height)?.pushedBy
    if (byPush && first !== undefined && first !== neighbour.identity.peerId) this.#spreading.prune(neighbour, log, now)
  }

  takePrune(neighbour: Neighbour, log: LogId): void {
    if (this.ledger.log(log)) this.#spreading.pruned(log, neighbour)
  }

  takeIhave(neighbour: Neighbour, heads: readonly LogHeight[], now: number): void {
    this.#syncing.takeIhave(neighbour, heads, now)
  }

  takeIwant(neighbour: Neighbour, wants: readonly LogHeight[], graft: boolean, now: number): void {
    this.#syncing.takeIwant(neighbour, wants, graft, now)
  }

  answered(neighbour: Neighbour, more: boolean, now: number): void {
    this.#syncing.answered(neighbour, more, now)
  }

  takeFrontier(neighbour: Neighbour, frontier: Frontier, admitted: readonly FrontierEntry[], now: number): void {
    this.#syncing.takeFrontier(neighbour, frontier, admitted, now)
  }

  /** F1: both signatures are verified; the proof goes on once, to everybody. */
  takeFork(proof: ForkProof, from: PeerId | undefined): void {
    const { one, other } = proof
    const isProof = logIdOf(one) === logIdOf(other) && one.height === other.height && one.hash !== other.hash
    if (!isProof) return
    const log = this.ledger.log(logIdOf(one)) ?? this.ledger.open(one, from, undefined)
    if (!this.ledger.fork(log, proof)) return
    this.#syncing.forget(log.id)
    this.#port.forked(log)
    for (const neighbour of this.#neighbours.values()) {
      if (neighbour.identity.peerId !== from) this.#sendFork(neighbour, log)
    }
  }

  /** What time alone decides. */
  run(now: number): void {
    this.#syncing.run(now)
    this.#spreading.run(now)
    if (now >= this.#ageAt) this.#age(now)
  }

  nextWakeAt(): number {
    return Math.min(this.#spreading.nextWakeAt(), this.#syncing.nextWakeAt(), this.#ageAt)
  }

  /** All that waits for company goes out. */
  flush(): void {
    this.#spreading.flush()
  }

  /** A log as it was stored, before any link. What is stored can't have come later than the network time that is. */
  restore(block: VerifiedBlock, hops: readonly Hop[], networkMs: number, now: number): void {
    const fit = this.ledger.fitOf(block)
    if (fit !== 'base' && fit !== 'next') return
    const heldMs = Math.max(0, this.#time.ms - networkMs)
    const arrival = { hops, from: undefined, byPush: false, model: undefined }
    this.ledger.add(block, arrival, now - heldMs, this.#time.ms - heldMs)
    // At the first event.
    this.#ageAt = -Infinity
  }

  /** R2. As long as there are logs that can grow old. */
  #age(now: number): void {
    this.ledger.age((log) => this.#syncing.isWanted(log))
    this.#ageAt = this.ledger.logs.size > 0 ? now + this.#limits.ageEveryMs : Infinity
  }

  #forget(log: LogId): void {
    this.#syncing.forget(log)
    this.#spreading.forget(log)
    for (const neighbour of this.#neighbours.values()) neighbour.forgetLog(log)
  }

  #takeNext(neighbour: Neighbour, { block, hops, heldMs, model, byPush }: ReceivedBlock, now: number): void {
    const { peerId, name } = neighbour.identity
    // A relay must not accept what the next hop refuses: the author's link name begins the path that goes on.
    const isFromAuthor = peerId === block.author && name === block.name
    const beginsWithAuthor = hops.length === 0 ? isFromAuthor : hops[0]?.name === block.name
    if (!beginsWithAuthor) return this.#port.drop('bad-path', neighbour)
    const hop: Hop = { name, heldMs, rttMs: wholeMs(neighbour.roundTrips.typicalMs ?? 0) }
    const way = [...hops, hop].slice(0, this.#limits.maxPathNames - 1)
    return this.#take(block, { hops: way, from: peerId, byPush, model }, neighbour, now)
  }

  #take(block: VerifiedBlock, arrival: Arrival, from: Neighbour | undefined, now: number): void {
    const id = logIdOf(block)
    const entries = this.ledger.add(block, arrival, now)
    const log = this.ledger.log(id)
    const held = log?.head
    if (!log || !held) return
    if (this.#ageAt === Infinity) this.#ageAt = now + this.#limits.ageEveryMs
    from?.noteHeight(id, block.height)
    this.#syncing.got(id, block.height, arrival.from, now)
    this.#port.store(held)
    for (const entry of entries) this.#port.deliver(entry)
    this.#spreading.spread(log, held, arrival.from, now)
  }

  #takeGap(neighbour: Neighbour, log: LogId, height: number, now: number): void {
    this.#port.drop('gap', neighbour)
    this.#syncing.takeGap(neighbour, log, height, now)
  }

  /** To one who asks for it, or does not say that it knows: like all that is served, within its bytes. */
  #showFork(neighbour: Neighbour, log: Log, now: number): void {
    const proof = log.fork?.proof
    if (!proof) return
    const bytes = proof.one.bytes.length + proof.other.bytes.length
    if (neighbour.serveBytes.take(bytes, now)) this.#sendFork(neighbour, log)
    else this.#port.drop('too-many-requests', neighbour)
  }

  #sendFork(neighbour: Neighbour, log: Log): void {
    const proof = log.fork?.proof
    if (!proof) return
    const carry = ({ bytes, signature }: VerifiedBlock): CarriedBlock => ({
      bytes,
      signature,
      hops: [],
      heldMs: 0,
      model: undefined,
    })
    const [one, other] = [carry(proof.one), carry(proof.other)]
    if (carriedBytes(one) + carriedBytes(other) <= this.#limits.maxFrameBytes) {
      return this.#port.send(neighbour, { type: 'fork', one, other })
    }
    for (const half of [one, other]) this.#port.send(neighbour, { type: 'fork', one: half, other: undefined })
  }
}
