import type { IceServer, SignalCandidate } from '../../../signal-server/shared/protocol.ts'
import type { Link, LinkEnd, LinkIdentity } from '../../gossip/wire/link.ts'
import type { CandidatePath } from '../../node/api/diagnosis.ts'

/** A connection that is being made; simple-peer makes it, and test doubles. */
export interface Connecting {
  /** Replaces the listener. Earlier events are not repeated. */
  listen(events: ConnectingEvents): void
  accept(description: { readonly type: 'offer' | 'answer'; readonly sdp: string }): void
  addCandidate(candidate: SignalCandidate): void
  destroy(): void
}

/** What the network keeps of a link: frames go elsewhere, in a worker perhaps. */
export interface LinkHandle extends LinkIdentity {
  /** Ends the link at once. Can be called twice. */
  close(): void
}

/** The port to a WebRTC connection. */
export interface PeerConnection<Handle extends LinkHandle = Link> extends Connecting {
  /** The types of the candidates in use; undefined if the browser does not report them. Never rejects. */
  path(): Promise<CandidatePath | undefined>
  /** The link over this connection, which is open. Called once; ends the events of `listen`. */
  link(identity: LinkIdentity): Handle
}

/** `lost`: ICE gave up. `closed-there`: also where this side closed the connection. */
export type ConnectionEnd = Exclude<LinkEnd, 'closed-here'>

export interface ConnectingEvents {
  /** This browser has made its offer or answer. */
  description(description: { readonly type: 'offer' | 'answer'; readonly sdp: string }): void
  candidate(candidate: SignalCandidate): void
  /** All candidates have been found. */
  gathered(): void
  /** Frames can be sent. What has come already waits for the link's listener. */
  open(): void
  /** Once. */
  closed(end: ConnectionEnd): void
}

export const noConnectingEvents: ConnectingEvents = {
  description: () => {},
  candidate: () => {},
  gathered: () => {},
  open: () => {},
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
export type CreatePeerConnection<Handle extends LinkHandle = Link> = (
  initiator: boolean,
  configuration: IceConfiguration,
) => PeerConnection<Handle>
