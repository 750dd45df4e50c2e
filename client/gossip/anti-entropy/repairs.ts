import type { Deadline, Deadlines } from '../bounds/deadlines.ts'
import type { GossipLimits } from '../bounds/limits.ts'
import type { PeerId } from '../wire/peer-id.ts'

/** When to compare with a neighbour because frames were lost on its link: once a second while they are (S5). */
export class Repairs {
  readonly #limits: GossipLimits
  readonly #due = new Map<PeerId, number>()
  readonly #deadline: Deadline
  /** Neighbours with which this node compared after a request brought nothing, and that have brought nothing since. */
  readonly #barren = new Set<PeerId>()

  constructor(limits: GossipLimits, deadlines: Deadlines, repair: (peer: PeerId, now: number) => void) {
    this.#limits = limits
    this.#deadline = deadlines.create((now) => {
      for (const [peer, at] of this.#due) {
        if (now < at) this.#deadline.setBy(at)
        else if (this.#due.delete(peer)) repair(peer, now)
      }
    })
  }

  noteLoss(peer: PeerId, now: number): void {
    if (this.#due.has(peer)) return
    const at = now + this.#limits.frontierEveryMs
    this.#due.set(peer, at)
    this.#deadline.setBy(at)
  }

  /** A request brought nothing: its answer may have had no room. This is tried once until the neighbour brings something. */
  noteBarren(peer: PeerId, now: number): void {
    if (this.#barren.has(peer)) return
    this.#barren.add(peer)
    this.noteLoss(peer, now)
  }

  noteDelivery(peer: PeerId): void {
    this.#barren.delete(peer)
  }

  /** Its link has ended. */
  forget(peer: PeerId): void {
    this.#due.delete(peer)
    this.#barren.delete(peer)
  }
}
