/** The API of a node: what a page that embeds one may use, and all that this project's own page uses. */
import type { Diagnosis } from './diagnosis.ts'
import type { Entry, JsonValue } from './gossip/entry.ts'

export interface GrapevineNode {
  readonly name: string
  readonly net: string
  /** The Ed25519 public key, base64url: what other nodes trust. */
  readonly peerId: string
  /** Publishes the text "I'm alive". */
  ping(): Promise<Entry>
  /**
   * Publishes a body to every node of the network. Resolves once the entry is signed and delivered here.
   * Rejects with a `RangeError` that names size and limit if the body is too large, with a `TypeError` if it is not
   * a string, JSON value or bytes, and with an `Error` once the node has stopped.
   */
  publish(body: JsonValue | Uint8Array): Promise<Entry>
  /** What is retained, in the order of delivery here. */
  entries(): readonly Entry[]
  links(): readonly LinkSnapshot[]
  /** Hex. Equal digests mean equal ledgers. */
  digest(): string
  stats(): NodeStats
  state(): NodeState
  /** Why this node is, or is not, connected: what is known of every step on the way, as of now. */
  diagnosis(): Diagnosis
  /** Accepts the key that an upstream has now in place of the one it had before (`key-changed`), and dials it. */
  trust(upstream: string): void
  /** Calls `listener` on every event of that type; returns its undo. */
  on<Type extends keyof NodeEvents>(type: Type, listener: (event: NodeEvents[Type]) => void): () => void
  /** Says bye to every neighbour, closes links and socket, and gives the name free. Can be called twice. */
  stop(): Promise<void>
}

export interface NodeEvents {
  /** Delivered here: one's own, or a neighbour's. */
  entry: Entry
  /** A link appeared, changed or was removed. */
  link: LinkSnapshot | { readonly peer: string; readonly peerId?: string; readonly removed: true }
  state: NodeState
  /** Something that `diagnosis()` tells has changed. At most four a second. */
  diagnosis: Diagnosis
  /** An author signed two blocks for one height of this log: nothing more is taken of it. */
  fork: { readonly peerId: string; readonly log: string }
  /** Something bad or superfluous was dropped. Counted in `stats().drops`. */
  drop: { readonly reason: string; readonly peer?: string }
}

export interface LinkSnapshot {
  readonly peer: string
  readonly peerId?: string
  readonly direction: 'upstream' | 'downstream'
  readonly state: LinkState
  /** Smoothed round trip, milliseconds; absent until the first answered heartbeat. */
  readonly rttMs?: number
  /** Why it is not up, or why the last try failed. */
  readonly reason?: LinkReason
}

/**
 * Never up yet: `dialling`, or `waiting` for an upstream that is not there. `up`. `quiet`: silent for some seconds.
 * `down`: lost without a bye, until up again. After a bye an upstream is `waiting` and a downstream is removed.
 */
export type LinkState = 'dialling' | 'waiting' | 'up' | 'quiet' | 'down'

export type LinkReason =
  /** The upstream is not registered with the signalling server. */
  | 'not-there'
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
  /** The signalling server is not reachable, so nobody can introduce us. */
  | 'server-offline'
  /** The neighbour kept sending what a node may not send. */
  | 'misbehaved'
  /** The neighbour speaks another version of the protocol: one of the two pages is old. */
  | 'wrong-version'

export type NodeState =
  | { readonly status: 'starting' }
  /** Registered with the signalling server. */
  | { readonly status: 'online' }
  /** Links go on; the server is unreachable, and the node keeps trying. */
  | { readonly status: 'offline'; readonly reason: OfflineReason }
  /** Does not run. */
  | NodeError

export type OfflineReason =
  | 'server-unreachable'
  /** The server answers plain http, but no websocket comes through. */
  | 'websocket-blocked'
  /** The server takes no page from this page's address. */
  | 'origin-refused'
  /** The server is full, or has too many sockets of this address. */
  | 'server-refused'
  /** Another key took the name while the server was out of reach. */
  | 'name-taken'

export type NodeError =
  | {
      readonly status: 'error'
      /** Another tab of this browser runs the name / another key holds it on the server. The node keeps trying. */
      readonly reason: 'name-open-here' | 'name-taken'
      readonly name: string
      /** A name that is free, and the address of this page under it. */
      readonly alternative: { readonly name: string; readonly href: string }
    }
  /** The same key registered from elsewhere; this node stopped. */
  | { readonly status: 'error'; readonly reason: 'replaced'; readonly name: string }
  | { readonly status: 'error'; readonly reason: 'webrtc-unavailable' }
  | { readonly status: 'error'; readonly reason: 'stopped' }
  /** A fault of ours, with its message: it is shown rather than hidden. */
  | { readonly status: 'error'; readonly reason: 'fault'; readonly message: string }

/** A node that starts, as the page sees it before it has a name: what is wrong with the address. */
export type AddressProblem =
  /** Errors: no node is made from such an address. */
  | { readonly severity: 'error'; readonly kind: 'bad-name' | 'bad-net' | 'bad-class'; readonly value: string }
  /** Every seat of the class is taken. */
  | { readonly severity: 'error'; readonly kind: 'class-full'; readonly value: string }
  /** Warnings: the rest of the address works. */
  | {
      readonly severity: 'warning'
      readonly kind: 'bad-upstream' | 'self-upstream' | 'class-left-out'
      readonly value: string
    }
  | {
      readonly severity: 'warning'
      readonly kind: 'too-many-upstreams'
      readonly value: string
      readonly limit: number
    }

/** What a person should know about where the node's key is kept. */
export type StorageTrouble =
  /** It is in memory alone: the browser has no storage for this page, or none left. */
  | 'not-stored'
  /** What was stored could not be used, so the node has a new one. */
  | 'key-replaced'

export interface NodeStats {
  /** Envelopes sent to and received from neighbours, all kinds. */
  readonly sent: number
  readonly received: number
  readonly bytesSent: number
  readonly bytesReceived: number
  /** Entries delivered here, own ones included. */
  readonly delivered: number
  /** Pushes of an entry that was here already. */
  readonly duplicates: number
  readonly drops: Readonly<Record<string, number>>
}
