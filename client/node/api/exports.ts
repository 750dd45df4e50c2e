/**
 * The files that a node's API makes: JSON (RFC 8259) with a name and a number of the format, and CSV (RFC 4180).
 * A number goes up when a reader of the one before would go wrong; members may be added without that.
 * Times are milliseconds since 1970. Names, texts and times are as their authors wrote them: nobody has checked them.
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
  /** In the order of delivery at this node. */
  readonly messages: readonly ExportedMessage[]
}

/** An `Entry`, its body such that JSON can say it. */
export interface ExportedMessage {
  readonly author: string
  readonly peerId: string
  readonly epoch: string
  readonly seq: number
  readonly time: number
  readonly receivedAt?: number
  readonly path: readonly string[]
  /** `bytes`: the body is their base64url. */
  readonly type: 'text' | 'json' | 'bytes'
  readonly body: JsonValue
}

export interface TraceFile extends FileOrigin {
  readonly format: 'grapevine-trace'
  readonly version: 1
  readonly message: ExportedMessage
  /** How it came to this node: author first, this node not included. */
  readonly route: readonly Hop[]
  /** Whether this node has asked the network who has it. */
  readonly isAsked: boolean
  /** Who says to have it, and how it came there. */
  readonly receipts: readonly Receipt[]
}

export interface WireFile extends FileOrigin {
  readonly format: 'grapevine-wire'
  readonly version: 1
  /** By type, of all that passed from the node's start. */
  readonly totals: Readonly<Record<string, WireTotal>>
  /** The oldest first. */
  readonly envelopes: readonly WireEnvelope[]
}

export interface MessagesExportOptions {
  /** JSON by default: a `MessagesFile`. The columns of the CSV are the members of its messages. */
  readonly format?: 'json' | 'csv'
  /** All by default. */
  readonly select?: (entry: Entry) => boolean
}

export interface WireExportOptions {
  /** All by default. */
  readonly select?: (envelope: WireEnvelope) => boolean
}
