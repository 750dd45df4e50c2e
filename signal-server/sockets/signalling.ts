import type { IncomingMessage, Server as HttpServer, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { type Socket as EngineSocket, Server as Engine } from 'engine.io'
import { Server as SocketServer } from 'socket.io'
import { WebSocketServer } from 'ws'
import { AccessTokens } from '../introductions/access-tokens.ts'
import { Admission } from './admission.ts'
import { createClientAddress } from '../shared/client-address.ts'
import { joinCluster, type ProcessEvents } from './join-cluster.ts'
import { RedisConnection } from '../cluster/redis-connection.ts'
import { Connection, endInSteps } from './connection.ts'
import { FrameGate, type GateOptions } from './frame-gate.ts'
import { Handshakes } from './handshakes.ts'
import { respondUpgradeRequired, respondWithHealth } from './health.ts'
import { Introductions } from '../introductions/introductions.ts'
import { IceServers, type TurnOptions } from '../introductions/ice-servers.ts'
import { type SignallingLimits, signallingLimits } from '../shared/limits.ts'
import { type SignallingObserver, silentObserver } from '../shared/observer.ts'
import type { Delivery } from '../introductions/outcome.ts'
import { describeForeignHost, type OwnHosts } from '../shared/own-hosts.ts'
import { type ClientEvents, type IceServer, protocolLimits, type ServerEvents } from '../shared/protocol.ts'
import { Requests } from './requests.ts'
import { SharedRates } from '../introductions/shared-rates.ts'
import { UpgradeListeners } from './upgrade-listeners.ts'
import { refuseUpgrade } from './upgrade-refusal.ts'

export interface SignallingOptions {
  /** Origins of pages that are served from elsewhere, such as `https://example.org`. */
  readonly allowedOrigins?: readonly string[]
  /** The hosts that a websocket may be asked of; without them any. */
  readonly ownHosts?: OwnHosts | undefined
  /** Proxies whose word on the client's address counts; see `createClientAddress`. */
  readonly trustedProxies?: readonly string[]
  /** By network, `*` for every other; without them everybody may join any network. */
  readonly accessTokens?: ReadonlyMap<string, string>
  /** A Redis by which several processes act as one, such as `redis://localhost:6379`. */
  readonly redisUrl?: string | undefined
  /** STUN and TURN servers that registered nodes are told of, as they are; at most one less than the protocol's limit. */
  readonly iceServers?: readonly IceServer[]
  /** A TURN server for which each node gets a credential of its own, which does not last. */
  readonly turn?: TurnOptions | undefined
  /** Which build of the page is served beside it (`build-id.ts`). */
  readonly build?: string | undefined
  readonly limits?: Partial<SignallingLimits>
  readonly observer?: SignallingObserver
  /** Milliseconds, never backwards. */
  readonly now?: () => number
  /** Milliseconds since 1970: when a credential ends is told on the TURN server's clock. */
  readonly wallClock?: () => number
}

export interface Signalling {
  /** Answers a plain request below `/socket.io/`: a handshake that lost its upgrade, or a page that asks why it gets none. */
  respond(request: IncomingMessage, response: ServerResponse): void
  /** Whether the other processes of the cluster can be reached; `none` without a cluster. */
  clusterState(): 'none' | 'up' | 'down'
  /** Registered nodes of this process. */
  names(): number
  /** Open websockets of this process. */
  sockets(): number
  /** Lets nobody in any more and ends all connections, not all at one moment. Resolves when the last was told. */
  drain(): Promise<void>
  /** Ends every connection and leaves the http server as it was. Tabs come back by themselves. */
  close(): Promise<void>
}

/** Below it is all that concerns websockets. */
export const signallingPath = '/socket.io/'

/**
 * Puts the signalling on any http server. Only upgrades below `/socket.io/` are touched, so that another websocket,
 * such as the one of Vite's hot reload, can share the server.
 */
export const attachSignalling = (server: HttpServer, options: SignallingOptions = {}): Signalling => {
  const limits = { ...signallingLimits, ...options.limits }
  const observer = options.observer ?? silentObserver
  const now = options.now ?? (() => performance.now())
  const admission = new Admission(
    limits,
    options.allowedOrigins ?? [],
    createClientAddress(options.trustedProxies ?? []),
  )
  const connections = new WeakMap<EngineSocket, Connection>()
  const open = new Set<Connection>()
  const upgradeListeners = new UpgradeListeners()
  const handshakes = new Handshakes()
  const gates = new WeakMap<Duplex, FrameGate>()
  const gateOptions: GateOptions = { limits, now, holding: new Set(), onHeldBack: () => observer.socketHeldBack() }

  const engine = new Engine({
    transports: ['websocket'],
    allowUpgrades: false,
    perMessageDeflate: false,
    // Newer than Engine.IO's own: it bounds the pongs that wait to be read, and keeps no buffer of a silent tab.
    wsEngine: WebSocketServer,
    maxHttpBufferSize: protocolLimits.messageBytes,
    // A tab that vanished without a close is noticed within 30 s; one that stalled for 12 s keeps its socket.
    pingInterval: 10_000,
    pingTimeout: 20_000,
    allowRequest: (request, decide) => {
      upgradeListeners.release(request.socket)
      const refusal = admission.admit(request)
      handshakes.note(request, refusal ? 'refused' : 'admitted')
      if (refusal) observer.socketRefused(refusal)
      decide(refusal, refusal === undefined)
    },
  })
  const io = new SocketServer<ClientEvents, ServerEvents, ProcessEvents>({ serveClient: false })
  // Bound, not attached: an attached Socket.IO takes over all requests, and closes the http server with itself.
  io.bind(engine)
  engine.on('connection', (conn: EngineSocket) => {
    const address = admission.addressOf(conn.request)
    const gate = gates.get(conn.request.socket)
    // Nobody would bound what it sends.
    if (!gate) return conn.close(true)
    const connection = new Connection(conn, gate, address, limits, now, observer, () => open.delete(connection))
    connections.set(conn, connection)
    open.add(connection)
  })

  const deliver = (delivery: Delivery): void => {
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

  const connection = options.redisUrl === undefined ? undefined : new RedisConnection(options.redisUrl)
  const introductions = new Introductions({
    limits,
    now,
    rates: new SharedRates(
      limits,
      connection && {
        redis: connection.commands,
        ask: async (question) => cluster?.ask(question),
      },
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
  const cluster = connection && joinCluster(io, connection, introductions, limits, observer)
  const requests = new Requests(introductions, observer, deliver)

  io.on('connection', (socket) => {
    const connection = connections.get(socket.conn)
    if (connection?.claim()) requests.serve(socket, connection)
    else if (connection) connection.end('second-socket')
    else socket.conn.close(true)
  })

  const onUpgrade = (request: IncomingMessage, stream: Duplex, head: Buffer): void => {
    const url = request.url ?? ''
    if (!url.startsWith(signallingPath)) return
    // Newer releases of Node hand over a wrapper where the request has a body; no browser's upgrade has one.
    if (stream !== request.socket) return void request.socket.destroy()
    if (options.ownHosts?.has(request) === false) {
      observer.socketRefused('host-not-allowed')
      refuseUpgrade(stream, '403 Forbidden', describeForeignHost(request.headers.host))
      return
    }
    // A second transport for a session that exists: only long polling needs it, and it would pass by the admission.
    if (new URL(url, 'http://localhost').searchParams.has('sid')) refuseUpgrade(stream, '400 Bad Request')
    else {
      upgradeListeners.note(stream)
      // The gate gets what came with the request: it must not reach the parser before the gate stands.
      engine.handleUpgrade(request, stream, Buffer.alloc(0))
      if (stream.destroyed || stream.listenerCount('data') === 0) return
      const gate = new FrameGate(stream as Socket, gateOptions)
      gates.set(stream, gate)
      if (head.length > 0) gate.receive(head)
    }
  }
  server.on('upgrade', onUpgrade)

  let closed: Promise<void> | undefined
  const close = (): Promise<void> => {
    server.off('upgrade', onUpgrade)
    closed ??= io
      .close()
      .then(() => admission.drain())
      .then(() => cluster?.close())
    return closed
  }
  server.once('close', () => void close())
  const drain = (): Promise<void> => {
    admission.close()
    return endInSteps([...open], limits)
  }
  return {
    respond: (request, response) => {
      if (request.method === 'POST') {
        const isForeign = options.ownHosts?.has(request) === false
        const reason = isForeign ? 'host-not-allowed' : admission.refusal(request)
        const seen = handshakes.seen(request)
        respondWithHealth(response, reason ? { status: 'refused', reason, seen } : { status: 'ok', seen })
      } else {
        handshakes.note(request, 'plain')
        respondUpgradeRequired(response)
      }
    },
    clusterState: () => cluster?.state ?? 'none',
    names: () => introductions.names,
    sockets: () => open.size,
    drain,
    close,
  }
}
