/**
 * What two neighbours have told each other of their ledgers on one link, so that a frontier names only what has changed
 * since (rule S1). A ledger's version counts its changes; a part of a frontier tells of the changes from one version to
 * another.
 *  1. What is confirmed is known there for certain; what was told a moment ago counts as known, since it is on its way.
 *  2. A part that builds on one that was lost confirms nothing, so both are told again.
 *  3. When both digests stand still and differ, nothing counts as known any more: something was forgotten on the way.
 */
export class FrontierExchange {
  /** When we told last, in the core's `now`. */
  sentAt = -Infinity
  /** Up to which version the neighbour knows our ledger. */
  #confirmed = 0
  /** Up to which it was told. */
  #told = 0
  /** Up to which version we know the neighbour's ledger. */
  #seen = 0
  #digests = ''

  get seen(): number {
    return this.#seen
  }

  /** From which version on the neighbour is to be told, and the version that this builds on: 0 if it is certain. */
  since(now: number, patienceMs: number): { readonly version: number; readonly base: number } {
    if (now - this.sentAt < patienceMs && this.#told > this.#confirmed) return { version: this.#told, base: this.#told }
    return { version: this.#confirmed, base: 0 }
  }

  told(version: number, now: number): void {
    this.#told = version
    this.sentAt = now
  }

  /** The neighbour says up to which of our versions it knows, which can't be more than it was told. */
  confirm(version: number): void {
    this.#confirmed = Math.max(this.#confirmed, Math.min(version, this.#told))
  }

  /** A part of the neighbour's frontier came, which builds on what was told up to `base`. */
  take(base: number, version: number): void {
    if (base <= this.#seen) this.#seen = Math.max(this.#seen, version)
  }

  /** The digests are equal: the neighbour holds what we hold. */
  agree(version: number): void {
    this.#confirmed = this.#told = version
  }

  /** The digests differ. If they are the same two as last time, everything is to be told again. */
  differ(ours: string, theirs: string): void {
    const digests = `${ours} ${theirs}`
    if (digests === this.#digests) this.#confirmed = this.#told = 0
    this.#digests = digests
  }
}
