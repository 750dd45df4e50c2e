import type { IceServer } from '../../signal-server/protocol.ts'

export interface IceServerCounts {
  readonly stun: number
  readonly turn: number
}

/** How many of each kind there are, for a diagnosis. A server with several addresses counts as one of each. */
export const countIceServers = (servers: readonly IceServer[]): IceServerCounts => {
  const count = (scheme: RegExp): number => servers.filter(({ urls }) => urls.some((url) => scheme.test(url))).length
  return { stun: count(/^stuns?:/i), turn: count(/^turns?:/i) }
}
