import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { type Socket as EngineSocket, Server as Engine } from 'engine.io'
import { WebSocketServer } from 'ws'
import { createClientAddress } from '../shared/client-address.ts'
import type { SignallingLimits } from '../shared/limits.ts'
import type { SignallingObserver } from '../shared/observer.ts'
import { describeForeignHost, type OwnHosts } from '../shared/own-hosts.ts'
import { protocolLimits } from '../shared/protocol.ts'
import { Admission } from './admission.ts'
import { Connection, endInSteps } from './connection.ts'
import { FrameGate, type GateOptions } from './frame-gate.ts'
import { Handshakes } from './handshakes.ts'
import { respondUpgradeRequired, respondWithHealth } from './health.ts'
import { refuseUpgrade } from './upgrade-refusal.ts'

/** Every request that concerns websockets is below this path. */
export const signallingPath = '/socket.io/'

interface WebsocketsOptions {
  readonly limits: SignallingLimits
  readonly observer: SignallingObserver
  /** Milliseconds, never backwards. */
  readonly now: () => number
  readonly allowedOrigins: readonly string[]
  /** Undefined: any host is the server's own. */
  readonly ownHosts: OwnHosts | undefined
  readonly trustedProxies: readonly string[]
}

/**
 * The websockets of one http server, below Socket.IO: from the request to upgrade to the end of the TCP connection.
 *
 * 1. Only requests below `/socket.io/` are touched, so that another websocket can share the http server.
 * 2. A websocket exists only once it is admitted (`Admission`) and has a gate (`FrameGate`).
 * 3. The server remembers how each handshake arrived, for pages that ask why they have no websocket.
 */
export class Websockets {
  readonly engine: Engine
  readonly #options: WebsocketsOptions
  readonly #admission: Admission
  readonly #handshakes = new Handshakes()
  readonly #gateOptions: GateOptions
  readonly #gates = new WeakMap<Duplex, FrameGate>()
  readonly #connections = new WeakMap<EngineSocket, Connection>()
  readonly #open = new Set<Connection>()
  /** Who listened for the stream's end before Engine.IO had the stream. */
  #closeListeners: readonly unknown[] = []

  constructor(options: WebsocketsOptions) {
    const { limits, observer, now, allowedOrigins, trustedProxies } = options
    this.#options = options
    this.#admission = new Admission(limits, allowedOrigins, createClientAddress(trustedProxies))
    this.#gateOptions = { limits, now, holding: new Set(), onHeldBack: () => observer.socketHeldBack() }
    this.engine = new Engine({
      transports: ['websocket'],
      allowUpgrades: false,
      perMessageDeflate: false,
      // Newer than Engine.IO's own: it bounds the pongs that wait to be read, and keeps no buffer for a silent tab.
      wsEngine: WebSocketServer,
      maxHttpBufferSize: protocolLimits.messageBytes,
      // A tab that vanished without a close is noticed within 30 s; a tab that stalled for 12 s keeps its socket.
      pingInterval: 10_000,
      pingTimeout: 20_000,
      allowRequest: (request, decide) => {
        this.#dropEngineListener(request.socket)
        const refusal = this.#admission.admit(request)
        this.#handshakes.note(request, refusal ? 'refused' : 'admitted')
        if (refusal) observer.socketRefused(refusal)
        decide(refusal, refusal === undefined)
      },
    })
    this.engine.on('connection', (conn: EngineSocket) => this.#connected(conn))
  }

  /** Open websockets. */
  get size(): number {
    return this.#open.size
  }

  connectionOf(conn: EngineSocket): Connection | undefined {
    return this.#connections.get(conn)
  }

  /** A listener for the http server's `upgrade` events. */
  readonly upgrade = (request: IncomingMessage, stream: Duplex, head: Buffer): void => {
    const url = request.url ?? ''
    if (!url.startsWith(signallingPath)) return
    // Newer releases of Node pass a wrapper where the request has a body; no browser's upgrade has a body.
    if (stream !== request.socket) return void request.socket.destroy()
    if (this.#isForeign(request)) {
      this.#options.observer.socketRefused('host-not-allowed')
      refuseUpgrade(stream, '403 Forbidden', describeForeignHost(request.headers.host))
      return
    }
    // A second transport for an existing session. Only long polling needs it, and it would bypass the admission.
    if (new URL(url, 'http://localhost').searchParams.has('sid')) return refuseUpgrade(stream, '400 Bad Request')
    this.#closeListeners = stream.rawListeners('close')
    // Bytes that came with the request go to the gate: the parser must not see them before the gate exists.
    this.engine.handleUpgrade(request, stream, Buffer.alloc(0))
    if (stream.destroyed || stream.listenerCount('data') === 0) return
    const gate = new FrameGate(stream as Socket, this.#gateOptions)
    this.#gates.set(stream, gate)
    if (head.length > 0) gate.receive(head)
  }

  /** Answers a plain request below `/socket.io/`: a handshake that lost its upgrade, or a page that asks for the cause. */
  respond(request: IncomingMessage, response: ServerResponse): void {
    if (request.method === 'POST') {
      const reason = this.#isForeign(request) ? 'host-not-allowed' : this.#admission.refusal(request)
      const seen = this.#handshakes.seen(request)
      respondWithHealth(response, reason ? { status: 'refused', reason, seen } : { status: 'ok', seen })
    } else {
      this.#handshakes.note(request, 'plain')
      respondUpgradeRequired(response)
    }
  }

  /** Admits no further websocket and ends the open ones at random moments. Resolves once each is ended. */
  drain(): Promise<void> {
    this.#admission.close()
    return endInSteps([...this.#open], this.#options.limits)
  }

  /** Resolves once no TCP connection is left; destroys the remaining ones after `closeGraceMs`. */
  streamsClosed(): Promise<void> {
    return this.#admission.drain()
  }

  #isForeign(request: IncomingMessage): boolean {
    return this.#options.ownHosts?.has(request) === false
  }

  #connected(conn: EngineSocket): void {
    const gate = this.#gates.get(conn.request.socket)
    // Without a gate nothing would bound what it sends.
    if (!gate) return conn.close(true)
    const { limits, now, observer } = this.#options
    const address = this.#admission.addressOf(conn.request)
    const connection = new Connection(conn, gate, address, limits, now, observer, () => this.#open.delete(connection))
    this.#connections.set(conn, connection)
    this.#open.add(connection)
  }

  /**
   * Engine.IO has just added a `close` listener to the stream, for middlewares, of which there are none. The listener would
   * keep the whole upgrade request in memory, a tenth of an idle socket's memory. Nobody else has listened since `upgrade`.
   */
  #dropEngineListener(stream: Duplex): void {
    for (const listener of stream.rawListeners('close')) {
      if (!this.#closeListeners.includes(listener)) stream.off('close', listener as () => void)
    }
    this.#closeListeners = []
  }
}
