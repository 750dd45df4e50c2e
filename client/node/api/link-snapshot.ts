import type { RoundTripFigures } from '../../gossip/links/round-trips.ts'

/** A neighbour, or an upstream that is not linked. */
export interface LinkSnapshot {
  /** The neighbour's name. */
  readonly peer: string
  /** Absent for an upstream whose key is not known yet. */
  readonly peerId?: string
  /** `upstream`: this node dials it. */
  readonly direction: 'upstream' | 'downstream'
  readonly state: LinkState
  /**
   * Round trip of the latest heartbeat that did not wait in this tab, milliseconds; if all waited, of the latest one.
   * Absent until the first answer, and while the link is not open.
   */
  readonly rttMs?: number
  /** The spread of the latest round trips, and whether this tab was busy at the last one. Absent when `rttMs` is. */
  readonly roundTrips?: RoundTripFigures
  /** Why the link is not up, or why the last try failed. */
  readonly reason?: LinkReason
  /** For an upstream that is not registered: a registered name that differs from it by case alone. */
  readonly similar?: string
}

/**
 *  - `dialling`: never up yet, or no longer; this node tries to connect, or pauses between two tries.
 *  - `waiting`: for an upstream that is not registered, or with which no try can help now (see `reason`).
 *  - `up`.
 *  - `quiet`: open, and silent for some seconds.
 *  - `down`: lost without a bye, until up again; a downstream is removed after 60 s.
 * After a bye an upstream is `waiting`, and a downstream is removed. The same holds if the other side leaves with unsent
 * data, which may include its bye.
 */
export type LinkState = 'dialling' | 'waiting' | 'up' | 'quiet' | 'down'

/** Why a link is not up. */
export type LinkReason =
  /** The upstream is not registered with the signalling server, and was never linked since this page was loaded. */
  | 'not-there'
  /** The upstream was linked since this page was loaded, and is no longer registered. */
  | 'gone'
  /** The other side said bye. */
  | 'said-bye'
  /** The neighbour was silent for 20 s. */
  | 'silent'
  /** The connection broke: ICE failed, or the channel closed. */
  | 'connection-lost'
  /** The upstream did not answer the offer within the deadline. */
  | 'no-answer'
  /** Offer and answer were exchanged, but the connection did not open within the deadline. */
  | 'connect-timeout'
  /** ICE found no path between the two nodes. */
  | 'no-path'
  /** The signature of the upstream's answer does not verify: the server or another party interfered. */
  | 'bad-signature'
  /** The upstream reports, unsigned, that the signature of this node's offer does not verify. */
  | 'offer-refused'
  /** The name is registered with another key than the remembered one. */
  | 'key-changed'
  /** The name is registered with another key than the address names (`peer=name@PeerId`). */
  | 'wrong-key'
  /** The key of this upstream is linked already, as another upstream of this node. */
  | 'linked-already'
  /** The upstream accepts no more neighbours. */
  | 'peer-full'
  /** The upstream is busy with other offers; a later try may succeed. */
  | 'peer-busy'
  /** This page has used all connections that the browser gives it; a reload helps. */
  | 'out-of-connections'
  /** The browser could not make a connection. */
  | 'webrtc-failed'
  /** The upstream is registered with a part of the signalling server that this node's part can't reach. */
  | 'server-divided'
  /** The signalling server did not acknowledge this node's offer in time. */
  | 'server-silent'
  /** The signalling server is not reachable, so it can't introduce the two nodes. */
  | 'server-offline'
  /** The neighbour sent invalid frames, and was cut off. */
  | 'misbehaved'
  /** The neighbour reported messages again and again, sent none of them when asked, and was cut off. */
  | 'unkept-promise'
  /** The neighbour uses another version of the protocol: one of the two pages is old. */
  | 'wrong-version'
