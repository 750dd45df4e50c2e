import type { Socket } from 'node:net'
import type { Socket as EngineSocket } from 'engine.io'
import type { FrameGate } from './frame-gate.ts'
import type { SignallingLimits } from '../shared/limits.ts'
import type { ConnectionEnd, SignallingObserver } from '../shared/observer.ts'
import type { ClientEvents } from '../shared/protocol.ts'
import { TokenBucket } from '../shared/token-bucket.ts'

/**
 * Socket.IO packets that a tab sends: CONNECT to the one namespace, its DISCONNECT, EVENT. No acks, because the server
 * requests none, and no binary packets, which Socket.IO would buffer until complete.
 */
const knownPacket = /^(?:0(?!\/)|1$|2(?!\/))/

const rateOf = {
  'node:register': 'registrationsPerSocket',
  'signal:send': 'signalsPerSocket',
  'ice:renew': 'renewalsPerSocket',
  fault: 'faultsPerSocket',
} as const

type Gate = Pick<FrameGate, 'onFlood' | 'registered'>

type Packet = { readonly type: string; readonly data?: unknown }

const charsOf = ({ data }: Packet): number => (typeof data === 'string' || Buffer.isBuffer(data) ? data.length : 0)

/**
 * One websocket, below Socket.IO: what it may send and request, and how it ends. `FrameGate` limits how fast it may send.
 *
 * 1. A message of an unknown kind ends the connection before Socket.IO parses it.
 * 2. It has one Socket.IO socket in its life, so that one connection is never several nodes.
 * 3. It ends unless it registers a name in time.
 * 4. Once it ends, its TCP connection is gone within `closeGraceMs`, whether the other side answers the close or not.
 */
export class Connection {
  /** The group of addresses that it is counted with. */
  readonly address: string
  readonly #conn: EngineSocket
  readonly #gate: Gate
  readonly #stream: Socket
  readonly #limits: SignallingLimits
  readonly #now: () => number
  /** Created when first needed: most sockets need few of them. */
  readonly #rates: { [Event in keyof ClientEvents | 'fault']?: TokenBucket } = {}
  /** Requests without an answer yet; undefined while there are none, since an empty set would cost every silent tab memory. */
  #requests: Set<Promise<void>> | undefined
  #isClaimed = false
  #end: ConnectionEnd | undefined
  #unsentChars = 0
  #registrationTimer: NodeJS.Timeout | undefined
  #destroyTimer: NodeJS.Timeout | undefined

  constructor(
    conn: EngineSocket,
    gate: Gate,
    address: string,
    limits: SignallingLimits,
    now: () => number,
    observer: SignallingObserver,
    closed: () => void,
  ) {
    this.address = address
    this.#conn = conn
    this.#gate = gate
    this.#limits = limits
    this.#now = now
    conn.on('packet', (packet: Packet) => {
      const isKnown = packet.type !== 'message' || (typeof packet.data === 'string' && knownPacket.test(packet.data))
      if (!isKnown) this.end('unknown-packet')
    })
    conn.on('packetCreate', (packet: Packet) => {
      this.#unsentChars += charsOf(packet)
      if (this.#unsentChars > limits.unsentCharsPerSocket) this.end('unread')
    })
    conn.on('flush', () => {
      this.#unsentChars = 0
    })

    gate.onFlood = () => this.end('flood')
    this.#stream = conn.request.socket
    observer.socketOpened()
    // Emitted once; `once` would cost every silent tab 200 bytes more.
    conn.on('close', (reason: string) => {
      closed()
      // Engine.IO's name for a frame that is no packet, or too large.
      observer.socketClosed(this.#end ?? (reason === 'parse error' ? 'unknown-packet' : undefined))
      this.#stopRegistrationTimer()
      this.#destroySoon()
    })
    // The upgrade request is a fifth of an idle socket's memory, and Socket.IO does not need it.
    Object.assign(conn, { request: null })
    this.awaitRegistration()
  }

  /** Whether the Socket.IO socket that claims the connection is the first. */
  claim(): boolean {
    const isFirst = !this.#isClaimed
    this.#isClaimed = true
    return isFirst
  }

  awaitRegistration(): void {
    this.#stopRegistrationTimer()
    this.#registrationTimer = setTimeout(() => this.end('unregistered'), this.#limits.registrationTimeoutMs)
    this.#registrationTimer.unref()
  }

  registered(): void {
    this.#stopRegistrationTimer()
    this.#gate.registered()
  }

  allows(event: keyof ClientEvents): boolean {
    return this.#consume(event)
  }

  /** Counts something that an honest node does not do. Too many faults end the connection. */
  countFault(): void {
    if (!this.#consume('fault')) this.end('faults')
  }

  /** Ends the connection now: no further packet is handled, and unsent data is lost. */
  end(why: ConnectionEnd): void {
    this.#end ??= why
    this.#conn.close(true)
  }

  /** Ends the connection once all buffered data is sent, or after `closeGraceMs`. */
  finish(): void {
    this.#conn.close()
    this.#destroySoon()
  }

  /** Ends the connection once every open request is answered. */
  async finishAnswered(): Promise<void> {
    if (this.#requests) await Promise.all(this.#requests)
    this.finish()
  }

  /** `answered` settles with the answer to a request; it must settle and must not reject. */
  async waitFor(answered: Promise<void>): Promise<void> {
    const requests = (this.#requests ??= new Set())
    requests.add(answered)
    await answered
    requests.delete(answered)
    if (requests.size === 0) this.#requests = undefined
  }

  #consume(kind: keyof ClientEvents | 'fault'): boolean {
    return (this.#rates[kind] ??= new TokenBucket(this.#limits[rateOf[kind]], this.#now)).consume()
  }

  #stopRegistrationTimer(): void {
    clearTimeout(this.#registrationTimer)
    this.#registrationTimer = undefined
  }

  #destroySoon(): void {
    if (this.#destroyTimer || this.#stream.destroyed) return
    this.#destroyTimer = setTimeout(() => this.#stream.destroy(), this.#limits.closeGraceMs)
    this.#destroyTimer.unref()
    this.#stream.once('close', () => clearTimeout(this.#destroyTimer))
  }
}

/** Ends the connections at random moments, so that their tabs do not reconnect all at once. */
export const endInSteps = async (
  connections: readonly { finishAnswered(): Promise<void> }[],
  { drainMsPerSocket, drainMs }: Pick<SignallingLimits, 'drainMsPerSocket' | 'drainMs'>,
): Promise<void> => {
  const spreadMs = Math.min(connections.length * drainMsPerSocket, drainMs)
  const endLater = (connection: { finishAnswered(): Promise<void> }): Promise<void> =>
    new Promise((resolve) => setTimeout(() => resolve(connection.finishAnswered()), Math.random() * spreadMs))
  await Promise.all(connections.map(endLater))
}
