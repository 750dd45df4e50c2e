import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { signallingLimits } from './limits.ts'
import { type Page, respondWithPage } from './page.ts'
import type { SocketHealth } from './protocol.ts'
import { type Settings, signallingOptionsOf } from './settings.ts'
import { attachSignalling } from './signalling.ts'
import { refuseUpgrade } from './upgrade-refusal.ts'

export interface RunningServer {
  readonly port: number
  /** Ends every connection within a second. */
  close(): Promise<void>
}

const respondWithHealth = (response: ServerResponse, health: SocketHealth): void => {
  response.writeHead(health.status === 'ok' ? 200 : 503, {
    'Content-Type': 'application/json',
    'Cache-Control': 'no-store',
    // A page from elsewhere may know why it gets no websocket.
    'Access-Control-Allow-Origin': '*',
  })
  response.end(JSON.stringify(health))
}

/** Serves the page and the signalling on one port. Rejects with Node's error if it can't listen. */
export const startServer = async (settings: Settings, page: Page): Promise<RunningServer> => {
  const server = createServer((request, response) => {
    if (request.url === '/healthz') {
      respondWithHealth(response, { status: 'ok' })
    } else if (request.url === '/readyz') {
      response.end(JSON.stringify({ status: signalling.clusterState() === 'down' ? 'degraded' : 'ok' }))
    } else if (request.url === '/healthz?socket') {
      const reason = signalling.socketRefusal(request)
      respondWithHealth(response, reason ? { status: 'refused', reason } : { status: 'ok' })
    } else {
      respondWithPage(page, request, response)
    }
  })
  // Room for every websocket, and as much again for requests of the page.
  server.maxConnections = 2 * signallingLimits.sockets
  const signalling = attachSignalling(server, signallingOptionsOf(settings))
  server.on('upgrade', (request, stream) => {
    if (!request.url?.startsWith('/socket.io/')) refuseUpgrade(stream, '404 Not Found')
  })

  // Where `localhost` is IPv6 first, binding the name would leave 127.0.0.1 out; browsers try both.
  server.listen(settings.port, settings.host === 'localhost' ? '127.0.0.1' : settings.host)
  await once(server, 'listening')
  // An accept that fails, for want of file descriptors, costs one visitor; without a listener it would cost them all.
  server.on('error', (error) => process.emitWarning(error))
  const close = async (): Promise<void> => {
    const closed = once(server, 'close')
    server.close()
    await signalling.close()
    server.closeAllConnections()
    await closed
  }
  return { port: (server.address() as AddressInfo).port, close }
}
