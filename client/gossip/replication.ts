import { type LogId, type VerifiedBlock, logIdOf } from './block.ts'
import { Answer } from './answer.ts'
import { BroadcastTrees } from './broadcast-trees.ts'
import type { Entry } from './entry.ts'
import { type CarriedBlock, carriedBytes, type Envelope, type FrontierEntry, type LogHeight } from './envelope.ts'
import { type Hop, wholeMs } from './hop.ts'
import { type Arrival, Ledger } from './ledger.ts'
import type { GossipLimits } from './limits.ts'
import type { ForkProof, HeldBlock, Log } from './log.ts'
import type { Neighbour } from './neighbour.ts'
import type { NodeName } from './node-name.ts'
import type { PeerId } from './peer-id.ts'
import { WantedLogs } from './wanted.ts'

/** A block that came on a link, its signature verified. */
export interface ReceivedBlock {
  readonly block: VerifiedBlock
  readonly hops: readonly Hop[]
  readonly heldMs: number
  readonly ownTree: boolean
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
  store(held: HeldBlock, ownTree: boolean): void
  /** The blocks of a log up to a height are held no longer. */
  evicted(log: LogId, height: number): void
  forked(log: Log): void
  drop(reason: BlockDrop, neighbour: Neighbour): void
}

export interface ReplicationOptions {
  readonly name: NodeName
  readonly limits: GossipLimits
  readonly hash: (text: string) => string
  /** In [0, 1). */
  readonly random: () => number
}

/**
 * How blocks spread: along trees at once (rules T), by announcement where there is no tree (A), and by comparing what
 * each side holds (S). README.md has the rules.
 */
export class Replication {
  readonly ledger: Ledger
  readonly #limits: GossipLimits
  readonly #port: ReplicationPort
  readonly #trees: BroadcastTrees
  readonly #wanted: WantedLogs
  /** The greeted ones, by key: a newer link to the same node replaces the older. */
  readonly #neighbours = new Map<PeerId, Neighbour>()
  #announceAt = Infinity
  #ageAt = Infinity
  /** Where the next round of announcements begins. */
  #turn = 0

  constructor(options: ReplicationOptions, port: ReplicationPort) {
    this.#limits = options.limits
    this.#port = port
    this.ledger = new Ledger(options.name, options.limits, options.hash, (log, height) => {
      if (!this.ledger.log(log)) this.#forget(log)
      port.evicted(log, height)
    })
    this.#trees = new BroadcastTrees(options.limits, options.random)
    this.#wanted = new WantedLogs(options.limits)
  }

  get wanted(): number {
    return this.#wanted.size
  }

  wantedHeights(): Iterable<LogHeight> {
    return this.#wanted.heights()
  }

  publish(block: VerifiedBlock, now: number): void {
    const log = this.ledger.log(logIdOf(block))
    const ownTree = log?.ownTree ?? this.ledger.logs.size < this.#limits.ownTrees
    this.#take(block, { hops: [], from: undefined, byPush: false, ownTree }, undefined, now)
  }

  greeted(neighbour: Neighbour, digest: string, now: number): void {
    const { peerId } = neighbour.identity
    this.#neighbours.set(peerId, neighbour)
    this.#trees.join(peerId, this.#neighbours.size)
    this.compare(neighbour, digest, now)
  }

  gone(neighbour: Neighbour, now: number): void {
    const { peerId } = neighbour.identity
    if (this.#neighbours.get(peerId) !== neighbour) return
    this.#neighbours.delete(peerId)
    this.#wanted.lost(peerId, now)
  }

  /** S1: another digest means that one of us lacks something. */
  compare(neighbour: Neighbour, digest: string, now: number): void {
    if (digest === this.ledger.digest(now)) return
    if (now - neighbour.frontierSentAt < this.#limits.frontierEveryMs) return
    this.#sendFrontier(neighbour, false, now)
  }

  /** A silence is over: what was sent meanwhile may never have come. */
  reunite(neighbour: Neighbour, now: number): void {
    if (now - neighbour.frontierSentAt >= this.#limits.frontierEveryMs) this.#sendFrontier(neighbour, false, now)
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

  /** T3: a copy that came by push, while the first came by push from another, cuts this edge out of the log's tree. */
  takeCopy(neighbour: Neighbour, log: LogId, height: number, byPush: boolean, now: number): void {
    const { peerId } = neighbour.identity
    note(neighbour, log, height)
    this.#port.drop('duplicate', neighbour)
    const first = this.ledger.log(log)?.at(height)?.pushedBy
    if (!byPush || first === undefined || first === peerId) return
    // Copies that were on their way when it was told are no reason to tell it again.
    const isTold = now - (neighbour.prunedAt.get(log) ?? -Infinity) < this.#limits.pruneAgainMs
    if (isTold && !this.#trees.isEager(log, peerId)) return
    this.#trees.makeLazy(log, peerId)
    neighbour.prunedAt.set(log, now)
    this.#port.send(neighbour, { type: 'prune', log })
  }

  takePrune(neighbour: Neighbour, log: LogId): void {
    if (this.ledger.log(log)) this.#trees.makeLazy(log, neighbour.identity.peerId)
  }

  /** A2: what is announced and does not come by itself is asked for, and its sender becomes eager. */
  takeIhave(neighbour: Neighbour, heads: readonly LogHeight[], now: number): void {
    for (const { log, height } of heads) {
      if (this.#lacks(log, height)) {
        this.#wanted.note(log, height, neighbour.identity.peerId, true, now + this.#limits.graftAfterMs)
      }
      if (this.ledger.log(log)) note(neighbour, log, height)
    }
  }

  /** S3: several envelopes at once, so that a round trip carries more than one of them holds. */
  takeIwant(neighbour: Neighbour, wants: readonly LogHeight[], graft: boolean, now: number): void {
    const answer = new Answer(this.#limits)
    for (const { log: id, height } of wants) {
      const log = this.ledger.log(id)
      if (!log) continue
      if (graft) this.#trees.makeEager(id, neighbour.identity.peerId)
      for (const held of log.from(height)) {
        // Beyond a fork only the block that proves it, for who asks for just that one.
        if (log.fork && held.block.height >= log.fork.height && held.block.height > height) break
        if (!answer.add(this.#carry(held, log, now))) break
        note(neighbour, id, held.block.height)
      }
      if (answer.isFull) break
    }
    if (answer.bytes === 0) return
    if (!neighbour.served.take(answer.bytes, now)) return this.#port.drop('too-many-requests', neighbour)
    for (const envelope of answer.envelopes()) this.#port.send(neighbour, envelope)
  }

  /** After the blocks of an answer: what had no room in it is asked for at once. */
  answered(neighbour: Neighbour, more: boolean, now: number): void {
    if (more) this.#wanted.continueWith(neighbour.identity.peerId, now)
  }

  /** S2: what the other holds and we lack is asked for; forks that the other does not know of are shown. */
  takeFrontier(neighbour: Neighbour, entries: readonly FrontierEntry[], isAnswer: boolean, now: number): void {
    for (const entry of entries) this.#takeFrontierEntry(neighbour, entry, now)
    if (!isAnswer) this.#sendFrontier(neighbour, true, now)
  }

  /** F1: both signatures are verified; the proof goes on once, to everybody. */
  takeFork(proof: ForkProof, from: PeerId | undefined): void {
    const { one, other } = proof
    const isProof = logIdOf(one) === logIdOf(other) && one.height === other.height && one.hash !== other.hash
    if (!isProof) return
    const log = this.ledger.log(logIdOf(one)) ?? this.ledger.open(one, from, false)
    if (!this.ledger.fork(log, proof)) return
    this.#wanted.forget(log.id)
    this.#port.forked(log)
    for (const neighbour of this.#neighbours.values()) {
      if (neighbour.identity.peerId !== from) this.#sendFork(neighbour, log)
    }
  }

  /** What time alone decides. */
  run(now: number): void {
    for (const neighbour of this.#neighbours.values()) if (now >= neighbour.batchAt) this.#flush(neighbour)
    this.#request(now)
    if (now >= this.#announceAt) this.#announce(now)
    if (now >= this.#ageAt) this.#age(now)
  }

  nextWakeAt(): number {
    return Math.min(this.#announceAt, this.#wanted.nextAt(), this.#ageAt)
  }

  /** All that waits for company goes out. */
  flush(): void {
    for (const neighbour of this.#neighbours.values()) this.#flush(neighbour)
  }

  /** A log as it was stored, before any link. */
  restore(block: VerifiedBlock, arrival: Pick<Arrival, 'hops' | 'ownTree'>, arrivedAt: number): void {
    const fit = this.ledger.fitOf(block)
    if (fit !== 'base' && fit !== 'next') return
    this.ledger.add(block, { ...arrival, from: undefined, byPush: false }, arrivedAt)
    // At the first event.
    this.#ageAt = -Infinity
  }

  /** R2. As long as there are logs that can grow old. */
  #age(now: number): void {
    this.ledger.age(now)
    this.#ageAt = this.ledger.logs.size > 0 ? now + this.#limits.ageEveryMs : Infinity
  }

  #forget(log: LogId): void {
    this.#trees.close(log)
    this.#wanted.forget(log)
    for (const neighbour of this.#neighbours.values()) {
      neighbour.knownHeights.delete(log)
      neighbour.unannounced.delete(log)
      neighbour.prunedAt.delete(log)
    }
  }

  #takeNext(neighbour: Neighbour, { block, hops, heldMs, ownTree, byPush }: ReceivedBlock, now: number): void {
    const { peerId, name } = neighbour.identity
    // A relay must not accept what the next hop refuses: the author's link name begins the path that goes on.
    const isFromAuthor = peerId === block.author && name === block.name
    const beginsWithAuthor = hops.length === 0 ? isFromAuthor : hops[0]?.name === block.name
    if (!beginsWithAuthor) return this.#port.drop('bad-path', neighbour)
    const hop: Hop = { name, heldMs, rttMs: wholeMs(neighbour.rttMs ?? 0) }
    const way = [...hops, hop].slice(0, this.#limits.maxPathNames - 1)
    return this.#take(block, { hops: way, from: peerId, byPush, ownTree }, neighbour, now)
  }

  #take(block: VerifiedBlock, arrival: Arrival, from: Neighbour | undefined, now: number): void {
    const id = logIdOf(block)
    const entries = this.ledger.add(block, arrival, now)
    const log = this.ledger.log(id)
    const held = log?.head
    if (!log || !held) return
    if (this.#ageAt === Infinity) this.#ageAt = now + this.#limits.ageEveryMs
    this.#trees.open(id, log.ownTree)
    this.#trees.begin(id, [...this.#neighbours.keys()], arrival.from)
    if (from) {
      note(from, id, block.height)
      if (arrival.byPush) this.#trees.makeEager(id, from.identity.peerId)
    }
    this.#wanted.got(id, block.height, arrival.from, now)
    this.#port.store(held, log.ownTree)
    for (const entry of entries) this.#port.deliver(entry)
    this.#spread(log, held, now)
  }

  /** T1, A1: at once to the eager ones, by announcement to the others; to nobody who is known to have it. */
  #spread(log: Log, held: HeldBlock, now: number): void {
    const { height } = held.block
    for (const [peerId, neighbour] of this.#neighbours) {
      if ((neighbour.knownHeights.get(log.id) ?? 0) >= height) continue
      if (this.#trees.isEager(log.id, peerId)) {
        this.#push(neighbour, this.#carry(held, log, now), now)
        note(neighbour, log.id, height)
      } else {
        neighbour.unannounced.set(log.id, height)
        if (this.#announceAt === Infinity) this.#announceAt = now + this.#limits.announceEveryMs
      }
    }
  }

  #push(neighbour: Neighbour, carried: CarriedBlock, now: number): void {
    const bytes = neighbour.batch.reduce((sum, block) => sum + carriedBytes(block), carriedBytes(carried))
    const isFull = bytes > this.#limits.maxSyncBytes || neighbour.batch.length >= this.#limits.maxBlocksPerEnvelope
    if (isFull) this.#flush(neighbour)
    neighbour.batch.push(carried)
    if (this.#limits.batchMs === 0) this.#flush(neighbour)
    else neighbour.batchAt = Math.min(neighbour.batchAt, now + this.#limits.batchMs)
  }

  #flush(neighbour: Neighbour): void {
    neighbour.batchAt = Infinity
    if (neighbour.batch.length === 0) return
    const blocks = neighbour.batch
    neighbour.batch = []
    this.#port.send(neighbour, { type: 'push', blocks })
  }

  #carry({ block, hops, arrivedAt }: HeldBlock, log: Log, now: number): CarriedBlock {
    // The receiver appends the name of the link it comes by, so a hop can't be left out by the one who made it.
    const way = hops.slice(0, this.#limits.maxPathNames - 2)
    const { bytes, signature } = block
    return { bytes, signature, hops: way, heldMs: wholeMs(now - arrivedAt), ownTree: log.ownTree }
  }

  #takeGap(neighbour: Neighbour, log: LogId, height: number, now: number): void {
    this.#port.drop('gap', neighbour)
    if (this.ledger.log(log)) note(neighbour, log, height)
    this.#wanted.note(log, height, neighbour.identity.peerId, false, now + this.#limits.syncGraceMs)
  }

  #takeFrontierEntry(neighbour: Neighbour, entry: FrontierEntry, now: number): void {
    const { log: id, height, hash, idleMs, forkHeight } = entry
    if (idleMs >= this.#limits.logFadesAfterMs) return
    const log = this.ledger.log(id)
    // What was pushed and never came is known now: the truth replaces our guess.
    if (log) neighbour.knownHeights.set(id, height)
    if (log?.fork && (forkHeight === 0 || log.fork.height < forkHeight)) this.#sendFork(neighbour, log)
    const usable = forkHeight > 0 ? Math.min(height, forkHeight - 1) : height
    if (this.#lacks(id, usable)) {
      // Few blocks may be on their way along the tree; a log that is new here, or far behind, is not.
      const isFarBehind = usable - (log?.height ?? 0) > 8
      const graceMs = log && !isFarBehind ? this.#limits.syncGraceMs : 0
      this.#wanted.note(id, usable, neighbour.identity.peerId, false, now + graceMs)
    } else if (log && !log.fork && height > 0 && log.at(height)?.block.hash.startsWith(hash) === false) {
      this.#port.send(neighbour, { type: 'iwant', wants: [{ log: id, height }], graft: false })
    }
  }

  #lacks(id: LogId, height: number): boolean {
    const log = this.ledger.log(id)
    const usable = log?.fork ? Math.min(height, log.fork.height - 1) : height
    return usable > (log?.height ?? 0)
  }

  #sendFrontier(neighbour: Neighbour, isAnswer: boolean, now: number): void {
    neighbour.frontierSentAt = now
    const entries = [...this.ledger.frontier(now)]
    const { maxLogsPerEnvelope } = this.#limits
    // At least one, so that the other side answers even to a node that holds nothing.
    for (let start = 0; start === 0 || start < entries.length; start += maxLogsPerEnvelope) {
      const page = entries.slice(start, start + maxLogsPerEnvelope)
      // One answer is owed for all pages.
      this.#port.send(neighbour, { type: 'frontier', entries: page, isAnswer: isAnswer || start > 0 })
    }
  }

  #sendFork(neighbour: Neighbour, log: Log): void {
    const proof = log.fork?.proof
    if (!proof) return
    const carry = ({ bytes, signature }: VerifiedBlock): CarriedBlock => ({
      bytes,
      signature,
      hops: [],
      heldMs: 0,
      ownTree: false,
    })
    this.#port.send(neighbour, { type: 'fork', one: carry(proof.one), other: carry(proof.other) })
  }

  #request(now: number): void {
    if (now < this.#wanted.nextAt()) return
    const wantsOf = new Map<PeerId, { readonly plain: LogHeight[]; readonly grafts: LogHeight[] }>()
    for (const { log, from, graft } of this.#wanted.due(now, (peer) => this.#neighbours.has(peer))) {
      const wants = wantsOf.get(from) ?? { plain: [], grafts: [] }
      wantsOf.set(from, wants)
      const want = { log, height: (this.ledger.log(log)?.height ?? 0) + 1 }
      if (graft) {
        this.#trees.makeEager(log, from)
        wants.grafts.push(want)
      } else wants.plain.push(want)
    }
    for (const [peer, { plain, grafts }] of wantsOf) {
      this.#ask(peer, plain, false)
      this.#ask(peer, grafts, true)
    }
  }

  #ask(peer: PeerId, wants: readonly LogHeight[], graft: boolean): void {
    const neighbour = this.#neighbours.get(peer)
    if (!neighbour) return
    const { maxLogsPerEnvelope } = this.#limits
    for (let start = 0; start < wants.length; start += maxLogsPerEnvelope) {
      this.#port.send(neighbour, { type: 'iwant', wants: wants.slice(start, start + maxLogsPerEnvelope), graft })
    }
  }

  /** A1: some of the neighbours that were not pushed, in turn, one envelope each. */
  #announce(now: number): void {
    const waiting = [...this.#neighbours.values()].filter(({ unannounced }) => unannounced.size > 0)
    const first = waiting.length > 0 ? this.#turn % waiting.length : 0
    const chosen = [...waiting.slice(first), ...waiting.slice(0, first)].slice(0, this.#limits.announceTo)
    this.#turn += chosen.length
    for (const neighbour of chosen) {
      const heads: LogHeight[] = []
      for (const [log, height] of neighbour.unannounced) {
        if (heads.length >= this.#limits.maxLogsPerEnvelope) break
        neighbour.unannounced.delete(log)
        if ((neighbour.knownHeights.get(log) ?? 0) < height) heads.push({ log, height })
      }
      if (heads.length > 0) this.#port.send(neighbour, { type: 'ihave', heads })
    }
    const isDone = waiting.every(({ unannounced }) => unannounced.size === 0)
    this.#announceAt = isDone ? Infinity : now + this.#limits.announceEveryMs
  }
}

const note = (neighbour: Neighbour, log: LogId, height: number): void => {
  const known = neighbour.knownHeights.get(log) ?? 0
  if (height > known) neighbour.knownHeights.set(log, height)
}
