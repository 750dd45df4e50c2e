import type { IncomingMessage, Server as HttpServer } from 'node:http'
import type { Duplex } from 'node:stream'
import { type Socket as EngineSocket, Server as Engine } from 'engine.io'
import { Server as SocketServer, type Socket } from 'socket.io'
import { Admission } from './admission.ts'
import { Connection } from './connection.ts'
import { type Delivery, Introductions, type Outcome } from './introductions.ts'
import { type SignallingLimits, signallingLimits } from './limits.ts'
import { type SignallingObserver, silentObserver } from './observer.ts'
import {
  type Answer,
  type ClientEvents,
  protocolLimits,
  type RegisterRefusal,
  type ServerEvents,
  type SignalRefusal,
  type SocketRefusal,
} from './protocol.ts'
import { refuseUpgrade } from './upgrade-refusal.ts'

export interface SignallingOptions {
  /** Origins of pages that are served from elsewhere, such as `https://example.org`. */
  readonly allowedOrigins?: readonly string[]
  readonly limits?: Partial<SignallingLimits>
  readonly observer?: SignallingObserver
  /** Milliseconds, never backwards. */
  readonly now?: () => number
}

export interface Signalling {
  /** Why a websocket of the page that sends this request would not be admitted now. */
  socketRefusal(request: IncomingMessage): SocketRefusal | undefined
  /** Ends every connection and leaves the http server as it was. Tabs come back by themselves. */
  close(): Promise<void>
}

type TabSocket = Socket<ClientEvents, ServerEvents>

const path = '/socket.io/'

/** Refusals that a node meets that does all it should. Every other one counts as a fault. */
const honestRefusals: ReadonlySet<string> = new Set<RegisterRefusal | SignalRefusal>([
  'name-taken',
  'server-full',
  'upstream-offline',
  'unknown-attempt',
  // Of an upstream that is asked too often by all together. Too many of one's own are counted where they are refused.
  'too-many-requests',
])

const isRequest = ([event, ...args]: readonly unknown[]): boolean =>
  (event === 'node:register' || event === 'signal:send') && args.length === 2 && typeof args[1] === 'function'

/**
 * Puts the signalling on any http server. Only upgrades below `/socket.io/` are touched, so that another websocket,
 * such as the one of Vite's hot reload, can share the server.
 */
export const attachSignalling = (server: HttpServer, options: SignallingOptions = {}): Signalling => {
  const limits = { ...signallingLimits, ...options.limits }
  const observer = options.observer ?? silentObserver
  const now = options.now ?? (() => performance.now())
  const admission = new Admission(limits, options.allowedOrigins ?? [])
  const introductions = new Introductions(limits, now)
  const connections = new WeakMap<EngineSocket, Connection>()

  const engine = new Engine({
    transports: ['websocket'],
    allowUpgrades: false,
    perMessageDeflate: false,
    maxHttpBufferSize: protocolLimits.messageBytes,
    // A tab that vanished without a close is noticed within 30 s; one that stalled for 12 s keeps its socket.
    pingInterval: 10_000,
    pingTimeout: 20_000,
    allowRequest: (request, decide) => {
      const refusal = admission.admit(request)
      if (refusal) observer.socketRefused(refusal)
      decide(refusal, refusal === undefined)
    },
  })
  const io = new SocketServer<ClientEvents, ServerEvents>({ serveClient: false })
  // Bound, not attached: an attached Socket.IO takes over all requests, and closes the http server with itself.
  io.bind(engine)
  engine.on('connection', (conn: EngineSocket) => connections.set(conn, new Connection(conn, limits, now, observer)))

  const deliver = (delivery: Delivery): void => {
    const socket = io.sockets.sockets.get(delivery.to)
    switch (delivery.event) {
      case 'signal:receive':
        socket?.emit(delivery.event, delivery.payload)
        break
      case 'upstream:online':
        socket?.emit(delivery.event, delivery.payload)
        break
      case 'node:replaced':
        socket?.emit(delivery.event)
        socket?.disconnect(true)
        break
    }
  }

  const conclude = <Reason extends RegisterRefusal | SignalRefusal>(
    { answer, deliveries }: Outcome<Reason>,
    acknowledge: (answer: Answer<Reason>) => void,
    connection: Connection,
    event: keyof ClientEvents,
  ): void => {
    acknowledge(answer)
    observer.answered(event, answer.ok ? undefined : answer.reason)
    if (!answer.ok && !honestRefusals.has(answer.reason)) connection.countFault()
    for (const delivery of deliveries) deliver(delivery)
  }

  const refuseTooMany = (
    event: keyof ClientEvents,
    acknowledge: (answer: { ok: false; reason: 'too-many-requests' }) => void,
    connection: Connection,
  ): void => {
    acknowledge({ ok: false, reason: 'too-many-requests' })
    observer.answered(event, 'too-many-requests')
    connection.countFault()
  }

  const serve = (socket: TabSocket, connection: Connection): void => {
    socket.use((event, next) => (isRequest(event) ? next() : connection.end('unknown-event')))
    socket.on('node:register', (payload: unknown, acknowledge) => {
      if (!connection.allows('node:register')) {
        refuseTooMany('node:register', acknowledge, connection)
        return
      }
      const outcome = introductions.register(socket.id, payload)
      if (outcome.answer.ok) connection.registered()
      else if (outcome.answer.reason === 'name-taken') connection.awaitRegistration()
      conclude(outcome, acknowledge, connection, 'node:register')
    })
    socket.on('signal:send', (payload: unknown, acknowledge) => {
      if (!connection.allows('signal:send')) {
        refuseTooMany('signal:send', acknowledge, connection)
        return
      }
      conclude(introductions.signal(socket.id, payload), acknowledge, connection, 'signal:send')
    })
    socket.once('disconnect', () => {
      introductions.leave(socket.id)
      connection.finish()
    })
  }

  io.on('connection', (socket) => {
    const connection = connections.get(socket.conn)
    if (connection?.claim()) serve(socket, connection)
    else if (connection) connection.end('second-socket')
    else socket.conn.close(true)
  })

  const onUpgrade = (request: IncomingMessage, stream: Duplex, head: Buffer): void => {
    const url = request.url ?? ''
    if (!url.startsWith(path)) return
    // A second transport for a session that exists: only long polling needs it, and it would pass by the admission.
    if (new URL(url, 'http://localhost').searchParams.has('sid')) refuseUpgrade(stream, '400 Bad Request')
    else engine.handleUpgrade(request, stream, head)
  }
  server.on('upgrade', onUpgrade)

  let closed: Promise<void> | undefined
  const close = (): Promise<void> => {
    server.off('upgrade', onUpgrade)
    closed ??= io.close().then(() => admission.drain())
    return closed
  }
  server.once('close', () => void close())
  return { socketRefusal: (request) => admission.refusal(request), close }
}
