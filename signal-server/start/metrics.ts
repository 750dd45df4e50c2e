import { timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client'
import { type HttpRefusal, httpRefusals } from '../http/http-admission.ts'
import { connectionEnds, type ConnectionEnd, type SignallingObserver } from '../shared/observer.ts'
import {
  type ClientEvents,
  registerRefusals,
  renewRefusals,
  type RegisterRefusal,
  signalRefusals,
  type SignalRefusal,
} from '../shared/protocol.ts'
import { socketRefusals, type SocketRefusal } from '../shared/socket-health.ts'
import { secretDigest } from '../introductions/access-tokens.ts'

/** The current load, read for each request of the metrics. */
export interface Load {
  readonly sockets: number
  readonly names: number
  /** The other processes of the cluster are out of reach. */
  readonly isDegraded: boolean
}

/** Which software runs, for a person who compares two deployments. */
export interface BuildInfo {
  readonly version: string
  /** Undefined if the page has no build id. */
  readonly build: string | undefined
}

/**
 * Upper bounds in seconds. An introduction on one machine takes some 10 ms, mostly in the browsers; across the world and a
 * cluster, a second. After 15 s the dialling tab has given up.
 */
const introductionBuckets = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15]

/**
 * Counts what the server does, for Prometheus. Every label has a fixed set of values, each of them 0 from the start, so that
 * a rate is right from its first event and strangers can't create new series.
 */
export class Metrics implements Partial<SignallingObserver> {
  readonly #registry = new Registry()
  readonly #socketsRefused: Counter<'reason'>
  readonly #socketsHeldBack: Counter
  readonly #connectionsEnded: Counter<'reason'>
  readonly #refusals: Counter<'event' | 'reason'>
  readonly #granted: { readonly [Event in keyof ClientEvents]: Counter }
  readonly #pageRequests: Counter<'status'>
  readonly #introductions: Histogram
  readonly #httpRefused: Counter<'reason'>

  constructor(load: () => Load, { version, build }: BuildInfo) {
    const registers = [this.#registry]
    collectDefaultMetrics({ register: this.#registry })
    const gauge = (name: string, help: string, value: () => number): Gauge =>
      new Gauge({
        name,
        help,
        registers,
        collect() {
          this.set(value())
        },
      })
    gauge('grapevine_sockets', 'Open websockets.', () => load().sockets)
    gauge('grapevine_registered_names', 'Names that are registered now.', () => load().names)
    gauge('grapevine_degraded', '1 while other processes are out of reach.', () => Number(load().isDegraded))

    new Gauge({
      name: 'grapevine_build_info',
      help: 'Always 1; the labels show which software runs.',
      labelNames: ['version', 'build', 'node'],
      registers,
    }).set({ version, build: build ?? 'none', node: process.version }, 1)
    this.#introductions = new Histogram({
      name: 'grapevine_introduction_seconds',
      help: 'From the offer of a tab of this process to the answer.',
      buckets: introductionBuckets,
      registers,
    })

    const counter = <Label extends string>(name: string, help: string, ...labelNames: Label[]): Counter<Label> =>
      new Counter({ name, help, labelNames, registers })
    this.#socketsRefused = counter('grapevine_sockets_refused_total', 'Websockets that were not admitted.', 'reason')
    for (const reason of socketRefusals) this.#socketsRefused.inc({ reason }, 0)
    this.#socketsHeldBack = counter(
      'grapevine_sockets_held_back_total',
      'Times that a websocket was not read for a while, because it exceeded its rate.',
    )
    this.#connectionsEnded = counter(
      'grapevine_connections_ended_total',
      'Websockets that the server ended because of what they did.',
      'reason',
    )
    for (const reason of connectionEnds) this.#connectionsEnded.inc({ reason }, 0)
    this.#refusals = counter('grapevine_refusals_total', 'Requests of tabs that were refused.', 'event', 'reason')
    for (const reason of registerRefusals) this.#refusals.inc({ event: 'node:register', reason }, 0)
    for (const reason of signalRefusals) this.#refusals.inc({ event: 'signal:send', reason }, 0)
    for (const reason of renewRefusals) this.#refusals.inc({ event: 'ice:renew', reason }, 0)
    this.#granted = {
      'node:register': counter('grapevine_registrations_total', 'Registrations that were granted.'),
      'signal:send': counter('grapevine_signals_total', 'Signals that were passed on.'),
      'ice:renew': counter('grapevine_ice_renewals_total', 'TURN credentials that were renewed.'),
    }
    this.#httpRefused = counter(
      'grapevine_http_refused_total',
      'Connections and requests of plain http that were refused, and answers that were cut.',
      'reason',
    )
    for (const reason of httpRefusals) this.#httpRefused.inc({ reason }, 0)
    this.#pageRequests = counter('grapevine_page_requests_total', 'Requests of the page and its files.', 'status')
    for (const status of [200, 304, 403, 404, 405, 503]) this.#pageRequests.inc({ status }, 0)
  }

  socketRefused(reason: SocketRefusal): void {
    this.#socketsRefused.inc({ reason })
  }

  socketHeldBack(): void {
    this.#socketsHeldBack.inc()
  }

  socketClosed(end: ConnectionEnd | undefined): void {
    if (end) this.#connectionsEnded.inc({ reason: end })
  }

  answered(event: keyof ClientEvents, refusal: RegisterRefusal | SignalRefusal | undefined): void {
    if (refusal) this.#refusals.inc({ event, reason: refusal })
    else this.#granted[event].inc()
  }

  introduced(ms: number): void {
    this.#introductions.observe(ms / 1_000)
  }

  pageAnswered(status: number): void {
    this.#pageRequests.inc({ status })
  }

  httpRefused(reason: HttpRefusal): void {
    this.#httpRefused.inc({ reason })
  }

  /**
   * Answers requests with the token. If no token is set, the answer is 404: behind a proxy every request comes from this
   * machine, so an address could not tell the operator from the internet.
   */
  async respond(token: string | undefined, request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader('Cache-Control', 'no-store')
    response.setHeader('X-Content-Type-Options', 'nosniff')
    if (token === undefined) {
      response.writeHead(404).end()
    } else if (!isBearer(token, request.headers.authorization)) {
      response.writeHead(401, { 'WWW-Authenticate': 'Bearer' }).end()
    } else {
      const text = await this.#registry.metrics()
      response.writeHead(200, { 'Content-Type': this.#registry.contentType }).end(text)
    }
  }
}

/** Takes equally long for every wrong token. */
const isBearer = (token: string, authorization: string | undefined): boolean =>
  timingSafeEqual(secretDigest(`Bearer ${token}`), secretDigest(authorization ?? ''))
