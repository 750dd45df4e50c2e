import { howToWriteCredentials, type IceUrl, parseIceUrl, shownIceUrl } from './ice-url.ts'
import { type IceServer, protocolLimits } from '../shared/protocol.ts'
import { listOf, SettingProblem } from '../shared/setting-problem.ts'

/**
 * STUN urls separated by commas, or JSON as providers give it: a list of RTCIceServer, one alone, or an object that
 * contains either as `iceServers` or `ice_servers`. Throws a `SettingProblem` with the entry, but without credentials.
 */
export const parseIceServers = (text: string): readonly IceServer[] => {
  if (text === '') return []
  const entries = /^[[{]/.test(text) ? entriesOf(parseJson(text)) : listOf(text)
  // The server of TURN_URLS is added to these.
  const most = protocolLimits.iceServers - 1
  if (entries.length > most) {
    throw new SettingProblem(
      `It has ${entries.length} servers; the maximum is ${most}, since a tab queries each server for every link.`,
    )
  }
  return entries.map((entry, index) => inPlace('Entry', index, entry, () => parseEntry(entry)))
}

/** The urls of one TURN server, whose credentials are derived from a secret. */
export const parseTurnUrls = (text: string): readonly string[] => {
  const urls = listOf(text)
  const most = protocolLimits.urlsPerIceServer
  if (urls.length > most) throw new SettingProblem(`It has ${urls.length} urls; the maximum is ${most}.`)
  return urls.map((text, index) =>
    inPlace('Entry', index, text, () => {
      const { url, isTurn } = parseIceUrl(text)
      if (!isTurn) throw new SettingProblem('It is not a TURN server. Put STUN servers into ICE_SERVERS.')
      return url
    }),
  )
}

/** Puts the place before a problem: `Entry 2 (turn:turn.example.org:0): …` */
const inPlace = <Parsed>(place: string, index: number, entry: unknown, parse: () => Parsed): Parsed => {
  try {
    return parse()
  } catch (error) {
    if (!(error instanceof SettingProblem)) throw error
    const url = typeof entry === 'string' ? shownIceUrl(entry) : undefined
    throw new SettingProblem(`${place} ${index + 1}${url === undefined ? '' : ` (${url})`}: ${error.message}`)
  }
}

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    // The error's message quotes the text, which may contain a credential.
    throw new SettingProblem(
      'It is not valid JSON. Names and texts need double quotes; on a command line, the whole value needs single quotes: ICE_SERVERS=\'[{"urls":"stun:stun.example.org"}]\'.',
    )
  }
}

type JsonObject = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Members of a browser's configuration that would change what a tab does. */
const configurationMembers = ['iceTransportPolicy', 'bundlePolicy', 'rtcpMuxPolicy', 'iceCandidatePoolSize']

const entriesOf = (json: unknown): readonly unknown[] => {
  if (Array.isArray(json)) return json
  if (!isObject(json)) throw new SettingProblem(notServers)
  if ('urls' in json || 'url' in json) return [json]
  const member = configurationMembers.find((name) => name in json)
  if (member !== undefined) throw new SettingProblem(`${member} can not be set here. Leave it out.`)
  // Further members of such an object are the provider's.
  const held = json['iceServers'] ?? json['ice_servers']
  if (held !== undefined) return entriesOf(held)
  // Some providers wrap the object once more.
  if (isObject(json['v']) && 'iceServers' in json['v']) return entriesOf(json['v'])
  throw new SettingProblem(notServers)
}

const notServers = 'It is JSON, but not a list of servers. Write [{"urls":"stun:stun.example.org"}].'

const parseEntry = (entry: unknown): IceServer => {
  if (typeof entry === 'string') return serverOf([parseIceUrl(entry)], undefined, undefined)
  if (!isObject(entry)) throw new SettingProblem('It is not a server. Write {"urls":"stun:stun.example.org"}.')
  const { urls, url, username, credential, credentialType, ...unknown } = entry
  const [unknownName] = Object.keys(unknown)
  if (unknownName !== undefined) throw new SettingProblem(unknownMember(unknownName))
  if (credentialType !== undefined && credentialType !== null && credentialType !== 'password') {
    throw new SettingProblem('Browsers know no credentialType except password. Leave it out.')
  }
  return serverOf(parseUrls(urls, url), textOf('username', username), textOf('credential', credential))
}

const unknownMember = (name: string): string => {
  if (name === 'password') return 'Write credential instead of password.'
  const shown = /^[A-Za-z_]{1,32}$/.test(name) ? `The member ${name}` : 'One of its members'
  return `${shown} is unknown. A server has urls, username and credential.`
}

/** `url` is the former name of `urls`; some providers still send it, or both. */
const parseUrls = (urls: unknown, url: unknown): readonly IceUrl[] => {
  const list: readonly unknown[] = [urls ?? url ?? []].flat()
  if (urls !== undefined && url !== undefined && !list.includes(url)) {
    throw new SettingProblem('It has both urls and url, and they differ. Leave url out.')
  }
  const most = protocolLimits.urlsPerIceServer
  if (list.length === 0) throw new SettingProblem('It has no url. Write "urls":"stun:stun.example.org".')
  if (list.length > most) {
    throw new SettingProblem(`It has ${list.length} urls; the maximum is ${most}. Split it into several servers.`)
  }
  return list.map((text, index) =>
    inPlace('url', index, text, () => {
      if (typeof text !== 'string') throw new SettingProblem('It is not a text.')
      return parseIceUrl(text.trim())
    }),
  )
}

/** For a STUN server, providers send null or an empty text. */
const textOf = (name: string, value: unknown): string | undefined => {
  if (value === undefined || value === null || value === '') return undefined
  if (typeof value !== 'string') throw new SettingProblem(`Its ${name} is not a text. Put it in double quotes.`)
  return value
}

const serverOf = (urls: readonly IceUrl[], username: string | undefined, credential: string | undefined): IceServer => {
  const list = urls.map(({ url }) => url)
  // A STUN server needs no credentials: they are sent to no tab.
  if (!urls.some(({ isTurn }) => isTurn)) return { urls: list }
  if (username === undefined || credential === undefined) {
    throw new SettingProblem(`A TURN server needs a user name and a credential. ${howToWriteCredentials}`)
  }
  const most = protocolLimits.iceCredentialBytes
  for (const [name, text] of Object.entries({ username, credential })) {
    if (Buffer.byteLength(text) > most) throw new SettingProblem(`Its ${name} is longer than ${most} bytes.`)
  }
  return { urls: list, username, credential }
}
