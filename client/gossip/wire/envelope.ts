import type { LogId } from './block.ts'
import type { CarriedEphemeral } from './ephemeral.ts'
import type { Hop } from './hop.ts'
import type { NodeName } from './node-name.ts'
import type { CarriedNotice } from './notice.ts'

/** A block on a link. Its content is checked when it is decoded. */
export interface CarriedBlock {
  readonly bytes: Uint8Array<ArrayBuffer>
  /** Undefined: the signature of a later block of the same run covers it. */
  readonly signature: Uint8Array<ArrayBuffer> | undefined
  /** The path to the sender, the author first; empty if the sender is the author. */
  readonly hops: readonly Hop[]
  /** How long the sender held it, milliseconds. */
  readonly heldMs: number
  /** With a log's first block: the log whose tree is the model of this log's tree (T2). */
  readonly model: LogId | undefined
}

/** The greatest size of a carried block in a frame, bytes. A hop has at most 12 beside its name. */
export const carriedBytes = ({ bytes, signature, hops, model }: CarriedBlock): number =>
  bytes.length +
  (signature ? 80 : 16) +
  (model?.length ?? 0) +
  hops.reduce((sum, { name }) => sum + name.length + 14, 0)

export interface LogHeight {
  readonly log: LogId
  readonly height: number
}

/** A request for the blocks of a log from this height on, the oldest first; `isOlder`: for those below it, the newest run first. */
export interface Want extends LogHeight {
  readonly isOlder: boolean
}

/** How far a node holds one log. */
export interface FrontierEntry extends LogHeight {
  /** The height of the oldest block that the node holds and that counts; 0 without one. */
  readonly oldest: number
  /** Start of the head's hash, 11 characters: 64 bits, enough to tell two heads apart. */
  readonly hash: string
  /** Time since the last block, milliseconds: a duration, so no clock is trusted. */
  readonly idleMs: number
  /** Where the log forks; 0 if it does not. */
  readonly forkHeight: number
}

/** A message on one link. On the wire: a CBOR array of the type's code and its fields, in this order. */
export type Envelope =
  /** The first on every link, in both directions: name, protocol version, holdings. */
  | {
      readonly type: 'hello'
      readonly version: number
      readonly name: NodeName
      readonly epoch: string
      readonly digest: string
      /** The number of changes that the sender's ledger has had. */
      readonly changes: number
      /** A hash over the oldest heights of the sender's logs. */
      readonly retention: string
    }
  /** New blocks along the tree, in runs: each ends with a signed block, and most are one block. */
  | { readonly type: 'push'; readonly blocks: readonly CarriedBlock[] }
  /** Blocks that were asked for, in runs: each ends with a signed block. `more`: the rest has to be asked for again. */
  | { readonly type: 'blocks'; readonly blocks: readonly CarriedBlock[]; readonly more: boolean }
  /** There are blocks up to these heights here. */
  | { readonly type: 'ihave'; readonly heads: readonly LogHeight[] }
  /** Send me these blocks; `graft`: and push these logs from now on. */
  | { readonly type: 'iwant'; readonly wants: readonly Want[]; readonly graft: boolean }
  /** Do not push this log to me any longer, only announce it: another neighbour pushes it faster. */
  | { readonly type: 'prune'; readonly log: LogId }
  /**
   * One part of the sender's frontier: the logs that changed after `base` changes of its ledger, up to `changes`. `seen`: the
   * changes of the receiver's ledger that the sender knows; 0 requests the whole frontier. `isAnswer`: no frontier is
   * expected in return.
   */
  | {
      readonly type: 'frontier'
      readonly entries: readonly FrontierEntry[]
      readonly base: number
      readonly changes: number
      readonly seen: number
      readonly isAnswer: boolean
    }
  /**
   * The sender's ledger in two bytes for each log. Requests a frontier of the logs in which the receiver's ledger differs, and
   * unless `isAnswer` the receiver's summary. The salt: two unsigned integers of 32 bits.
   */
  | {
      readonly type: 'summary'
      readonly saltOne: number
      readonly saltOther: number
      readonly cells: Uint8Array<ArrayBuffer>
      readonly isAnswer: boolean
    }
  /** Two runs of one log whose first blocks have one height and differ. Without `other`: two large runs, one envelope for each. */
  | {
      readonly type: 'fork'
      readonly one: readonly CarriedBlock[]
      readonly other: readonly CarriedBlock[] | undefined
    }
  /**
   * Shows that the sender runs. `count` names this heartbeat. `echo`: the count of the receiver's latest heartbeat, which came
   * `heldMs` ago; from these the receiver computes the round trip. `ask`: answer at once.
   */
  | {
      readonly type: 'heartbeat'
      readonly count: number
      readonly echo: number
      readonly heldMs: number
      readonly digest: string
      readonly changes: number
      readonly retention: string
      readonly ask: boolean
    }
  /** The last envelope of a node that stops. */
  | { readonly type: 'bye' }
  /** Announcements: the sender's own, and those of others that it passes on. */
  | { readonly type: 'announce'; readonly notices: readonly CarriedNotice[] }
  /** Receipt requests: which nodes have a block? */
  | { readonly type: 'ask'; readonly notices: readonly CarriedNotice[] }
  /** Receipts on their way back. */
  | { readonly type: 'receipts'; readonly notices: readonly CarriedNotice[] }
  /** A message that nobody keeps. `isBeside`: the receiver is off its tree, and gets it so that gaps of the tree are found. */
  | { readonly type: 'ephemeral'; readonly message: CarriedEphemeral; readonly isBeside: boolean }
  /** Push the messages of this log to me from now on. */
  | { readonly type: 'graft'; readonly log: LogId }
  /**
   * A piece of a message to the receiver alone. `number`: 1, 2, 3 … per link and direction. `total`: bytes of the encoded
   * body, of which these begin at `offset`. The first piece has the topic.
   */
  | {
      readonly type: 'direct'
      readonly number: number
      readonly total: number
      readonly offset: number
      readonly topic: string | undefined
      readonly bytes: Uint8Array<ArrayBuffer>
    }
  /** So many bytes of the receiver's direct message have come, from its beginning. `isRefused`: the rest is not wanted. */
  | { readonly type: 'received'; readonly number: number; readonly bytes: number; readonly isRefused: boolean }

/** An envelope as it is parsed. Of the `hello` of another version only the version is read. */
export type ReceivedEnvelope = Envelope | { readonly type: 'foreign-hello'; readonly version: number }

/** Carried in `hello`. A neighbour with another version can't be understood, so its link is closed. */
export const protocolVersion = 6
