import { type Socket, io } from 'socket.io-client'
import type { GenericSchema } from 'valibot'
import {
  type Answer,
  type ClientEvents,
  type ReceivedIceGrant,
  type RegisterRefusal,
  type Registered,
  type ServerEvents,
  type SignalData,
  divisionSchema,
  receivedSignalSchema,
  registerAnswerSchema,
  registrationProof,
  renewAnswerSchema,
  signalAnswerSchema,
  upstreamOnlineSchema,
  upstreamSimilarSchema,
} from '../../../signal-server/shared/protocol.ts'
import { readPayload } from '../../../signal-server/shared/payload.ts'
import { toBase64url } from '../../gossip/wire/base64url.ts'
import type { PeerId } from '../../gossip/wire/peer-id.ts'
import type { SendRefusal } from '../attempts/attempt.ts'
import { IceRenewal } from './ice-renewal.ts'
import type { NetworkLimits } from '../shared/limits.ts'
import { explainNoWebsocket, signallingUrl } from './server-probe.ts'
import type { Signalling, SignallingEvents } from './signalling.ts'
import { SocketCuts } from './socket-cuts.ts'
import type { Timers } from '../../node/shared/timers.ts'
import type { Sign } from '../../node/shared/signatures.ts'
import type { SignallingState } from '../../node/shared/node-ports.ts'
import type { ServerContact } from '../../node/api/server-contact.ts'

export interface SocketSignallingOptions {
  /** The address below which the server answers, with a slash at its end: `http://localhost:3000/app/`. */
  readonly folder: string
  /** The origin of this page; undefined outside a browser. */
  readonly pageOrigin: string | undefined
  readonly net: string
  readonly name: string
  readonly peerId: PeerId
  readonly upstreams: readonly string[]
  /** Which build of the page this is; undefined if it was not built. */
  readonly build: string | undefined
  /** What a private server asks for. */
  readonly token: string | undefined
  readonly sign: Sign
  readonly timers: Timers
  readonly limits: NetworkLimits
  /** In [0, 1). */
  readonly random: () => number
}

/** `Signalling` over Socket.IO, websocket only. Every connection is a new socket id, so every one registers anew. */
export class SocketSignalling implements Signalling {
  readonly #options: SocketSignallingOptions
  readonly #socket: Socket<ServerEvents, ClientEvents>
  readonly #iceRenewal: IceRenewal
  #events: SignallingEvents | undefined
  /** Undefined until the first registration or refusal. */
  #state: SignallingState | undefined
  #stopRetry: (() => void) | undefined
  #triesInVain = 0
  /** The server's page is another build than this one. */
  #isOld = false
  /** Part of the websocket's url: `handshake` names it, so that the server can be asked what came of it. */
  readonly #query = { handshake: '' }
  readonly #cuts: SocketCuts

  constructor(options: SocketSignallingOptions) {
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
    const { timers, limits, random } = options
    this.#cuts = new SocketCuts(timers, limits, () => this.#steady())
    this.#iceRenewal = new IceRenewal({
      timers,
      limits,
      random,
      ask: () => this.#renew(),
      granted: (grant) => this.#granted(grant),
    })
  }

  start(events: SignallingEvents): void {
    this.#events = events
    const socket = this.#socket
    socket.io.on('reconnect_attempt', () => this.#nameHandshake())
    socket.on('connect', () => {
      this.#triesInVain = 0
      this.#cuts.opened()
      this.#contact({ step: 'registering' })
      void this.#register()
    })
    socket.on('connect_error', () => {
      this.#cuts.failed()
      void this.#explain()
    })
    socket.on('disconnect', (reason) => this.#disconnected(reason))
    socket.on('signal:receive', (payload: unknown) => {
      const signal = readPayload(receivedSignalSchema, payload)
      if (signal) events.signal(signal)
      else events.dropped('malformed-signal')
    })
    socket.on('upstream:online', (payload: unknown) => {
      const upstream = readPayload(upstreamOnlineSchema, payload)
      if (upstream) events.upstreamOnline(upstream)
      else events.dropped('malformed-signal')
    })
    socket.on('upstream:similar', (payload: unknown) => {
      const upstream = readPayload(upstreamSimilarSchema, payload)
      if (upstream) events.upstreamSimilar(upstream)
      else events.dropped('malformed-signal')
    })
    socket.on('server:divided', (payload: unknown) => {
      const division = readPayload(divisionSchema, payload)
      if (division) events.divided(division.isDivided)
      else events.dropped('malformed-signal')
    })
    socket.on('node:replaced', () => {
      this.#become({ status: 'replaced' })
      this.stop()
    })
    this.#contact({ step: 'connecting' })
    this.#connect()
  }

  async send(to: string, attempt: string, seq: number, data: SignalData): Promise<Answer<SendRefusal>> {
    if (this.#state?.status !== 'registered') return { ok: false, reason: 'offline' }
    const acknowledgement: Promise<unknown> = this.#socket
      .timeout(this.#options.limits.acknowledgeWithinMs)
      .emitWithAck('signal:send', { to, attempt, seq, data })
    return parseAnswer(signalAnswerSchema, await acknowledgement.catch(noWord))
  }

  stop(): void {
    this.#events = undefined
    this.#stopRetry?.()
    this.#iceRenewal.stop()
    this.#cuts.stop()
    this.#socket.disconnect()
  }

  #connect(): void {
    this.#nameHandshake()
    this.#socket.connect()
  }

  #nameHandshake(): void {
    const digits = (): string => this.#options.random().toString(36).slice(2, 12)
    this.#query.handshake = `${digits()}${digits()}`
  }

  async #register(): Promise<void> {
    const { net, name, peerId, upstreams, token, sign, limits } = this.#options
    const { id } = this.#socket
    if (id === undefined) return
    const signature = toBase64url(await sign(registrationProof(id, net, name)))
    // The signature is bound to that socket; a new one is on its way if it was lost meanwhile.
    if (this.#socket.id !== id) return
    const acknowledgement: Promise<unknown> = this.#socket
      .timeout(limits.acknowledgeWithinMs)
      .emitWithAck('node:register', { net, name, peerId, upstreams: [...upstreams], signature, token })
    const answer = parseAnswer(registerAnswerSchema, await acknowledgement.catch(noWord))
    if (this.#socket.id !== id) return
    if (answer.ok || answer.reason === 'already-registered') {
      // An answer that was lost took the server's build with it: what was known stays.
      if (answer.ok) this.#isOld = this.#isPageOld(answer)
      this.#contact({ step: 'registered', ...this.#cuts.told, ...(this.#isOld && { isPageOld: true }) })
      if (answer.ok) {
        this.#iceRenewal.granted(answer)
        this.#granted(answer)
      } else {
        // Registered by a request whose answer was lost, and what it granted with it.
        void this.#iceRenewal.askNow()
      }
      return this.#become({ status: 'registered', ...this.#cuts.told })
    }
    this.#contact({ step: 'refused', reason: refusalOf(answer.reason) })
    this.#become(stateOf(answer.reason))
    this.#again(() => void this.#register())
  }

  #isPageOld({ build }: Pick<Registered, 'build'>): boolean {
    return build !== undefined && this.#options.build !== undefined && build !== this.#options.build
  }

  async #renew(): Promise<ReceivedIceGrant | undefined> {
    const acknowledgement: Promise<unknown> = this.#socket
      .timeout(this.#options.limits.acknowledgeWithinMs)
      .emitWithAck('ice:renew', {})
    const answer = parseAnswer(renewAnswerSchema, await acknowledgement.catch(noWord))
    return answer.ok ? answer : undefined
  }

  #granted({ iceServers }: ReceivedIceGrant): void {
    this.#events?.iceServers(iceServers)
  }

  #disconnected(reason: Socket.DisconnectReason): void {
    this.#stopRetry?.()
    // What was granted stays in use; the next registration brings anew.
    this.#iceRenewal.stop()
    if (this.#state?.status === 'replaced') return
    // Neither the server's nor the network's own end: those have other names, or leave the next try without an answer.
    if (reason === 'transport close' || reason === 'transport error') this.#cuts.closed()
    else this.#cuts.failed()
    const { cutAfterMs } = this.#cuts.told
    this.#contact({ step: 'lost' })
    this.#become(
      cutAfterMs === undefined
        ? { status: 'offline', reason: 'server-unreachable' }
        : { status: 'offline', reason: 'websocket-cut', afterMs: cutAfterMs },
    )
    // Socket.IO comes back by itself except from these two: the server, or our own stop(), closed the socket.
    if (reason === 'io server disconnect') this.#again(() => this.#connect())
  }

  /** No websocket: is the server gone, did it refuse, or what does a proxy do to it? */
  async #explain(): Promise<void> {
    const cause = await explainNoWebsocket(this.#options, this.#query.handshake, this.#options.limits.explainWithinMs)
    if (this.#socket.connected) return
    this.#triesInVain += 1
    this.#contact({ ...cause, step: 'no-websocket', tries: this.#triesInVain })
    this.#become({ ...cause, status: 'offline' })
  }

  /** The websocket lives, so what cut the ones before does so no longer. */
  #steady(): void {
    if (this.#state?.status !== 'registered') return
    this.#contact({ step: 'registered', ...(this.#isOld && { isPageOld: true }) })
    this.#become({ status: 'registered' })
  }

  #again(action: () => void): void {
    const { timers, limits, random } = this.#options
    this.#stopRetry?.()
    this.#stopRetry = timers.after(limits.registerAgainMs * (0.5 + random()), () => {
      if (this.#events) action()
    })
  }

  #contact(contact: ServerContact): void {
    this.#events?.contact(contact)
  }

  #become(state: SignallingState): void {
    this.#state = state
    this.#events?.state(state)
  }
}

/** The timeout was over, or the socket lost meanwhile: nothing came that could be parsed. */
const noWord = (): undefined => undefined

const parseAnswer = <Given extends Answer<string>>(
  schema: GenericSchema<unknown, Given>,
  payload: unknown,
): Given | { readonly ok: false; readonly reason: 'no-acknowledgement' } =>
  readPayload(schema, payload) ?? { ok: false, reason: 'no-acknowledgement' }

const stateOf = (refusal: RegisterRefusal | 'no-acknowledgement'): SignallingState => {
  switch (refusal) {
    case 'name-taken':
    case 'name-reserved':
      return { status: refusal }
    case 'no-acknowledgement':
      return { status: 'offline', reason: 'server-silent' }
    case 'token-missing':
    case 'access-denied':
      return { status: 'offline', reason: refusal }
    case 'malformed':
    case 'bad-signature':
    case 'already-registered':
    case 'too-many-requests':
    case 'too-many-of-address':
    case 'too-many-of-network':
    case 'server-full':
    case 'socket-ended':
      return { status: 'offline', reason: 'server-refused' }
  }
}

const refusalOf = (
  refusal: RegisterRefusal | 'no-acknowledgement',
): Extract<ServerContact, { step: 'refused' }>['reason'] => {
  switch (refusal) {
    case 'name-taken':
    case 'name-reserved':
    case 'no-acknowledgement':
    case 'token-missing':
    case 'access-denied':
      return refusal
    default:
      return 'server-refused'
  }
}
