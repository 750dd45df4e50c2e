import type { Holdings } from '../wire/holdings.ts'

/**
 * Whether the whole frontier is sent after so many comparisons in a row with the same two holdings: twice as many each time,
 * and at most 128.
 */
const isResentAfter = (still: number): boolean => (still & (still - 1)) === 0 || still % 128 === 0

/**
 * What two neighbours have sent each other of their frontiers on one link, so that a frontier names only what has changed
 * since (rule S1). The number of changes that a ledger has had, from 1, names its state. A frontier goes in pages; each
 * page covers the changes up to some number.
 *  1. The neighbour knows what it has confirmed. What was sent a moment ago counts as known as well: it is on its way.
 *  2. A page that builds on a lost page confirms nothing, so both are sent again.
 *  3. A node that could not keep what it received reports 0, and gets the whole frontier again. Parts that are on their
 *     way meanwhile build on what it has forgotten, and confirm nothing either.
 *  4. If both holdings stay the same and differ, something was lost, and the whole frontier is sent. If this does not help,
 *     it is sent less and less often, and meanwhile nothing is: two full ledgers hold different logs for good.
 */
export class FrontierExchange {
  /** When a frontier was last sent, in the core's `now`. */
  sentAt = -Infinity
  /** The changes here that the neighbour has confirmed. */
  #confirmed = 0
  /** The changes here that were sent to the neighbour. */
  #sent = 0
  /** The changes of the neighbour that are known here. */
  #seen = 0
  #holdings = ''
  /** Comparisons in a row that found the same two holdings. */
  #still = 0

  get seen(): number {
    return this.#seen
  }

  /** The changes that the next frontier builds on. */
  baseAt(now: number, patienceMs: number): number {
    return now - this.sentAt < patienceMs ? Math.max(this.#sent, this.#confirmed) : this.#confirmed
  }

  noteSent(changes: number, now: number): void {
    this.#sent = changes
    this.sentAt = now
  }

  /**
   * The neighbour reports which changes it knows: no more than it was sent. A report of less than equal holdings showed
   * counts too, since a page that builds on more would confirm nothing. A report of less than before means that the
   * neighbour has forgotten something, so what was sent a moment ago does not help it either.
   */
  confirm(seen: number): void {
    const confirmed = Math.min(seen, this.#sent)
    if (confirmed < this.#confirmed) this.#sent = confirmed
    this.#confirmed = confirmed
  }

  /** A page of the neighbour’s frontier came: it covers the changes from `base` to `changes`. */
  noteReceived(base: number, changes: number): void {
    if (base <= this.#seen) this.#seen = Math.max(this.#seen, changes)
  }

  /** Frames were lost on the link, maybe a frontier: only what is confirmed counts as known. */
  forgetUnconfirmed(): void {
    this.#sent = this.#confirmed
  }

  /** Something that the neighbour sent could not be kept. */
  forgetReceived(): void {
    this.#seen = 0
  }

  /** Gives whether the neighbour has confirmed this change here. */
  hasConfirmed(change: number): boolean {
    return change <= this.#confirmed
  }

  /** Both nodes hold the same, from the same heights on. */
  noteEqualHoldings(ours: number, theirs: number): void {
    this.#confirmed = this.#sent = ours
    this.#seen = Math.max(this.#seen, theirs)
  }

  /** Gives whether another exchange may help: see 4. The whole frontier is sent next if both holdings are those of last time. */
  noteDifferentHoldings(ours: Holdings, theirs: Holdings): boolean {
    const holdings = [ours, theirs].map(({ digest, retention }) => `${digest} ${retention}`).join(' ')
    this.#still = holdings === this.#holdings ? this.#still + 1 : 0
    this.#holdings = holdings
    const isAnew = this.#still > 0 && isResentAfter(this.#still)
    if (isAnew) this.#confirmed = this.#sent = 0
    return isAnew || this.#still === 0 || !this.hasConfirmed(ours.changes) || this.#seen < theirs.changes
  }
}
