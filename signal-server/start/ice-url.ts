import { isIP } from 'node:net'
import { domainToASCII } from 'node:url'
import { protocolLimits } from '../shared/protocol.ts'
import { SettingProblem } from '../shared/setting-problem.ts'

/** The url of a STUN or TURN server, as every current browser accepts it. */
export interface IceUrl {
  readonly url: string
  /** A TURN server, which needs a user name and a credential. */
  readonly isTurn: boolean
}

/**
 * Ports that Firefox blocks for all connections: those of the Fetch standard, except 53. If one entry has such a port,
 * Firefox makes no connection at all.
 */
const blockedPorts: ReadonlySet<number> = new Set([
  1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109, 110, 111,
  113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530, 531, 532, 540,
  548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000,
  6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
])

/**
 * Below 1024, Chromium contacts a TURN server at these ports only, and reports nothing about other ports. It does not use 53
 * either, but providers list 53 beside ports that it uses.
 */
const lowTurnPorts: ReadonlySet<number> = new Set([53, 80, 443])

/**
 * Parses a url of RFC 7064 and 7065. Throws a `SettingProblem` for a url that any current browser refuses or never uses: a
 * browser that refuses one url makes no connection at all. Upper case does not matter.
 */
export const parseIceUrl = (text: string): IceUrl => {
  if (text.length > protocolLimits.iceUrlChars) {
    throw new SettingProblem(`The url is longer than ${protocolLimits.iceUrlChars} characters.`)
  }
  if (/\s/.test(text)) throw new SettingProblem('A url must not contain blanks. Put a comma between two servers.')
  const [, written, rest = ''] = /^(stuns?|turns?):(.*)$/is.exec(text) ?? []
  if (written === undefined) {
    throw new SettingProblem(`A url starts with stun:, turn: or turns:, such as ${examples.stun}.`)
  }
  const scheme = written.toLowerCase() as 'stun' | 'stuns' | 'turn' | 'turns'
  if (scheme === 'stuns') {
    throw new SettingProblem('Firefox refuses stuns: urls. Write stun: instead; STUN carries no secret.')
  }
  if (rest.includes('@')) {
    throw new SettingProblem(`A url must not contain a user name. ${howToWriteCredentials}`)
  }
  if (/[/\\#]/.test(rest)) {
    throw new SettingProblem(`A ${scheme}: url must not contain / or #. Write it like ${examples[scheme]}.`)
  }
  const [address = '', ...queries] = rest.split('?')
  const transport = transportOf(scheme, queries)
  const { host, port } = hostAndPortOf(scheme, address)
  if (scheme === 'turns' && isIP(host.replace(/^\[|\]$/g, '')) !== 0) {
    throw new SettingProblem('Firefox uses turns: with a host name only. Write the name in the server’s certificate.')
  }
  return { url: `${scheme}:${host}${port === undefined ? '' : `:${port}`}${transport}`, isTurn: scheme !== 'stun' }
}

/** The url without possible secrets: no user name and password before an @, and no text that is not a url. */
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
  if (scheme === 'stun')
    throw new SettingProblem('A stun: url must not contain a ?. Leave out the ? and the text after it.')
  const transport = /^transport=(udp|tcp)$/.exec(query.toLowerCase())?.[1]
  if (transport === undefined || queries.length > 1) {
    throw new SettingProblem('After the ?, only transport=udp or transport=tcp is allowed.')
  }
  if (scheme === 'turns' && transport === 'udp') {
    throw new SettingProblem(
      'Firefox never uses turns: with transport=udp, and other browsers use TCP. Write ?transport=tcp.',
    )
  }
  return `?transport=${transport}`
}

const hostAndPortOf = (
  scheme: 'stun' | 'turn' | 'turns',
  address: string,
): { readonly host: string; readonly port: number | undefined } => {
  if (isIP(address) === 6) throw new SettingProblem(`An IPv6 address needs brackets: ${scheme}:[${address}].`)
  const [, host = '', port] = /^(\[[^\]]*\]|[^:]*)(?::(.*))?$/s.exec(address) ?? []
  if (host === '') throw new SettingProblem(`The host is missing or invalid. Write it like ${examples[scheme]}.`)
  return { host: parseHost(host), port: port === undefined ? undefined : parsePort(scheme, port) }
}

const parseHost = (host: string): string => {
  if (host.startsWith('[')) {
    const address = host.slice(1, -1)
    if (address.includes('%')) {
      throw new SettingProblem(
        'An address with a zone (the part after %) is valid on one machine only. Leave out the zone.',
      )
    }
    if (isIP(address) !== 6) throw new SettingProblem(`${host} is not an IPv6 address.`)
    return host.toLowerCase()
  }
  const labels = host.split('.')
  if (/^(?:\d+|0x[0-9a-f]*)$/i.test(labels.at(-1) ?? '')) {
    // Browsers read other numeric forms as another address than a person would, or refuse them.
    if (isIP(host) !== 4) throw new SettingProblem(`${host} is not an IPv4 address.`)
    return host
  }
  // Browsers query DNS for the ASCII form, and Firefox refuses a name without one.
  const name = domainToASCII(host)
  const isName = name.length <= 253 && name.split('.').every((label) => /^(?!-)[a-z0-9_-]{1,63}(?<!-)$/.test(label))
  if (!isName) throw new SettingProblem('The host is neither a host name nor an IP address.')
  return name
}

const parsePort = (scheme: 'stun' | 'turn' | 'turns', text: string): number => {
  const port = /^\d{1,9}$/.test(text) ? Number(text) : 0
  if (port < 1 || port > 65_535) throw new SettingProblem('The port is a whole number from 1 to 65535.')
  if (blockedPorts.has(port))
    throw new SettingProblem(`Firefox blocks port ${port}. Let the server listen on another port.`)
  if (scheme !== 'stun' && port < 1_024 && !lowTurnPorts.has(port)) {
    throw new SettingProblem(
      `Chromium uses no TURN server at port ${port}. Let the server listen on 80, 443 or a port above 1023.`,
    )
  }
  return port
}
