/** What people write into an address from habit, and what it means here. */

/** What an address may hold: `token` after “#”, the others after “?”. */
const parameters = ['id', 'peer', 'class', 'net', 'token'] as const
type Parameter = (typeof parameters)[number]

/**
 * Names that other programs, and other languages' habits, give to these parameters: without case, blanks, `-`, `_`, a
 * list's `[]`, and the `amp;` of an address that was copied out of HTML.
 */
const otherNames: Readonly<Record<Parameter, readonly string[]>> = {
  id: ['name', 'node', 'nodeid', 'nodename', 'nick', 'nickname', 'user', 'username', 'self'],
  peer: ['peers', 'upstream', 'upstreams', 'parent', 'parents', 'neighbour', 'neighbours', 'neighbor', 'neighbors'],
  class: ['classroom', 'plan'],
  net: ['network', 'room', 'channel', 'group'],
  token: ['accesstoken'],
}

const parameterOf: ReadonlyMap<string, Parameter> = new Map(
  parameters.flatMap((parameter) => [parameter, ...otherNames[parameter]].map((name) => [name, parameter] as const)),
)

/** Added by mail programs, advertisements, shares and caches: no person wrote them, and nothing follows from them. */
const addedByTools =
  /^(utm_.*|[a-z]{1,3}clid|msclkid|[gw]braid|srsltid|mc_[a-z]+|_g[al]|_hs.*|mkt_tok|igshi?d?|li_fat_id|ref|ref_src|source|si|[vt_]|\d*)$/i

export interface AddressHabits {
  /** What the address means, under the right names: its good parameters, and what habit wrote for others. */
  readonly meant: readonly (readonly [Parameter, string])[]
  /** What is not read as it stands; with what to write in its place, if that is known. */
  readonly unread: readonly { readonly written: string; readonly right: string | undefined }[]
}

export const readAddressHabits = ({ search, hash }: Pick<URL, 'search' | 'hash'>): AddressHabits => {
  const inQuery = partsOf(new URLSearchParams(search), '')
  const inFragment = partsOf(new URLSearchParams(hash.slice(1)), '#')
  const good = [...inQuery, ...inFragment].filter(({ isRead }) => isRead)
  const given = new Set(good.map(({ parameter }) => parameter))
  // Of what an address holds once, a good one stands.
  const isMeant = ({ parameter, value }: Part): boolean =>
    value !== '' && (parameter === 'peer' || !given.has(parameter))
  const habits = [...inQuery, ...inFragment].filter((part) => !part.isRead && part.value !== '')
  const rightByWritten = new Map<string, string | undefined>()
  for (const part of habits) {
    // The value that holds it is told of. A fragment may be anything: what is no parameter's name was meant as none.
    if (part.isInValue || (!part.parameter && part.written.startsWith('#'))) continue
    rightByWritten.set(
      part.written,
      part.parameter && isMeant(part) ? rightOf(part.parameter, part.written) : undefined,
    )
  }
  return {
    meant: [...good, ...habits.filter(isMeant)].flatMap(({ parameter, value }) =>
      parameter ? [[parameter, value] as const] : [],
    ),
    unread: [...rightByWritten].map(([written, right]) => ({ written, right })),
  }
}

/** The names of upstreams that a value means, whatever stands between and around them. */
export const upstreamsMeant = (value: string): readonly string[] =>
  value
    .split(/[,;|\s]+/)
    .map((item) => (isAddress(item) ? nameInAddress(item) : unwrapped(item)))
    .filter((name) => name !== '')

/** `ws://localhost:6001`, `localhost:6001`, `[::1]:6001`: where a program listens, in place of a node's name. */
export const isAddress = (value: string): boolean =>
  /^["'[]*[a-z][a-z0-9+.-]*:\/\//i.test(value) || /^([\w.-]+|\[[\da-f:.]+\]):\d+(\/.*)?$/i.test(value)

interface Part {
  /** Undefined: it is none that an address may hold. */
  readonly parameter: Parameter | undefined
  readonly value: string
  /** As it stands in the address: `Peer=`. */
  readonly written: string
  /** Under its right name, at its right place. */
  readonly isRead: boolean
  /** It stands in another parameter's value: `id=b?peer=a`. */
  readonly isInValue: boolean
}

const partsOf = (pairs: URLSearchParams, place: '' | '#'): readonly Part[] => {
  const parts: Part[] = []
  for (const [name, rawValue] of pairs) {
    if (addedByTools.test(name) && !parameterOf.has(name)) continue
    const parameter = parameterOf.get(plain(name))
    const [value, inValue] = parameter ? splitValue(parameter, rawValue.trim()) : [rawValue.trim(), []]
    const isRead = parameter === name && (name === 'token') === (place === '#')
    const written = `${name.startsWith('amp;') ? '&' : place}${name}=`
    parts.push({ parameter, value, written, isRead, isInValue: false }, ...inValue)
  }
  return parts
}

/** The parameters that follow in a value, since “?”, “;” or an escaped “&” stands before them. */
const splitValue = (parameter: Parameter, whole: string): readonly [value: string, inValue: readonly Part[]] => {
  const [, head, tail] = /^([^?;&]*)[?;&]+(?:amp;)?(.*)$/s.exec(whole) ?? []
  const isList = parameter === 'peer' && isAddress(whole)
  if (head === undefined || tail === undefined || isList) return [whole, []]
  const inValue = [...new URLSearchParams(tail.replaceAll(';', '&'))].flatMap(([name, value]): Part[] => {
    const inner = parameterOf.get(plain(name))
    if (!inner) return []
    return [{ parameter: inner, value: value.trim(), written: `${name}=`, isRead: false, isInValue: true }]
  })
  return inValue.length > 0 ? [head.trim(), inValue] : [whole, []]
}

const plain = (name: string): string =>
  name
    .trim()
    .replace(/^[?/!]+/, '')
    .replace(/^(amp;)+/i, '')
    .replace(/\[[^\]]*\]$/, '')
    .replaceAll(/[\s_-]/g, '')
    .toLowerCase()

/** With what stands before it, where that is what was wrong. */
const rightOf = (parameter: Parameter, written: string): string => {
  if (parameter === 'token') return '#token='
  return `${written.startsWith('&') ? '&' : ''}${parameter}=`
}

/** Without the quotes and brackets of an example, or of a list in JSON. */
export const unwrapped = (item: string): string => item.replaceAll(/^["'<[({]+|["'>\])}]+$/g, '')

/** Of a Grapevine page's own address the name that it runs. */
const nameInAddress = (address: string): string => {
  const url = URL.canParse(unwrapped(address)) ? new URL(unwrapped(address)) : undefined
  return url?.searchParams.get('id') ?? ''
}
