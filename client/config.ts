import { protocolLimits } from '../signal-server/protocol.ts'
import { type NodeName, parseNodeName } from './gossip/node-name.ts'
import { type PeerId, parsePeerId } from './gossip/peer-id.ts'
import type { AddressProblem } from './grapevine.ts'

/** A node to dial, as an address names it. */
export interface Upstream {
  readonly name: NodeName
  /** `peer=name@PeerId`: this key, and no other under that name. */
  readonly peerId?: PeerId
}

type AddressError = Extract<AddressProblem, { severity: 'error' }>
type AddressWarning = Extract<AddressProblem, { severity: 'warning' }>

/** What an address says. An invalid one names no network, so that none can be joined by mistake. */
export type Address =
  | {
      readonly isValid: true
      /** Absent: a name is to be generated. */
      readonly name?: NodeName
      readonly net: NodeName
      readonly upstreams: readonly Upstream[]
      readonly problems: readonly AddressWarning[]
    }
  | { readonly isValid: false; readonly problems: readonly AddressProblem[] }

export const addressLimits = {
  /** Upstreams of one node. The server takes no more. */
  upstreams: protocolLimits.upstreams,
  /** Problems that are told apart. Anyone can make a link of a thousand bad names, and nobody reads them all. */
  problems: 12,
  /** Characters of a bad value that are shown, for the same reason. A good one has at most 76 (name, @, key). */
  shownChars: 80,
} as const

const defaultNet = parseNodeName('main')

/**
 * `/?id=node3&peer=node2&peer=node1&net=class-7`, or `peer=node2, node1`: blanks around a value don't matter, an empty
 * one is absent, a repeated one counts once. A bad `id` or `net` (or two different ones) is an error; a bad upstream is
 * a warning, and the rest works. Other parameters are ignored.
 */
export const parseAddress = (href: string): Address => {
  const { searchParams } = new URL(href)
  const errors: AddressError[] = []

  const parseOne = (parameter: 'id' | 'net', kind: AddressError['kind']): NodeName | undefined => {
    const values = [...new Set(valuesOf(searchParams, parameter))]
    const [value] = values
    if (value === undefined) return undefined
    const name = values.length === 1 ? parseNodeName(value) : undefined
    if (!name) errors.push({ severity: 'error', kind, value: shown(values.join(', ')) })
    return name
  }

  const name = parseOne('id', 'bad-name')
  const net = parseOne('net', 'bad-net') ?? defaultNet
  const { upstreams, warnings } = parseUpstreams(searchParams, name)
  if (errors.length > 0 || !net) return { isValid: false, problems: [...errors, ...warnings] }
  return { isValid: true, ...(name && { name }), net, upstreams, problems: warnings }
}

/**
 * The inverse of `parseAddress`, for links and codes. `base` is origin and path, with no query. Names and keys hold
 * nothing that a query would have to escape, so the address stays readable.
 */
export const addressOf = (
  base: string,
  {
    name,
    net,
    upstreams,
  }: { readonly name?: NodeName; readonly net: NodeName; readonly upstreams: readonly Upstream[] },
): string => {
  const parameters = [
    ...(name ? [`id=${name}`] : []),
    ...upstreams.map((upstream) => `peer=${upstream.name}${upstream.peerId ? `@${upstream.peerId}` : ''}`),
    ...(net === defaultNet ? [] : [`net=${net}`]),
  ]
  return parameters.length > 0 ? `${base}?${parameters.join('&')}` : base
}

const parseUpstreams = (
  searchParams: URLSearchParams,
  self: NodeName | undefined,
): { readonly upstreams: readonly Upstream[]; readonly warnings: readonly AddressWarning[] } => {
  const byName = new Map<NodeName, Upstream>()
  const warnings: AddressWarning[] = []
  const warn = (kind: 'bad-upstream' | 'self-upstream', value: string): void => {
    if (warnings.length < addressLimits.problems) warnings.push({ severity: 'warning', kind, value: shown(value) })
  }
  const tooMany = new Set<NodeName>()
  const values = valuesOf(searchParams, 'peer').flatMap((list) => list.split(','))
  for (const value of new Set(values.map((item) => item.trim()).filter(Boolean))) {
    const upstream = parseUpstream(value)
    const known = upstream && byName.get(upstream.name)
    if (!upstream) warn('bad-upstream', value)
    else if (upstream.name === self) warn('self-upstream', value)
    else if (known?.peerId && upstream.peerId && known.peerId !== upstream.peerId) warn('bad-upstream', value)
    // A pinned one replaces a bare one in its place, and a bare one changes nothing.
    else if (known) byName.set(upstream.name, { ...known, ...upstream })
    else if (byName.size < addressLimits.upstreams) byName.set(upstream.name, upstream)
    else tooMany.add(upstream.name)
  }
  if (tooMany.size > 0) {
    const value = shown([...tooMany].join(', '))
    warnings.push({ severity: 'warning', kind: 'too-many-upstreams', value, limit: addressLimits.upstreams })
  }
  return { upstreams: [...byName.values()], warnings }
}

const parseUpstream = (value: string): Upstream | undefined => {
  const at = value.indexOf('@')
  if (at < 0) {
    const name = parseNodeName(value)
    return name && { name }
  }
  const name = parseNodeName(value.slice(0, at))
  const peerId = parsePeerId(value.slice(at + 1))
  return name && peerId && { name, peerId }
}

const valuesOf = (searchParams: URLSearchParams, parameter: string): readonly string[] =>
  searchParams
    .getAll(parameter)
    .map((value) => value.trim())
    .filter(Boolean)

const shown = (value: string): string =>
  value.length > addressLimits.shownChars ? `${value.slice(0, addressLimits.shownChars - 1)}…` : value
