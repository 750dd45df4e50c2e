import {
  type Answer,
  type ReceivedIceGrant,
  type RegisterRefusal,
  type Registered,
  type SignalData,
  registerAnswerSchema,
  registrationProof,
  renewAnswerSchema,
  signalAnswerSchema,
} from '../../../signal-server/shared/protocol.ts'
import { toBase64url } from '../../gossip/wire/base64url.ts'
import type { SendRefusal } from '../attempts/attempt.ts'
import { IceRenewal } from './ice-renewal.ts'
import type { Signalling, SignallingEvents, SignallingNode } from './signalling.ts'
import { SignallingSocket, type SignallingSocketEvents, type SignallingSocketOptions } from './signalling-socket.ts'
import { SocketCuts } from './socket-cuts.ts'
import type { Timers } from '../../node/shared/timers.ts'
import type { SignallingState } from '../../node/shared/node-ports.ts'
import type { ServerContact } from '../../node/api/server-contact.ts'

export interface SocketSignallingOptions extends SignallingSocketOptions, SignallingNode {
  /** The id of this page's build; undefined if it was not built. */
  readonly build: string | undefined
  /** The access token that a private server asks for. */
  readonly token: string | undefined
  readonly timers: Timers
}

type RegistrationRefusal = Extract<ServerContact, { step: 'refused' }>['reason']

/** `Signalling` over Socket.IO, websocket only. Every connection has a new socket id, so every one registers anew. */
export class SocketSignalling implements Signalling {
  readonly #options: SocketSignallingOptions
  readonly #socket: SignallingSocket
  readonly #iceRenewal: IceRenewal
  readonly #cuts: SocketCuts
  #events: SignallingEvents | undefined
  /** Undefined until the first registration or refusal. */
  #state: SignallingState | undefined
  #stopRetry: (() => void) | undefined
  /** Handshakes that failed in a row. */
  #failedTries = 0
  /** The server's page is another build than this one. */
  #isPageOld = false

  constructor(options: SocketSignallingOptions) {
    this.#options = options
    this.#socket = new SignallingSocket(options)
    const { timers, limits, random } = options
    this.#cuts = new SocketCuts(timers, limits, () => this.#steady())
    this.#iceRenewal = new IceRenewal({
      timers,
      limits,
      random,
      ask: () => this.#renew(),
      renewed: (grant) => this.#useIceServers(grant),
    })
  }

  start(events: SignallingEvents): void {
    this.#events = events
    this.#socket.listen({
      ...events,
      opened: () => {
        this.#failedTries = 0
        this.#cuts.opened()
        this.#contact({ step: 'registering' })
        void this.#register()
      },
      failed: () => {
        this.#cuts.failed()
        void this.#explain()
      },
      ended: (reason) => this.#ended(reason),
      replaced: () => {
        this.#become({ status: 'replaced' })
        this.stop()
      },
    })
    this.#contact({ step: 'connecting' })
    this.#socket.connect()
  }

  async send(to: string, attempt: string, seq: number, data: SignalData): Promise<Answer<SendRefusal>> {
    if (this.#state?.status !== 'registered') return { ok: false, reason: 'offline' }
    return this.#socket.request(signalAnswerSchema, (socket) =>
      socket.emitWithAck('signal:send', { to, attempt, seq, data }),
    )
  }

  stop(): void {
    this.#events = undefined
    this.#stopRetry?.()
    this.#iceRenewal.stop()
    this.#cuts.stop()
    this.#socket.disconnect()
  }

  async #register(): Promise<void> {
    const { net, name, peerId, upstreams, token, sign } = this.#options
    const { id } = this.#socket
    if (id === undefined) return
    const signature = toBase64url(await sign(registrationProof(id, net, name)))
    // The signature is bound to that socket; a new one is on its way if it was lost meanwhile.
    if (this.#socket.id !== id) return
    const answer = await this.#socket.request(registerAnswerSchema, (socket) =>
      socket.emitWithAck('node:register', { net, name, peerId, upstreams: [...upstreams], signature, token }),
    )
    if (this.#socket.id !== id) return
    if (answer.ok) this.#registered(answer)
    // An earlier request has registered this socket, and its answer was lost.
    else if (answer.reason === 'already-registered') this.#registered(undefined)
    else this.#refused(shownRefusal(answer.reason))
  }

  /** Undefined: the answer, with the server's build and ICE servers, was lost; what was known before stays. */
  #registered(answer: (ReceivedIceGrant & Pick<Registered, 'build'>) | undefined): void {
    const { build } = this.#options
    if (answer) this.#isPageOld = answer.build !== undefined && build !== undefined && answer.build !== build
    this.#contactRegistered()
    if (answer) {
      this.#iceRenewal.granted(answer)
      this.#useIceServers(answer)
    } else {
      void this.#iceRenewal.askNow()
    }
    this.#become({ status: 'registered', ...this.#cuts.notice })
  }

  #refused(reason: RegistrationRefusal): void {
    this.#contact({ step: 'refused', reason })
    this.#become(stateAfter(reason))
    this.#retry(() => void this.#register())
  }

  async #renew(): Promise<ReceivedIceGrant | undefined> {
    const answer = await this.#socket.request(renewAnswerSchema, (socket) => socket.emitWithAck('ice:renew', {}))
    return answer.ok ? answer : undefined
  }

  #useIceServers({ iceServers }: ReceivedIceGrant): void {
    this.#events?.iceServers(iceServers)
  }

  #ended(reason: Parameters<SignallingSocketEvents['ended']>[0]): void {
    this.#stopRetry?.()
    // The ICE servers stay in use until the next registration brings new ones.
    this.#iceRenewal.stop()
    if (this.#state?.status === 'replaced') return
    // An end by the server or the network has another reason, or the next handshake gets no answer.
    if (reason === 'transport close' || reason === 'transport error') this.#cuts.closed()
    else this.#cuts.failed()
    const { cutAfterMs } = this.#cuts.notice
    this.#contact({ step: 'lost' })
    this.#become(
      cutAfterMs === undefined
        ? { status: 'offline', reason: 'server-unreachable' }
        : { status: 'offline', reason: 'websocket-cut', afterMs: cutAfterMs },
    )
    // Socket.IO reconnects by itself unless the server, or our own stop(), closed the socket.
    if (reason === 'io server disconnect') this.#retry(() => this.#socket.connect())
  }

  async #explain(): Promise<void> {
    const cause = await this.#socket.explain()
    if (!cause) return
    this.#failedTries += 1
    this.#contact({ ...cause, step: 'no-websocket', tries: this.#failedTries })
    this.#become({ ...cause, status: 'offline' })
  }

  /** The websocket lives, so what cut the ones before does so no longer. */
  #steady(): void {
    if (this.#state?.status !== 'registered') return
    this.#contactRegistered()
    this.#become({ status: 'registered' })
  }

  #retry(action: () => void): void {
    const { timers, limits, random } = this.#options
    this.#stopRetry?.()
    this.#stopRetry = timers.after(limits.registerAgainMs * (0.5 + random()), () => {
      if (this.#events) action()
    })
  }

  #contactRegistered(): void {
    this.#contact({ step: 'registered', ...this.#cuts.notice, ...(this.#isPageOld && { isPageOld: true }) })
  }

  #contact(contact: ServerContact): void {
    this.#events?.contact(contact)
  }

  #become(state: SignallingState): void {
    this.#state = state
    this.#events?.state(state)
  }
}

/** What a person learns of a refusal: reasons that are faults are all `server-refused`. */
const shownRefusal = (refusal: RegisterRefusal | 'no-acknowledgement'): RegistrationRefusal => {
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

const stateAfter = (reason: RegistrationRefusal): SignallingState => {
  switch (reason) {
    case 'name-taken':
    case 'name-reserved':
      return { status: reason }
    case 'no-acknowledgement':
      return { status: 'offline', reason: 'server-silent' }
    case 'token-missing':
    case 'access-denied':
    case 'server-refused':
      return { status: 'offline', reason }
  }
}
