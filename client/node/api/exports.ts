/**
 * The files that a node exports: JSON (RFC 8259) with name and version of its format, and CSV (RFC 4180). The version goes
 * up when a reader of the earlier one would misread the file; added members do not raise it. Times are milliseconds since
 * 1970. Names, texts and times are as their authors wrote them, unchecked.
 */
import type { Entry, JsonValue } from '../../gossip/wire/entry.ts'
import type { Hop } from '../../gossip/wire/hop.ts'
import type { Receipt } from './receipts.ts'
import type { WireEnvelope, WireTotal } from './wire.ts'

/** Where and when a file was made. */
export interface FileOrigin {
  readonly node: { readonly name: string; readonly peerId: string; readonly net: string }
  /** This machine's clock. */
  readonly exportedAt: number
}

export interface MessagesFile extends FileOrigin {
  readonly format: 'grapevine-messages'
  readonly version: 1
  /** In the order of `entries()`. */
  readonly messages: readonly ExportedMessage[]
}

/** An `Entry` whose body JSON can represent. */
export interface ExportedMessage {
  readonly author: string
  readonly peerId: string
  readonly epoch: string
  readonly seq: number
  readonly time: number
  readonly receivedAt?: number
  readonly path: readonly string[]
  readonly topic?: string
  readonly supersedes?: true
  /** `bytes`: the body is a base64url text. */
  readonly type: 'text' | 'json' | 'bytes'
  readonly body: JsonValue
}

export interface TraceFile extends FileOrigin {
  readonly format: 'grapevine-trace'
  readonly version: 1
  readonly message: ExportedMessage
  /** The hops from the author to this node; the author is first, this node is not included. */
  readonly route: readonly Hop[]
  /** Whether this node has requested receipts for the message. */
  readonly isAsked: boolean
  /** The nodes that report to have the message, each with the hops to it. */
  readonly receipts: readonly Receipt[]
}

export interface WireFile extends FileOrigin {
  readonly format: 'grapevine-wire'
  readonly version: 1
  /** By type, over all envelopes since the node's start. */
  readonly totals: Readonly<Record<string, WireTotal>>
  /** Oldest first. */
  readonly envelopes: readonly WireEnvelope[]
}

export interface MessagesExportOptions {
  /** `json` by default: a `MessagesFile`. The columns of `csv` are the members of `ExportedMessage`. */
  readonly format?: 'json' | 'csv'
  /** Whether to export an entry; all by default. */
  readonly select?: (entry: Entry) => boolean
}

export interface WireExportOptions {
  /** Whether to export an envelope; all by default. */
  readonly select?: (envelope: WireEnvelope) => boolean
}
