import { protocolLimits } from '../../../signal-server/shared/protocol.ts'
import { type AddressHabits, isAddress, readAddressHabits, unwrapped, upstreamsMeant } from './address-habits.ts'
import { classPlanText, parseClassPlan } from '../classroom/class-plan.ts'
import type { ClassPlan } from '../classroom/class-topology.ts'
import { cutText } from '../../gossip/wire/cut-text.ts'
import { type NodeName, parseNodeName } from '../../gossip/wire/node-name.ts'
import { type Upstream, parseUpstream, upstreamText } from '../../node/api/upstream.ts'
import type { AddressProblem } from './address-problem.ts'

type AddressError = Extract<AddressProblem, { severity: 'error' }>
type AddressWarning = Extract<AddressProblem, { severity: 'warning' }>

/**
 * A parsed address. An invalid one has no network, so that none is joined by mistake. `corrected`: the address that seems
 * to be meant, if habit wrote another one.
 */
export type Address = ParsedAddress & { readonly corrected?: string }

type ParsedAddress =
  | {
      readonly isValid: true
      /** Absent: a name is to be generated. */
      readonly name?: NodeName
      readonly net: NodeName
      readonly upstreams: readonly Upstream[]
      /** `class=ring-12`: this tab gets a seat of that plan. Such an address has neither name nor upstreams. */
      readonly plan?: ClassPlan
      readonly problems: readonly AddressWarning[]
    }
  | { readonly isValid: false; readonly problems: readonly AddressProblem[] }

export const addressLimits = {
  /** Upstreams of one node; the server accepts no more. */
  upstreams: protocolLimits.upstreams,
  /** Problems that are shown. Anybody can make a link with a thousand bad names, and nobody reads them all. */
  problems: 12,
  /** Characters of a bad value that are shown, for the same reason. A good value has at most 76 (name, @, key). */
  shownChars: 80,
} as const

const defaultNet = parseNodeName('main')

/**
 * Parses `/?id=node3&peer=node2&peer=node1&net=class-7`, or `peer=node2, node1`. Blanks around a value are trimmed, an empty
 * value is absent, a repeated one counts once. A bad `id`, `net` or `class`, or two different ones, is an error. A bad
 * upstream is a warning, and the rest works. `/?class=ring-12` is a seat in a class; beside a name or upstreams it is left
 * out, with a warning. An unknown parameter is ignored, with a warning unless a tool has added it.
 */
export const parseAddress = (href: string): Address => {
  const url = new URL(href)
  const { meant, unread } = readAddressHabits(url)
  const warnings = unread.map(({ written, right }): AddressWarning => ({
    severity: 'warning',
    kind: 'unread-parameter',
    value: shown(written),
    right,
  }))
  const read = new Set(valuesOf(url.searchParams, 'peer'))
  for (const [name, value] of meant) {
    if (name !== 'peer' || read.has(value)) continue
    for (const address of value.split(',').map(unwrapped).filter(isAddress)) {
      warnings.push({ severity: 'warning', kind: 'upstream-address', value: shown(address) })
    }
  }
  const address = parseParameters(url.searchParams, warnings.slice(0, addressLimits.problems))
  const corrected = correctedAddress(url, meant)
  const isOffered = corrected !== undefined && (!address.isValid || corrected !== addressOf(addressBase(href), address))
  return { ...address, ...(isOffered && { corrected }) }
}

/** The address that seems to be meant; undefined if no parameter in it is valid. */
const correctedAddress = ({ origin, pathname }: URL, meant: AddressHabits['meant']): string | undefined => {
  const meantBy = (parameter: string): readonly string[] =>
    meant.filter(([name]) => name === parameter).map(([, value]) => value)
  const query = new URLSearchParams(meant.map(([name, value]) => [name, unwrapped(value)]))
  query.set('peer', upstreamsMeant(meantBy('peer').join(',')).join(','))
  const address = parseParameters(query, [])
  if (!address.isValid) return undefined
  const [token] = meantBy('token')
  const base = addressBase(`${origin}${pathname}${token === undefined ? '' : `#token=${encodeURIComponent(token)}`}`)
  const corrected = addressOf(base, address)
  return corrected === base ? undefined : corrected
}

const parseParameters = (searchParams: URLSearchParams, unread: readonly AddressWarning[]): ParsedAddress => {
  const errors: AddressError[] = []

  const parseOne = <T>(
    parameter: 'id' | 'net' | 'class',
    kind: AddressError['kind'],
    parse: (value: string) => T | undefined,
  ): T | undefined => {
    const values = [...new Set(valuesOf(searchParams, parameter))]
    const [value] = values
    if (value === undefined) return undefined
    const parsed = values.length === 1 ? parse(value) : undefined
    if (!parsed) errors.push({ severity: 'error', kind, value: shown(values.join(', ')) })
    return parsed
  }

  const name = parseOne('id', 'bad-name', parseNodeName)
  const net = parseOne('net', 'bad-net', parseNodeName) ?? defaultNet
  const plan = parseOne('class', 'bad-class', parseClassPlan)
  const { upstreams, warnings } = parseUpstreams(searchParams, name)
  warnings.push(...unread)
  if (errors.length > 0 || !net) return { isValid: false, problems: [...errors, ...warnings] }
  const isNode = name !== undefined || upstreams.length > 0
  if (plan && isNode) warnings.push({ severity: 'warning', kind: 'class-left-out', value: classPlanText(plan) })
  return { isValid: true, ...(name && { name }), net, upstreams, ...(plan && !isNode && { plan }), problems: warnings }
}

/**
 * The access token of an address, for a private server: `#token=…`. A fragment is sent to no server and appears in no log.
 * Undefined if there is none, or one that no server would accept.
 */
export const parseToken = (href: string): string | undefined => {
  const token = new URLSearchParams(new URL(href).hash.slice(1)).get('token') ?? ''
  return token !== '' && token.length <= protocolLimits.tokenChars ? token : undefined
}

/** The base of every address that this page makes: origin and path, and the token, which `addressOf` appends. */
export const addressBase = (href: string): string => {
  const { origin, pathname } = new URL(href)
  const token = parseToken(href)
  return `${origin}${pathname}${token === undefined ? '' : `#token=${encodeURIComponent(token)}`}`
}

/**
 * The inverse of `parseAddress`, for links and QR codes. `base` is an `addressBase`. Names and keys contain no character
 * that a query has to escape, so the address is readable.
 */
export const addressOf = (
  base: string,
  {
    name,
    net,
    upstreams = [],
    plan,
  }: {
    readonly name?: NodeName
    readonly net: NodeName
    readonly upstreams?: readonly Upstream[]
    readonly plan?: ClassPlan
  },
): string => {
  const parameters = [
    ...(name ? [`id=${name}`] : []),
    ...upstreams.map((upstream) => `peer=${upstreamText(upstream)}`),
    ...(plan ? [`class=${classPlanText(plan)}`] : []),
    ...(net === defaultNet ? [] : [`net=${net}`]),
  ]
  const [path = '', fragment] = base.split('#')
  const query = parameters.length > 0 ? `?${parameters.join('&')}` : ''
  return `${path}${query}${fragment === undefined ? '' : `#${fragment}`}`
}

const parseUpstreams = (
  searchParams: URLSearchParams,
  self: NodeName | undefined,
): { readonly upstreams: readonly Upstream[]; readonly warnings: AddressWarning[] } => {
  const byName = new Map<NodeName, Upstream>()
  const warnings: AddressWarning[] = []
  type UpstreamProblem = 'bad-upstream' | 'self-upstream' | 'upstream-address' | 'upstream-separator'
  const warn = (kind: UpstreamProblem, value: string): void => {
    if (warnings.length < addressLimits.problems) warnings.push({ severity: 'warning', kind, value: shown(value) })
  }
  const tooMany = new Set<NodeName>()
  const values = valuesOf(searchParams, 'peer').flatMap((list) => list.split(','))
  for (const value of new Set(values.map((item) => item.trim()).filter(Boolean))) {
    const upstream = parseUpstream(value)
    const known = upstream && byName.get(upstream.name)
    if (!upstream) warn(whyNoUpstream(value), value)
    else if (upstream.name === self) warn('self-upstream', value)
    else if (known?.peerId && upstream.peerId && known.peerId !== upstream.peerId) warn('bad-upstream', value)
    // An upstream with a key replaces the same one without, and not the reverse.
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

const whyNoUpstream = (value: string): 'upstream-address' | 'upstream-separator' | 'bad-upstream' => {
  if (isAddress(value)) return 'upstream-address'
  const meant = upstreamsMeant(value)
  return meant.length > 1 && meant.every(parseUpstream) ? 'upstream-separator' : 'bad-upstream'
}

const valuesOf = (searchParams: URLSearchParams, parameter: string): readonly string[] =>
  searchParams
    .getAll(parameter)
    .map((value) => value.trim())
    .filter(Boolean)

const shown = (value: string): string =>
  value.length > addressLimits.shownChars ? `${cutText(value, addressLimits.shownChars - 1)}…` : value
