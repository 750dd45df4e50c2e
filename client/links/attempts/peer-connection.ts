import type { IceServer, SignalCandidate } from '../../../signal-server/shared/protocol.ts'
import type { LinkEnd } from '../../gossip/wire/link.ts'
import type { CandidatePath } from '../../node/api/diagnosis.ts'

/** The port to a WebRTC connection; simple-peer implements it, and test doubles. */
export interface PeerConnection {
  /** Replaces the listener. Earlier events are not repeated. */
  listen(events: PeerConnectionEvents): void
  accept(description: { readonly type: 'offer' | 'answer'; readonly sdp: string }): void
  addCandidate(candidate: SignalCandidate): void
  /** Throws if the channel is not open. */
  send(frame: Uint8Array<ArrayBuffer>): void
  /** Bytes that were passed to `send` and are not on the wire yet. */
  bufferedBytes(): number
  /** The types of the candidates in use; undefined if the browser does not report them. Never rejects. */
  path(): Promise<CandidatePath | undefined>
  destroy(): void
}

/** `lost`: ICE gave up. `closed-there`: also where this side closed the connection. */
export type ConnectionEnd = Exclude<LinkEnd, 'closed-here'>

export interface PeerConnectionEvents {
  /** This browser has made its offer or answer. */
  description(description: { readonly type: 'offer' | 'answer'; readonly sdp: string }): void
  candidate(candidate: SignalCandidate): void
  /** All candidates have been found. */
  gathered(): void
  open(): void
  /** May come before `open`. */
  message(message: Uint8Array<ArrayBuffer> | string): void
  /** `bufferedBytes()` has fallen to `drainedBytes`. */
  drained(): void
  /** Once. */
  closed(end: ConnectionEnd): void
}

export const noConnectionEvents: PeerConnectionEvents = {
  description: () => {},
  candidate: () => {},
  gathered: () => {},
  open: () => {},
  message: () => {},
  drained: () => {},
  closed: () => {},
}

/** Where ICE may look for a path. */
export interface IceConfiguration {
  /** Empty: ICE has only the addresses of this machine. */
  readonly iceServers: readonly IceServer[]
  /** `relay`: only over TURN servers, so that the other side does not learn an address of this one. */
  readonly iceTransportPolicy: RTCIceTransportPolicy
}

/** Throws if the browser makes no connection. */
export type CreatePeerConnection = (initiator: boolean, configuration: IceConfiguration) => PeerConnection
