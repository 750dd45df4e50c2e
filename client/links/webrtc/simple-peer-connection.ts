import type SimplePeer from 'simple-peer'
// The bare import needs Node's globals; the bundle that simple-peer ships does not.
import Peer from 'simple-peer/simplepeer.min.js'
import type { SignalCandidate } from '../../../signal-server/shared/protocol.ts'
import { findCandidatePath } from './candidate-path.ts'
import {
  type ConnectionEnd,
  type IceConfiguration,
  noConnectionEvents,
  type PeerConnection,
  type PeerConnectionEvents,
} from '../attempts/peer-connection.ts'
import { networkLimits } from '../shared/limits.ts'
import type { CandidatePath } from '../../node/api/diagnosis.ts'

/** A method of simple-peer that its types lack. */
interface WithStats {
  getStats(callback: (error: unknown, reports?: readonly unknown[]) => void): void
}

/** simple-peer has no event for a drained channel. */
interface WithChannel {
  readonly _channel: RTCDataChannel
}

/** ICE found no path, or lost it for good; every other error is one side closing. */
const failureCodes: ReadonlySet<unknown> = new Set(['ERR_ICE_CONNECTION_FAILURE', 'ERR_CONNECTION_FAILURE'])

/**
 * "User-Initiated Abort" of RFC 9260. A page that closes a connection, or is unloaded, resets the channel and then aborts.
 * If any frame is unsent, the abort comes before the reset, and all unsent frames are lost; on a busy machine the abort may
 * be seen first in any case. A process that dies sends neither.
 */
const abortCause = 12

/**
 * `PeerConnection` by simple-peer. `iceServers` is always given, since simple-peer's default contacts third parties. Only
 * verified descriptions and candidates reach `signal()`, which would also obey a remote's request to renegotiate.
 */
export class SimplePeerConnection implements PeerConnection {
  readonly #peer: SimplePeer.Instance
  #events = noConnectionEvents
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
    this.#peer.on('connect', () => {
      this.#watchBuffer()
      this.#events.open()
    })
    this.#peer.on('data', (data: unknown) => this.#received(data))
    // A remote's destroy() often causes an error event too; the end is reported on 'close'.
    this.#peer.on('error', (error: Error & { code?: unknown; sctpCauseCode?: unknown }) => {
      if (failureCodes.has(error.code)) this.#end = 'lost'
      else if (error.sctpCauseCode === abortCause) this.#end = 'aborted-there'
    })
    this.#peer.on('close', () => {
      const events = this.#events
      this.#events = noConnectionEvents
      events.closed(this.#end)
    })
    // simple-peer catches an error of `new RTCPeerConnection` for its 'error' event, which has no listener yet.
    if (this.#isDestroyed()) throw new Error('the browser makes no connection')
  }

  listen(events: PeerConnectionEvents): void {
    this.#events = events
  }

  accept(description: { readonly type: 'offer' | 'answer'; readonly sdp: string }): void {
    if (!this.#isDestroyed()) this.#peer.signal(description)
  }

  addCandidate(candidate: SignalCandidate): void {
    // simple-peer passes `candidate` to RTCIceCandidate; its types ask for the finished object.
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

  /** simple-peer is `destroying` until the end of the turn, then `destroyed`. */
  #isDestroyed(): boolean {
    const peer: { readonly destroyed: boolean; readonly destroying?: boolean } = this.#peer
    return peer.destroyed || peer.destroying === true
  }

  /** simple-peer sets a threshold for its stream interface, which is not used here. */
  #watchBuffer(): void {
    const { _channel: channel } = this.#peer as SimplePeer.Instance & WithChannel
    channel.bufferedAmountLowThreshold = networkLimits.drainedBytes
    channel.addEventListener('bufferedamountlow', () => this.#events.drained())
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
    // A view over the memory of simple-peer's Buffer, which copies nothing.
    else if (data instanceof Uint8Array) {
      this.#events.message(new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength))
    }
  }
}
