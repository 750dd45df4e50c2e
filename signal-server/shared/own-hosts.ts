import type { IncomingMessage, ServerResponse } from 'node:http'
import { isIP } from 'node:net'
import { hostname as machineName, networkInterfaces } from 'node:os'
import { SettingProblem } from './setting-problem.ts'

/** Before a domain: all names below it, as in `*.example.org`. */
const wildcard = '*.'

/** Milliseconds between two reads of the machine's addresses, which change when it joins another network. */
const lookAgainMs = 1_000

/** The name or address of a Host header without its port, as a browser writes it; undefined if it is neither. */
const hostnameOf = (host: string): string | undefined => {
  const url = `http://${host}`
  if (/[/?#@\\\s]/.test(host) || !URL.canParse(url)) return undefined
  return new URL(url).hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '')
}

/**
 * A name or address by which browsers reach the server, without scheme, port or path; `*.example.org` stands for every
 * name below that domain. Throws a `SettingProblem` for anything else.
 */
export const parseAllowedHost = (text: string): string => {
  if (text === '*') {
    throw new SettingProblem('* would allow every name that somebody points at this server. List the hosts.')
  }
  const name = text.startsWith(wildcard) ? text.slice(wildcard.length) : text
  const bare = isIP(name) === 6 ? `[${name}]` : name
  const host = hostnameOf(bare)
  const isPlain =
    host !== undefined && !/[*/]/.test(host) && new URL(`http://${bare}`).host === new URL(`http://${bare}`).hostname
  if (!isPlain) {
    throw new SettingProblem(
      `${text} is more than a name or an address. Leave out scheme, port and path, as in grapevine.example.`,
    )
  }
  if (name === text) return host
  if (isIP(host) !== 0 || !host.includes('.')) {
    throw new SettingProblem(
      `${text} has a * in the wrong place. It stands for all names below a domain, as in *.example.org.`,
    )
  }
  return `${wildcard}${host}`
}

const isListed = (host: string, listed: string): boolean =>
  listed.startsWith(wildcard)
    ? host.endsWith(listed.slice(wildcard.length - 1)) && !host.startsWith('.')
    : host === listed

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host.endsWith('.localhost') || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))

/** The names of this machine: its own, and the one under which its network finds it. */
const namesOf = (machine: string): string[] => {
  const name = machine.toLowerCase()
  const [label = ''] = name.split('.')
  return label === '' ? [] : [name, label, `${label}.local`]
}

/** An address in the form of a Host header, without an IPv6 socket's `::ffff:` and without a zone. */
const plainAddress = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '')

export interface OwnHostsOptions {
  /** The host that the server listens on. */
  readonly host: string
  readonly allowedOrigins: readonly string[]
  readonly allowedHosts: readonly string[]
}

/**
 * The server's own names and addresses. A stranger can point another name at this server (DNS rebinding), and the browser
 * then treats a page of that name as the same origin: only the Host header reveals it.
 */
export class OwnHosts {
  /** Without the addresses of the machine. */
  readonly names: readonly string[]
  #addresses: ReadonlySet<string> = new Set()
  #lookedAt = -Infinity

  constructor({ host, allowedOrigins, allowedHosts }: OwnHostsOptions) {
    const originHosts = allowedOrigins.map((origin) => origin.replace(/^\w+:\/\//, '').replace(/:\d+$/, ''))
    this.names = [
      host,
      ...namesOf(machineName()),
      ...allowedHosts,
      ...originHosts.map((name) => name.replace(/^\[|\]$/g, '')),
    ]
  }

  /** Whether the request is for this server. A request without a Host comes from no browser. */
  has({ headers, socket }: IncomingMessage): boolean {
    if (headers.host === undefined) return true
    const host = hostnameOf(headers.host)
    if (host === undefined) return false
    if (isLoopback(host) || this.names.some((listed) => isListed(host, listed))) return true
    if (isIP(host) === 0) return false
    return plainAddress(socket.localAddress ?? '') === host || this.#isOfThisMachine(host)
  }

  #isOfThisMachine(address: string): boolean {
    if (!this.#addresses.has(address) && performance.now() - this.#lookedAt >= lookAgainMs) {
      this.#lookedAt = performance.now()
      const infos = Object.values(networkInterfaces()).flatMap((infos) => infos ?? [])
      this.#addresses = new Set(infos.map((info) => plainAddress(info.address)))
    }
    return this.#addresses.has(address)
  }
}

/** For the reader, who may be the operator: what happened, and what to do. */
export const describeForeignHost = (host: string | undefined): string => {
  const name = hostnameOf(host ?? '')
  return [
    `This Grapevine server does not answer requests for ${name ?? 'this host'}: it is none of the server’s own names.`,
    `If the name is yours, start the server with ALLOWED_HOSTS=${name ?? 'NAME'} (README, Configuration).`,
    'If a proxy in front of the server changed the Host, let the proxy pass on the Host of the browser, and allow that name.',
    '',
  ].join('\n')
}

/** Refuses a request for another host. */
export const refuseForeignHost = ({ headers }: IncomingMessage, response: ServerResponse): void => {
  response.writeHead(403, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
  })
  response.end(describeForeignHost(headers.host))
}
