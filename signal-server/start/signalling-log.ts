import type { HttpRefusal } from '../http/http-admission.ts'
import type { Log } from './log.ts'
import type { ConnectionEnd, NameEvent, SignallingObserver } from '../shared/observer.ts'
import type { SocketRefusal } from '../shared/socket-health.ts'

type Kind = 'requestsRefused' | 'socketsRefused' | 'socketsHeldBack' | 'connectionsEnded' | 'acceptsFailed'

/**
 * The signalling's part of the log. Refusals are counted by reason and logged in at most one line a minute, so that nobody can
 * fill the disk. Kinds and reasons are literals of the server, so memory is bounded too.
 */
export class SignallingLog implements Partial<SignallingObserver> {
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

  socketHeldBack(): void {
    this.#count('socketsHeldBack', 'flood')
  }

  socketClosed(end: ConnectionEnd | undefined): void {
    if (end) this.#count('connectionsEnded', end)
  }

  /** One line for each name, at a level that is off by default, since tabs can cause any number of lines. */
  nameChanged({ kind, ...details }: NameEvent): void {
    this.#log.debug(details, kind)
  }

  /** An outage and its end have the same level: a reader of the first waits for the second. */
  clusterChanged(state: 'up' | 'down', why?: string): void {
    if (state === 'down') {
      this.#log.warn(
        { ...(why !== undefined && { redis: why }) },
        'degraded: Redis is out of reach, so only tabs of this process are introduced to each other',
      )
    } else {
      this.#log[this.#wasDegraded ? 'warn' : 'info']('Redis is in reach, and with it the other processes')
    }
    this.#wasDegraded = state === 'down'
  }

  /** A connection or a request of plain http was refused. */
  requestRefused(reason: HttpRefusal | 'host-not-allowed'): void {
    this.#count('requestsRefused', reason)
  }

  /** A connection could not be accepted, for example for want of file descriptors; `code`: the system's. */
  acceptFailed(code: string): void {
    this.#count('acceptsFailed', code)
  }

  /** Logs the counts since the last summary. */
  flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const counts = this.#counts
    this.#counts = {}
    if (Object.keys(counts).length === 0) return
    // Refusals are normal on the internet; a machine that can't accept connections needs its operator.
    this.#log[counts.acceptsFailed ? 'error' : 'info'](counts, 'refused or ended in the last minute')
  }

  #count(kind: Kind, reason: string): void {
    const reasons = (this.#counts[kind] ??= {})
    reasons[reason] = (reasons[reason] ?? 0) + 1
    this.#timer ??= setTimeout(() => this.flush(), this.#summaryMs).unref()
  }
}
