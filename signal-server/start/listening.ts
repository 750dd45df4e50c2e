import { once } from 'node:events'
import { type AddressInfo, createServer, Server as NetServer, type Socket } from 'node:net'
import type { Settings } from './settings.ts'

/**
 * The addresses at which a server with this `HOST` listens. `localhost` stands for two addresses, and browsers try both: at
 * an address that is left out, another program can listen and answer instead. `0.0.0.0` covers IPv4 only, but the printed
 * address on this machine is `localhost` all the same.
 */
export const listenAddresses = (host: string): { readonly main: string; readonly others: readonly string[] } => {
  switch (host) {
    case 'localhost':
      return { main: '127.0.0.1', others: ['::1'] }
    case '0.0.0.0':
      return { main: '0.0.0.0', others: ['::1'] }
    default:
      return { main: host, others: [] }
  }
}

/** The system chooses a free port of one address. The port is never in use at the other address so many times in a row. */
const freePortTries = 8

/** Accepts connections at one further address. Rejects with Node's error if it can't. */
const openListener = async (port: number, address: string, accept: (socket: Socket) => void): Promise<NetServer> => {
  // The options with which node:http accepts its connections.
  const listener = createServer({ allowHalfOpen: true, noDelay: true }, accept)
  listener.listen(port, address)
  await once(listener, 'listening')
  return listener
}

/**
 * Accepts connections for `server` at further addresses. Node counts connections per address, so `maxConnections` limits
 * each address. Leaves out an address whose family this machine does not have. Rejects with Node's error if the port is in
 * use.
 */
export const listenBeside = async (
  server: NetServer,
  port: number,
  addresses: readonly string[],
): Promise<readonly NetServer[]> => {
  const listeners: NetServer[] = []
  for (const address of addresses) {
    try {
      const listener = await openListener(port, address, (socket) => void server.emit('connection', socket))
      listener.maxConnections = server.maxConnections
      listener.on('error', (error) => server.emit('error', error))
      listeners.push(listener)
    } catch (error) {
      if (isMissingFamily(error)) continue
      await stopAll(listeners)
      throw error
    }
  }
  return listeners
}

export interface Listening {
  readonly port: number
  /** Accepts no further connections. Resolves once the open ones have ended. */
  stop(): Promise<void>
}

/** Lets `server` listen at every address of `HOST`, on one port. Rejects with Node's error if it can't. */
export const listen = async (
  server: NetServer,
  { host, port }: Pick<Settings, 'host' | 'port'>,
  triesLeft = freePortTries,
): Promise<Listening> => {
  const { main, others } = listenAddresses(host)
  // The main address comes last: if the server listened and closed again, everything attached to it would get `close`.
  const listeners = await listenBeside(server, port, others)
  try {
    server.listen(portOf(listeners[0]) ?? port, main)
    await once(server, 'listening')
  } catch (error) {
    await stopAll(listeners)
    if (port === 0 && triesLeft > 0 && isCode(error, 'EADDRINUSE')) return listen(server, { host, port }, triesLeft - 1)
    throw error
  }
  return { port: portOf(server) ?? port, stop: () => stopAll([server, ...listeners]) }
}

const portOf = (server: NetServer | undefined): number | undefined =>
  (server?.address() as AddressInfo | null | undefined)?.port

const isCode = (error: unknown, ...codes: readonly string[]): boolean =>
  error instanceof Error && codes.includes((error as NodeJS.ErrnoException).code ?? '')

const isMissingFamily = (error: unknown): boolean => isCode(error, 'EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EPROTONOSUPPORT')

const stopAll = async (servers: readonly NetServer[]): Promise<void> => {
  await Promise.all(
    servers.map(async (server) => {
      const closed = once(server, 'close')
      // Not http's own close, which cuts answers short (see OpenAnswers).
      NetServer.prototype.close.call(server)
      await closed
    }),
  )
}
