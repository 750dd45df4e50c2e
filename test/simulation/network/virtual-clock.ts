interface Waiting {
  readonly at: number
  readonly order: number
  readonly action: () => void
}

/**
 * A clock that advances only by `pass`. Actions run in the order of their times; at equal times, in the order of
 * their calls.
 */
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

  /** Advances by `durationMs`. Between any two actions, all promises that can settle do so. */
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

  /** Advances without running any action, as if the machine slept or the tab was stopped. */
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

/** Resolves after all code that waits only for resolved promises has run. A browser has no `setImmediate`. */
const settle = (): Promise<void> =>
  new Promise((resolve) => {
    if (typeof setImmediate === 'function') return void setImmediate(resolve)
    const { port1, port2 } = new MessageChannel()
    port1.addEventListener('message', () => {
      port1.close()
      resolve()
    })
    port1.start()
    return port2.postMessage(undefined)
  })
