import { isIP } from 'node:net'
import { createClientAddress } from '../shared/client-address.ts'
import { listOf, SettingProblem } from '../shared/setting-problem.ts'

/** Names of address ranges in proxy-addr. */
const names = new Set(['loopback', 'linklocal', 'uniquelocal'])

/**
 * Addresses, ranges (`10.0.0.0/8`) and names of ranges, separated by commas, for `createClientAddress`. Throws a
 * `SettingProblem` for anything else. A number is refused too: the library would read it as an address (1 is 0.0.0.1), which
 * no proxy has.
 */
export const parseTrustedProxies = (text: string): readonly string[] => {
  const proxies = listOf(text.toLowerCase())
  for (const proxy of proxies) {
    const problem = problemOf(proxy)
    if (problem !== undefined) {
      throw new SettingProblem(
        `${problem} Write the addresses or ranges of your proxies, such as 10.0.0.0/8, or loopback for a proxy on this machine.`,
      )
    }
  }
  return proxies
}

const problemOf = (proxy: string): string | undefined => {
  if (names.has(proxy)) return undefined
  const address = proxy.replace(/\/.*$/, '')
  if (/^\d+$/.test(proxy)) {
    return `${proxy} is a number. A number of proxies is not supported, since a client that bypasses them could then claim any address.`
  }
  if (/^(?:true|yes|on|all|any|\*)$/.test(proxy)) return `${proxy} is not a proxy.`
  if (isIP(address) === 0) return `${proxy} is not an IP address or a range.`
  try {
    createClientAddress([proxy])
    return undefined
  } catch (error) {
    if (error instanceof TypeError) return `${proxy} is not a range: the part after the / is invalid.`
    throw error
  }
}
