import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { Server as SocketServer } from 'socket.io'
import { RedisConnection } from '../cluster/redis-connection.ts'
import { AccessTokens } from '../introductions/access-tokens.ts'
import { IceServers, type TurnOptions } from '../introductions/ice-servers.ts'
import { Introductions } from '../introductions/introductions.ts'
import type { Delivery } from '../introductions/outcome.ts'
import { SharedRates } from '../introductions/shared-rates.ts'
import { type SignallingLimits, signallingLimits } from '../shared/limits.ts'
import { type SignallingObserver, silentObserver } from '../shared/observer.ts'
import type { OwnHosts } from '../shared/own-hosts.ts'
import type { ClientEvents, IceServer, ServerEvents } from '../shared/protocol.ts'
import { joinCluster, type ProcessEvents } from './join-cluster.ts'
import { Requests } from './requests.ts'
import { Websockets } from './websockets.ts'

export interface SignallingOptions {
  /** Origins of pages that are served from elsewhere, such as `https://example.org`. */
  readonly allowedOrigins?: readonly string[]
  /** The server refuses a websocket for any other host; without this it refuses none. */
  readonly ownHosts?: OwnHosts | undefined
  /** Proxies whose `X-Forwarded-For` is trusted; see `createClientAddress`. */
  readonly trustedProxies?: readonly string[]
  /** By network, `*` for every other network; without tokens everybody may join any network. */
  readonly accessTokens?: ReadonlyMap<string, string>
  /** A Redis by which several processes act as one, such as `redis://localhost:6379`. */
  readonly redisUrl?: string | undefined
  /** STUN and TURN servers for registered nodes, sent unchanged; at most one less than the protocol's limit. */
  readonly iceServers?: readonly IceServer[]
  /** A TURN server for which each node gets its own credential, valid for a limited time. */
  readonly turn?: TurnOptions | undefined
  /** The build of the page that this server serves (`build-id.ts`). */
  readonly build?: string | undefined
  readonly limits?: Partial<SignallingLimits>
  readonly observer?: SignallingObserver
  /** Milliseconds, never backwards. */
  readonly now?: () => number
  /** Milliseconds since 1970: a credential contains its end on the TURN server's clock. */
  readonly wallClock?: () => number
}

/** What the signalling needs of a server: that of node:http or node:https, or Vite's. */
export interface UpgradingServer {
  on(event: 'upgrade', listener: UpgradeListener): unknown
  off(event: 'upgrade', listener: UpgradeListener): unknown
  once(event: 'close', listener: () => void): unknown
}

type UpgradeListener = (request: IncomingMessage, stream: Duplex, head: Buffer) => void

export interface Signalling {
  /** Answers a plain request below `/socket.io/`: a handshake that lost its upgrade, or a page that asks for the cause. */
  respond(request: IncomingMessage, response: ServerResponse): void
  /** Whether this process reaches the other processes of the cluster; `none` without a cluster. */
  clusterState(): 'none' | 'up' | 'down'
  /** Registered nodes of this process. */
  names(): number
  /** Open websockets of this process. */
  sockets(): number
  /** Admits no further websocket and ends the open ones at random moments. Resolves once each is ended. */
  drain(): Promise<void>
  /** Ends every connection and detaches from the http server. Tabs reconnect by themselves. */
  close(): Promise<void>
}

/**
 * Attaches the signalling to any http server. It handles only upgrades below `/socket.io/`, so that another websocket,
 * such as the one of Vite's hot reload, can share the server.
 */
export const attachSignalling = (server: UpgradingServer, options: SignallingOptions = {}): Signalling => {
  const limits = { ...signallingLimits, ...options.limits }
  const observer = options.observer ?? silentObserver
  const now = options.now ?? (() => performance.now())
  const websockets = new Websockets({
    limits,
    observer,
    now,
    allowedOrigins: options.allowedOrigins ?? [],
    ownHosts: options.ownHosts,
    trustedProxies: options.trustedProxies ?? [],
  })
  const io: TabServer = new SocketServer({ serveClient: false })
  // Bound, not attached: an attached Socket.IO handles all requests, and closes the http server with itself.
  io.bind(websockets.engine)
  const deliver = (delivery: Delivery): void => deliverBy(io, delivery)

  const connection = options.redisUrl === undefined ? undefined : new RedisConnection(options.redisUrl)
  const introductions = new Introductions({
    limits,
    now,
    rates: new SharedRates(
      limits,
      connection && { redis: connection.commands, ask: async (question) => cluster?.ask(question) },
    ),
    tokens: new AccessTokens(options.accessTokens ?? new Map()),
    iceServers: new IceServers({
      iceServers: options.iceServers ?? [],
      turn: options.turn,
      wallClock: options.wallClock ?? Date.now,
    }),
    build: options.build,
    deliver,
    observer,
  })
  const cluster = connection && joinCluster(io, connection, introductions, limits)
  const requests = new Requests(introductions, observer, deliver)

  io.on('connection', (socket) => {
    const connection = websockets.connectionOf(socket.conn)
    if (connection?.claim()) requests.serve(socket, connection)
    else if (connection) connection.end('second-socket')
    else socket.conn.close(true)
  })
  server.on('upgrade', websockets.upgrade)

  let closed: Promise<void> | undefined
  const close = (): Promise<void> => {
    server.off('upgrade', websockets.upgrade)
    closed ??= io
      .close()
      .then(() => websockets.streamsClosed())
      .then(() => cluster?.close())
    return closed
  }
  server.once('close', () => void close())
  return {
    respond: (request, response) => websockets.respond(request, response),
    clusterState: () => cluster?.state ?? 'none',
    names: () => introductions.names,
    sockets: () => websockets.size,
    drain: () => websockets.drain(),
    close,
  }
}

type TabServer = SocketServer<ClientEvents, ServerEvents, ProcessEvents>

const deliverBy = (io: TabServer, delivery: Delivery): void => {
  const socket = io.sockets.sockets.get(delivery.to)
  switch (delivery.event) {
    case 'signal:receive':
      socket?.emit(delivery.event, delivery.payload)
      break
    case 'upstream:online':
      socket?.emit(delivery.event, delivery.payload)
      break
    case 'upstream:similar':
      socket?.emit(delivery.event, delivery.payload)
      break
    case 'server:divided':
      socket?.emit(delivery.event, delivery.payload)
      break
    case 'node:replaced':
      socket?.emit(delivery.event)
      socket?.disconnect(true)
      break
    case 'name-lost':
      socket?.disconnect(true)
      break
  }
}
