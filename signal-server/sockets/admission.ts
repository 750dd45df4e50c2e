import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { ClientAddress } from '../shared/client-address.ts'
import type { SignallingLimits } from '../shared/limits.ts'
import { isListedOrigin } from '../shared/origins.ts'
import type { SocketRefusal } from '../shared/socket-health.ts'

/**
 * Whether the requesting page was served from here, or from an allowed origin (see `parseOrigin`). A client without an
 * Origin is no browser.
 */
export const isAllowedOrigin = (
  { origin, host }: { readonly origin?: string | undefined; readonly host?: string | undefined },
  allowedOrigins: readonly string[],
): boolean => {
  if (origin === undefined || isListedOrigin(origin, allowedOrigins)) return true
  if (host === undefined || !URL.canParse(origin)) return false
  const { protocol, host: originHost } = new URL(origin)
  // The Host header may contain a default port or capitals; behind a TLS proxy only the Origin has the right scheme.
  const own = `${protocol}//${host}`
  return originHost !== '' && URL.canParse(own) && new URL(own).host === originHost
}

/** Sockets of one group are counted together: an IPv4 address, or an IPv6 /64, which one household or attacker has. */
export const addressGroup = (address: string): string => {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)
  if (mapped?.[1]) return mapped[1]
  if (!address.includes(':')) return address
  const [head = '', tail = ''] = address.split('%', 1).join('').split('::')
  const headGroups = head === '' ? [] : head.split(':')
  const tailGroups = tail === '' ? [] : tail.split(':')
  const gap = Array.from({ length: Math.max(0, 8 - headGroups.length - tailGroups.length) }, () => '0')
  return [...headGroups, ...gap, ...tailGroups].slice(0, 4).join(':')
}

/** Counts by group of addresses. */
export class AddressTally {
  readonly #counts = new Map<string, number>()

  of(group: string): number {
    return this.#counts.get(group) ?? 0
  }

  add(group: string, change: 1 | -1): void {
    const count = this.of(group) + change
    if (count > 0) this.#counts.set(group, count)
    else this.#counts.delete(group)
  }
}

type AdmissionLimits = Pick<SignallingLimits, 'sockets' | 'socketsPerAddress' | 'closeGraceMs'>

/** Who may open a websocket. Counts TCP connections, from their upgrade to their end. */
export class Admission {
  readonly #limits: AdmissionLimits
  readonly #allowedOrigins: readonly string[]
  readonly #clientAddress: ClientAddress
  readonly #streams = new Set<Socket>()
  readonly #byAddress = new AddressTally()
  #isClosed = false

  constructor(limits: AdmissionLimits, allowedOrigins: readonly string[], clientAddress: ClientAddress) {
    this.#limits = limits
    this.#allowedOrigins = allowedOrigins
    this.#clientAddress = clientAddress
  }

  /** The group of addresses that the request's sender is counted with. */
  addressOf(request: IncomingMessage): string {
    return addressGroup(this.#clientAddress(request))
  }

  /** Why the request's connection would be refused now. */
  refusal(request: IncomingMessage): SocketRefusal | undefined {
    if (!isAllowedOrigin(request.headers, this.#allowedOrigins)) return 'origin-not-allowed'
    if (this.#isClosed) return 'draining'
    if (this.#streams.size >= this.#limits.sockets) return 'too-many-sockets'
    const count = this.#byAddress.of(this.addressOf(request))
    return count >= this.#limits.socketsPerAddress ? 'too-many-sockets-of-this-address' : undefined
  }

  /** Admits the request's connection, or gives why not. */
  admit(request: IncomingMessage): SocketRefusal | undefined {
    const refusal = this.refusal(request)
    if (refusal) return refusal
    const { socket } = request
    const address = this.addressOf(request)
    this.#streams.add(socket)
    this.#byAddress.add(address, 1)
    // Emitted once; `once` needs more memory (see Connection).
    socket.on('close', () => {
      this.#streams.delete(socket)
      this.#byAddress.add(address, -1)
    })
    return undefined
  }

  /** Refuses every websocket from now on. */
  close(): void {
    this.#isClosed = true
  }

  /** Resolves once no connection is left: each closes, or is destroyed after `closeGraceMs`. */
  async drain(): Promise<void> {
    const ends = [...this.#streams].map((stream) => new Promise<void>((resolve) => stream.once('close', resolve)))
    const timer = setTimeout(() => {
      for (const stream of this.#streams) stream.destroy()
    }, this.#limits.closeGraceMs)
    await Promise.all(ends)
    clearTimeout(timer)
  }
}
