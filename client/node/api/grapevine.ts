/// <reference lib="esnext.disposable" preserve="true" />
/** The API of a node. A page that embeds a node uses it, and this project's own page uses nothing else. */
import type { Diagnosis } from './diagnosis.ts'
import type { Entry, JsonValue } from '../../gossip/wire/entry.ts'
import type { Ephemeral } from '../../gossip/wire/ephemeral.ts'
import type { Hop } from '../../gossip/wire/hop.ts'
import type { NetworkSnapshot } from '../../gossip/membership/network-picture.ts'
import type { EntryRef, ReceiptsSnapshot } from './receipts.ts'
import type { LinkFault } from './link-fault.ts'
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
export type { LinkFault, LinkFaultKind, LinkFaultScope } from './link-fault.ts'
export type { LinkReason, LinkSnapshot, LinkState } from './link-snapshot.ts'
export type { NodeErrorState, NodeState, OfflineCause, OfflineReason, StartWait } from './node-state.ts'
export type { EntryRef, Receipt, ReceiptsSnapshot } from './receipts.ts'
export type { WireEnvelope, WireSnapshot, WireTotal } from './wire.ts'

export interface GrapevineNode {
  /** 1 to 32 letters, digits, `_` or `-`; unique in the network while the node is registered. */
  readonly name: string
  /** The network on the signalling server; same letters as a name. */
  readonly net: string
  /** The Ed25519 public key, base64url: the identity that other nodes trust. Empty until the key is loaded. */
  readonly peerId: string
  /**
   * Resolves when the node runs: its key and its stored messages are loaded, and the signalling server has registered it or
   * can't be reached. Rejects with a `NodeError` if its first state after `starting` is `error`.
   */
  readonly ready: Promise<void>
  /** Publishes the text "I'm alive". Rejects as `publish` does. */
  ping(): Promise<Entry>
  /**
   * Publishes a body to every node of the network. Resolves once the entry is signed and delivered at this node; while the
   * node starts, that waits for the start. Values of another realm (an iframe, a `vm` context) are accepted. Rejects
   *  - with a `RangeError`, which names size and limit, if the body has more than 16 MiB or 262,144 JSON values, or the topic
   *    more than 128 bytes;
   *  - with a `TypeError`, which names the place, if a value can't be carried (`body.items[3].when is a Date: …`; also a
   *    text with half of a surrogate pair);
   *  - with a `NodeError` if the node does not run.
   *
   * A body above 48 KiB travels in parts (`progress` events) and is delivered whole or not at all. Its parts take up the
   * numbers after `seq`. What this node publishes meanwhile follows it. A node whose ledger is full keeps of an author no more
   * than the share of the neighbour that brought it, 32 MiB in all: a body above that is not delivered there.
   */
  publish(body: JsonValue | Uint8Array, options?: PublishOptions & { readonly ephemeral?: false }): Promise<Entry>
  /**
   * Publishes a message that no node keeps, for presence or a cursor: it goes to all nodes that are linked now, and comes once
   * or not at all, mostly in order. Resolves once it is signed and delivered at this node. Its encoded body has at most 16 KiB.
   * Rejects as above, and with a `NodeError` with the reason `too-many-ephemerals` beyond 128 a second or 64 KiB a second
   * (twice as much at once): other nodes would drop it.
   */
  publish(
    body: JsonValue | Uint8Array,
    options: PublishOptions & { readonly ephemeral: true; readonly supersedes?: false },
  ): Promise<Ephemeral>
  /**
   * Sends a message to one neighbour, as its event `direct`. Nobody else gets it, and no node keeps it. Up to 16 MiB, encoded;
   * messages to one neighbour arrive in the order of their sending. Resolves when the other node has the whole. Rejects
   *  - with a `TypeError` or a `RangeError` as `publish`;
   *  - with a `NodeError` whose reason is `not-linked` (no link to that node is up), `link-ended` (the link ended before the
   *    other node confirmed the whole, which may have arrived), `send-queue-full` (more than 64 MiB wait here),
   *    `no-room-there` (the other node receives too much from all its neighbours), or that of a node that does not run.
   */
  send(peerId: string, body: JsonValue | Uint8Array, options?: SendOptions): Promise<void>
  /** The retained entries, in the order of their delivery at this node; history directly before the later entries of its log. */
  entries(): readonly Entry[]
  /** One item for each neighbour: the upstreams in the order of the address, then the downstreams. */
  links(): readonly LinkSnapshot[]
  /** The network as this node knows it from announcements: this node first, then by name. Sends nothing. */
  network(): NetworkSnapshot
  /**
   * The hops of an entry: the author first, this node not included. Empty for an entry of this node; undefined if this node
   * does not hold the entry.
   */
  route(entry: EntryRef): readonly Hop[] | undefined
  /**
   * Asks every node of the network whether it holds this entry; the answers come as `receipts` events for about 10 s. Does
   * nothing for an entry that this node does not hold, nor beyond two requests a second or eight at once: then
   * `receipts(entry).isAsked` stays false.
   */
  askReceipts(entry: EntryRef): void
  /** The nodes that are known to hold this entry. Kept for the last 64 entries with a request. */
  receipts(entry: EntryRef): ReceiptsSnapshot
  /** A hash over the heads of all logs, in hex. Nodes with equal digests hold the same heads. */
  digest(): string
  /** The counters since the node's start. */
  stats(): NodeStats
  /** Whether the node starts, is registered, is offline, or does not run. */
  state(): NodeState
  /** How far this node has caught up with its neighbours. */
  sync(): SyncProgress
  /** The authors known to have signed two blocks for one height of a log. Not stored: after a reload neighbours send them. */
  forks(): readonly Fork[]
  /**
   * The names of nodes that know another key under this node's name, and so refuse to dial it. They report it over the
   * signalling server, unsigned.
   */
  distrustedBy(): readonly string[]
  /** The latest envelopes of all links, recorded from the node's start. */
  wire(): WireSnapshot
  /** The retained messages as the text of a JSON or CSV file: see `MessagesFile`. Made in pieces, between other work. */
  exportMessages(options?: MessagesExportOptions): Promise<string>
  /** An entry, its route and its receipts as JSON: see `TraceFile`. Undefined if this node does not hold the entry. */
  exportTrace(entry: EntryRef): Promise<string | undefined>
  /** The content of `wire()` as JSON: see `WireFile`. */
  exportWire(options?: WireExportOptions): Promise<string>
  /** Why this node is, or is not, connected: what it knows of each step, as of now. */
  diagnosis(): Diagnosis
  /** Accepts an upstream's new key in place of its remembered one (reason `key-changed`), and dials it. `upstream`: a name. */
  trust(upstream: string): void
  /**
   * Breaks this node's links for an experiment, until it is called again: replaces all faults that it set before, so `[]`
   * ends them. Frames that a fault swallows are counted as `lost-by-fault` in `stats().drops`. Throws a `TypeError` that names
   * the first mistake, or a `RangeError` for more than 64 faults; then nothing changes.
   */
  disturb(faults: readonly LinkFault[]): void
  /** The faults that `disturb` has set. */
  faults(): readonly LinkFault[]
  /**
   * Calls `listener` on every event of that type; with a filter, only on those of this topic. Returns a function that removes
   * it. Throws a `TypeError` or a `RangeError` if the filter's topic is not one.
   */
  on<Type extends keyof NodeEvents>(type: Type, listener: (event: NodeEvents[Type]) => void): () => void
  on<Type extends TopicalType>(type: Type, filter: TopicFilter, listener: (event: NodeEvents[Type]) => void): () => void
  /** Says bye to every neighbour, closes links and socket, and releases the name. Can be called twice. Never rejects. */
  stop(): Promise<void>
  /** Is `stop`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>
}

export interface PublishOptions {
  /** The application's name for a set of entries, 1 to 128 bytes of UTF-8: so several documents share one node. */
  readonly topic?: string | undefined
  /**
   * The entry replaces all older entries of this node's key with the same topic, or without a topic if it has none. Nodes keep
   * the replaced entries while there is room, and evict them before others.
   */
  readonly supersedes?: boolean | undefined
  /** The message is not kept: see `publish`. Not together with `supersedes`. */
  readonly ephemeral?: boolean | undefined
}

export interface SendOptions {
  /** As that of an entry. */
  readonly topic?: string | undefined
}

/** A message of a neighbour to this node alone. */
export interface DirectMessage {
  /** The neighbour's name. */
  readonly peer: string
  /** The neighbour's key: what is trusted. */
  readonly peerId: string
  readonly topic?: string
  readonly body: JsonValue | Uint8Array
}

/** The events that have a topic. */
export type TopicalType = 'entry' | 'progress' | 'ephemeral' | 'direct'

export interface TopicFilter {
  readonly topic: string
}

export interface NodeEvents {
  /**
   * An entry was delivered at this node, its own ones included. `isBackfill`: it is history, older than the newest
   * one of its log here, and `entries()` has it in its place.
   */
  entry: Entry & { readonly isBackfill?: true }
  /**
   * Parts of a body above 48 KiB have come, or were signed at this node: with the first, with the last (then `bytes` equals
   * `total`), and at most five times a second between. `entry` follows when all have come.
   */
  progress: BodyProgress
  /** An ephemeral message was delivered at this node, its own ones included. */
  ephemeral: Ephemeral
  /** A message of a neighbour to this node alone has come. If nobody listens, it is gone. */
  direct: DirectMessage
  /** Retention has evicted the entries of a log up to this seq; `entries()` has them no longer. */
  evicted: EntryRef
  /** An item of `links()` appeared, changed or was removed. */
  link: LinkSnapshot | { readonly peer: string; readonly peerId?: string; readonly removed: true }
  /** `state()` has changed. */
  state: NodeState
  /** When a catch-up begins and ends, and about five times a second meanwhile. */
  sync: SyncProgress
  /** `diagnosis()` has changed. At most four times a second. */
  diagnosis: Diagnosis
  /** An author signed two blocks for one height of this log; this node accepts no more blocks of it. */
  fork: { readonly peerId: string; readonly log: string }
  /** The node has its key. `isNew`: no usable key was stored under its name. */
  key: { readonly peerId: string; readonly isNew: boolean }
  /** A problem with the storage of the node's key or messages. The node goes on; each problem may come more than once. */
  storage: StorageTrouble
  /** `faults()` has changed. */
  faults: readonly LinkFault[]
  /** `distrustedBy()` has changed. */
  distrust: readonly string[]
  /** `network()` has changed. At most five times a second. */
  network: NetworkSnapshot
  /** `receipts()` of this entry has changed. */
  receipts: EntryRef
  /** An envelope was sent or received, or a malformed frame received. `wire()` keeps the latest ones. */
  envelope: WireEnvelope
  /** Input that is invalid or superfluous was dropped; `peer`: the sender's name. Counted in `stats().drops`. */
  drop: { readonly reason: string; readonly peer?: string }
}

/** How much of an entry with a large body a node has. */
export interface BodyProgress extends EntryRef {
  /** The author's name. */
  readonly author: string
  readonly topic?: string
  /** Bytes of the encoded body: held here, and in all. */
  readonly bytes: number
  readonly total: number
}

/**
 * Counts blocks, not entries: neighbours report the blocks of a log, and a block holds one entry in quiet times, up to 256
 * in a burst. A count begins when blocks become known to be missing, and covers all logs of which neighbours hold more.
 *
 * During one catch-up `have` never falls. `need` rises when more missing blocks become known, and falls when no neighbour
 * is left that sends them. `have` equals `need` when nothing is missing.
 */
export interface SyncProgress {
  readonly have: number
  readonly need: number
}

/** An author signed two blocks for one height of one log. Nodes accept no block of that log from this height on. */
export interface Fork {
  /** The author's name in the first of the two blocks. */
  readonly name: string
  readonly peerId: string
  readonly epoch: string
  /** The height of the two blocks: 1, 2, 3 … */
  readonly height: number
  /** The two blocks; both signatures are verified. */
  readonly proof: readonly [ForkedBlock, ForkedBlock]
}

export interface ForkedBlock {
  /** SHA-256 of the block's bytes, base64url. */
  readonly hash: string
  readonly entries: readonly Pick<Entry, 'seq' | 'time' | 'body'>[]
}

/** A problem with the storage of the node's key or messages that a person should know. */
export type StorageTrouble =
  /** Key and messages are in memory only: the browser gives this page no storage, or took it away. */
  | 'not-stored'
  /** The key is stored; new messages are not: storage is full or fails, or a newer version of the page uses it. */
  | 'messages-not-stored'
  /** The stored key could not be used, so the node has a new one. */
  | 'key-replaced'
  /** The name had a key in this browser, which is lost, so the node has a new one. */
  | 'key-lost'

/** Counters since the node's start. */
export interface NodeStats {
  /** Envelopes of all types, to and from neighbours. */
  readonly sent: number
  readonly received: number
  readonly bytesSent: number
  readonly bytesReceived: number
  /** Entries delivered at this node, its own ones included. */
  readonly delivered: number
  /** New blocks from neighbours; each holds one entry or more. */
  readonly accepted: number
  /** Blocks that were pushed although this node held them. */
  readonly duplicates: number
  /** Dropped input and frames, by reason. */
  readonly drops: Readonly<Record<string, number>>
}
