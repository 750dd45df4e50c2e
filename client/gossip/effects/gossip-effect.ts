import type { LogId, VerifiedBlock } from '../wire/block.ts'
import type { Entry, JsonValue } from '../wire/entry.ts'
import type { Envelope, ReceivedEnvelope } from '../wire/envelope.ts'
import type { Ephemeral, EphemeralDrop } from '../wire/ephemeral.ts'
import type { LinkId } from '../wire/link.ts'
import type { Progress } from '../ledger/body-progress.ts'
import type { HeldBlock } from '../ledger/held-block.ts'
import type { Log } from '../ledger/log.ts'
import type { Liveness } from '../links/neighbour.ts'
import type { NewLogDrop } from '../ledger/new-logs.ts'
import type { NoticeDrop } from '../wire/notice.ts'
import type { PeerId } from '../wire/peer-id.ts'
import type { RoundTripFigures } from '../links/round-trips.ts'

declare const ticketBrand: unique symbol
/** Names one signature that the driver checks or makes. */
export type Ticket = number & { readonly [ticketBrand]: true }

export type DropReason =
  | InvalidReason
  | BlockDrop
  | NewLogDrop
  | NoticeDrop
  | EphemeralDrop
  | DirectDrop
  | 'link-gone'
  | 'too-many-links'
  /** More blocks wait to be sent on a link than may wait. */
  | 'queue-full'
  /** An ephemeral message that waited to be sent on a link, when newer ones of the same neighbour waited too. */
  | 'late-ephemeral'
  /** More frames wait on a link than it may have waiting. */
  | 'inbox-full'
  /** The key of this node is gone, so a notice could not be signed. */
  | 'unsigned-notice'

/** Why a frame is dropped. Each is a strike: no honest node of this version sends such a frame. */
export type InvalidReason =
  | 'oversized-frame'
  | 'text-frame'
  | 'malformed-frame'
  | 'malformed-block'
  | 'malformed-notice'
  | 'malformed-ephemeral'
  /** The body of a direct message is none, or its pieces contradict each other. */
  | 'malformed-direct'
  | 'bad-signature'
  | 'bad-path'
  | 'misnumbered-block'
  /** Two blocks that prove no fork. */
  | 'bad-proof'
  /** Anything before hello, a second hello, or a hello that contradicts the signed introduction (G1). */
  | 'bad-hello'

/** Why the core accepts a block, or a request for blocks, not. */
export type BlockDrop =
  | 'duplicate'
  /** The block before it is missing; it is requested. */
  | 'gap'
  /** The log is forked at this height or below, so nothing of it is accepted there. */
  | 'forked-log'
  /** Numbered wrongly, or its path does not begin with its author: a strike. */
  | 'misnumbered-block'
  | 'bad-path'
  /** Consecutive parts are not those of one large body, or all of them together are no body: nothing is delivered of it. */
  | 'broken-body'
  /** The neighbour has requested more than it is served. */
  | 'too-many-requests'
  /** The neighbour names another head than the one held here for more logs than it is asked to prove. */
  | 'too-many-forks'

/** Why the core accepts a direct message not. */
type DirectDrop =
  /** A piece that has come before, or one after a gap: the sender sends all from the gap on again. */
  | 'unfitting-piece'
  /** The unfinished direct messages of all neighbours exceed the limit, and this one is the largest. */
  | 'no-room-for-direct'

/** Why a direct message will not arrive. */
export type SendFailure =
  /** No link to that node is up. */
  | 'not-linked'
  /** The link has ended before the other node confirmed that it has all. */
  | 'link-ended'
  /** More waits to be sent than may wait. */
  | 'send-queue-full'
  /** The other node had no room for it. */
  | 'no-room-there'

/** Why the core ends a link. */
export type CutReason =
  | 'misbehaved'
  /** It reported again and again to hold blocks, and sent none of them (S6). */
  | 'unkept-promise'
  | 'silent'
  | 'wrong-version'
  | 'said-bye'
  | 'too-many-links'
  | 'stopped'

/** What the core asks its driver to do. */
export type GossipEffect =
  /** `isBackfill`: the entry is history, older than the head of its log here. */
  | { readonly type: 'deliver'; readonly entry: Entry; readonly isBackfill: boolean }
  | { readonly type: 'store'; readonly held: HeldBlock }
  /** Retention has evicted the blocks of a log up to this height; `seq`: of the last entry in them. */
  | { readonly type: 'evicted'; readonly log: LogId; readonly height: number; readonly seq: number }
  | { readonly type: 'forked'; readonly log: Log }
  /** Parts of a large body have come. */
  | ({ readonly type: 'progress' } & Progress)
  /** The result of `picture()` has changed; at most five times a second. */
  | { readonly type: 'picture' }
  /** Receipts of this block have come. */
  | { readonly type: 'receipts'; readonly log: LogId; readonly height: number }
  | {
      readonly type: 'send'
      readonly link: LinkId
      readonly frame: Uint8Array<ArrayBuffer>
      readonly envelope: Envelope['type']
    }
  /**
   * Frames wait for their turn on this link. The driver answers with the event `drained` once little of what was sent waits in
   * the link's send buffer: after the effects of this event or later. A link that never waits is drained at once.
   */
  | { readonly type: 'await-drain'; readonly link: LinkId }
  /** A frame has been decoded, for a record of the wire. */
  | {
      readonly type: 'read'
      readonly link: LinkId
      readonly frame: Uint8Array<ArrayBuffer>
      readonly envelope: ReceivedEnvelope['type'] | 'malformed-frame'
    }
  /** Check a signature of this author over this message. The answer is the event `verified`. */
  | {
      readonly type: 'verify'
      readonly ticket: Ticket
      readonly author: PeerId
      readonly message: Uint8Array<ArrayBuffer>
      readonly signature: Uint8Array<ArrayBuffer>
    }
  /** Sign this message with the key of this node. The answer is the event `signed`. */
  | { readonly type: 'sign'; readonly ticket: Ticket; readonly message: Uint8Array<ArrayBuffer> }
  /**
   * These drafts are entries of this block now, in this order; or the block has the last part of a large one. `delivered`: the
   * entries; none if the ledger had no room for them.
   */
  | {
      readonly type: 'published'
      readonly ids: readonly number[]
      readonly block: VerifiedBlock
      readonly delivered: readonly Entry[]
    }
  /** These drafts will never be published. `too-fast`: more ephemeral messages than other nodes accept in a second. */
  | {
      readonly type: 'unpublished'
      readonly ids: readonly number[]
      readonly reason: 'unsigned' | 'unreadable' | 'discarded' | 'too-fast'
    }
  /** An ephemeral message has come, or this node has published it. */
  | { readonly type: 'ephemeral'; readonly message: Ephemeral }
  /** This draft is signed, spread and delivered here. */
  | { readonly type: 'published-ephemeral'; readonly id: number; readonly message: Ephemeral }
  /** A whole direct message has come. */
  | {
      readonly type: 'direct'
      readonly link: LinkId
      readonly from: PeerId
      readonly topic: string | undefined
      readonly body: JsonValue | Uint8Array
    }
  /** A direct message of this node has arrived. `failure`: it will not arrive. */
  | { readonly type: 'sent'; readonly id: number; readonly failure: SendFailure | undefined }
  | { readonly type: 'drop'; readonly reason: DropReason; readonly link: LinkId | undefined }
  /** The neighbour has greeted, its liveness has changed, or a round trip was measured. */
  | {
      readonly type: 'neighbour'
      readonly link: LinkId
      readonly liveness: Exclude<Liveness, 'silent'>
      readonly roundTrips: RoundTripFigures | undefined
    }
  /** The link was down, and all that had come on it has been read. */
  | { readonly type: 'ended'; readonly link: LinkId }
  /** Close the link. The core has already forgotten it. */
  | { readonly type: 'cut'; readonly link: LinkId; readonly reason: CutReason }
