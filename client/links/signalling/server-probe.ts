import { readPayload } from '../../../signal-server/shared/payload.ts'
import { type SocketHealth, socketHealthSchema } from '../../../signal-server/shared/socket-health.ts'
import type { NoWebsocket } from '../../node/api/server-contact.ts'

/** The server that is asked, and the page that asks. */
export interface ProbedServer {
  /** The address below which the server answers, with a slash at its end: `http://localhost:3000/app/`. */
  readonly folder: string
  /** This page's origin; undefined outside a browser, where requests have none. */
  readonly pageOrigin: string | undefined
}

/** The result of a question over plain http. */
type ProbeAnswer =
  | { readonly from: 'nobody' }
  /** No answer in time: the server is gone, busy or far away. */
  | { readonly from: 'nobody-yet' }
  /** Another program than Grapevine. Status 0: it redirects, as a login page does. */
  | { readonly from: 'stranger'; readonly status: number }
  | { readonly from: 'server'; readonly health: SocketHealth }

/** The address of the websocket, and of every question about it. */
export const signallingUrl = ({ folder }: Pick<ProbedServer, 'folder'>): URL => new URL('socket.io/', folder)

/** Asks the server over plain http why the websocket with this handshake did not open. Never rejects. */
export const explainNoWebsocket = async (
  server: ProbedServer,
  handshake: string,
  withinMs: number,
): Promise<NoWebsocket> => {
  const url = signallingUrl(server)
  const answer = await ask(`${url.href}?handshake=${handshake}`, withinMs).catch(nobody)
  switch (answer.from) {
    case 'nobody':
      return { reason: 'server-unreachable' }
    case 'nobody-yet':
      return { reason: 'server-silent' }
    case 'stranger':
      return strangerReason(answer.status, url.pathname)
    case 'server':
      return serverReason(answer.health, server)
  }
}

const nobody = (error: unknown): ProbeAnswer => {
  const isTooLate = error instanceof DOMException && error.name === 'TimeoutError'
  return { from: isTooLate ? 'nobody-yet' : 'nobody' }
}

const ask = async (url: string, withinMs: number): Promise<ProbeAnswer> => {
  const response = await fetch(url, {
    method: 'POST',
    cache: 'no-store',
    redirect: 'manual',
    signal: AbortSignal.timeout(withinMs),
  })
  const isJson = response.headers.get('content-type')?.startsWith('application/json') === true
  const health = isJson ? readPayload(socketHealthSchema, await response.json()) : undefined
  return health
    ? { from: 'server', health }
    : { from: 'stranger', status: response.type === 'opaqueredirect' ? 0 : response.status }
}

const strangerReason = (status: number, path: string): NoWebsocket => {
  // The proxy's own rate limit.
  if (status === 429) return { reason: 'server-refused' }
  // A proxy that does not reach the server; 52x are Cloudflare's.
  const isGateway = (status >= 502 && status <= 504) || (status >= 520 && status <= 530)
  return isGateway ? { reason: 'server-unreachable' } : { reason: 'path-not-forwarded', path, httpStatus: status }
}

const serverReason = (health: SocketHealth, server: ProbedServer): NoWebsocket => {
  const { seen } = health
  if (health.status === 'refused') {
    switch (health.reason) {
      case 'host-not-allowed':
        return hostReason(seen, server)
      case 'origin-not-allowed':
        return originReason(seen, server)
      case 'draining':
        // It shuts down; its successor will accept this tab.
        return { reason: 'server-unreachable' }
      case 'too-many-sockets':
      case 'too-many-sockets-of-this-address':
        return { reason: 'server-refused' }
    }
  }
  switch (seen.handshake) {
    case 'plain':
      return { reason: 'upgrade-not-passed' }
    case 'admitted':
      return { reason: 'websocket-held' }
    case 'refused':
      // The server would accept the same handshake now.
      return { reason: 'server-refused' }
    case 'missing':
      return { reason: seen.httpVersion === '1.0' ? 'upgrade-not-passed' : 'websocket-blocked' }
  }
}

/** The unknown host is the page's own, or a proxy has replaced it. */
const hostReason = ({ host }: SocketHealth['seen'], { folder, pageOrigin }: ProbedServer): NoWebsocket => {
  const isOwn = host === new URL(folder).host || pageOrigin === undefined
  return isOwn
    ? { reason: 'host-refused', host: host ?? '' }
    : { reason: 'host-not-passed', host: host ?? '', origin: pageOrigin }
}

/** The server compares Origin and Host, and one of the two differs from the page's. */
const originReason = ({ host, origin }: SocketHealth['seen'], { folder, pageOrigin }: ProbedServer): NoWebsocket => {
  if (pageOrigin === undefined || origin !== pageOrigin) return { reason: 'origin-rewritten', origin: origin ?? '' }
  const { origin: serverOrigin } = new URL(folder)
  return serverOrigin === pageOrigin
    ? { reason: 'host-not-passed', host: host ?? '', origin: pageOrigin }
    : { reason: 'origin-refused', origin: pageOrigin }
}
