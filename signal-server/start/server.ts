import packageJson from '../../package.json' with { type: 'json' }
import { BoundedServer } from '../http/bounded-server.ts'
import type { HttpRefusal } from '../http/http-admission.ts'
import { type HttpLimits, httpLimits } from '../http/http-limits.ts'
import { buildOf, type Page } from '../http/page.ts'
import { observeAll } from '../shared/observer.ts'
import type { ClusterState } from '../sockets/health.ts'
import { attachSignalling } from '../sockets/signalling.ts'
import { refuseUpgrade } from '../sockets/upgrade-refusal.ts'
import { signallingPath } from '../sockets/websockets.ts'
import { listen } from './listening.ts'
import { createLog, type Log } from './log.ts'
import { Metrics } from './metrics.ts'
import { rewriteUrl, Routes } from './routes.ts'
import { type Settings, signallingOptionsOf } from './settings.ts'
import { SignallingLog } from './signalling-log.ts'

export interface ServerOptions {
  /** Without it nothing is logged. */
  readonly log?: Log
  /** Called for each `/readyz`; the signalling's own by default. */
  readonly clusterState?: () => ClusterState
  readonly limits?: Partial<HttpLimits>
}

export interface RunningServer {
  readonly port: number
  /**
   * Ends gracefully: admits nobody, answers `draining` at `/readyz`, ends the tabs' websockets at random moments and sends
   * open answers to their ends. Resolves within 8 s. Tabs keep their links, and reconnect by themselves.
   */
  drain(): Promise<void>
  /** Ends every connection within a second. */
  close(): Promise<void>
}

/** Serves the page and the signalling on one port. Rejects with Node's error if it can't listen. */
export const startServer = async (
  settings: Settings,
  page: Page,
  { log = createLog('silent'), ...options }: ServerOptions = {},
): Promise<RunningServer> => {
  const signallingLog = new SignallingLog(log)
  const clusterState = options.clusterState ?? (() => signalling.clusterState())
  const load = () => ({
    sockets: signalling.sockets(),
    names: signalling.names(),
    isDegraded: clusterState() === 'down',
  })
  const build = buildOf(page)
  const metrics = new Metrics(load, { version: packageJson.version, build })
  const onRefused = (reason: HttpRefusal): void => {
    metrics.httpRefused(reason)
    signallingLog.requestRefused(reason)
    // The only refusal that is an answer: the others cut the connection.
    if (reason === 'too-many-answers') metrics.pageAnswered(503)
  }
  const server = new BoundedServer({
    ...settings,
    limits: { ...httpLimits, ...options.limits },
    onRefused,
    respond: (request, response) => routes.respond(request, response),
  })
  const { http } = server
  // Before the signalling listens, which reads the url too.
  http.on('upgrade', (request) => rewriteUrl(settings.basePath, request))
  const signallingOptions = signallingOptionsOf(settings)
  const observer = observeAll([metrics, signallingLog])
  const signalling = attachSignalling(http, { ...signallingOptions, build, observer })
  http.on('upgrade', (request, stream) => {
    if (!request.url?.startsWith(signallingPath)) refuseUpgrade(stream, '404 Not Found')
  })
  const { ownHosts } = signallingOptions
  const onForeignHost = (): void => signallingLog.requestRefused('host-not-allowed')
  const routes = new Routes({ settings, page, ownHosts, signalling, clusterState, metrics, log, onForeignHost })

  const listening = await listen(http, settings)
  // A failed accept, for want of file descriptors, costs one visitor; an `error` without a listener would end the process.
  http.on('error', (error: NodeJS.ErrnoException) => signallingLog.acceptFailed(error.code ?? error.name))

  let stopped: Promise<void> | undefined
  const stopListening = (): Promise<void> => (stopped ??= listening.stop())
  const close = async (): Promise<void> => {
    const closed = stopListening()
    await signalling.close()
    http.closeAllConnections()
    await closed
    signallingLog.flush()
  }
  const drain = async (): Promise<void> => {
    routes.drain()
    log.info({ sockets: signalling.sockets(), names: signalling.names() }, 'draining')
    await signalling.drain()
    void stopListening()
    await server.answersSent()
    await close()
    log.info('drained')
  }
  return { port: listening.port, drain, close }
}
