/** Comparisons in a row that find the same two digests: at each of these, and at every eighth, all is told anew. */
const retoldAfter: ReadonlySet<number> = new Set([1, 2, 4])

/**
 * What two neighbours have told each other of their ledgers on one link, so that a frontier names only what has changed
 * since (rule S1). A ledger's state is named by how many changes it has had, from 1; a part of a frontier tells of the
 * changes up to one of them.
 *  1. What is confirmed is known there; what was told a moment ago counts as known, since it is on its way.
 *  2. A part that builds on one that was lost confirms nothing, so both are told again.
 *  3. Who could not use what it was told says that it knows nothing (0), and is told everything again. What is on its way
 *     to it meanwhile builds on what it has forgotten, and confirms nothing either.
 *  4. So it is when both digests stand still and differ: something was forgotten on the way. If that does not help, all
 *     is told less often: two full ledgers hold different logs for good.
 */
export class FrontierExchange {
  /** When we told last, in the core's `now`. */
  sentAt = -Infinity
  /** Up to which of our changes the neighbour knows our ledger. */
  #confirmed = 0
  /** Up to which it was told. */
  #sent = 0
  /** Up to which of the neighbour's changes we know its ledger. */
  #seen = 0
  #digests = ''
  /** How many comparisons in a row found the same two. */
  #still = 0

  get seen(): number {
    return this.#seen
  }

  /** From which change on the neighbour is to be told. */
  baseAt(now: number, patienceMs: number): number {
    return now - this.sentAt < patienceMs ? Math.max(this.#sent, this.#confirmed) : this.#confirmed
  }

  noteSent(changes: number, now: number): void {
    this.#sent = changes
    this.sentAt = now
  }

  /**
   * The neighbour says up to which of our changes it knows, which can't be more than it was told. Less than we concluded
   * from equal digests counts too: what builds on more would confirm nothing. Less than before means that it has forgotten,
   * and what was sent a moment ago is of no use to it either.
   */
  confirm(seen: number): void {
    const confirmed = Math.min(seen, this.#sent)
    if (confirmed < this.#confirmed) this.#sent = confirmed
    this.#confirmed = confirmed
  }

  /** A part of the neighbour's frontier came, which builds on what was told up to `base`. */
  noteReceived(base: number, changes: number): void {
    if (base <= this.#seen) this.#seen = Math.max(this.#seen, changes)
  }

  /** Frames were lost on the link, and a frontier may be among them: only what is confirmed counts as known. */
  forgetUnconfirmed(): void {
    this.#sent = this.#confirmed
  }

  /** Something that the neighbour told could not be kept. */
  forgetReceived(): void {
    this.#seen = 0
  }

  /** The digests are equal: each holds what the other holds. */
  noteEqualDigests(ours: number, theirs: number): void {
    this.#confirmed = this.#sent = ours
    this.#seen = Math.max(this.#seen, theirs)
  }

  /** The digests differ. If they are the same two as last time, everything is to be told again: see 4. */
  noteDifferentDigests(ours: string, theirs: string): void {
    const digests = `${ours} ${theirs}`
    this.#still = digests === this.#digests ? this.#still + 1 : 0
    this.#digests = digests
    if (retoldAfter.has(this.#still) || (this.#still > 0 && this.#still % 8 === 0)) this.#confirmed = this.#sent = 0
  }
}
