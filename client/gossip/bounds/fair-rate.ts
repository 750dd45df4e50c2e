/** Milliseconds after which all counts begin anew. */
const periodMs = 1_000
/** By how much a sender may send more than in the second before, and find that nobody else has used it up. */
const growth = 1.25

/**
 * A rate that several senders share, second by second. Each may always send an equal share, and more as long as the sum
 * stays within the rate and leaves room for what the others sent in the second before. So one that floods takes nothing of
 * what the others need. Only senders that begin in the same second may exceed the sum, by one share each.
 */
export class FairRate<Sender> {
  readonly #perSecond: number
  #before: ReadonlyMap<Sender, number> = new Map()
  #sent = new Map<Sender, number>()
  #sum = 0
  #begunAt = -Infinity

  constructor(perSecond: number) {
    this.#perSecond = perSecond
  }

  /** Counts `cost` if the sender may send it now. */
  spend(sender: Sender, cost: number, now: number): boolean {
    const passedMs = now - this.#begunAt
    if (passedMs >= periodMs) this.#begin(passedMs < 2 * periodMs ? this.#sent : new Map(), now)
    const sent = this.#sent.get(sender) ?? 0
    const share = this.#perSecond / new Set([...this.#before.keys(), ...this.#sent.keys(), sender]).size
    if (sent + cost > share && this.#sum + cost > this.#perSecond - this.#keptFromOthers(sender, share)) return false
    this.#sent.set(sender, sent + cost)
    this.#sum += cost
    return true
  }

  #begin(before: ReadonlyMap<Sender, number>, now: number): void {
    this.#before = before
    this.#begunAt = now
    this.#sum = 0
    this.#sent = new Map()
  }

  #keptFromOthers(sender: Sender, share: number): number {
    let kept = 0
    for (const [other, before] of this.#before) {
      if (other !== sender) kept += Math.max(0, Math.min(share, growth * before) - (this.#sent.get(other) ?? 0))
    }
    return kept
  }
}
