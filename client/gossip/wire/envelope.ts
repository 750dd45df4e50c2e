import type { LogId } from './block.ts'
import type { Hop } from './hop.ts'
import type { NodeName } from './node-name.ts'
import type { CarriedNotice } from './notice.ts'

/** A block on its way; its content is checked when it is opened. */
export interface CarriedBlock {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly signature: Uint8Array<ArrayBuffer>
  /** The way before the sender, author first; empty if the sender is the author. */
  readonly hops: readonly Hop[]
  /** How long the sender held it, milliseconds. */
  readonly heldMs: number
  /** With a log's first block: the log whose tree this one's begins as a copy of, as the author chose. */
  readonly model: LogId | undefined
}

/** Bytes of a carried block in a frame, at most: one hop takes 45 at most. */
export const carriedBytes = ({ bytes, hops, model }: CarriedBlock): number =>
  bytes.length + 96 + 48 * hops.length + (model?.length ?? 0)

export interface LogHeight {
  readonly log: LogId
  readonly height: number
}

/** What a node holds of one log. */
export interface FrontierEntry extends LogHeight {
  /** Start of the head's hash, 11 characters: 64 bits, enough to tell two heads apart. */
  readonly hash: string
  /** Since the last block, milliseconds: a duration, so no clock is trusted. */
  readonly idleMs: number
  /** Where the log forks; 0 if it does not. */
  readonly forkHeight: number
}

/** What one link carries for one hop. On the wire: a CBOR array of the type's code and its fields, in this order. */
export type Envelope =
  /** The first on every link, both ways: who I am, what I speak, what I hold. */
  | {
      readonly type: 'hello'
      readonly version: number
      readonly name: NodeName
      readonly epoch: string
      readonly digest: string
      /** How many my ledger has had. */
      readonly changes: number
    }
  /** New blocks along the tree, at once. */
  | { readonly type: 'push'; readonly blocks: readonly CarriedBlock[] }
  /** Blocks that were asked for, the oldest first per log; `more`: the rest has to be asked for again. */
  | { readonly type: 'blocks'; readonly blocks: readonly CarriedBlock[]; readonly more: boolean }
  /** There are blocks up to these heights here. */
  | { readonly type: 'ihave'; readonly heads: readonly LogHeight[] }
  /** Send me these logs from these heights on; `graft`: and push them from now on. */
  | { readonly type: 'iwant'; readonly wants: readonly LogHeight[]; readonly graft: boolean }
  /** Others push this log faster: only announce it from now on. */
  | { readonly type: 'prune'; readonly log: LogId }
  /**
   * What I hold of the logs that changed here, a part at a time: up to so many `changes` of my ledger, built on what was
   * told up to `base`. Of yours I know all up to `seen`; 0: tell me everything. `isAnswer`: none is owed.
   */
  | {
      readonly type: 'frontier'
      readonly entries: readonly FrontierEntry[]
      readonly base: number
      readonly changes: number
      readonly seen: number
      readonly isAnswer: boolean
    }
  /** Two blocks that one author signed for one height. Without `other` it follows as the next one's `one`: both are large. */
  | { readonly type: 'fork'; readonly one: CarriedBlock; readonly other: CarriedBlock | undefined }
  /**
   * I live. `count` names this one; `echo` is the count of yours that came last and `heldMs` how long ago, from which
   * you know the round trip; `ask`: answer at once.
   */
  | {
      readonly type: 'heartbeat'
      readonly count: number
      readonly echo: number
      readonly heldMs: number
      readonly digest: string
      readonly changes: number
      readonly ask: boolean
    }
  /** The last on a link that ends in good order. */
  | { readonly type: 'bye' }
  /** What nodes say of themselves: the sender's own, and others' that it passes on. */
  | { readonly type: 'announce'; readonly notices: readonly CarriedNotice[] }
  /** Questions who has a block. */
  | { readonly type: 'ask'; readonly notices: readonly CarriedNotice[] }
  /** Answers to them, on their way back. */
  | { readonly type: 'receipts'; readonly notices: readonly CarriedNotice[] }

/** What may come. Whatever else a hello of another version holds, its version is read. */
export type ReceivedEnvelope = Envelope | { readonly type: 'foreign-hello'; readonly version: number }

/** Said in `hello`. Another version is another language: the link is closed. */
export const protocolVersion = 3
