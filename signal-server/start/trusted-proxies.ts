import { isIP } from 'node:net'
import { createClientAddress } from '../shared/client-address.ts'
import { listOf, SettingProblem } from '../shared/setting-problem.ts'

/** What proxy-addr knows by a name. */
const names = new Set(['loopback', 'linklocal', 'uniquelocal'])

/**
 * Addresses, ranges (`10.0.0.0/8`) and names of ranges, separated by commas, for `createClientAddress`. Throws a
 * `SettingProblem` for what names no proxy: a number is read as an address by the library (1 is 0.0.0.1), and then no
 * proxy has it.
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
    return `${proxy} is a number. Proxies are not counted here, since whoever reaches the server past them could then claim any address.`
  }
  if (/^(?:true|yes|on|all|any|\*)$/.test(proxy)) return `${proxy} names no proxy.`
  if (isIP(address) === 0) return `${proxy} is not an IP address or a range.`
  try {
    createClientAddress([proxy])
    return undefined
  } catch (error) {
    if (error instanceof TypeError) return `${proxy} is not a range: what follows the / does not fit.`
    throw error
  }
}
