import type { ServerResponse } from 'node:http'
import type { SocketHealth } from '../shared/socket-health.ts'

/** How this process stands with the others that share the names: there are none, all is well, or it is on its own. */
export type ClusterState = 'none' | 'up' | 'down'

/** `GET /readyz`: whether a balancer should send people here. */
export type Readiness =
  | { readonly status: 'ok' }
  /**
   * On its own for now: tabs of other processes can't be introduced to those of this one, those of this one still
   * can. All processes are so at once when what joins them fails, and taking them all out would end everything.
   */
  | { readonly status: 'degraded'; readonly cluster: 'down' }
  /** It takes nobody in any more, and ends. */
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
    // A page from elsewhere may know why it gets no websocket.
    'Access-Control-Allow-Origin': '*',
  })
  response.end(body)
}

/** What comes here as a plain request was to be a websocket: a proxy took its `Upgrade` away. */
export const respondUpgradeRequired = (response: ServerResponse): void => {
  response.writeHead(426, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Cache-Control': 'no-store',
    Upgrade: 'websocket',
  })
  response.end('Grapevine answers here by WebSocket only. A proxy has to pass the headers Upgrade and Connection on.\n')
}
