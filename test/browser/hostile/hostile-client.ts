import { type KeyObject, randomBytes, sign } from 'node:crypto'
import { io, type Socket } from 'socket.io-client'
import { parsePeerId, type PeerId } from '../../../client/gossip/wire/peer-id.ts'
import { createKey } from '../../machine/ed25519-key.ts'
import { signDescription } from '../../../client/links/attempts/introduction.ts'
import {
  type Answer,
  registrationProof,
  type ServerEvents,
  type SignalDescription,
} from '../../../signal-server/shared/protocol.ts'

/** Milliseconds for an ack. The server answers at once; on a socket that it has closed no ack arrives. */
const answerWithinMs = 5_000

/** An offer as a browser makes it, with a made-up fingerprint and address. */
const strangeSdp = (): string =>
  [
    'v=0',
    'o=- 1 2 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    'a=group:BUNDLE 0',
    'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
    'c=IN IP4 0.0.0.0',
    'a=ice-ufrag:evil',
    'a=ice-pwd:evilevilevilevilevilevil',
    `a=fingerprint:sha-256 ${randomBytes(32).toString('hex').toUpperCase().match(/../g)?.join(':') ?? ''}`,
    'a=setup:actpass',
    'a=mid:0',
    'a=sctp-port:5000',
    '',
  ].join('\r\n')

/** Any event: a hostile client does not keep to the protocol. */
type AnyEvents = Record<string, (payload: unknown, answer: (answer: Answer<string>) => void) => void>

export interface Claim {
  readonly net: string
  /** The client's own name if absent. */
  readonly name?: string
  readonly upstreams?: readonly string[]
}

export interface OfferOptions {
  readonly net: string
  readonly to: string
  /** The PeerId of `to`, which a valid signature covers. Without it the signature is random bytes. */
  readonly responder?: string
}

/** Uses the signalling protocol without a page, with its own keys. A test decides which rules the client breaks. */
export class HostileClient {
  /** Each client gets a new name, because the server reserves a name for its last key. */
  readonly name = `hostile-${randomBytes(4).toString('hex')}`
  readonly peerId: PeerId
  readonly socket: Socket<ServerEvents, AnyEvents>
  readonly #key: KeyObject

  /** Resolves when the socket is connected; rejects if the server refuses it. */
  static async connect(origin: string, headers: Readonly<Record<string, string>> = {}): Promise<HostileClient> {
    const socket: Socket<ServerEvents, AnyEvents> = io(origin, {
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
      extraHeaders: headers,
    })
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve)
      socket.once('connect_error', reject)
    })
    return new HostileClient(socket)
  }

  private constructor(socket: Socket<ServerEvents, AnyEvents>) {
    const { privateKey, ...key } = createKey()
    const peerId = parsePeerId(key.peerId)
    if (!peerId) throw new Error('node:crypto made no Ed25519 key')
    this.peerId = peerId
    this.#key = privateKey
    this.socket = socket
  }

  /** A valid registration, with `changes` applied after signing. */
  register({ net, name = this.name, upstreams = [] }: Claim, changes: object = {}): Promise<Answer<string>> {
    const signature = this.#sign(registrationProof(this.socket.id ?? '', net, name)).toString('base64url')
    return this.request('node:register', { net, name, peerId: this.peerId, upstreams, signature, ...changes })
  }

  async offer({ net, to, responder }: OfferOptions): Promise<Answer<string>> {
    const attempt = randomBytes(16).toString('base64url')
    const sdp = strangeSdp()
    const description: SignalDescription =
      responder === undefined
        ? { type: 'offer', sdp, peerId: this.peerId, signature: randomBytes(64).toString('base64url') }
        : await signDescription(
            async (message) => new Uint8Array(this.#sign(message)),
            { net, attempt, initiator: this.peerId, responder: parsePeerId(responder) ?? this.peerId },
            sdp,
          )
    return this.request('signal:send', { to, attempt, seq: 0, data: { description, candidates: [] } })
  }

  /** Sends any event with any payload. Rejects if no answer comes, as on a socket that the server has closed. */
  request(event: string, payload: unknown): Promise<Answer<string>> {
    return this.socket.timeout(answerWithinMs).emitWithAck(event, payload)
  }

  /** Resolves when the server has closed the socket. */
  closed(): Promise<void> {
    return new Promise((resolve) => {
      if (this.socket.disconnected) resolve()
      else this.socket.once('disconnect', () => resolve())
    })
  }

  close(): void {
    this.socket.disconnect()
  }

  #sign(message: Uint8Array): Buffer {
    return sign(null, message, this.#key)
  }
}
