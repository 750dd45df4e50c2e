/**
 * The time for which this node has had neighbours, milliseconds, over all its page loads: the clock of rule R2. It stops
 * while the node is closed, has no neighbour or stands still. So no clock that somebody can set makes a log old, and the
 * logs of a node without neighbours wait.
 */
export class NetworkTime {
  #ms: number
  #seenAt: number | undefined

  /** `ms`: the network time at the end of the last page load. */
  constructor(ms: number) {
    this.#ms = ms
  }

  get ms(): number {
    return this.#ms
  }

  /** Before every event. `isInNetwork`: the node has had a neighbour since the last event. */
  pass(now: number, isInNetwork: boolean, standstillMs: number): void {
    const passedMs = now - (this.#seenAt ?? now) - standstillMs
    this.#seenAt = now
    if (isInNetwork && passedMs > 0) this.#ms += passedMs
  }
}
