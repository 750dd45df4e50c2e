import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import proxyAddress from 'proxy-addr'

/** The address of who sent the request. */
export type ClientAddress = (request: IncomingMessage) => string

/**
 * The last address on the request's way that is not a trusted proxy's; without trusted proxies the connection's own, so
 * that nobody can claim another. `proxies`: addresses, ranges (`10.0.0.0/8`), or `loopback`, `linklocal`, `uniquelocal`.
 * Throws if one of them is none of these.
 */
export const createClientAddress = (proxies: readonly string[]): ClientAddress => {
  if (proxies.length === 0) return ownAddress
  const isTrusted = proxyAddress.compile([...proxies])
  return (request) => {
    const address = withoutPort(proxyAddress(request, (proxy, distance) => isTrusted(withoutPort(proxy), distance)))
    // A trusted proxy may still pass on what is no address.
    return isIP(address) === 0 ? ownAddress(request) : address
  }
}

/** Whether a connection from an address comes from one of the proxies; the same list. */
export const createProxyCheck = (proxies: readonly string[]): ((address: string) => boolean) => {
  if (proxies.length === 0) return () => false
  const isTrusted = proxyAddress.compile([...proxies])
  return (address) => isIP(address) !== 0 && isTrusted(address, 0)
}

const ownAddress: ClientAddress = ({ socket }) => socket.remoteAddress ?? ''

/** Some proxies write the port, too: `192.0.2.1:4711`, `[2001:db8::1]:4711`. */
const withoutPort = (address: string): string =>
  /^(?:\[([^\]]+)\](?::\d+)?|([\d.]+):\d+)$/.exec(address)?.slice(1).find(Boolean) ?? address
