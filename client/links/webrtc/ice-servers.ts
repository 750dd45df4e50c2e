import * as v from 'valibot'
import { type IceServer, iceServerSchema, protocolLimits } from '../../../signal-server/shared/protocol.ts'
import type { IceCheck } from './ice-check.ts'
import type { IceServerCounts } from '../../node/api/diagnosis.ts'

/** The servers to use, and those that are left out. */
export interface PickedIceServers {
  readonly servers: readonly IceServer[]
  /** Urls that this browser refuses, and malformed entries of the list, as text for a person. */
  readonly leftOut: readonly string[]
}

/** Picks the usable servers from a list as the signalling server sent it, unparsed. */
export type PickIceServers = (granted: unknown) => PickedIceServers

/**
 * A browser that refuses one url makes no connection at all, and browsers refuse different ones. So the picker asks the
 * browser itself: once for the list and, if that is refused, once for each url. A list that differs from the last one only
 * in its credentials, which are renewed regularly, is not checked again.
 */
export const createIceServerPicker = (openCheck: () => IceCheck | undefined): PickIceServers => {
  let last: { readonly key: string; readonly refused: ReadonlySet<string> } = { key: '', refused: new Set() }

  const refusedOf = (servers: readonly IceServer[]): ReadonlySet<string> => {
    const key = JSON.stringify(servers.map(({ urls, username, credential }) => [urls, !username, !credential]))
    const check = servers.length === 0 || key === last.key ? undefined : openCheck()
    if (!check) return key === last.key ? last.refused : new Set()
    const isRefused = (server: IceServer): boolean => !check.accepts([server])
    const refused = check.accepts(servers)
      ? []
      : servers.flatMap((server, index) =>
          server.urls.filter((url) => isRefused({ ...server, urls: [url] })).map((url) => refusedKey(index, url)),
        )
    check.end()
    last = { key, refused: new Set(refused) }
    return last.refused
  }

  return (granted) => {
    const { servers, leftOut } = readServers(granted)
    const refused = refusedOf(servers)
    const isUsable = (index: number) => (url: string) => !refused.has(refusedKey(index, url))
    const usable = servers.map((server, index) => ({ ...server, urls: server.urls.filter(isUsable(index)) }))
    const refusedUrls = servers.flatMap(({ urls }, index) => urls.filter((url) => !isUsable(index)(url)))
    return {
      servers: usable.filter(({ urls }) => urls.length > 0),
      leftOut: [...leftOut, ...refusedUrls.map(shownUrl)],
    }
  }
}

const refusedKey = (index: number, url: string): string => `${index} ${url}`

/** Leaves out malformed entries, which a server of another version may send. */
const readServers = (granted: unknown): PickedIceServers => {
  if (granted === undefined) return { servers: [], leftOut: [] }
  if (!Array.isArray(granted)) return { servers: [], leftOut: ['the server’s whole list'] }
  const most = protocolLimits.iceServers
  const parsed = granted.slice(0, most).map((entry) => v.safeParse(iceServerSchema, entry, { abortEarly: true }))
  return {
    servers: parsed.flatMap((entry) => (entry.success ? [entry.output] : [])),
    leftOut: [
      ...parsed.flatMap((entry, index) => (entry.success ? [] : [`entry ${index + 1} of the server’s list`])),
      ...(granted.length > most ? [`all after entry ${most} of the server’s list`] : []),
    ],
  }
}

/** The url without its user part, which may hold a password. */
const shownUrl = (url: string): string => url.replace(/:.*@/s, ':…@')

/** Counts the servers for a diagnosis. A server with urls of both kinds counts as one of each. */
export const countIceServers = ({ servers, leftOut }: PickedIceServers): IceServerCounts => {
  const count = (scheme: RegExp): number => servers.filter(({ urls }) => urls.some((url) => scheme.test(url))).length
  return { stun: count(/^stuns?:/i), turn: count(/^turns?:/i), leftOut }
}
