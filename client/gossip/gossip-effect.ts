import type { LogId } from './wire/block.ts'
import type { Entry } from './wire/entry.ts'
import type { Envelope } from './wire/envelope.ts'
import type { InvalidReason } from './gossip-event.ts'
import type { LinkId } from './wire/link.ts'
import type { HeldBlock, Log } from './ledger/log.ts'
import type { Liveness } from './links/neighbour.ts'
import type { NewLogDrop } from './ledger/new-logs.ts'
import type { NoticeContent, NoticeDrop } from './wire/notice.ts'
import type { RoundTripFigures } from './links/round-trips.ts'

export type DropReason = InvalidReason | BlockDrop | NewLogDrop | NoticeDrop | 'link-gone' | 'too-many-links'

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
  /** The neighbour has requested more than it is served. */
  | 'too-many-requests'

/** Why the core ends a link. */
export type CutReason = 'misbehaved' | 'silent' | 'wrong-version' | 'said-bye' | 'too-many-links' | 'stopped'

/** A change of what this node holds. */
export type LogEffect =
  | { readonly type: 'deliver'; readonly entry: Entry }
  | { readonly type: 'store'; readonly held: HeldBlock }
  /** Retention has evicted the blocks of a log up to this height. */
  | { readonly type: 'evicted'; readonly log: LogId; readonly height: number }
  | { readonly type: 'forked'; readonly log: Log }

/** What this node does beside the logs: its notices, and what is known by those of others. */
export type NoticeEffect =
  /** To be signed. The driver hands the result back by the event `signed`. */
  | { readonly type: 'sign'; readonly notice: NoticeContent }
  /** The result of `picture()` has changed; at most five times a second. */
  | { readonly type: 'picture' }
  /** Receipts of this block have come. */
  | { readonly type: 'receipts'; readonly log: LogId; readonly height: number }

/** What the core asks its driver to do. */
export type GossipEffect =
  | LogEffect
  | NoticeEffect
  | { readonly type: 'send'; readonly link: LinkId; readonly envelope: Envelope }
  | { readonly type: 'drop'; readonly reason: DropReason; readonly link: LinkId | undefined }
  /** The neighbour has greeted, its liveness has changed, or a round trip was measured. */
  | {
      readonly type: 'neighbour'
      readonly link: LinkId
      readonly liveness: Exclude<Liveness, 'silent'>
      readonly roundTrips: RoundTripFigures | undefined
    }
  /** Close the link. The core has already forgotten it. */
  | { readonly type: 'cut'; readonly link: LinkId; readonly reason: CutReason }
