import type { Delivery } from './outcome.ts'

/** Milliseconds for which the other processes are out of reach before tabs are notified: a restart of Redis is shorter. */
const notifyAfterMs = 2_000

/**
 * Notifies tabs with upstreams while this process can't reach the other processes: an upstream that seems to be offline may
 * be on another process. Each tab gets one notice for the beginning and one for the end of an outage, so flapping costs at
 * most one of each in 2 s.
 */
export class DivisionNotices {
  readonly #waiting: () => Iterable<{ readonly socketId: string }>
  readonly #deliver: (delivery: Delivery) => void
  readonly #notified = new Set<string>()
  #timer: NodeJS.Timeout | undefined

  /** `waiting`: the sockets of nodes that have upstreams. */
  constructor(waiting: () => Iterable<{ readonly socketId: string }>, deliver: (delivery: Delivery) => void) {
    this.#waiting = waiting
    this.#deliver = deliver
  }

  /** For a socket whose node has just registered while the other processes are out of reach. */
  noticeFor(socketId: string): Delivery {
    this.#notified.add(socketId)
    return { to: socketId, event: 'server:divided', payload: { isDivided: true } }
  }

  /** The other processes are out of reach from now on. */
  begin(): void {
    this.#timer ??= setTimeout(() => {
      for (const { socketId } of this.#waiting()) {
        if (!this.#notified.has(socketId)) this.#deliver(this.noticeFor(socketId))
      }
    }, notifyAfterMs)
    this.#timer.unref()
  }

  /** The other processes are in reach again, but this process may not know all their nodes yet. */
  pause(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  /** This process knows the nodes of the other processes again. */
  end(): void {
    const notified = [...this.#notified]
    this.#notified.clear()
    for (const to of notified) this.#deliver({ to, event: 'server:divided', payload: { isDivided: false } })
  }

  /** The socket ended. */
  forget(socketId: string): void {
    this.#notified.delete(socketId)
  }
}
