import type { IncomingMessage, ServerResponse } from 'node:http'
import { isIP } from 'node:net'
import { hostname as machineName, networkInterfaces } from 'node:os'
import { SettingProblem } from './setting-problem.ts'

/** Stands before a domain for all names below it, as in `*.example.org`. */
const wildcard = '*.'

/** Milliseconds between two looks at the machine's addresses: they change when it joins another network. */
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
    throw new SettingProblem('* would let in every name that somebody points at this server. Name the hosts.')
  }
  const name = text.startsWith(wildcard) ? text.slice(wildcard.length) : text
  const bare = isIP(name) === 6 ? `[${name}]` : name
  const host = hostnameOf(bare)
  const isPlain =
    host !== undefined && !/[*/]/.test(host) && new URL(`http://${bare}`).host === new URL(`http://${bare}`).hostname
  if (!isPlain) {
    throw new SettingProblem(
      `${text} is not a name or an address alone. Leave out scheme, port and path, as in grapevine.example.`,
    )
  }
  if (name === text) return host
  if (isIP(host) !== 0 || !host.includes('.')) {
    throw new SettingProblem(
      `${text} has a * where none can be. It stands for the names below a domain, as in *.example.org.`,
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

/** What this machine is called: its own name, and the one under which its network finds it. */
const namesOf = (machine: string): string[] => {
  const name = machine.toLowerCase()
  const [label = ''] = name.split('.')
  return label === '' ? [] : [name, label, `${label}.local`]
}

/** An IPv4 address as an IPv6 socket writes it, and an address with its zone, in the form of a Host header. */
const plainAddress = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '')

export interface OwnHostsOptions {
  /** What the server listens on. */
  readonly host: string
  readonly allowedOrigins: readonly string[]
  readonly allowedHosts: readonly string[]
}

/**
 * The names and addresses that are this server's own. A page of another name that is made to point at this server (DNS
 * rebinding) is of one origin with it, in the eyes of the browser; only the Host header tells the two apart.
 */
export class OwnHosts {
  /** Without those of the machine's network. */
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

  /** Whether the request is for this server. One without a Host comes from no browser. */
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

/** For the person who reads it, who may be the operator: what happened, and what to do. */
export const describeForeignHost = (host: string | undefined): string => {
  const name = hostnameOf(host ?? '')
  return [
    `This Grapevine server does not answer requests for ${name ?? 'this host'}: the name is none of its own.`,
    `If the name is yours, start the server with ALLOWED_HOSTS=${name ?? 'NAME'} (README, Configuration).`,
    'If a proxy in front of the server wrote it, let the proxy pass on the Host that the browser sent, and allow that one.',
    '',
  ].join('\n')
}

/** Answers a request that is for another host. */
export const refuseForeignHost = ({ headers }: IncomingMessage, response: ServerResponse): void => {
  response.writeHead(403, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
  })
  response.end(describeForeignHost(headers.host))
}
