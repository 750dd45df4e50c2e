import { type LogId, type VerifiedBlock, logIdOf } from './wire/block.ts'
import { type CarriedBlock, carriedBytes, type Envelope, type FrontierEntry, type LogHeight } from './wire/envelope.ts'
import { type Hop, wholeMs } from './wire/hop.ts'
import { type Arrival, Ledger } from './ledger/ledger.ts'
import type { BlockDrop, LogEffect } from './gossip-effect.ts'
import type { ReceivedBlock } from './gossip-event.ts'
import type { GossipLimits } from './bounds/limits.ts'
import type { ForkProof, Log } from './ledger/log.ts'
import type { Neighbour } from './links/neighbour.ts'
import type { NetworkTime } from './ledger/network-time.ts'
import type { NodeName } from './wire/node-name.ts'
import type { PeerId } from './wire/peer-id.ts'
import { Plumtree } from './plumtree/plumtree.ts'
import { type Frontier, type Holdings, AntiEntropy } from './anti-entropy/anti-entropy.ts'

export interface ReplicationPort {
  send(neighbour: Neighbour, envelope: Envelope): void
  emit(effect: LogEffect): void
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
 * How blocks come in and go on: a block that fits its log is accepted, delivered and stored. `Plumtree` sends it on, and
 * `AntiEntropy` requests what is missing. README.md has the rules.
 */
export class Replication {
  readonly ledger: Ledger
  readonly #limits: GossipLimits
  readonly #port: ReplicationPort
  readonly #time: Pick<NetworkTime, 'ms'>
  /** The greeted neighbours by key: a newer link to the same node replaces the older one. */
  readonly #neighbours = new Map<PeerId, Neighbour>()
  readonly #plumtree: Plumtree
  readonly #antiEntropy: AntiEntropy
  #ageAt = Infinity

  constructor({ name, time, limits, hash, random }: ReplicationOptions, port: ReplicationPort) {
    this.#limits = limits
    this.#port = port
    this.#time = time
    const ledger = new Ledger(name, limits, time, hash, (log, height) => {
      if (!ledger.log(log)) this.#forget(log)
      port.emit({ type: 'evicted', log, height })
    })
    this.ledger = ledger
    const neighbours = this.#neighbours
    const send = (neighbour: Neighbour, envelope: Envelope): void => port.send(neighbour, envelope)
    this.#plumtree = new Plumtree({ limits, random, ledger, neighbours, send })
    this.#antiEntropy = new AntiEntropy({
      limits,
      ledger,
      neighbours,
      send,
      graft: (log, peer) => this.#plumtree.graft(log, peer),
      showFork: (neighbour, log, now) => this.#showFork(neighbour, log, now),
      dropRequest: (neighbour) => port.drop('too-many-requests', neighbour),
    })
  }

  /** Logs of which neighbours are known to hold more. */
  get wanted(): number {
    return this.#antiEntropy.wanted
  }

  wantedHeights(): Iterable<LogHeight> {
    return this.#antiEntropy.wantedHeights()
  }

  holdings(): Holdings {
    return { digest: this.ledger.digest(), changes: this.ledger.changes }
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

  receiveBlock(neighbour: Neighbour, received: ReceivedBlock, now: number): void {
    const { block, byPush } = received
    const log = logIdOf(block)
    const { peerId } = neighbour.identity
    switch (this.ledger.fitOf(block)) {
      case 'base':
        // A pushed block in the middle of an unknown log: request the log from its oldest retained block on.
        if (byPush && block.height > 1) return this.#receiveGap(neighbour, log, block.height, now)
        return this.#acceptReceived(neighbour, received, now)
      case 'next':
        return this.#acceptReceived(neighbour, received, now)
      case 'copy':
        return this.receiveCopy(neighbour, log, block.height, byPush, now)
      case 'gap':
        return this.#receiveGap(neighbour, log, block.height, now)
      case 'other-chain':
        // The neighbour's block for the height of the head here would prove the fork.
        this.#port.send(neighbour, { type: 'iwant', wants: [{ log, height: block.height - 1 }], graft: false })
        return this.#port.drop('gap', neighbour)
      case 'conflict': {
        const held = this.ledger.held(log, block.height)
        if (held) this.receiveFork({ one: held.block, other: block }, peerId)
        return undefined
      }
      case 'beyond-fork':
        return this.#port.drop('forked-log', neighbour)
      case 'misnumbered':
        return this.#port.drop('misnumbered-block', neighbour)
    }
  }

  receiveCopy(neighbour: Neighbour, log: LogId, height: number, byPush: boolean, now: number): void {
    neighbour.noteHeight(log, height)
    this.#port.drop('duplicate', neighbour)
    const first = this.ledger.held(log, height)?.pushedBy
    if (byPush && first !== undefined && first !== neighbour.identity.peerId) this.#plumtree.prune(neighbour, log, now)
  }

  receivePrune(neighbour: Neighbour, log: LogId): void {
    if (this.ledger.log(log)) this.#plumtree.pruned(log, neighbour)
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
  receiveFork(proof: ForkProof, from: PeerId | undefined): void {
    const { one, other } = proof
    const isProof = logIdOf(one) === logIdOf(other) && one.height === other.height && one.hash !== other.hash
    if (!isProof) return
    const log = this.ledger.log(logIdOf(one)) ?? this.ledger.addLog(one, from, undefined)
    if (!this.ledger.fork(log, proof)) return
    this.#antiEntropy.forget(log.id)
    this.#port.emit({ type: 'forked', log })
    for (const neighbour of this.#neighbours.values()) {
      if (neighbour.identity.peerId !== from) this.#sendFork(neighbour, log)
    }
  }

  /** Does what is due. */
  run(now: number): void {
    this.#antiEntropy.run(now)
    this.#plumtree.run(now)
    if (now >= this.#ageAt) this.#age(now)
  }

  nextWakeAt(): number {
    return Math.min(this.#plumtree.nextWakeAt(), this.#antiEntropy.nextWakeAt(), this.#ageAt)
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
    // Logs age at the first event.
    this.#ageAt = -Infinity
  }

  /** R2: repeated as long as there are logs. */
  #age(now: number): void {
    this.ledger.age((log) => this.#antiEntropy.isWanted(log))
    this.#ageAt = this.ledger.logs.size > 0 ? now + this.#limits.ageEveryMs : Infinity
  }

  #forget(log: LogId): void {
    this.#antiEntropy.forget(log)
    this.#plumtree.forget(log)
    for (const neighbour of this.#neighbours.values()) neighbour.forgetLog(log)
  }

  #acceptReceived(neighbour: Neighbour, { block, hops, heldMs, model, byPush }: ReceivedBlock, now: number): void {
    const { peerId, name } = neighbour.identity
    // A relay must not accept what its next hop would refuse: the path begins with the author's link name.
    const isFromAuthor = peerId === block.author && name === block.name
    const beginsWithAuthor = hops.length === 0 ? isFromAuthor : hops[0]?.name === block.name
    if (!beginsWithAuthor) return this.#port.drop('bad-path', neighbour)
    const hop: Hop = { name, heldMs, rttMs: wholeMs(neighbour.roundTrips.typicalMs ?? 0) }
    const path = [...hops, hop].slice(0, this.#limits.maxPathNames - 1)
    return this.#accept(block, { hops: path, from: peerId, byPush, model }, neighbour, now)
  }

  #accept(block: VerifiedBlock, arrival: Arrival, from: Neighbour | undefined, now: number): void {
    const id = logIdOf(block)
    const entries = this.ledger.add(block, arrival, now)
    const log = this.ledger.log(id)
    const held = log?.head
    if (!log || !held) return
    if (this.#ageAt === Infinity) this.#ageAt = now + this.#limits.ageEveryMs
    from?.noteHeight(id, block.height)
    this.#antiEntropy.noteHeld(id, block.height, arrival.from, now)
    this.#port.emit({ type: 'store', held })
    for (const entry of entries) this.#port.emit({ type: 'deliver', entry })
    this.#plumtree.spread(log, held, arrival.from, now)
  }

  #receiveGap(neighbour: Neighbour, log: LogId, height: number, now: number): void {
    this.#port.drop('gap', neighbour)
    this.#antiEntropy.receiveGap(neighbour, log, height, now)
  }

  /** Sends the proof to a neighbour that requests it or does not know of the fork, within the bytes that it is served. */
  #showFork(neighbour: Neighbour, log: Log, now: number): void {
    const proof = log.fork?.proof
    if (!proof) return
    const bytes = proof.one.bytes.length + proof.other.bytes.length
    if (neighbour.serveBytes.spend(bytes, now)) this.#sendFork(neighbour, log)
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
