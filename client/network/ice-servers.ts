/** How many of each kind there are, for a diagnosis. A server with several addresses counts as one of each. */
export const countIceServers = (servers: readonly RTCIceServer[]): { readonly stun: number; readonly turn: number } => {
  const count = (scheme: RegExp): number =>
    servers.filter(({ urls }) => [urls].flat().some((url) => scheme.test(url))).length
  return { stun: count(/^stuns?:/i), turn: count(/^turns?:/i) }
}
