import type { Delivery } from './outcome.ts'

/** Milliseconds for which the other processes are out of reach before tabs are told: Redis restarts within less. */
const toldAfterMs = 2_000

/**
 * Tells tabs whose upstreams may be on other processes that these can't be reached, so that they don't take an upstream
 * for one that is not open. Each is told once, and once that it is over: flapping costs no more than one of each in 2 s.
 */
export class DivisionNotices {
  readonly #waiting: () => Iterable<{ readonly socketId: string }>
  readonly #deliver: (delivery: Delivery) => void
  readonly #told = new Set<string>()
  #timer: NodeJS.Timeout | undefined

  /** `waiting`: the sockets of nodes that have upstreams. */
  constructor(waiting: () => Iterable<{ readonly socketId: string }>, deliver: (delivery: Delivery) => void) {
    this.#waiting = waiting
    this.#deliver = deliver
  }

  /** For a socket whose node has just registered while the others are out of reach. */
  noticeFor(socketId: string): Delivery {
    this.#told.add(socketId)
    return { to: socketId, event: 'server:divided', payload: { isDivided: true } }
  }

  /** The other processes are out of reach from now on. */
  begin(): void {
    this.#timer ??= setTimeout(() => {
      for (const { socketId } of this.#waiting()) {
        if (!this.#told.has(socketId)) this.#deliver(this.noticeFor(socketId))
      }
    }, toldAfterMs)
    this.#timer.unref()
  }

  /** They are in reach again, for a while at least; what they hold may still be to be told. */
  pause(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  /** All that they hold has been told. */
  end(): void {
    const told = [...this.#told]
    this.#told.clear()
    for (const to of told) this.#deliver({ to, event: 'server:divided', payload: { isDivided: false } })
  }

  /** The socket ended. */
  forget(socketId: string): void {
    this.#told.delete(socketId)
  }
}
