import { createClient, type RedisClientType } from '@redis/client'
import { databaseOf } from './redis-url.ts'
import { clusterLimits } from './limits.ts'

/** The methods of a client that Socket.IO's adapter uses. */
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
 * Two connections to one Redis: for commands and for subscriptions. Both reconnect by themselves, without end.
 *
 * While Redis is out of reach, a command is refused at once and not queued: it would be stale when Redis returns. A
 * subscription is queued, since it concerns the future.
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
      // Nobody may publish for long: pings of its own keep the connection from looking silent.
      pingInterval: clusterLimits.heartbeatMs,
    })
    for (const client of [this.commands, this.#subscriptions]) {
      // A client without a listener for errors ends the process.
      client.on('error', (error: NodeJS.ErrnoException) => (this.#lastError = error.message || error.code))
      client.on('ready', () => (this.#lastError = undefined))
    }
  }

  /** Why one of the two connections was last lost or could not be opened: the error of the system or of Redis, no secret. */
  get lastError(): string | undefined {
    return this.#lastError
  }

  get isOpen(): boolean {
    return this.commands.isReady && this.#subscriptions.isReady
  }

  /** Called whenever one of the two connections is ready again, with its subscriptions restored. */
  onReady(listeners: { readonly commands: () => void; readonly subscriptions: () => void }): void {
    this.commands.on('ready', listeners.commands)
    this.#subscriptions.on('ready', listeners.subscriptions)
  }

  open(): void {
    // Settles only when Redis has been reached, or on `close`.
    for (const client of [this.commands, this.#subscriptions]) client.connect().catch(ignore)
  }

  /**
   * Closes both connections and opens them again: the address may lead to another server by now, but an open connection
   * does not move. At most once in `reconnectMs`, since the new server may refuse as well.
   */
  renew(): void {
    const now = performance.now()
    if (now - this.#renewedAt < clusterLimits.reconnectMs) return
    this.#renewedAt = now
    // A connection that is being opened already leads to the current server.
    for (const client of [this.commands, this.#subscriptions].filter(({ isReady }) => isReady)) {
      client.destroy()
      client.connect().catch(ignore)
    }
  }

  close(): void {
    for (const client of [this.commands, this.#subscriptions]) client.destroy()
  }

  /**
   * The two clients for Socket.IO's adapter. The adapter handles none of a client's promises, and a rejected promise would
   * end the process: a message that can't be published is lost, as the adapter assumes.
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
