import { type Socket, io } from 'socket.io-client'
import type { GenericSchema } from 'valibot'
import {
  type Answer,
  type ClientEvents,
  type ServerEvents,
  divisionSchema,
  receivedSignalSchema,
  upstreamOnlineSchema,
  upstreamSimilarSchema,
} from '../../../signal-server/shared/protocol.ts'
import { readPayload } from '../../../signal-server/shared/payload.ts'
import type { NoWebsocket } from '../../node/api/server-contact.ts'
import type { NetworkLimits } from '../shared/limits.ts'
import { type ProbedServer, explainNoWebsocket, signallingUrl } from './server-probe.ts'
import type { SignallingEvents } from './signalling.ts'

export interface SignallingSocketOptions extends ProbedServer {
  readonly limits: NetworkLimits
  /** In [0, 1). */
  readonly random: () => number
}

export interface SignallingSocketEvents extends Pick<
  SignallingEvents,
  'signal' | 'upstreamOnline' | 'upstreamSimilar' | 'divided' | 'dropped'
> {
  opened(): void
  /** No websocket opened; Socket.IO tries again. */
  failed(): void
  ended(reason: Socket.DisconnectReason): void
  /** The same key has registered the name from elsewhere. */
  replaced(): void
}

type TimedSocket = ReturnType<Socket<ServerEvents, ClientEvents>['timeout']>

/** The websocket to the signalling server, by Socket.IO. What the server sends is parsed before it is handed over. */
export class SignallingSocket {
  readonly #options: SignallingSocketOptions
  readonly #socket: Socket<ServerEvents, ClientEvents>
  /** Part of the websocket's url: `handshake` names it, so that the server can be asked what became of it. */
  readonly #query = { handshake: '' }

  constructor(options: SignallingSocketOptions) {
    this.#options = options
    const { origin, pathname } = signallingUrl(options)
    this.#socket = io(origin, {
      path: pathname,
      query: this.#query,
      transports: ['websocket'],
      autoConnect: false,
      forceNew: true,
      reconnectionDelay: 500,
      reconnectionDelayMax: 5_000,
      randomizationFactor: 0.5,
    })
  }

  /** Changes with every connection; undefined while there is none. */
  get id(): string | undefined {
    return this.#socket.id
  }

  listen(events: SignallingSocketEvents): void {
    const socket = this.#socket
    const parsed =
      <Payload>(schema: GenericSchema<unknown, Payload>, receive: (payload: Payload) => void) =>
      (raw: unknown): void => {
        const payload = readPayload(schema, raw)
        if (payload) receive(payload)
        else events.dropped('malformed-signal')
      }
    socket.io.on('reconnect_attempt', () => this.#nameHandshake())
    socket.on('connect', () => events.opened())
    socket.on('connect_error', () => events.failed())
    socket.on('disconnect', (reason) => events.ended(reason))
    socket.on(
      'signal:receive',
      parsed(receivedSignalSchema, (signal) => events.signal(signal)),
    )
    socket.on(
      'upstream:online',
      parsed(upstreamOnlineSchema, (upstream) => events.upstreamOnline(upstream)),
    )
    socket.on(
      'upstream:similar',
      parsed(upstreamSimilarSchema, (upstream) => events.upstreamSimilar(upstream)),
    )
    socket.on(
      'server:divided',
      parsed(divisionSchema, ({ isDivided }) => events.divided(isDivided)),
    )
    socket.on('node:replaced', () => events.replaced())
  }

  connect(): void {
    this.#nameHandshake()
    this.#socket.connect()
  }

  disconnect(): void {
    this.#socket.disconnect()
  }

  /** The server's answer; `no-acknowledgement` if none arrives in time, or one that is malformed. */
  async request<Given extends Answer<string>>(
    schema: GenericSchema<unknown, Given>,
    emit: (socket: TimedSocket) => Promise<unknown>,
  ): Promise<Given | { readonly ok: false; readonly reason: 'no-acknowledgement' }> {
    // Rejects after the timeout, or if the socket is lost first.
    const payload = await emit(this.#socket.timeout(this.#options.limits.acknowledgeWithinMs)).catch(() => undefined)
    return readPayload(schema, payload) ?? { ok: false, reason: 'no-acknowledgement' }
  }

  /** Why the last handshake failed: is the server gone, does it refuse, or does a proxy interfere? Undefined once open. */
  async explain(): Promise<NoWebsocket | undefined> {
    const cause = await explainNoWebsocket(this.#options, this.#query.handshake, this.#options.limits.explainWithinMs)
    return this.#socket.connected ? undefined : cause
  }

  #nameHandshake(): void {
    const digits = (): string => this.#options.random().toString(36).slice(2, 12)
    this.#query.handshake = `${digits()}${digits()}`
  }
}
