import { EventQueue } from './event-queue.ts'

/**
 * What happens at one moment. Nothing else happens, and no virtual time passes, until a promise that it gives is
 * settled: it may wait for a signature, never for another action.
 */
export type Action = () => void | Promise<void>

/** Virtual time, in milliseconds: it jumps from one action to the next. */
export class EventLoop {
  readonly #queue = new EventQueue<Action>()
  #nowMs = 0
  #count = 0

  get nowMs(): number {
    return this.#nowMs
  }

  /** Actions done. */
  get count(): number {
    return this.#count
  }

  at(atMs: number, action: Action): void {
    this.#queue.push(Math.max(atMs, this.#nowMs), action)
  }

  after(delayMs: number, action: Action): void {
    this.#queue.push(this.#nowMs + Math.max(0, delayMs), action)
  }

  /**
   * Lets time pass until `untilMs`, or until `isOver` says so. It is asked once for every moment at which something
   * happened, after all of that has happened.
   */
  async run(untilMs: number, isOver: () => boolean): Promise<void> {
    while (this.#queue.nextAt() <= untilMs) {
      this.#nowMs = this.#queue.nextAt()
      const pending = this.#queue.pop()?.()
      // Almost nothing waits for a promise, and awaiting what is none would cost more than the action.
      if (pending) await pending
      this.#count += 1
      if (this.#queue.nextAt() > this.#nowMs && isOver()) return
    }
    this.#nowMs = untilMs
  }
}
