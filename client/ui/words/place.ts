/** Where this page was opened. The right advice depends on it. */
export type Place =
  /** On the machine that runs the server. */
  'this-machine' | 'elsewhere'

export const pickPlace = (hostname: string): Place =>
  /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/.test(hostname) ? 'this-machine' : 'elsewhere'

/**
 * The address of a different node of the same network: `pageHref` (an address of this page that keeps `net` and token)
 * with a different name and no upstream.
 */
export const nodeHref = (pageHref: string, name: string, base: string): string => {
  const url = new URL(pageHref, base)
  const kept = [...url.searchParams].filter(([parameter]) => parameter !== 'id' && parameter !== 'peer')
  url.search = new URLSearchParams([['id', name], ...kept]).toString()
  return url.href
}

/** The address without its name: a tab that opens it gets a generated name. */
export const namelessHref = (pageHref: string): string => {
  const url = new URL(pageHref)
  url.searchParams.delete('id')
  return url.href
}

/** The address with `upstream` replaced by `other`. The key of `upstream`, if the address has one, is removed too. */
export const upstreamHref = (pageHref: string, upstream: string, other: string): string => {
  const url = new URL(pageHref)
  const upstreams = url.searchParams.getAll('peer').flatMap((list) => list.split(','))
  url.searchParams.delete('peer')
  for (const value of upstreams) {
    const [name = ''] = value.trim().split('@')
    url.searchParams.append('peer', name === upstream ? other : value.trim())
  }
  return url.href
}
