import type { LogId } from '../wire/block.ts'
import { BroadcastTrees } from './broadcast-trees.ts'
import { carryBlock } from '../ledger/carry-block.ts'
import type { CarriedBlock, Envelope } from '../wire/envelope.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { GossipLimits } from '../bounds/limits.ts'
import type { HeldBlock, Log } from '../ledger/log.ts'
import type { Neighbour } from '../links/neighbour.ts'
import type { NodeName } from '../wire/node-name.ts'
import type { PeerId } from '../wire/peer-id.ts'
import { PushQueue } from './push-queue.ts'

export interface PlumtreeOptions {
  readonly limits: GossipLimits
  /** In [0, 1). */
  readonly random: () => number
  readonly ledger: Ledger
  /** The greeted neighbours. */
  readonly neighbours: ReadonlyMap<PeerId, Neighbour>
  readonly send: (neighbour: Neighbour, envelope: Envelope) => void
}

/** Sends blocks on: at once along the trees (rules T), and by announcements beside them (A1). */
export class Plumtree {
  readonly #options: PlumtreeOptions
  readonly #trees: BroadcastTrees
  /** One for each greeted neighbour. */
  readonly #queues = new Map<PeerId, PushQueue>()
  /** Nodes known as neighbours, authors or relays, up to the number that makes a network large. */
  readonly #met = new Set<NodeName>()
  #announceAt = Infinity
  /** Where the next round of announcements begins. */
  #turn = 0

  constructor(options: PlumtreeOptions) {
    this.#options = options
    this.#trees = new BroadcastTrees(options.limits, options.random)
  }

  join({ identity: { peerId, name } }: Neighbour): void {
    this.#meet(name)
    this.#queues.set(peerId, new PushQueue(this.#options.limits))
    this.#trees.join(peerId, this.#options.neighbours)
  }

  /** Its place in the trees stays. */
  leave({ identity: { peerId } }: Neighbour): void {
    this.#queues.delete(peerId)
  }

  /**
   * T2: the log whose tree a new log of this node begins with. Undefined: the first block floods, and a new tree forms.
   * The log of the nearest author fits best, since its paths to all others are nearly as short. Of several such logs the
   * latest one has the most complete tree.
   */
  pickModel(): LogId | undefined {
    const { ledger, limits } = this.#options
    if (this.#met.size < limits.smallNetwork) return undefined
    let best: { readonly log: LogId; readonly hops: number; readonly activeAt: number } | undefined
    for (const { id, model, head, activeAt } of ledger.logs.values()) {
      // Only a log that has flooded and whose head came along its tree.
      if (model !== undefined || head?.pushedBy === undefined) continue
      const hops = head.hops.length
      const isBetter = !best || hops < best.hops || (hops === best.hops && activeAt > best.activeAt)
      if (isBetter) best = { log: id, hops, activeAt }
    }
    return best?.log
  }

  /** Sends an accepted block on (T1, A1), to all neighbours that are not known to have it. `from`: who sent it. */
  spread(log: Log, held: HeldBlock, from: PeerId | undefined, now: number): void {
    const { neighbours, limits, ledger } = this.#options
    const { height } = held.block
    this.#meet(held.block.name, ...held.hops.map(({ name }) => name))
    if (!this.#trees.has(log.id)) this.#trees.add(log.id, log.model, [...neighbours.keys()], from)
    if (held.pushedBy !== undefined) this.#trees.makeEager(log.id, held.pushedBy)
    for (const [peerId, neighbour] of neighbours) {
      if (neighbour.has(log.id, height)) continue
      if (this.#trees.isEager(log.id, peerId)) {
        this.#push(peerId, carryBlock(held, log, ledger, limits, now), now)
        neighbour.noteHeight(log.id, height)
      } else {
        this.#queues.get(peerId)?.addUnannounced(log.id, height)
        if (this.#announceAt === Infinity) this.#announceAt = now + limits.announceEveryMs
      }
    }
  }

  /** T3: the neighbour pushed a copy of a block that another one had pushed: it leaves the log's tree. */
  prune(neighbour: Neighbour, log: LogId, now: number): void {
    const { peerId } = neighbour.identity
    const queue = this.#queues.get(peerId)
    if (queue?.wasPrunedLately(log, now) && !this.#trees.isEager(log, peerId)) return
    this.#trees.makeLazy(log, peerId)
    queue?.notePruned(log, now)
    this.#options.send(neighbour, { type: 'prune', log })
  }

  pruned(log: LogId, { identity: { peerId } }: Neighbour): void {
    this.#trees.makeLazy(log, peerId)
  }

  graft(log: LogId, peer: PeerId): void {
    this.#trees.makeEager(log, peer)
  }

  forget(log: LogId): void {
    this.#trees.remove(log)
    for (const queue of this.#queues.values()) queue.forgetLog(log)
  }

  /** Does what is due. */
  run(now: number): void {
    for (const [peerId, queue] of this.#queues) if (now >= queue.batchDueAt) this.#flush(peerId, queue)
    if (now >= this.#announceAt) this.#announce(now)
  }

  nextWakeAt(): number {
    let at = this.#announceAt
    for (const { batchDueAt } of this.#queues.values()) at = Math.min(at, batchDueAt)
    return at
  }

  /** Sends all batches. */
  flush(): void {
    for (const [peerId, queue] of this.#queues) this.#flush(peerId, queue)
  }

  #push(peerId: PeerId, carried: CarriedBlock, now: number): void {
    const queue = this.#queues.get(peerId)
    if (!queue) return
    if (!queue.hasRoomFor(carried)) this.#flush(peerId, queue)
    queue.addBlock(carried, now)
    if (now >= queue.batchDueAt) this.#flush(peerId, queue)
  }

  #flush(peerId: PeerId, queue: PushQueue): void {
    const blocks = queue.drainBatch()
    if (blocks.length > 0) this.#send(peerId, { type: 'push', blocks })
  }

  #send(peerId: PeerId, envelope: Envelope): void {
    const neighbour = this.#options.neighbours.get(peerId)
    if (neighbour) this.#options.send(neighbour, envelope)
  }

  #meet(...names: readonly NodeName[]): void {
    for (const name of names) if (this.#met.size < this.#options.limits.smallNetwork) this.#met.add(name)
  }

  /** A1: some of the neighbours that were not pushed, in turn, one envelope each. */
  #announce(now: number): void {
    const { neighbours, limits } = this.#options
    const waiting = [...this.#queues].filter(([, { hasUnannounced }]) => hasUnannounced)
    const first = waiting.length > 0 ? this.#turn % waiting.length : 0
    const chosen = [...waiting.slice(first), ...waiting.slice(0, first)].slice(0, limits.announceTo)
    this.#turn += chosen.length
    for (const [peerId, queue] of chosen) {
      const neighbour = neighbours.get(peerId)
      const heads = queue.drainUnannounced((log, height) => neighbour?.has(log, height) ?? true)
      if (heads.length > 0) this.#send(peerId, { type: 'ihave', heads })
    }
    const isDone = waiting.every(([, { hasUnannounced }]) => !hasUnannounced)
    this.#announceAt = isDone ? Infinity : now + limits.announceEveryMs
  }
}
