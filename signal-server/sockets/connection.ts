import type { Socket } from 'node:net'
import type { Socket as EngineSocket } from 'engine.io'
import type { FrameGate } from './frame-gate.ts'
import type { SignallingLimits } from '../shared/limits.ts'
import type { ConnectionEnd, SignallingObserver } from '../shared/observer.ts'
import type { ClientEvents } from '../shared/protocol.ts'
import { TokenBucket } from '../shared/token-bucket.ts'

/**
 * Socket.IO packets that a tab sends: CONNECT to the one namespace, its DISCONNECT, EVENT. No acks, because the server
 * asks for none, and nothing binary, which would be gathered in memory until complete.
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
 * One websocket, below Socket.IO: what it may send and ask for, and how it ends. How fast it may send: `FrameGate`.
 *
 * 1. A message of an unknown kind ends the connection before Socket.IO parses it.
 * 2. It carries one Socket.IO socket in its life, so that one connection is never several nodes.
 * 3. It ends unless it registers a name in time.
 * 4. Once ended it is gone within `closeGraceMs`, whether the other side answers the close or not.
 */
export class Connection {
  /** Whom it is counted with. */
  readonly address: string
  readonly #conn: EngineSocket
  readonly #gate: Gate
  readonly #stream: Socket
  readonly #limits: SignallingLimits
  readonly #now: () => number
  /** Of what most sockets do once or never, made when it is first needed. */
  readonly #rates: { [Event in keyof ClientEvents | 'fault']?: TokenBucket } = {}
  /** What is not answered yet; nothing of a silent tab, which would pay for an empty set. */
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
    // Emitted once; `once` would take 200 bytes more of every silent tab.
    conn.on('close', (reason: string) => {
      closed()
      // Engine.IO's own word for a frame that is no packet, or too large.
      observer.socketClosed(this.#end ?? (reason === 'parse error' ? 'unknown-packet' : undefined))
      this.#stopRegistrationTimer()
      this.#destroySoon()
    })
    // The upgrade request is a fifth of an idle socket's memory, and Socket.IO can do without it.
    Object.assign(conn, { request: null })
    this.awaitRegistration()
  }

  /** Whether the Socket.IO socket that asks is the first one. */
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

  /** Counts something that an honest node does not do; one too many ends the connection. */
  countFault(): void {
    if (!this.#consume('fault')) this.end('faults')
  }

  /** Ends the connection now: nothing more of it is handled, and what is not sent yet never is. */
  end(why: ConnectionEnd): void {
    this.#end ??= why
    this.#conn.close(true)
  }

  /** Ends the connection once the other side has been sent all that waits, or the grace is over. */
  finish(): void {
    this.#conn.close()
    this.#destroySoon()
  }

  /** Ends the connection once all that has been asked by now is answered. */
  async finishAnswered(): Promise<void> {
    if (this.#requests) await Promise.all(this.#requests)
    this.finish()
  }

  /** `answered` settles with the answer to a request, which must come some time, and never rejects. */
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

/** Ends the connections one by one at random moments, so that their tabs don't come back all in one. */
export const endInSteps = async (
  connections: readonly { finishAnswered(): Promise<void> }[],
  { drainMsPerSocket, drainMs }: Pick<SignallingLimits, 'drainMsPerSocket' | 'drainMs'>,
): Promise<void> => {
  const spreadMs = Math.min(connections.length * drainMsPerSocket, drainMs)
  const endLater = (connection: { finishAnswered(): Promise<void> }): Promise<void> =>
    new Promise((resolve) => setTimeout(() => resolve(connection.finishAnswered()), Math.random() * spreadMs))
  await Promise.all(connections.map(endLater))
}
