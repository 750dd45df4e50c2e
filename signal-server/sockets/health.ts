import type { ServerResponse } from 'node:http'
import type { SocketHealth } from '../shared/socket-health.ts'

/** Whether this process reaches the other processes; `none` if it is the only one. */
export type ClusterState = 'none' | 'up' | 'down'

/** `GET /readyz`: whether a balancer should send people here. */
export type Readiness =
  | { readonly status: 'ok' }
  /**
   * The other processes are out of reach: this process still introduces its own tabs to each other. A balancer should keep
   * it, since a failure of Redis degrades all processes at once.
   */
  | { readonly status: 'degraded'; readonly cluster: 'down' }
  /** It admits nobody, and ends. */
  | { readonly status: 'draining' }

export const readinessOf = (isDraining: boolean, cluster: ClusterState): Readiness => {
  if (isDraining) return { status: 'draining' }
  return cluster === 'down' ? { status: 'degraded', cluster } : { status: 'ok' }
}

const httpStatusOf = (health: SocketHealth | Readiness): number => {
  switch (health.status) {
    case 'ok':
    case 'degraded':
      return 200
    case 'draining':
      return 503
    case 'refused':
      return health.reason === 'host-not-allowed' ? 403 : 503
  }
}

export const respondWithHealth = (response: ServerResponse, health: SocketHealth | Readiness): void => {
  const body = JSON.stringify(health)
  response.writeHead(httpStatusOf(health), {
    'Content-Type': 'application/json',
    'Content-Length': body.length,
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    // A page from another origin may read why it gets no websocket.
    'Access-Control-Allow-Origin': '*',
  })
  response.end(body)
}

/** Answers a websocket's handshake that arrived as a plain request: a proxy removed its `Upgrade`. */
export const respondUpgradeRequired = (response: ServerResponse): void => {
  response.writeHead(426, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Cache-Control': 'no-store',
    Upgrade: 'websocket',
  })
  response.end(
    'This path is for WebSockets only. A proxy in front of Grapevine has to pass on the headers Upgrade and Connection.\n',
  )
}
