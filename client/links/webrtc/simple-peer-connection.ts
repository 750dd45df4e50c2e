import type SimplePeer from 'simple-peer'
// The bare import needs Node's globals; the bundle that simple-peer ships does not.
import Peer from 'simple-peer/simplepeer.min.js'
import type { LinkIdentity } from '../../gossip/wire/link.ts'
import type { SignalCandidate } from '../../../signal-server/shared/protocol.ts'
import { findCandidatePath } from './candidate-path.ts'
import {
  type ConnectingEvents,
  type ConnectionEnd,
  type IceConfiguration,
  type LinkHandle,
  noConnectingEvents,
  type PeerConnection,
} from '../attempts/peer-connection.ts'
import type { CarriedChannel, ChannelCarrier } from './channel-carrier.ts'
import { gossipLimits } from '../../gossip/bounds/limits.ts'
import { networkLimits } from '../shared/limits.ts'
import { abortCause, createGossipChannel } from './gossip-channel.ts'
import type { CandidatePath } from '../../node/api/diagnosis.ts'

/** A method of simple-peer that its types lack. */
interface WithStats {
  getStats(callback: (error: unknown, reports?: readonly unknown[]) => void): void
}

/** The connection below simple-peer, which its types lack. */
interface WithConnection {
  readonly _pc: RTCPeerConnection
}

/** The constructors of WebRTC. */
export type WebRtc = NonNullable<SimplePeer.Options['wrtc']>

/** ICE found no path, or lost it for good; every other error is one side closing. */
const failureCodes: ReadonlySet<unknown> = new Set(['ERR_ICE_CONNECTION_FAILURE', 'ERR_CONNECTION_FAILURE'])

/**
 * `PeerConnection` by simple-peer. `iceServers` is always given, since simple-peer's default contacts third parties. Only
 * verified descriptions and candidates reach `signal()`, which would also obey a remote's request to renegotiate.
 *  1. Frames go over a gossip channel of their own, which the carrier gets in the task that made it.
 *  2. The offer or answer is reported once the carrier listens. Without it the other side can't send, so nothing is lost.
 *  3. simple-peer's own channel carries at most the other side's last frames. Anything else ends the connection.
 */
export class SimplePeerConnection<Handle extends LinkHandle> implements PeerConnection<Handle> {
  readonly #peer: SimplePeer.Instance
  readonly #carried: CarriedChannel<Handle>
  #events = noConnectingEvents
  #lastFrames = 0
  #end: ConnectionEnd = 'closed-there'

  /** Throws if the browser makes no connection. `wrtc`: the WebRTC to use in place of the browser's. */
  constructor(
    initiator: boolean,
    { iceServers, iceTransportPolicy }: IceConfiguration,
    carrier: ChannelCarrier<Handle>,
    wrtc?: WebRtc,
  ) {
    const config: RTCConfiguration = { iceServers: [...iceServers], iceTransportPolicy }
    // objectMode: one 'data' event is one message.
    this.#peer = new Peer({ initiator, trickle: true, objectMode: true, config, ...(wrtc && { wrtc }) })
    // simple-peer catches an error of `new RTCPeerConnection`, and emits it later.
    if (this.#isDestroyed()) {
      this.#peer.on('error', () => {})
      throw new Error('the browser makes no connection')
    }
    const { _pc: connection } = this.#peer as SimplePeer.Instance & WithConnection
    this.#carried = carrier.carry(createGossipChannel(connection))
    this.#peer.on('signal', (signal) => this.#signalled(signal))
    this.#peer.on('iceStateChange', (_connection: unknown, gathering: unknown) => {
      if (gathering === 'complete') this.#events.gathered()
    })
    this.#peer.on('connect', () => void this.#connected())
    this.#peer.on('data', (data: unknown) => this.#received(data))
    // A remote's destroy() often causes an error event too; the end is reported on 'close'.
    this.#peer.on('error', (error: Error & { code?: unknown; sctpCauseCode?: unknown }) => {
      if (failureCodes.has(error.code)) this.#end = 'lost'
      else if (error.sctpCauseCode === abortCause) this.#end = 'aborted-there'
    })
    this.#peer.on('close', () => {
      const events = this.#events
      this.#events = noConnectingEvents
      this.#carried.connectionEnded(this.#end)
      events.closed(this.#end)
    })
  }

  listen(events: ConnectingEvents): void {
    this.#events = events
  }

  accept(description: { readonly type: 'offer' | 'answer'; readonly sdp: string }): void {
    if (!this.#isDestroyed()) this.#peer.signal(description)
  }

  addCandidate(candidate: SignalCandidate): void {
    // simple-peer passes `candidate` to RTCIceCandidate; its types ask for the finished object.
    if (!this.#isDestroyed()) this.#peer.signal({ type: 'candidate', candidate: candidate as RTCIceCandidate })
  }

  path(): Promise<CandidatePath | undefined> {
    if (this.#isDestroyed()) return Promise.resolve(undefined)
    const peer = this.#peer as SimplePeer.Instance & WithStats
    return new Promise((resolve) => {
      peer.getStats((_error, reports) => resolve(findCandidatePath(reports ?? [])))
    })
  }

  link(identity: LinkIdentity): Handle {
    this.#events = noConnectingEvents
    return this.#carried.link(identity, {
      sendLast: (frame) => this.#sendLast(frame),
      destroy: () => this.destroy(),
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

  #sendLast(frame: Uint8Array<ArrayBuffer>): void {
    try {
      this.#peer.send(frame)
    } catch {
      // The connection has just ended.
    }
  }

  async #connected(): Promise<void> {
    if (await this.#carried.opened) this.#events.open()
  }

  #received(data: unknown): void {
    this.#lastFrames += 1
    const isFrame = data instanceof Uint8Array && data.length <= gossipLimits.maxFrameBytes
    if (isFrame && this.#lastFrames <= networkLimits.lastFrames) this.#carried.receiveLast(new Uint8Array(data))
    else this.destroy()
  }

  #signalled(signal: SimplePeer.SignalData): void {
    if (signal.type === 'offer' || signal.type === 'answer') {
      const { type, sdp = '' } = signal
      void this.#carried.listening.then(() => this.#events.description({ type, sdp }))
    }
    if (signal.type === 'candidate') {
      const { candidate, sdpMid, sdpMLineIndex } = signal.candidate
      this.#events.candidate({ candidate, sdpMid: sdpMid ?? null, sdpMLineIndex: sdpMLineIndex ?? null })
    }
  }
}
