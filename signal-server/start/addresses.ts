import { isIP } from 'node:net'
import type { NetworkInterfaceInfo } from 'node:os'
import { anyNetwork } from '../introductions/access-tokens.ts'

/** By network. */
type AccessTokens = ReadonlyMap<string, string>

type Interfaces = Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>

/** Three nodes in a line, each dialling the one before. */
const nodes = ['?id=node1', '?id=node2&peer=node1', '?id=node3&peer=node2']

const isWildcard = (host: string): boolean => host === '0.0.0.0' || host === '::'

const originOf = (host: string, port: number): string =>
  new URL(`http://${isIP(host) === 6 ? `[${host}]` : host}:${port}`).origin

/** What each address ends in to work on a private server: a network and its token. `main` needs no `net=`. */
const endingOf = (accessTokens: AccessTokens): string => {
  const mainToken = accessTokens.get('main') ?? accessTokens.get(anyNetwork)
  if (mainToken !== undefined) return `#token=${mainToken}`
  const [first] = accessTokens
  return first ? `&net=${first[0]}#token=${first[1]}` : ''
}

/** The networks that have a token of their own, beside the one that the addresses open. */
const describeOthers = (accessTokens: AccessTokens): string[] => {
  const named = [...accessTokens.keys()].filter((net) => net !== anyNetwork && net !== 'main')
  const others = accessTokens.has('main') || accessTokens.has(anyNetwork) ? named : named.slice(1)
  return others.length > 0 ? [`Each of these networks has a token of its own: ${others.join(', ')}.`] : []
}

/** Where other machines find this one: IPv4 as people know it, and IPv6 only where there is no IPv4. */
const lanAddresses = (interfaces: Interfaces): string[] => {
  const infos = Object.values(interfaces).flatMap((infos) => infos ?? [])
  const outside = infos.filter(({ internal, address }) => !internal && !/^(?:169\.254\.|fe[89ab])/i.test(address))
  const family = outside.some(({ family }) => family === 'IPv4') ? 'IPv4' : 'IPv6'
  return outside.filter((info) => info.family === family).map(({ address }) => address)
}

/**
 * What to tell the person who started the server: which addresses to open. On a private server they hold an access
 * token: this text is for that person's eyes, and for no log.
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
    'Grapevine runs. Open these in three tabs, in any order:',
    ...linesOf(isWildcard(host) ? 'localhost' : host, port),
  ]
  const others = isWildcard(host) ? lanAddresses(interfaces) : []
  if (others.length > 0) lines.push('From other machines:', ...others.flatMap((address) => linesOf(address, port)))
  return [...lines, ...describeOthers(accessTokens)].join('\n')
}
