import type { NodeStats } from '../api/grapevine.ts'

/** The counters of a node. The reasons of drops are literals in the code, which bounds their number. */
export class StatsCounter {
  sent = 0
  received = 0
  bytesSent = 0
  bytesReceived = 0
  delivered = 0
  accepted = 0
  duplicates = 0
  readonly #drops = new Map<string, number>()

  drop(reason: string): void {
    this.#drops.set(reason, (this.#drops.get(reason) ?? 0) + 1)
  }

  snapshot(): NodeStats {
    const { sent, received, bytesSent, bytesReceived, delivered, accepted, duplicates } = this
    const drops = Object.fromEntries(this.#drops)
    return { sent, received, bytesSent, bytesReceived, delivered, accepted, duplicates, drops }
  }
}
