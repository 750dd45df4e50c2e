/**
 * How long this node has been in a network, milliseconds, over all its page loads: the clock of rule R2. It stands still
 * while the node is closed, has no neighbour, or stands still itself. So no clock that somebody can set makes a log old,
 * and what a node holds alone waits for a network.
 */
export class NetworkTime {
  #ms: number
  #seenAt: number | undefined

  /** `ms`: up to the end of the last page load. */
  constructor(ms: number) {
    this.#ms = ms
  }

  get ms(): number {
    return this.#ms
  }

  /** Before every event. `isInNetwork`: since the event before this one. */
  pass(now: number, isInNetwork: boolean, standstillMs: number): void {
    const passedMs = now - (this.#seenAt ?? now) - standstillMs
    this.#seenAt = now
    if (isInNetwork && passedMs > 0) this.#ms += passedMs
  }
}
