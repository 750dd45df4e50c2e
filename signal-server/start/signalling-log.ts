import type { HttpRefusal } from '../http/http-admission.ts'
import type { Log } from './log.ts'
import type { ConnectionEnd, NameEvent, SignallingObserver } from '../shared/observer.ts'
import type { SocketRefusal } from '../shared/socket-health.ts'

type Kind = 'requestsRefused' | 'socketsRefused' | 'socketsHeldBack' | 'connectionsEnded' | 'acceptsFailed'

/**
 * What the signalling tells its operator. Who was turned away is counted by reason and told in one line a minute at
 * most: nobody can fill the disk with it. Kinds and reasons are literals of ours, so memory is bounded as well.
 */
export class SignallingLog implements SignallingObserver {
  readonly #log: Log
  readonly #summaryMs: number
  #counts: Partial<Record<Kind, Record<string, number>>> = {}
  #timer: NodeJS.Timeout | undefined
  #wasDegraded = false

  constructor(log: Log, summaryMs = 60_000) {
    this.#log = log
    this.#summaryMs = summaryMs
  }

  socketRefused(reason: SocketRefusal): void {
    this.#count('socketsRefused', reason)
  }

  socketOpened(): void {}

  socketHeldBack(): void {
    this.#count('socketsHeldBack', 'flood')
  }

  socketClosed(end: ConnectionEnd | undefined): void {
    if (end) this.#count('connectionsEnded', end)
  }

  answered(): void {}

  /** Did the class get in? One line for each name, at a level that nobody has by default: as often as tabs like. */
  nameChanged({ kind, ...details }: NameEvent): void {
    this.#log.debug(details, kind)
  }

  introduced(): void {}

  /** An outage and its end have one level: who is told of the one waits for the other. */
  clusterChanged(state: 'up' | 'down', why?: string): void {
    if (state === 'down') {
      this.#log.warn(
        { ...(why !== undefined && { redis: why }) },
        'degraded: Redis cannot be reached, so only tabs of this process are introduced to each other',
      )
    } else {
      this.#log[this.#wasDegraded ? 'warn' : 'info']('Redis can be reached, and so the other processes')
    }
    this.#wasDegraded = state === 'down'
  }

  /** A connection or a request of plain http was turned away. */
  requestRefused(reason: HttpRefusal | 'host-not-allowed'): void {
    this.#count('requestsRefused', reason)
  }

  /** A connection was lost before it began, for want of file descriptors for example; `code` is the system's. */
  acceptFailed(code: string): void {
    this.#count('acceptsFailed', code)
  }

  /** Tells what is not told yet. */
  flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const counts = this.#counts
    this.#counts = {}
    if (Object.keys(counts).length === 0) return
    // Refusals are everyday life on the internet; a machine that can't accept needs somebody.
    this.#log[counts.acceptsFailed ? 'error' : 'info'](counts, 'turned away')
  }

  #count(kind: Kind, reason: string): void {
    const reasons = (this.#counts[kind] ??= {})
    reasons[reason] = (reasons[reason] ?? 0) + 1
    this.#timer ??= setTimeout(() => this.flush(), this.#summaryMs).unref()
  }
}
