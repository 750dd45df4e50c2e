import type { LogId } from './wire/block.ts'
import type { Entry } from './wire/entry.ts'
import type { Envelope } from './wire/envelope.ts'
import type { InvalidReason } from './gossip-event.ts'
import type { LinkId } from './wire/link.ts'
import type { HeldBlock, Log } from './ledger/log.ts'
import type { Liveness } from './links/neighbour.ts'
import type { NewLogDrop } from './ledger/new-logs.ts'
import type { NoticeContent, NoticeDrop } from './wire/notice.ts'
import type { BlockDrop } from './replication.ts'
import type { RoundTripFigures } from './links/round-trips.ts'

export type DropReason = InvalidReason | BlockDrop | NewLogDrop | NoticeDrop | 'link-gone' | 'too-many-links'

/** Why the core ends a link. */
export type CutReason = 'misbehaved' | 'silent' | 'wrong-version' | 'said-bye' | 'too-many-links' | 'stopped'

/** What the core asks the outside to do. */
export type GossipEffect =
  | { readonly type: 'send'; readonly link: LinkId; readonly envelope: Envelope }
  | { readonly type: 'deliver'; readonly entry: Entry }
  | { readonly type: 'store'; readonly held: HeldBlock }
  /** The blocks of a log up to a height are held no longer. */
  | { readonly type: 'evicted'; readonly log: LogId; readonly height: number }
  | { readonly type: 'forked'; readonly log: Log }
  | { readonly type: 'drop'; readonly reason: DropReason; readonly link: LinkId | undefined }
  /** The neighbour greeted, fell quiet or was heard again, or its round trip was measured. */
  | {
      readonly type: 'neighbour'
      readonly link: LinkId
      readonly liveness: Exclude<Liveness, 'silent'>
      readonly roundTrips: RoundTripFigures | undefined
    }
  /** To be signed, and handed back by `signed`. */
  | { readonly type: 'sign'; readonly notice: NoticeContent }
  /** `picture()` is another one. Five a second at most. */
  | { readonly type: 'picture' }
  /** There are new receipts for this block. */
  | { readonly type: 'receipts'; readonly log: LogId; readonly height: number }
  /** Close the link. The core has forgotten it already. */
  | { readonly type: 'cut'; readonly link: LinkId; readonly reason: CutReason }
