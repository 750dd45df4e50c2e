import type { RoundTripFigures } from '../../gossip/links/round-trips.ts'

export interface LinkSnapshot {
  readonly peer: string
  readonly peerId?: string
  readonly direction: 'upstream' | 'downstream'
  readonly state: LinkState
  /**
   * The latest round trip, milliseconds: of the latest answered heartbeat that did not wait in this tab (of the latest
   * one, where all have). Absent until the first answer.
   */
  readonly rttMs?: number
  /** How far the last few round trips lie apart, and whether this tab was busy at the latest. Absent as `rttMs` is. */
  readonly roundTrips?: RoundTripFigures
  /** Why it is not up, or why the last try failed. */
  readonly reason?: LinkReason
  /** Of an upstream that is not there: a name that is, and differs from it by case alone. */
  readonly similar?: string
}

/**
 * Never up yet: `dialling`, or `waiting` for an upstream that is not there. `up`. `quiet`: silent for some seconds.
 * `down`: lost without a bye, until up again. After a bye an upstream is `waiting` and a downstream is removed; so too
 * when the other side leaves with more to send than it could, a bye included.
 */
export type LinkState = 'dialling' | 'waiting' | 'up' | 'quiet' | 'down'

export type LinkReason =
  /** The upstream is not registered with the signalling server, and was not linked since this page was loaded. */
  | 'not-there'
  /** It was linked since this page was loaded, and is not registered any more. */
  | 'gone'
  /** The other side said bye. */
  | 'said-bye'
  /** Silent for 20 s. */
  | 'silent'
  /** The connection broke (ICE failed, channel closed). */
  | 'connection-lost'
  /** No answer to the offer within the deadline. */
  | 'no-answer'
  /** Offer and answer were exchanged, but no connection came up within the deadline. */
  | 'connect-timeout'
  /** ICE found no path between the two. */
  | 'no-path'
  /** The upstream's signature on its answer does not verify: the server or somebody else interfered. */
  | 'bad-signature'
  /** The upstream says that the signature on our offer does not verify; it says so unsigned. */
  | 'offer-refused'
  /** The name is held by another key than the one remembered. */
  | 'key-changed'
  /** The name is held by another key than the address names (`peer=name@PeerId`). */
  | 'wrong-key'
  /** The key of this upstream is linked already, under the name of another one. */
  | 'linked-already'
  /** The upstream has as many neighbours as it takes. */
  | 'peer-full'
  /** The upstream is busy with other offers. */
  | 'peer-busy'
  /** This page has used up the connections that the browser gives it; reload. */
  | 'out-of-connections'
  /** The browser could not make a connection. */
  | 'webrtc-failed'
  /** The upstream is on a part of the signalling server that the part of this node can't reach. */
  | 'server-divided'
  /** The signalling server has not answered in time whether it passed our offer on. */
  | 'server-silent'
  /** The signalling server is not reachable, so nobody can introduce us. */
  | 'server-offline'
  /** The neighbour kept sending what a node may not send. */
  | 'misbehaved'
  /** The neighbour speaks another version of the protocol: one of the two pages is old. */
  | 'wrong-version'
