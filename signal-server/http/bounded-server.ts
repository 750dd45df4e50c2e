import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { addressGroup } from '../sockets/admission.ts'
import { createClientAddress, createProxyCheck } from '../shared/client-address.ts'
import { signallingLimits } from '../shared/limits.ts'
import { HttpAdmission, type HttpRefusal } from './http-admission.ts'
import type { HttpLimits } from './http-limits.ts'
import { RequestGate, RequestTurns } from './request-gate.ts'

interface BoundedServerOptions {
  readonly limits: HttpLimits
  readonly maxSocketsPerAddress: number
  readonly trustedProxies: readonly string[]
  readonly onRefused: (reason: HttpRefusal) => void
  /** Answers a request that is within the limits. */
  readonly respond: (request: IncomingMessage, response: ServerResponse) => void
}

/**
 * An http server that bounds what one client, and all clients together, can make it do.
 *
 * 1. A connection above the limit of its address is cut at once.
 * 2. The parser gets the requests of a connection one at a time (`RequestGate`).
 * 3. An answer counts until its last byte is sent; above the limit the answer is 503. An answer that is not read in time
 *    is cut.
 */
export class BoundedServer {
  readonly http: Server
  readonly #options: BoundedServerOptions
  readonly #admission: HttpAdmission
  readonly #gates = new WeakMap<Socket, RequestGate>()
  readonly #turns = new RequestTurns()
  readonly #answers = new OpenAnswers()

  constructor(options: BoundedServerOptions) {
    const { limits, maxSocketsPerAddress, trustedProxies } = options
    this.#options = options
    const clientAddress = createClientAddress(trustedProxies)
    // More tabs than usual behind one address also load the page from there.
    const scale = Math.max(1, maxSocketsPerAddress / signallingLimits.socketsPerAddress)
    this.#admission = new HttpAdmission(
      {
        answers: limits.answers,
        answersPerAddress: scale * limits.answersPerAddress,
        connectionsPerAddress: maxSocketsPerAddress + scale * limits.pageConnectionsPerAddress,
      },
      createProxyCheck(trustedProxies),
      (request) => addressGroup(clientAddress(request)),
    )
    this.http = createLimitedServer(limits)
    this.http.on('connection', (stream) => this.#connected(stream))
    this.http.on('upgrade', ({ socket }) => {
      this.#gates.get(socket)?.release()
      this.#gates.delete(socket)
    })
    this.http.on('request', (request, response) => this.#requested(request, response))
  }

  /** Resolves once every answer is sent, or after `answersMs`. */
  answersSent(): Promise<void> {
    return this.#answers.sent(this.#options.limits.answersMs)
  }

  #connected(stream: Socket): void {
    const reason = this.#admission.connected(stream)
    if (reason) return this.#cut(stream, reason)
    const client = addressGroup(stream.remoteAddress ?? '')
    const gate = new RequestGate(stream, client, this.#turns, () => this.#cut(stream, 'too-far-ahead'))
    this.#gates.set(stream, gate)
  }

  #requested(request: IncomingMessage, response: ServerResponse): void {
    const { limits, onRefused, respond } = this.#options
    // A second request of a connection whose first is unanswered: Node would never report that its answer is closed.
    if (response.socket === null) return this.#cut(request.socket, 'too-far-ahead')
    this.#answers.add(response)
    this.#gates.get(request.socket)?.opened(response)
    const reason = this.#admission.opened(request, response)
    const timer = setTimeout(() => this.#cut(request.socket, 'unread-answer'), limits.answerMs).unref()
    response.on('close', () => clearTimeout(timer))
    if (reason) {
      onRefused(reason)
      refuseBusy(response)
    } else respond(request, response)
  }

  #cut(stream: Socket, reason: HttpRefusal): void {
    if (stream.destroyed) return
    this.#options.onRefused(reason)
    stream.destroy()
  }
}

const createLimitedServer = (limits: HttpLimits): Server => {
  const server = createServer({
    headersTimeout: limits.headersMs,
    requestTimeout: limits.requestMs,
    connectionsCheckingInterval: limits.checkMs,
    keepAliveTimeout: limits.keepAliveMs,
    maxHeaderSize: limits.headerBytes,
  })
  // It does not reach an upgraded connection.
  server.setTimeout(limits.idleMs)
  server.maxRequestsPerSocket = limits.requestsPerConnection
  // Room for every websocket, and as much again for requests of the page.
  server.maxConnections = 2 * signallingLimits.sockets
  return server
}

/** Answers a client that has too many unread answers. */
const refuseBusy = (response: ServerResponse): void => {
  response.writeHead(503, { 'Content-Type': 'text/plain; charset=utf-8', 'Retry-After': '5', Connection: 'close' })
  response.end('Too many answers are on their way. Try again in some seconds.\n')
}

/**
 * Answers that are not sent in full yet. Node's own `close()` treats an answer as sent once its last byte is buffered, and
 * so cuts off slow readers.
 */
class OpenAnswers {
  readonly #open = new Set<ServerResponse>()
  #onEmpty: (() => void) | undefined

  add(response: ServerResponse): void {
    this.#open.add(response)
    response.once('close', () => {
      this.#open.delete(response)
      if (this.#open.size === 0) this.#onEmpty?.()
    })
  }

  /** Resolves once every answer is sent, or after `withinMs`. */
  async sent(withinMs: number): Promise<void> {
    if (this.#open.size === 0) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, withinMs)
      this.#onEmpty = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}
