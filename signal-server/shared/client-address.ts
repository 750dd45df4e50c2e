import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import proxyAddress from 'proxy-addr'

/** The address of the client that sent the request. */
export type ClientAddress = (request: IncomingMessage) => string

/**
 * The last address on the request's path that is no trusted proxy; without trusted proxies the connection's address, so
 * that nobody can claim another address. `proxies`: addresses, ranges (`10.0.0.0/8`), or `loopback`, `linklocal`,
 * `uniquelocal`. Throws for anything else.
 */
export const createClientAddress = (proxies: readonly string[]): ClientAddress => {
  if (proxies.length === 0) return ownAddress
  const isTrusted = proxyAddress.compile([...proxies])
  return (request) => {
    const address = withoutPort(proxyAddress(request, (proxy, distance) => isTrusted(withoutPort(proxy), distance)))
    // A trusted proxy may still pass on text that is no address.
    return isIP(address) === 0 ? ownAddress(request) : address
  }
}

/** Whether an address belongs to one of the proxies; the list is the same as for `createClientAddress`. */
export const createProxyCheck = (proxies: readonly string[]): ((address: string) => boolean) => {
  if (proxies.length === 0) return () => false
  const isTrusted = proxyAddress.compile([...proxies])
  return (address) => isIP(address) !== 0 && isTrusted(address, 0)
}

const ownAddress: ClientAddress = ({ socket }) => socket.remoteAddress ?? ''

/** Some proxies also write the port: `192.0.2.1:4711`, `[2001:db8::1]:4711`. */
const withoutPort = (address: string): string =>
  /^(?:\[([^\]]+)\](?::\d+)?|([\d.]+):\d+)$/.exec(address)?.slice(1).find(Boolean) ?? address
