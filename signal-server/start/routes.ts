import type { IncomingMessage, ServerResponse } from 'node:http'
import { urlBelow } from '../http/base-path.ts'
import { type Page, redirectToFolder, respondWithPage } from '../http/page.ts'
import { type OwnHosts, refuseForeignHost } from '../shared/own-hosts.ts'
import { type ClusterState, readinessOf, respondWithHealth } from '../sockets/health.ts'
import type { Signalling } from '../sockets/signalling.ts'
import { signallingPath } from '../sockets/websockets.ts'
import type { Log } from './log.ts'
import type { Metrics } from './metrics.ts'
import type { Settings } from './settings.ts'

interface RoutesOptions {
  readonly settings: Pick<Settings, 'basePath' | 'metricsToken'>
  readonly page: Page
  readonly ownHosts: OwnHosts
  readonly signalling: Signalling
  readonly clusterState: () => ClusterState
  readonly metrics: Metrics
  readonly log: Log
  readonly onForeignHost: () => void
}

/**
 * Rewrites the request's url as if the page were at `/`. Gives false, and leaves the url, for the base path without the
 * slash at its end.
 */
export const rewriteUrl = (basePath: string, request: IncomingMessage): boolean => {
  const url = urlBelow(basePath, request.url ?? '')
  // A proxy that blocks `/metrics` blocks one spelling: no other spelling may lead there.
  if (url !== undefined && url !== '/metrics') request.url = url
  return url !== undefined
}

/** Which part of the server answers a plain http request. */
export class Routes {
  readonly #options: RoutesOptions
  #isDraining = false

  constructor(options: RoutesOptions) {
    this.#options = options
  }

  /** From now on `/readyz` answers `draining`, and each connection ends with its answer. */
  drain(): void {
    this.#isDraining = true
  }

  respond(request: IncomingMessage, response: ServerResponse): void {
    const { settings, ownHosts, signalling, metrics, onForeignHost } = this.#options
    if (this.#isDraining) response.setHeader('Connection', 'close')
    const isInFolder = rewriteUrl(settings.basePath, request)
    if (!ownHosts.has(request)) {
      // An open tab that asks why it has no websocket gets this as the reason.
      const asksWhy = isInFolder && request.method === 'POST' && request.url?.startsWith(signallingPath)
      if (asksWhy) signalling.respond(request, response)
      else refuseForeignHost(request, response)
      metrics.pageAnswered(response.statusCode)
      onForeignHost()
    } else if (isInFolder) this.#respondInFolder(request, response)
    else redirectToFolder(request, response)
  }

  #respondInFolder(request: IncomingMessage, response: ServerResponse): void {
    const { settings, page, signalling, clusterState, metrics, log } = this.#options
    if (request.url?.startsWith(signallingPath)) return signalling.respond(request, response)
    switch (request.url) {
      case '/healthz':
        respondWithHealth(response, { status: 'ok' })
        break
      case '/readyz':
        respondWithHealth(response, readinessOf(this.#isDraining, clusterState()))
        break
      case '/metrics':
        void metrics.respond(settings.metricsToken, request, response).catch((error: unknown) => {
          log.error({ err: error }, 'the metrics could not be collected')
          response.destroy()
        })
        break
      default:
        respondWithPage(page, request, response)
        metrics.pageAnswered(response.statusCode)
    }
  }
}
