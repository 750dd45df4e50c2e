import type { LogId, VerifiedBlock } from './wire/block.ts'
import type { ReceivedEnvelope } from './wire/envelope.ts'
import type { LinkId } from './wire/link.ts'
import type { ForkProof } from './ledger/log.ts'
import type { NeighbourIdentity } from './links/neighbour.ts'
import type { CarriedNotice, NoticeContent, NoticeDrop, VerifiedNotice } from './wire/notice.ts'
import type { ReceivedBlock } from './replication.ts'
import type { FrameArrival } from './links/round-trips.ts'

/** Envelopes that carry what is signed are opened by the runtime, which verifies; the core gets the parts one by one. */
export type PlainEnvelope = Exclude<
  ReceivedEnvelope,
  { type: 'push' | 'blocks' | 'fork' } | { notices: readonly CarriedNotice[] }
>

/** What happens to a node, as the core is told it. */
export type GossipEvent =
  | { readonly type: 'link-up'; readonly neighbour: NeighbourIdentity }
  | { readonly type: 'link-down'; readonly link: LinkId }
  /** A frame of this link was dropped here for want of room: one to be sent (`window-full`), or one received (`inbox-full`). */
  | { readonly type: 'lost'; readonly link: LinkId }
  /** A frame has come, whatever is in it; sent before the frame is decoded and checked. */
  | { readonly type: 'heard'; readonly link: LinkId }
  | {
      readonly type: 'envelope'
      readonly link: LinkId
      readonly envelope: PlainEnvelope
      /** Absent: it is read at once. */
      readonly arrival?: FrameArrival
    }
  | { readonly type: 'block'; readonly link: LinkId; readonly received: ReceivedBlock }
  /** A block that `holds` knows, dropped before its signature was looked at. */
  | {
      readonly type: 'copy'
      readonly link: LinkId
      readonly log: LogId
      readonly height: number
      readonly byPush: boolean
    }
  /** The last block of an answer has been handed over. */
  | { readonly type: 'answer-end'; readonly link: LinkId; readonly more: boolean }
  | { readonly type: 'fork'; readonly link: LinkId; readonly proof: ForkProof }
  /** What came on the link is not what a node sends. */
  | { readonly type: 'invalid'; readonly link: LinkId; readonly reason: InvalidReason }
  /** The server says that this neighbour has just registered: is the old link still alive? */
  | { readonly type: 'probe'; readonly link: LinkId }
  | { readonly type: 'notice'; readonly link: LinkId; readonly notice: VerifiedNotice; readonly ageMs: number }
  /** A notice that `noticeRefusal` refuses, dropped before its signature was looked at. */
  | {
      readonly type: 'refused-notice'
      readonly link: LinkId
      readonly notice: NoticeContent
      readonly reason: NoticeDrop
    }
  /** What a `sign` effect asked for. */
  | { readonly type: 'signed'; readonly notice: VerifiedNotice }
  /** Registered with the signalling server, or not any more. */
  | { readonly type: 'registered'; readonly isOnline: boolean }
  /** Who has the block of this entry? */
  | { readonly type: 'ask'; readonly log: LogId; readonly seq: number }
  | { readonly type: 'publish'; readonly block: VerifiedBlock }
  | { readonly type: 'stop' }
  | { readonly type: 'tick' }

/** Why a frame is dropped. Each is a strike: an honest node of this version sends none of them. */
export type InvalidReason =
  | 'oversized-frame'
  | 'text-frame'
  | 'malformed-frame'
  | 'malformed-block'
  | 'malformed-notice'
  | 'bad-signature'
  | 'bad-path'
  | 'misnumbered-block'
  /** Two blocks that prove no fork. */
  | 'bad-proof'
  /** Anything before hello, a second hello, or a hello that contradicts the signed introduction. */
  | 'bad-hello'
