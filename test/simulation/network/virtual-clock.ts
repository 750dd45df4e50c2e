import { EventQueue } from './event-queue.ts'

interface Waiting {
  action: (() => void) | undefined
}

/**
 * A clock that advances only by `pass`. Actions run in the order of their times; at equal times, in the order of
 * their calls.
 */
export class VirtualClock {
  #now = 0
  readonly #queue = new EventQueue<Waiting>()

  now(): number {
    return this.#now
  }

  after(delayMs: number, action: () => void): () => void {
    const waiting: Waiting = { action }
    this.#queue.push(this.#now + delayMs, waiting)
    return () => {
      waiting.action = undefined
    }
  }

  /** Advances by `durationMs`. Between any two actions, all promises that can settle do so. */
  async pass(durationMs: number): Promise<void> {
    const until = this.#now + durationMs
    await settle()
    while (this.#queue.nextAt() <= until) {
      const at = this.#queue.nextAt()
      const action = this.#queue.pop()?.action
      if (!action) continue
      this.#now = Math.max(this.#now, at)
      action()
      await settle()
    }
    this.#now = until
  }

  /** Advances without running any action, as if the machine slept or the tab was stopped. */
  stall(durationMs: number): void {
    this.#now += durationMs
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
