import { isIP } from 'node:net'
import { SettingProblem } from '../shared/setting-problem.ts'

const namePattern = /^(?!\d+(?:\.\d+)*$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/

/**
 * A host name or an IP address to listen on that a browser can open. Throws a `SettingProblem` for anything else, even if a
 * server could listen on it.
 */
export const parseListenHost = (text: string): string => {
  const host = text.toLowerCase()
  if (host.includes('%')) {
    throw new SettingProblem(
      'A server can listen on an address with a zone (the part after %), but no browser opens it. Write :: to listen on every address of this machine.',
    )
  }
  if (host === '*') throw new SettingProblem('Write 0.0.0.0 to listen on every address of this machine.')
  if (isIP(host.replace(/^\[(.*)\]$/, '$1')) === 6 && host.startsWith('[')) {
    throw new SettingProblem(`Write the address without brackets: ${host.slice(1, -1)}.`)
  }
  if (isIP(host) === 0 ? !namePattern.test(host) : isForMany(host)) {
    throw new SettingProblem('Expected a host name or an IP address of this machine, such as localhost or 0.0.0.0.')
  }
  return host
}

/** Multicast and broadcast addresses: a server can listen on them, but nobody can connect. */
const isForMany = (address: string): boolean =>
  address === '255.255.255.255' || /^(?:22[4-9]|23\d)\.|^ff[0-9a-f]{2}:/.test(address)
