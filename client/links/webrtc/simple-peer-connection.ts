import type SimplePeer from 'simple-peer'
// The bare import needs Node's globals; the bundle that simple-peer ships does not.
import Peer from 'simple-peer/simplepeer.min.js'
import type { SignalCandidate } from '../../../signal-server/shared/protocol.ts'
import { findCandidatePath } from './candidate-path.ts'
import type {
  ConnectionEnd,
  IceConfiguration,
  PeerConnection,
  PeerConnectionEvents,
} from '../attempts/peer-connection.ts'
import type { CandidatePath } from '../../node/api/diagnosis.ts'

const noEvents: PeerConnectionEvents = {
  description: () => {},
  candidate: () => {},
  gathered: () => {},
  open: () => {},
  message: () => {},
  closed: () => {},
}

/** What simple-peer has, and its types do not tell of. */
interface WithStats {
  getStats(callback: (error: unknown, reports?: readonly unknown[]) => void): void
}

/** ICE found no path, or lost it for good; every other error is one side closing. */
const failureCodes: ReadonlySet<unknown> = new Set(['ERR_ICE_CONNECTION_FAILURE', 'ERR_CONNECTION_FAILURE'])

/**
 * RFC 9260's "User-Initiated Abort". A page that closes a connection, or goes away, resets the channel and aborts right
 * behind. With anything unsent the reset has no turn any more, and all that waited is lost, be it one frame; and a busy
 * machine may see the abort first in any case. A process that dies sends neither.
 */
const abortCause = 12

/**
 * simple-peer behind the port. `iceServers` is always given, since simple-peer's default calls third parties.
 * Only checked descriptions and candidates reach `signal()`, which would obey a remote's wish to renegotiate as well.
 */
export class SimplePeerConnection implements PeerConnection {
  readonly #peer: SimplePeer.Instance
  #events = noEvents
  #end: ConnectionEnd = 'closed-there'

  /** Throws if the browser makes no connection. */
  constructor(initiator: boolean, { iceServers, iceTransportPolicy }: IceConfiguration) {
    const config: RTCConfiguration = { iceServers: [...iceServers], iceTransportPolicy }
    // objectMode: one 'data' event is one message.
    this.#peer = new Peer({ initiator, trickle: true, objectMode: true, config })
    this.#peer.on('signal', (signal) => this.#signalled(signal))
    this.#peer.on('iceStateChange', (_connection: unknown, gathering: unknown) => {
      if (gathering === 'complete') this.#events.gathered()
    })
    this.#peer.on('connect', () => this.#events.open())
    this.#peer.on('data', (data: unknown) => this.#received(data))
    // A remote's destroy() often shows as an error too; what counts is decided on 'close'.
    this.#peer.on('error', (error: Error & { code?: unknown; sctpCauseCode?: unknown }) => {
      if (failureCodes.has(error.code)) this.#end = 'lost'
      else if (error.sctpCauseCode === abortCause) this.#end = 'aborted-there'
    })
    this.#peer.on('close', () => {
      const events = this.#events
      this.#events = noEvents
      events.closed(this.#end)
    })
    // simple-peer keeps what `new RTCPeerConnection` throws for its 'error' event, which nobody listens for yet.
    if (this.#isDestroyed()) throw new Error('the browser makes no connection')
  }

  listen(events: PeerConnectionEvents): void {
    this.#events = events
  }

  accept(description: { readonly type: 'offer' | 'answer'; readonly sdp: string }): void {
    if (!this.#isDestroyed()) this.#peer.signal(description)
  }

  addCandidate(candidate: SignalCandidate): void {
    // `candidate` is what RTCIceCandidate takes; simple-peer's types ask for the finished object.
    if (!this.#isDestroyed()) this.#peer.signal({ type: 'candidate', candidate: candidate as RTCIceCandidate })
  }

  send(frame: Uint8Array<ArrayBuffer>): void {
    this.#peer.send(frame)
  }

  bufferedBytes(): number {
    return this.#peer.bufferSize
  }

  path(): Promise<CandidatePath | undefined> {
    if (this.#isDestroyed()) return Promise.resolve(undefined)
    const peer = this.#peer as SimplePeer.Instance & WithStats
    return new Promise((resolve) => {
      peer.getStats((_error, reports) => resolve(findCandidatePath(reports ?? [])))
    })
  }

  destroy(): void {
    this.#peer.destroy()
  }

  /** Or about to be: simple-peer is `destroying` until the end of the turn. */
  #isDestroyed(): boolean {
    const peer: { readonly destroyed: boolean; readonly destroying?: boolean } = this.#peer
    return peer.destroyed || peer.destroying === true
  }

  #signalled(signal: SimplePeer.SignalData): void {
    if (signal.type === 'offer' || signal.type === 'answer') {
      this.#events.description({ type: signal.type, sdp: signal.sdp ?? '' })
    }
    if (signal.type === 'candidate') {
      const { candidate, sdpMid, sdpMLineIndex } = signal.candidate
      this.#events.candidate({ candidate, sdpMid: sdpMid ?? null, sdpMLineIndex: sdpMLineIndex ?? null })
    }
  }

  #received(data: unknown): void {
    if (typeof data === 'string') this.#events.message(data)
    // The Buffer of simple-peer, seen as plain bytes: over the message's own memory, so nothing is copied.
    else if (data instanceof Uint8Array) {
      this.#events.message(new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength))
    }
  }
}
