import { isIP } from 'node:net'
import type { NetworkInterfaceInfo } from 'node:os'
import { anyNetwork } from '../introductions/access-tokens.ts'

/** By network. */
type AccessTokens = ReadonlyMap<string, string>

type Interfaces = Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>

/** Three nodes in a line: each dials the node before it. */
const nodes = ['?id=node1', '?id=node2&peer=node1', '?id=node3&peer=node2']

const isWildcard = (host: string): boolean => host === '0.0.0.0' || host === '::'

const originOf = (host: string, port: number): string =>
  new URL(`http://${isIP(host) === 6 ? `[${host}]` : host}:${port}`).origin

/** The end of each address on a private server: a network and its token. `main` needs no `net=`. */
const endingOf = (accessTokens: AccessTokens): string => {
  const mainToken = accessTokens.get('main') ?? accessTokens.get(anyNetwork)
  if (mainToken !== undefined) return `#token=${mainToken}`
  const [first] = accessTokens
  return first ? `&net=${first[0]}#token=${first[1]}` : ''
}

/** The networks with a token of their own, except the network of the printed addresses. */
const describeOthers = (accessTokens: AccessTokens): string[] => {
  const named = [...accessTokens.keys()].filter((net) => net !== anyNetwork && net !== 'main')
  const others = accessTokens.has('main') || accessTokens.has(anyNetwork) ? named : named.slice(1)
  return others.length > 0 ? [`Each of these networks has its own token: ${others.join(', ')}.`] : []
}

/** The addresses of this machine for other machines: IPv4, or IPv6 if there is no IPv4. */
const lanAddresses = (interfaces: Interfaces): string[] => {
  const infos = Object.values(interfaces).flatMap((infos) => infos ?? [])
  const outside = infos.filter(({ internal, address }) => !internal && !/^(?:169\.254\.|fe[89ab])/i.test(address))
  const family = outside.some(({ family }) => family === 'IPv4') ? 'IPv4' : 'IPv6'
  return outside.filter((info) => info.family === family).map(({ address }) => address)
}

/**
 * The addresses to open, for the person who started the server. On a private server they contain an access token, so they
 * must not get into a log.
 */
export const describeAddresses = (
  host: string,
  port: number,
  interfaces: Interfaces,
  accessTokens: AccessTokens = new Map(),
): string => {
  const ending = endingOf(accessTokens)
  const linesOf = (host: string, port: number): string[] =>
    nodes.map((query) => `  ${originOf(host, port)}/${query}${ending}`)
  const lines = [
    'Grapevine is running. Open these addresses in three tabs, in any order:',
    ...linesOf(isWildcard(host) ? 'localhost' : host, port),
  ]
  const others = isWildcard(host) ? lanAddresses(interfaces) : []
  if (others.length > 0) lines.push('From other machines:', ...others.flatMap((address) => linesOf(address, port)))
  return [...lines, ...describeOthers(accessTokens)].join('\n')
}
