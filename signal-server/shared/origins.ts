import { isIP } from 'node:net'
import { SettingProblem } from './setting-problem.ts'

const notParsed = { origin: '', href: '', protocol: '', host: '', hostname: '' }

/** In a parsed origin: all names below the domain after it. */
const wildcard = '*.'

/**
 * An origin as browsers write it in a header, such as `https://example.org`; or `https://*.example.org`, which stands for
 * every name below that domain, but not for the domain itself. Throws a `SettingProblem` for anything else.
 */
export const parseOrigin = (text: string): string => {
  const [, scheme, rest = ''] = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/is.exec(text) ?? []
  if (text === '*') {
    throw new SettingProblem('* would allow every page on the web. List the origins, such as https://example.org.')
  }
  if (scheme === undefined) {
    throw new SettingProblem(`${text} has no scheme. Put https:// or http:// before it.`)
  }
  if (!/^https?$/i.test(scheme)) {
    throw new SettingProblem(`${text} is not an origin of http or https. Write it like https://example.org.`)
  }
  const isPattern = rest.startsWith(wildcard)
  const plain = `${scheme}://${isPattern ? rest.slice(wildcard.length) : rest}`
  if (plain.includes('*')) {
    throw new SettingProblem(
      `${text} has a * in the wrong place. It stands for all names below a domain, as in https://*.example.org; list each port.`,
    )
  }
  const { origin, href, protocol, host, hostname } = URL.canParse(plain) ? new URL(plain) : notParsed
  // A url's host may contain a semicolon, for example, which would end a directive of a policy.
  if (!/^(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])$/.test(hostname)) {
    throw new SettingProblem(`${text} is not an origin. Write it like https://example.org.`)
  }
  if (href !== `${origin}/`) {
    throw new SettingProblem(`${text} is more than an origin. Write ${origin}.`)
  }
  if (!isPattern) return origin
  if (isIP(hostname.replace(/^\[|\]$/g, '')) !== 0) {
    throw new SettingProblem(`${text} has a * before an IP address. Only a domain has names below it.`)
  }
  if (!hostname.includes('.') && hostname !== 'localhost') {
    throw new SettingProblem(`${text} would allow every domain that ends in .${hostname}. Name one domain.`)
  }
  return `${protocol}//${wildcard}${host}`
}

/** Whether a list of parsed origins contains this origin. */
export const isListedOrigin = (origin: string, list: readonly string[]): boolean =>
  list.some((listed) => {
    const at = listed.indexOf(wildcard)
    if (at === -1) return listed === origin
    const before = listed.slice(0, at)
    // Starts with the dot: example.org itself and badexample.org are not below example.org.
    const after = listed.slice(at + wildcard.length - 1)
    if (!origin.startsWith(before) || !origin.endsWith(after)) return false
    return /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/i.test(origin.slice(before.length, -after.length))
  })
