import type { GossipLimits } from '../bounds/limits.ts'

/**
 * When this node announces itself (N1): at once when its links or its registration change, when its ledger has come to
 * rest or, under load, every few seconds, and otherwise at a calm interval. Never more than one a second, and the less
 * often the more nodes there are.
 */
export class Announcer {
  readonly #limits: GossipLimits
  /** In [0, 1). */
  readonly #random: () => number
  /** Nodes known. */
  readonly #nodes: () => number
  #announcedAt = -Infinity
  #calmAt = -Infinity
  #changedAt: number | undefined
  #ledgerFirstAt: number | undefined
  #ledgerSettlesAt = Infinity

  constructor(limits: GossipLimits, random: () => number, nodes: () => number) {
    this.#limits = limits
    this.#random = random
    this.#nodes = nodes
  }

  /** The announced interval: the longest time to the next announcement. */
  get everyMs(): number {
    const { announcementMs, announcementMsPerNode, maxAnnouncementMs } = this.#limits
    return Math.min(maxAnnouncementMs, Math.max(announcementMs, this.#nodes() * announcementMsPerNode))
  }

  linksChanged(now: number): void {
    this.#changedAt ??= now
  }

  ledgerChanged(now: number): void {
    const { announcementSettledMs, announcementSpreadMsPerNode } = this.#limits
    this.#ledgerFirstAt ??= now
    this.#ledgerSettlesAt =
      now + announcementSettledMs * this.#crowding + this.#random() * this.#nodes() * announcementSpreadMsPerNode
  }

  /** An announcement is made now. */
  announced(now: number): void {
    this.#announcedAt = now
    // A fifth to either side: nodes that start together drift apart.
    this.#calmAt = now + this.everyMs * (0.8 + 0.4 * this.#random())
    this.#changedAt = undefined
    this.#ledgerFirstAt = undefined
    this.#ledgerSettlesAt = Infinity
  }

  dueAt(): number {
    const { announcementGapMs, announcementBusyMs } = this.#limits
    const busyAt =
      this.#ledgerFirstAt === undefined ? Infinity : this.#ledgerFirstAt + announcementBusyMs * this.#crowding
    const changedAt = Math.min(this.#changedAt ?? Infinity, this.#ledgerSettlesAt, busyAt)
    return Math.min(this.#calmAt, Math.max(this.#announcedAt + announcementGapMs * this.#crowding, changedAt))
  }

  /** Above 1 if there are so many nodes that each announces less often (N8). */
  get #crowding(): number {
    return this.everyMs / this.#limits.announcementMs
  }
}
