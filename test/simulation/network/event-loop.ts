import { EventQueue } from './event-queue.ts'

/**
 * An action at one moment. If it returns a promise, no other action runs and no virtual time passes until that
 * promise is settled. So an action may wait for a signature, but never for another action.
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

  /** The number of actions that have run. */
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
   * Runs the actions until `untilMs`, or until `isOver` returns true. For each moment that has actions, `isOver` is
   * called once, after all of them.
   */
  async run(untilMs: number, isOver: () => boolean): Promise<void> {
    while (this.#queue.nextAt() <= untilMs) {
      this.#nowMs = this.#queue.nextAt()
      const pending = this.#queue.pop()?.()
      // Few actions return a promise. To await every result would cost more than the actions themselves.
      if (pending) await pending
      this.#count += 1
      if (this.#queue.nextAt() > this.#nowMs && isOver()) return
    }
    this.#nowMs = untilMs
  }
}
