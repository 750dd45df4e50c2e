/** The API of a node: what a page that embeds one may use, and all that this project's own page uses. */
import type { Diagnosis, NoWebsocket } from './diagnosis.ts'
import type { Entry, JsonValue } from '../../gossip/wire/entry.ts'
import type { Hop } from '../../gossip/wire/hop.ts'
import type { NetworkSnapshot } from '../../gossip/membership/network-picture.ts'
import type { RoundTripFigures } from '../../gossip/links/round-trips.ts'
import type { MessagesExportOptions, WireExportOptions } from './exports.ts'
import type { WireEnvelope, WireSnapshot } from './wire.ts'

export type { KnownLink, KnownNode, NetworkSnapshot } from '../../gossip/membership/network-picture.ts'
export type { Presence } from '../../gossip/membership/presences.ts'
export type { RoundTripFigures } from '../../gossip/links/round-trips.ts'
export type {
  ExportedMessage,
  FileOrigin,
  MessagesExportOptions,
  MessagesFile,
  TraceFile,
  WireExportOptions,
  WireFile,
} from './exports.ts'
export type { WireEnvelope, WireSnapshot, WireTotal } from './wire.ts'

export interface GrapevineNode {
  readonly name: string
  readonly net: string
  /** The Ed25519 public key, base64url: what other nodes trust. */
  readonly peerId: string
  /** Publishes the text "I'm alive". */
  ping(): Promise<Entry>
  /**
   * Publishes a body to every node of the network. Resolves once the entry is signed and delivered here.
   * Values of another realm (an iframe, a `vm` context) count as well. Rejects with a `RangeError` that names size and
   * limit if the body is too large, with a `TypeError` that names the place if something in it can't be carried
   * (`body.items[3].when is a Date: …`; half of a surrogate pair in a text is such a thing), and with an `Error` once the
   * node has stopped.
   */
  publish(body: JsonValue | Uint8Array): Promise<Entry>
  /** What is retained, in the order of delivery here. */
  entries(): readonly Entry[]
  links(): readonly LinkSnapshot[]
  /** The whole network, as far as it is known here: this node first, then by name. Nobody is asked; nodes announce themselves. */
  network(): NetworkSnapshot
  /** How an entry came here: author first, this node not included. Empty for one's own; undefined if it is not held. */
  route(entry: EntryRef): readonly Hop[] | undefined
  /**
   * Asks the network who has this entry; the answers come as `receipts` events, for some ten seconds. Nothing is asked
   * for an entry that is not held here, nor beyond a few entries a second: then `receipts(entry).isAsked` stays false.
   */
  askReceipts(entry: EntryRef): void
  /** Who is known to have this entry. The answers of the last 64 entries that were asked for are kept. */
  receipts(entry: EntryRef): ReceiptsSnapshot
  /** Hex. Equal digests mean equal ledgers. */
  digest(): string
  stats(): NodeStats
  state(): NodeState
  /** How far the logs are that this node catches up with. */
  sync(): SyncProgress
  /** Authors known to have signed two blocks for one place in a log. After a reload, as far as neighbours tell of them. */
  forks(): readonly Fork[]
  /**
   * Nodes that say that they know another key under this node's name, and do not link to it. They say so by the server,
   * unsigned.
   */
  distrustedBy(): readonly string[]
  /** What passed on the links: recorded from the node's start, decoded when it is looked at. */
  wire(): WireSnapshot
  /**
   * Messages that are held as the text of a file, JSON or CSV: see `MessagesFile`. It is made in pieces between other
   * work, however many they are.
   */
  exportMessages(options?: MessagesExportOptions): Promise<string>
  /** An entry, its route, and who says to have it, as JSON: see `TraceFile`. Undefined if it is not held. */
  exportTrace(entry: EntryRef): Promise<string | undefined>
  /** What `wire()` holds as JSON: see `WireFile`. */
  exportWire(options?: WireExportOptions): Promise<string>
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
  /** When catching up begins and ends, and some 5 times a second meanwhile. */
  sync: SyncProgress
  /** Something that `diagnosis()` tells has changed. At most four a second. */
  diagnosis: Diagnosis
  /** An author signed two blocks for one height of this log: nothing more is taken of it. */
  fork: { readonly peerId: string; readonly log: string }
  /** What `distrustedBy()` gives has changed. */
  distrust: readonly string[]
  /** Something of `network()` has changed. At most five a second, however much changes. */
  network: NetworkSnapshot
  /** There is something new in `receipts()` of this entry. */
  receipts: EntryRef
  /** An envelope passed on a link, or a frame came that is none. The latest are in `wire()`, too. */
  envelope: WireEnvelope
  /** Something bad or superfluous was dropped. Counted in `stats().drops`. */
  drop: { readonly reason: string; readonly peer?: string }
}

/**
 * Blocks, not entries: neighbours say how many blocks of a log they hold, and a block has one entry in quiet times, up to
 * 256 in a burst. Counted from the moment in which it became known that something is missing, over all logs of which
 * neighbours hold more than this node.
 *
 * While one catch-up lasts, `have` never falls; `need` rises when more becomes known, and falls to what has come where
 * nobody is left who sends the rest. Equal when there is nothing to catch up with.
 */
export interface SyncProgress {
  readonly have: number
  readonly need: number
}

/** One author signed two blocks for one height of one log: from there on nothing of that log is taken. */
export interface Fork {
  /** The author's name, as the first of the two blocks has it. */
  readonly name: string
  readonly peerId: string
  readonly epoch: string
  /** 1, 2, 3 … in blocks. */
  readonly height: number
  /** Both signatures were verified. */
  readonly proof: readonly [ForkedBlock, ForkedBlock]
}

export interface ForkedBlock {
  /** SHA-256 of what was signed, base64url. */
  readonly hash: string
  readonly entries: readonly Pick<Entry, 'seq' | 'time' | 'body'>[]
}

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

/** Names an entry; an `Entry` is one. */
export interface EntryRef {
  readonly peerId: string
  readonly epoch: string
  readonly seq: number
}

export interface ReceiptsSnapshot {
  /** This tab has asked for them. */
  readonly isAsked: boolean
  /** This node's own first, where it holds the entry; then in the order in which they came. */
  readonly receipts: readonly Receipt[]
}

/** A node's signed word that it holds an entry. */
export interface Receipt {
  readonly name: string
  readonly peerId: string
  /** How it came there: as `route()`, for that node. */
  readonly hops: readonly Hop[]
  /** Copies of it that were dropped there, by the name of the neighbour that sent them. */
  readonly copies: readonly { readonly from: string; readonly count: number }[]
}

export type NodeState =
  /** What is published now is sent once it runs. `waitsFor`: what has taken longer than a moment. */
  | { readonly status: 'starting'; readonly waitsFor?: StartWait }
  /** Registered with the signalling server. */
  /** `cutAfterMs`: but something on the way ends its websocket again and again, each time about so long after it opened. */
  | { readonly status: 'online'; readonly cutAfterMs?: number }
  /** Links go on; the server is unreachable, and the node keeps trying. */
  | ({ readonly status: 'offline' } & OfflineCause)
  /** Does not run. */
  | NodeError

export type StartWait =
  /** The browser has not said yet whether another tab runs the name. */
  | 'name'
  /** The browser's storage has not answered yet; the key is there. */
  | 'storage'
  /** Nobody runs the name; the server keeps it for its last key for some seconds. */
  | 'reserved-name'

/** Why there is no way to the server, or why it does not register this node. */
export type OfflineCause =
  /** `server-silent` also where the websocket is open, and the server has not answered a request in time. */
  | NoWebsocket
  /** The server is private, and the address has no access token. */
  | { readonly reason: 'token-missing' }
  /** The server is private, and this network's access token is another one than the address has. */
  | { readonly reason: 'access-denied' }
  /** Another key took the name while the server was out of reach. */
  | { readonly reason: 'name-taken' }
  /** And has left again: the server keeps the name for it for some seconds. */
  | { readonly reason: 'name-reserved' }

export type OfflineReason = OfflineCause['reason']

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
  /** An upstream that is where a program listens (`ws://localhost:6001`) / several with no comma between them. */
  | { readonly severity: 'warning'; readonly kind: 'upstream-address' | 'upstream-separator'; readonly value: string }
  /** Something that is no parameter, such as `Peer=`; `right`: what to write in its place, if that is known. */
  | {
      readonly severity: 'warning'
      readonly kind: 'unread-parameter'
      readonly value: string
      readonly right: string | undefined
    }
  | {
      readonly severity: 'warning'
      readonly kind: 'too-many-upstreams'
      readonly value: string
      readonly limit: number
    }

/** What a person should know about where the node's key and messages are kept. */
export type StorageTrouble =
  /** Both are in memory alone: the browser has no storage for this page, or took it away. */
  | 'not-stored'
  /** The key is kept; messages from now on are not: storage is full, fails, or belongs to a newer page. */
  | 'messages-not-stored'
  /** The key that was stored could not be used, so the node has a new one. */
  | 'key-replaced'
  /** The name had a key in this browser, and it is gone, so the node has a new one. */
  | 'key-lost'

export interface NodeStats {
  /** Envelopes sent to and received from neighbours, all kinds. */
  readonly sent: number
  readonly received: number
  readonly bytesSent: number
  readonly bytesReceived: number
  /** Entries delivered here, own ones included. */
  readonly delivered: number
  /** Blocks that came from neighbours and were new: each holds one entry or several. */
  readonly accepted: number
  /** Pushes of a block that was here already. */
  readonly duplicates: number
  readonly drops: Readonly<Record<string, number>>
}
