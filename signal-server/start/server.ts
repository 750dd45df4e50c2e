import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import packageJson from '../../package.json' with { type: 'json' }
import type { Duplex } from 'node:stream'
import { urlBelow } from '../http/base-path.ts'
import { addressGroup } from '../sockets/admission.ts'
import { createClientAddress, createProxyCheck } from '../shared/client-address.ts'
import { type ClusterState, readinessOf, respondWithHealth } from '../sockets/health.ts'
import { HttpAdmission, type HttpRefusal } from '../http/http-admission.ts'
import { type HttpLimits, httpLimits } from '../http/http-limits.ts'
import { signallingLimits } from '../shared/limits.ts'
import { listen } from './listening.ts'
import { createLog, type Log } from './log.ts'
import { Metrics } from './metrics.ts'
import { observeAll } from '../shared/observer.ts'
import { OpenAnswers } from '../http/open-answers.ts'
import { refuseForeignHost } from '../shared/own-hosts.ts'
import { buildOf, type Page, redirectToFolder, respondWithPage } from '../http/page.ts'
import { RequestGate, RequestTurns } from '../http/request-gate.ts'
import { type Settings, signallingOptionsOf } from './settings.ts'
import { attachSignalling } from '../sockets/signalling.ts'
import { signallingPath } from '../sockets/websockets.ts'
import { SignallingLog } from './signalling-log.ts'
import { refuseUpgrade } from '../sockets/upgrade-refusal.ts'

export interface ServerOptions {
  /** Nothing is logged without. */
  readonly log?: Log
  /** Asked for each `/readyz`; the signalling's own by default. */
  readonly clusterState?: () => ClusterState
  readonly limits?: Partial<HttpLimits>
}

export interface RunningServer {
  readonly port: number
  /**
   * Ends gracefully: nobody is let in any more, `/readyz` says so, tabs are ended at random moments and answers sent to
   * their ends. Resolves within 8 s at the latest. Tabs keep their links, and come back by themselves.
   */
  drain(): Promise<void>
  /** Ends every connection within a second. */
  close(): Promise<void>
}

const createLimitedServer = (limits: HttpLimits): Server => {
  const server = createServer({
    headersTimeout: limits.headersMs,
    requestTimeout: limits.requestMs,
    connectionsCheckingInterval: limits.checkMs,
    keepAliveTimeout: limits.keepAliveMs,
    maxHeaderSize: limits.headerBytes,
  })
  // An upgraded connection is out of its reach.
  server.setTimeout(limits.idleMs)
  server.maxRequestsPerSocket = limits.requestsPerConnection
  // Room for every websocket, and as much again for requests of the page.
  server.maxConnections = 2 * signallingLimits.sockets
  return server
}

/** Answers a client that has too many answers to read. */
const refuseBusy = (response: ServerResponse): void => {
  response.writeHead(503, { 'Content-Type': 'text/plain; charset=utf-8', 'Retry-After': '5', Connection: 'close' })
  response.end('Too many answers are on their way. Try again in some seconds.\n')
}

/** Serves the page and the signalling on one port. Rejects with Node's error if it can't listen. */
export const startServer = async (
  settings: Settings,
  page: Page,
  { log = createLog('silent'), ...options }: ServerOptions = {},
): Promise<RunningServer> => {
  const limits = { ...httpLimits, ...options.limits }
  const server = createLimitedServer(limits)
  const signallingLog = new SignallingLog(log)
  const load = () => ({
    sockets: signalling.sockets(),
    names: signalling.names(),
    isDegraded: clusterState() === 'down',
  })
  const metrics = new Metrics(load, { version: packageJson.version, build: buildOf(page) })
  /** From here on its url is as if the page were at `/`. False: it asks for the base path without the slash at its end. */
  const route = (request: IncomingMessage): boolean => {
    const url = urlBelow(settings.basePath, request.url ?? '')
    // A proxy's rule that keeps `/metrics` to itself has to do for every way to write it.
    if (url !== undefined && url !== '/metrics') request.url = url
    return url !== undefined
  }
  const refused = (reason: HttpRefusal): void => {
    metrics.httpRefused(reason)
    signallingLog.requestRefused(reason)
  }
  const clientAddress = createClientAddress(settings.trustedProxies)
  // Where more tabs than usual may be behind one address, they load the page from there, too.
  const scale = Math.max(1, settings.maxSocketsPerAddress / signallingLimits.socketsPerAddress)
  const admission = new HttpAdmission(
    {
      answers: limits.answers,
      answersPerAddress: scale * limits.answersPerAddress,
      connectionsPerAddress: settings.maxSocketsPerAddress + scale * limits.pageConnectionsPerAddress,
    },
    createProxyCheck(settings.trustedProxies),
    (request) => addressGroup(clientAddress(request)),
  )
  const gates = new WeakMap<Duplex, RequestGate>()
  const turns = new RequestTurns()
  server.on('connection', (stream) => {
    const cut = (reason: HttpRefusal): void => {
      if (stream.destroyed) return
      refused(reason)
      stream.destroy()
    }
    const reason = admission.connected(stream)
    if (reason) cut(reason)
    else {
      const client = addressGroup(stream.remoteAddress ?? '')
      gates.set(stream, new RequestGate(stream, client, turns, () => cut('too-far-ahead')))
    }
  })
  server.on('upgrade', ({ socket }) => {
    gates.get(socket)?.release()
    gates.delete(socket)
  })
  // Before the signalling listens, which looks at the url as well.
  server.on('upgrade', route)
  const signallingOptions = signallingOptionsOf(settings)
  const signalling = attachSignalling(server, {
    ...signallingOptions,
    build: buildOf(page),
    observer: observeAll([metrics, signallingLog]),
  })
  const clusterState = options.clusterState ?? (() => signalling.clusterState())
  const answers = new OpenAnswers()
  let isDraining = false

  const respond = (request: IncomingMessage, response: ServerResponse): void => {
    if (request.url?.startsWith(signallingPath)) {
      signalling.respond(request, response)
      return
    }
    switch (request.url) {
      case '/healthz':
        respondWithHealth(response, { status: 'ok' })
        break
      case '/readyz':
        respondWithHealth(response, readinessOf(isDraining, clusterState()))
        break
      case '/metrics':
        void metrics.respond(settings.metricsToken, request, response).catch((error: unknown) => {
          log.error({ err: error }, 'no metrics')
          response.destroy()
        })
        break
      default:
        respondWithPage(page, request, response)
        metrics.pageAnswered(response.statusCode)
    }
  }
  server.on('request', (request, response) => {
    // A second request of a connection whose first is unanswered: Node would never say that its answer is closed.
    if (response.socket === null) {
      refused('too-far-ahead')
      request.socket.destroy()
      return
    }
    answers.add(response)
    gates.get(request.socket)?.opened(response)
    const reason = admission.opened(request, response)
    const timer = setTimeout(() => {
      refused('unread-answer')
      request.socket.destroy()
    }, limits.answerMs).unref()
    response.on('close', () => clearTimeout(timer))
    if (reason) {
      refused(reason)
      refuseBusy(response)
      metrics.pageAnswered(response.statusCode)
      return
    }
    if (isDraining) response.setHeader('Connection', 'close')
    const isRouted = route(request)
    if (!signallingOptions.ownHosts.has(request)) {
      // An open tab that asks why it gets no websocket is told so.
      const asksWhy = isRouted && request.method === 'POST' && request.url?.startsWith(signallingPath)
      if (asksWhy) signalling.respond(request, response)
      else refuseForeignHost(request, response)
      metrics.pageAnswered(response.statusCode)
      signallingLog.requestRefused('host-not-allowed')
    } else if (isRouted) respond(request, response)
    else redirectToFolder(request, response)
  })
  server.on('upgrade', (request, stream) => {
    if (!request.url?.startsWith(signallingPath)) refuseUpgrade(stream, '404 Not Found')
  })

  const listening = await listen(server, settings)
  // An accept that fails, for want of file descriptors, costs one visitor; without a listener it would cost them all.
  server.on('error', (error: NodeJS.ErrnoException) => signallingLog.acceptFailed(error.code ?? error.name))

  let stopped: Promise<void> | undefined
  const stopListening = (): Promise<void> => (stopped ??= listening.stop())
  const close = async (): Promise<void> => {
    const closed = stopListening()
    await signalling.close()
    server.closeAllConnections()
    await closed
    signallingLog.flush()
  }
  const drain = async (): Promise<void> => {
    isDraining = true
    log.info({ sockets: signalling.sockets(), names: signalling.names() }, 'draining')
    await signalling.drain()
    void stopListening()
    await answers.sent(limits.answersMs)
    await close()
    log.info('drained')
  }
  return { port: listening.port, drain, close }
}
