import { createClient, type RedisClientType } from '@redis/client'
import { databaseOf } from './redis-url.ts'
import { clusterLimits } from './limits.ts'

/** What Socket.IO's adapter uses of a client. */
export interface AdapterClient {
  publish(channel: string, message: string | Buffer): void
  pSubscribe(pattern: string, listener: (message: Buffer, channel: Buffer) => void, isBuffer: true): void
  subscribe(channels: string | string[], listener: (message: Buffer, channel: Buffer) => void, isBuffer: true): void
  pUnsubscribe(pattern: string, listener: (message: Buffer, channel: Buffer) => void, isBuffer: true): void
  unsubscribe(channels: string | string[], listener: (message: Buffer, channel: Buffer) => void, isBuffer: true): void
  on(event: 'error', listener: (error: Error) => void): void
  off(event: 'error', listener: (error: Error) => void): void
}

/**
 * Two connections to one Redis: for commands, and for what it publishes. Both come back by themselves, for ever.
 *
 * A command asked for while Redis is away is refused at once, never kept: what would be sent on its return is stale by
 * then. A subscription is kept, since it concerns the future.
 */
export class RedisConnection {
  readonly commands: RedisClientType
  readonly database: number
  readonly #subscriptions: RedisClientType
  #lastError: string | undefined
  #renewedAt = -Infinity

  constructor(url: string) {
    this.database = databaseOf(url)
    this.commands = createClient({
      url,
      disableOfflineQueue: true,
      socket: { reconnectStrategy, socketTimeout: clusterLimits.silenceMs },
    })
    this.#subscriptions = this.commands.duplicate({
      disableOfflineQueue: false,
      // Nothing may be published for long: a question of its own keeps the silence short.
      pingInterval: clusterLimits.heartbeatMs,
    })
    for (const client of [this.commands, this.#subscriptions]) {
      // A client without a listener for errors ends the process.
      client.on('error', (error: NodeJS.ErrnoException) => (this.#lastError = error.message || error.code))
      client.on('ready', () => (this.#lastError = undefined))
    }
  }

  /** Why one of the two was last lost, or could not be opened, as the system or Redis says it; no secret of ours. */
  get lastError(): string | undefined {
    return this.#lastError
  }

  get isOpen(): boolean {
    return this.commands.isReady && this.#subscriptions.isReady
  }

  /** Called on every return of each of the two; subscriptions are in place again by then. */
  onReady(listeners: { readonly commands: () => void; readonly subscriptions: () => void }): void {
    this.commands.on('ready', listeners.commands)
    this.#subscriptions.on('ready', listeners.subscriptions)
  }

  open(): void {
    // Settles only when Redis has been reached, or on `close`.
    for (const client of [this.commands, this.#subscriptions]) client.connect().catch(ignore)
  }

  /**
   * Ends both connections and opens them anew: where the address leads to another server by now, the old ones still end at
   * the former. No sooner than a while after the last time, since that server may say the same.
   */
  renew(): void {
    const now = performance.now()
    if (now - this.#renewedAt < clusterLimits.reconnectMs) return
    this.#renewedAt = now
    // Those that are being opened already lead to where the address leads now.
    for (const client of [this.commands, this.#subscriptions].filter(({ isReady }) => isReady)) {
      client.destroy()
      client.connect().catch(ignore)
    }
  }

  close(): void {
    for (const client of [this.commands, this.#subscriptions]) client.destroy()
  }

  /**
   * The two clients as Socket.IO's adapter wants them. It looks at none of the promises that a client gives, and one
   * that rejects would end the process: what can't be published is lost, as the adapter assumes.
   */
  forAdapter(): { readonly publisher: AdapterClient; readonly subscriber: AdapterClient } {
    return { publisher: quiet(this.commands), subscriber: quiet(this.#subscriptions) }
  }
}

const reconnectStrategy = (retries: number): number => {
  const pauseMs = Math.min(clusterLimits.reconnectMs, 50 * 2 ** Math.min(retries, 10))
  return pauseMs * (0.5 + Math.random() / 2)
}

const ignore = (): void => undefined

const quiet = (client: RedisClientType): AdapterClient => ({
  publish: (channel, message) => void client.publish(channel, message).catch(ignore),
  pSubscribe: (pattern, listener) => void client.pSubscribe(pattern, listener, true).catch(ignore),
  subscribe: (channels, listener) => void client.subscribe(channels, listener, true).catch(ignore),
  pUnsubscribe: (pattern, listener) => void client.pUnsubscribe(pattern, listener, true).catch(ignore),
  unsubscribe: (channels, listener) => void client.unsubscribe(channels, listener, true).catch(ignore),
  on: (event, listener) => void client.on(event, listener),
  off: (event, listener) => void client.off(event, listener),
})

/**
 * Errors after which a new connection to the same address may reach a server that can answer: this server is a replica
 * (after a failover), still loads its data, has lost its primary, or is on the smaller side of a partition. Errors that the
 * right server gives too are not among them: `OOM`, `MISCONF` (its disk fails), `BUSY` (a script runs), `NOAUTH`, `NOPERM`.
 * Before Redis 7, the error of a command in a script follows the script's own.
 */
const elsewherePattern = /^(?:ERR .* -)?(?:READONLY|LOADING|MASTERDOWN|NOREPLICAS|CLUSTERDOWN|MOVED)\b/s

export const leadsElsewhere = (error: unknown): boolean =>
  error instanceof Error && elsewherePattern.test(error.message)
