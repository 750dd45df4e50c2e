import { isIP } from 'node:net'
import { domainToASCII } from 'node:url'
import { protocolLimits } from '../shared/protocol.ts'
import { SettingProblem } from '../shared/setting-problem.ts'

/** The url of a STUN or TURN server, as every current browser accepts it. */
export interface IceUrl {
  readonly url: string
  /** A TURN server, which asks for a user name and a credential. */
  readonly isTurn: boolean
}

/**
 * Ports that Firefox blocks for all it connects to: those of the Fetch standard, except 53. As it refuses an entry with
 * one, it makes no connection at all.
 */
const blockedPorts: ReadonlySet<number> = new Set([
  1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109, 110, 111,
  113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530, 531, 532, 540,
  548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000,
  6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
])

/**
 * Below 1024 Chromium asks a TURN server at these ports alone, and says nothing of the others. It has no use for 53 either,
 * but providers name it in their lists beside others that it uses.
 */
const lowTurnPorts: ReadonlySet<number> = new Set([53, 80, 443])

/**
 * Reads a url of RFC 7064 and 7065, and refuses with a `SettingProblem` what any current browser refuses, or never uses.
 * A browser that refuses one url makes no connection at all. Upper case and blanks around it do not matter.
 */
export const parseIceUrl = (text: string): IceUrl => {
  if (text.length > protocolLimits.iceUrlChars) {
    throw new SettingProblem(`The url is longer than ${protocolLimits.iceUrlChars} characters.`)
  }
  if (/\s/.test(text)) throw new SettingProblem('A url has no blanks in it. Between two servers there is a comma.')
  const [, written, rest = ''] = /^(stuns?|turns?):(.*)$/is.exec(text) ?? []
  if (written === undefined) {
    throw new SettingProblem(`A url starts with stun:, turn: or turns:, such as ${examples.stun}.`)
  }
  const scheme = written.toLowerCase() as 'stun' | 'stuns' | 'turn' | 'turns'
  if (scheme === 'stuns') {
    throw new SettingProblem('Firefox refuses stuns: urls. Write stun: instead; STUN carries no secret.')
  }
  if (rest.includes('@')) {
    throw new SettingProblem(`A url holds no user name. ${howToWriteCredentials}`)
  }
  if (/[/\\#]/.test(rest)) {
    throw new SettingProblem(`A ${scheme}: url has no / and no #. Write it like ${examples[scheme]}.`)
  }
  const [address = '', ...queries] = rest.split('?')
  const transport = transportOf(scheme, queries)
  const { host, port } = hostAndPortOf(scheme, address)
  if (scheme === 'turns' && isIP(host.replace(/^\[|\]$/g, '')) !== 0) {
    throw new SettingProblem('Firefox uses turns: with a host name only. Write the name that the certificate is for.')
  }
  return { url: `${scheme}:${host}${port === undefined ? '' : `:${port}`}${transport}`, isTurn: scheme !== 'stun' }
}

/** Without what may be a secret: a user name and password before an @, or a text that is no url at all. */
export const shownIceUrl = (text: string): string | undefined => {
  const [, scheme, rest = ''] = /^((?:stun|turn)s?:)(.*)$/is.exec(text) ?? []
  if (scheme === undefined || text.length > protocolLimits.iceUrlChars) return undefined
  const end = rest.lastIndexOf('@')
  return end === -1 ? text : `${scheme}…${rest.slice(end)}`
}

export const howToWriteCredentials =
  'Write [{"urls":"turn:turn.example.org","username":"u","credential":"c"}], or set TURN_URLS and TURN_SECRET.'

const examples = {
  stun: 'stun:stun.example.org:3478',
  turn: 'turn:turn.example.org:3478',
  turns: 'turns:turn.example.org:5349?transport=tcp',
} as const

const transportOf = (scheme: 'stun' | 'turn' | 'turns', queries: readonly string[]): string => {
  const [query] = queries
  if (query === undefined) return ''
  if (scheme === 'stun') throw new SettingProblem('A stun: url has nothing after a ?. Leave it out.')
  const transport = /^transport=(udp|tcp)$/.exec(query.toLowerCase())?.[1]
  if (transport === undefined || queries.length > 1) {
    throw new SettingProblem('After the ? there can be transport=udp or transport=tcp, and nothing else.')
  }
  if (scheme === 'turns' && transport === 'udp') {
    throw new SettingProblem('Firefox never uses turns: with transport=udp, and others use TCP. Write ?transport=tcp.')
  }
  return `?transport=${transport}`
}

const hostAndPortOf = (
  scheme: 'stun' | 'turn' | 'turns',
  address: string,
): { readonly host: string; readonly port: number | undefined } => {
  if (isIP(address) === 6) throw new SettingProblem(`An IPv6 address stands in brackets: ${scheme}:[${address}].`)
  const [, host = '', port] = /^(\[[^\]]*\]|[^:]*)(?::(.*))?$/s.exec(address) ?? []
  if (host === '') throw new SettingProblem(`The host is missing or not readable. Write it like ${examples[scheme]}.`)
  return { host: parseHost(host), port: port === undefined ? undefined : parsePort(scheme, port) }
}

const parseHost = (host: string): string => {
  if (host.startsWith('[')) {
    const address = host.slice(1, -1)
    if (address.includes('%')) {
      throw new SettingProblem(
        'An address with a zone (what follows the %) is known to one machine only. Leave the zone out.',
      )
    }
    if (isIP(address) !== 6) throw new SettingProblem(`${host} is not an IPv6 address.`)
    return host.toLowerCase()
  }
  const labels = host.split('.')
  if (/^(?:\d+|0x[0-9a-f]*)$/i.test(labels.at(-1) ?? '')) {
    // A browser that reads other numbers at all reads them as another address than a person would.
    if (isIP(host) !== 4) throw new SettingProblem(`${host} is not an IPv4 address.`)
    return host
  }
  // A browser asks DNS for the ASCII form, and Firefox refuses what has none.
  const name = domainToASCII(host)
  const isName = name.length <= 253 && name.split('.').every((label) => /^(?!-)[a-z0-9_-]{1,63}(?<!-)$/.test(label))
  if (!isName) throw new SettingProblem('The host is not a host name or an IP address.')
  return name
}

const parsePort = (scheme: 'stun' | 'turn' | 'turns', text: string): number => {
  const port = /^\d{1,9}$/.test(text) ? Number(text) : 0
  if (port < 1 || port > 65_535) throw new SettingProblem('The port is a whole number from 1 to 65535.')
  if (blockedPorts.has(port)) throw new SettingProblem(`Firefox blocks port ${port}. Let the server listen on another.`)
  if (scheme !== 'stun' && port < 1_024 && !lowTurnPorts.has(port)) {
    throw new SettingProblem(
      `Chromium uses no TURN server at port ${port}. Let it listen on 80, 443, or a port from 1024 on.`,
    )
  }
  return port
}
