/** Spellings that people write into an address from habit, and what they mean here. */

/** The parameters of an address: `token` after “#”, the others after “?”. */
const parameters = ['id', 'peer', 'class', 'net', 'token'] as const
type Parameter = (typeof parameters)[number]

/**
 * Names of these parameters in other programs and languages, compared without case, blanks, `-`, `_`, the `[]` of a list,
 * and the `amp;` of an address that was copied out of HTML.
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

/** Parameters that mail programs, advertisements, shares and caches add: no person wrote them, so they are ignored. */
const addedByTools =
  /^(utm_.*|[a-z]{1,3}clid|msclkid|[gw]braid|srsltid|mc_[a-z]+|_g[al]|_hs.*|mkt_tok|igshi?d?|li_fat_id|ref|ref_src|source|si|[vt_]|\d*)$/i

export interface AddressHabits {
  /** The parameters that the address means, under their right names: the good ones, and those that habit wrote. */
  readonly meant: readonly (readonly [Parameter, string])[]
  /** The parts that are not read as written; `right`: what to write instead, if that is known. */
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
    // A part inside a value is reported with that value. A fragment without a parameter's name was not meant as one.
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

/** The names of upstreams in a value, with any separators and brackets. */
export const upstreamsMeant = (value: string): readonly string[] =>
  value
    .split(/[,;|\s]+/)
    .map((item) => (isAddress(item) ? nameInAddress(item) : unwrapped(item)))
    .filter((name) => name !== '')

/** `ws://localhost:6001`, `localhost:6001`, `[::1]:6001`: a network address instead of a node's name. */
export const isAddress = (value: string): boolean =>
  /^["'[]*[a-z][a-z0-9+.-]*:\/\//i.test(value) || /^([\w.-]+|\[[\da-f:.]+\]):\d+(\/.*)?$/i.test(value)

interface Part {
  /** Undefined: not a parameter. */
  readonly parameter: Parameter | undefined
  readonly value: string
  /** As it is written in the address: `Peer=`. */
  readonly written: string
  /** Whether name and place are right. */
  readonly isRead: boolean
  /** Whether it is inside the value of another parameter: `id=b?peer=a`. */
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

/** Separates the parameters inside a value: those after a “?”, a “;” or an escaped “&”. */
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

/** What to write instead; with the “&” before it if that was what was wrong. */
const rightOf = (parameter: Parameter, written: string): string => {
  if (parameter === 'token') return '#token='
  return `${written.startsWith('&') ? '&' : ''}${parameter}=`
}

/** Removes the quotes and brackets of an example or of a JSON list. */
export const unwrapped = (item: string): string => item.replaceAll(/^["'<[({]+|["'>\])}]+$/g, '')

/** The `id` in the address of a Grapevine page. */
const nameInAddress = (address: string): string => {
  const url = URL.canParse(unwrapped(address)) ? new URL(unwrapped(address)) : undefined
  return url?.searchParams.get('id') ?? ''
}
