interface Waiting {
  readonly at: number
  readonly order: number
  readonly action: () => void
}

/** Time that passes when told to; actions run in the order of their times, ties in the order of the calls. */
export class VirtualClock {
  #now = 0
  #orders = 0
  #waiting: Waiting[] = []

  now(): number {
    return this.#now
  }

  after(delayMs: number, action: () => void): () => void {
    this.#orders += 1
    const waiting = { at: this.#now + delayMs, order: this.#orders, action }
    this.#waiting.push(waiting)
    return () => {
      this.#waiting = this.#waiting.filter((other) => other !== waiting)
    }
  }

  /** Lets `durationMs` pass; promises that are due settle between any two actions. */
  async pass(durationMs: number): Promise<void> {
    const until = this.#now + durationMs
    await settle()
    for (let next = this.#takeDue(until); next; next = this.#takeDue(until)) {
      this.#now = Math.max(this.#now, next.at)
      next.action()
      await settle()
    }
    this.#now = until
  }

  /** Time passes, and nothing here runs meanwhile: the machine slept, or the tab was stopped. */
  stall(durationMs: number): void {
    this.#now += durationMs
  }

  #takeDue(until: number): Waiting | undefined {
    let next: Waiting | undefined
    for (const waiting of this.#waiting) {
      const isEarlier = !next || waiting.at < next.at || (waiting.at === next.at && waiting.order < next.order)
      if (waiting.at <= until && isEarlier) next = waiting
    }
    this.#waiting = this.#waiting.filter((waiting) => waiting !== next)
    return next
  }
}

/** Everything that waits for nothing but resolved promises has run. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
