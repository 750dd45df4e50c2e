/** The API of a node: what a page that embeds one may use, and all that this project's own page uses. */
import type { Diagnosis } from './diagnosis.ts'
import type { Entry, JsonValue } from '../../gossip/wire/entry.ts'
import type { Hop } from '../../gossip/wire/hop.ts'
import type { NetworkSnapshot } from '../../gossip/membership/network-picture.ts'
import type { EntryRef, ReceiptsSnapshot } from './receipts.ts'
import type { LinkSnapshot } from './link-snapshot.ts'
import type { NodeState } from './node-state.ts'
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
export type { LinkReason, LinkSnapshot, LinkState } from './link-snapshot.ts'
export type { NodeError, NodeState, OfflineCause, OfflineReason, StartWait } from './node-state.ts'
export type { EntryRef, Receipt, ReceiptsSnapshot } from './receipts.ts'
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
