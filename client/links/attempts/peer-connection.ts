import type { IceServer, SignalCandidate } from '../../../signal-server/shared/protocol.ts'
import type { LinkEnd } from '../../gossip/wire/link.ts'
import type { CandidatePath } from '../../node/api/diagnosis.ts'

/** What this project uses of simple-peer, and a test double can be. */
export interface PeerConnection {
  /** Replaces the events; those before are not repeated. */
  listen(events: PeerConnectionEvents): void
  accept(description: { readonly type: 'offer' | 'answer'; readonly sdp: string }): void
  addCandidate(candidate: SignalCandidate): void
  /** Throws if the channel is not open. */
  send(frame: Uint8Array<ArrayBuffer>): void
  /** Handed to `send` and not on the wire yet. */
  bufferedBytes(): number
  /** The kinds of candidates that it uses now; undefined if the browser does not say. Never rejects. */
  path(): Promise<CandidatePath | undefined>
  destroy(): void
}

/** `lost`: ICE gave up. `closed-there`: also where this side closed the connection. */
export type ConnectionEnd = Exclude<LinkEnd, 'closed-here'>

export interface PeerConnectionEvents {
  /** The browser's own offer or answer. */
  description(description: { readonly type: 'offer' | 'answer'; readonly sdp: string }): void
  candidate(candidate: SignalCandidate): void
  /** No more candidates will come. */
  gathered(): void
  open(): void
  /** May come before `open`. */
  message(message: Uint8Array<ArrayBuffer> | string): void
  /** Once. */
  closed(end: ConnectionEnd): void
}

/** By which ways a connection may be looked for. */
export interface IceConfiguration {
  /** Empty: nobody is asked, so there are only the addresses of this machine. */
  readonly iceServers: readonly IceServer[]
  /** `relay`: by TURN servers alone, so that the other side learns no address of this one. */
  readonly iceTransportPolicy: RTCIceTransportPolicy
}

/** Throws if the browser gives this page no more connections. */
export type CreatePeerConnection = (initiator: boolean, configuration: IceConfiguration) => PeerConnection
