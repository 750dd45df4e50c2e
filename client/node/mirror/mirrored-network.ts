import { emptyNetwork, type NetworkSnapshot } from '../../gossip/membership/network-picture.ts'
import type { Timers } from '../shared/timers.ts'

/** The network as the node in the other thread reported it last. Its ages go on by this thread's clock. */
export class MirroredNetwork {
  readonly #now: Timers['now']
  #snapshot = emptyNetwork
  #at = 0

  constructor(now: Timers['now']) {
    this.#now = now
  }

  set(snapshot: NetworkSnapshot): void {
    this.#snapshot = snapshot
    this.#at = this.#now()
  }

  get(): NetworkSnapshot {
    const ageMs = this.#now() - this.#at
    const aged = this.#snapshot.nodes.map((node) =>
      node.isSelf ? node : { ...node, heardAgoMs: node.heardAgoMs + ageMs },
    )
    return { ...this.#snapshot, nodes: aged }
  }
}
