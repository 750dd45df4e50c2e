import type { LogId } from '../wire/block.ts'
import { AnnouncementJournal } from './announcement-journal.ts'
import type { BroadcastTrees } from './broadcast-trees.ts'
import { carryRun } from '../ledger/carry-block.ts'
import type { Deadline, Deadlines } from '../bounds/deadlines.ts'
import type { Outbox } from '../effects/outbox.ts'
import type { CarriedBlock } from '../wire/envelope.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { GossipLimits } from '../bounds/limits.ts'
import type { HeldBlock } from '../ledger/held-block.ts'
import type { Log } from '../ledger/log.ts'
import type { Neighbour } from '../links/neighbour.ts'
import type { NodeName } from '../wire/node-name.ts'
import type { PeerId } from '../wire/peer-id.ts'
import { PushQueue } from './push-queue.ts'

export interface PlumtreeOptions {
  readonly self: PeerId
  readonly limits: GossipLimits
  readonly trees: BroadcastTrees
  readonly ledger: Ledger
  /** The greeted neighbours. */
  readonly neighbours: ReadonlyMap<PeerId, Neighbour>
  readonly outbox: Outbox
  readonly deadlines: Deadlines
}

/** Sends blocks on: at once along the trees (rules T), and by announcements beside them (A1). */
export class Plumtree {
  readonly #options: PlumtreeOptions
  readonly #journal = new AnnouncementJournal()
  /** One for each greeted neighbour. */
  readonly #queues = new Map<PeerId, PushQueue>()
  /** Nodes known as neighbours, authors or relays, up to the number that makes a network large. */
  readonly #met = new Set<NodeName>()
  readonly #batches: Deadline
  readonly #announcements: Deadline
  /** Where the next round of announcements begins. */
  #turn = 0

  constructor(options: PlumtreeOptions) {
    this.#options = options
    this.#batches = options.deadlines.create((now) => this.#flushDue(now))
    this.#announcements = options.deadlines.create((now) => this.#announce(now))
  }

  join({ identity: { peerId, name } }: Neighbour): void {
    this.#meet(name)
    const { limits, trees, neighbours } = this.#options
    this.#queues.set(peerId, new PushQueue(limits, this.#journal.end))
    trees.join(peerId, neighbours)
  }

  leave({ identity: { peerId } }: Neighbour): void {
    this.#queues.delete(peerId)
    this.#options.trees.leave(peerId)
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

  /** Sends an accepted run on (T1, A1), to all neighbours that are not known to have it. `from`: who sent it. */
  spread(log: Log, run: readonly HeldBlock[], from: PeerId | undefined, now: number): void {
    const { self, neighbours, limits, ledger, trees } = this.#options
    const held = run.at(-1)
    if (!held) return
    const { height } = held.block
    this.#meet(held.block.name)
    for (const { name } of held.hops) this.#meet(name)
    if (!trees.has(log.id)) trees.add(log.id, log.model, [...neighbours.keys()], from)
    if (held.pushedBy !== undefined) trees.makeEager(log.id, held.pushedBy)
    // Cut off by a fork, the run has no signature of its own here. Who lacks it requests it.
    if (!held.block.signature) return
    const carried = carryRun(run, log, ledger, limits, now)
    const push = { type: 'push', blocks: carried } as const
    for (const peerId of trees.eager(log.id)) {
      const neighbour = neighbours.get(peerId)
      if (!neighbour || neighbour.has(log.id, height)) continue
      neighbour.noteHeight(log.id, height)
      // One envelope for all, which is encoded once.
      if (limits.batchMs === 0) this.#options.outbox.sendShared(neighbour, push, from ?? self)
      else this.#batch(peerId, carried, now)
    }
    if (neighbours.size === 0) return
    this.#journal.add(log.id, height)
    this.#announcements.setBy(now + limits.announceEveryMs)
  }

  /** A further block of this node's own log would go out at once on one link of its tree at least, or there is none. */
  hasRoom(log: LogId): boolean {
    const { self, neighbours, trees } = this.#options
    const eager = trees.eager(log).flatMap((peerId) => neighbours.get(peerId) ?? [])
    return eager.length === 0 || eager.some(({ queue }) => !queue.isWaiting(self))
  }

  /** T3: the neighbour pushed a copy of a block that another one had pushed: it leaves the log's tree. */
  prune(neighbour: Neighbour, log: LogId, now: number): void {
    const { peerId } = neighbour.identity
    const queue = this.#queues.get(peerId)
    const { trees, outbox } = this.#options
    if (queue?.wasPrunedLately(log, now) && !trees.isEager(log, peerId)) return
    trees.makeLazy(log, peerId)
    queue?.notePruned(log, now)
    outbox.send(neighbour, { type: 'prune', log })
  }

  forget(log: LogId): void {
    this.#options.trees.remove(log)
    this.#journal.forgetLog(log)
    for (const queue of this.#queues.values()) queue.forgetLog(log)
  }

  /** Sends all batches. */
  flush(): void {
    for (const [peerId, queue] of this.#queues) this.#flush(peerId, queue)
  }

  #batch(peerId: PeerId, run: readonly CarriedBlock[], now: number): void {
    const queue = this.#queues.get(peerId)
    if (!queue) return
    if (!queue.hasRoomFor(run)) this.#flush(peerId, queue)
    queue.addRun(run, now)
    this.#batches.setBy(queue.batchDueAt)
  }

  #flushDue(now: number): void {
    for (const [peerId, queue] of this.#queues) {
      if (now >= queue.batchDueAt) this.#flush(peerId, queue)
      else this.#batches.setBy(queue.batchDueAt)
    }
  }

  #flush(peerId: PeerId, queue: PushQueue): void {
    const { self, neighbours, outbox } = this.#options
    const neighbour = neighbours.get(peerId)
    const blocks = queue.drainBatch()
    if (neighbour && blocks.length > 0) outbox.sendShared(neighbour, { type: 'push', blocks }, self)
  }

  #meet(name: NodeName): void {
    if (this.#met.size < this.#options.limits.smallNetwork) this.#met.add(name)
  }

  /** A1: some of the neighbours that were not pushed, in turn, one envelope each. */
  #announce(now: number): void {
    const { neighbours, limits, trees, outbox } = this.#options
    const { end } = this.#journal
    const queues = [...this.#queues]
    const start = this.#turn
    let told = 0
    let least = end
    for (let index = 0; index < queues.length; index += 1) {
      const [peerId, queue] = queues[(start + index) % queues.length] ?? []
      const neighbour = peerId && neighbours.get(peerId)
      if (!queue || !neighbour) continue
      if (told < limits.announceTo && queue.announcedUpTo < end) {
        const isKnown = (log: LogId, height: number): boolean =>
          trees.isEager(log, peerId) || neighbour.has(log, height)
        const { heads, cursor } = this.#journal.after(queue.announcedUpTo, limits.maxLogsPerEnvelope, isKnown)
        queue.announcedUpTo = cursor
        if (heads.length > 0) {
          outbox.send(neighbour, { type: 'ihave', heads })
          told += 1
        }
        // The next round begins behind the last neighbour of this one.
        if (told === limits.announceTo) this.#turn = start + index + 1
      }
      least = Math.min(least, queue.announcedUpTo)
    }
    this.#journal.trim(least)
    if (least < end) this.#announcements.set(now + limits.announceEveryMs)
  }
}
