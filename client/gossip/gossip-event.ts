import type { LogId, VerifiedBlock } from './wire/block.ts'
import type { ReceivedEnvelope } from './wire/envelope.ts'
import type { Hop } from './wire/hop.ts'
import type { LinkId } from './wire/link.ts'
import type { ForkProof } from './ledger/log.ts'
import type { NeighbourIdentity } from './links/neighbour.ts'
import type { CarriedNotice, NoticeContent, NoticeDrop, VerifiedNotice } from './wire/notice.ts'
import type { FrameArrival } from './links/round-trips.ts'

/** The driver verifies the signed parts of the other envelopes and hands them to the core one by one. */
export type PlainEnvelope = Exclude<
  ReceivedEnvelope,
  { type: 'push' | 'blocks' | 'fork' } | { notices: readonly CarriedNotice[] }
>

/** A block of a link whose signature is verified. */
export interface ReceivedBlock {
  readonly block: VerifiedBlock
  readonly hops: readonly Hop[]
  readonly heldMs: number
  readonly model: LogId | undefined
  /** Along the tree; otherwise it was requested. */
  readonly byPush: boolean
}

/** What happens to a node. Its driver hands the events to the core, one by one. */
export type GossipEvent =
  | { readonly type: 'link-up'; readonly neighbour: NeighbourIdentity }
  | { readonly type: 'link-down'; readonly link: LinkId }
  /** This node had no room for a frame of the link and dropped it: one to be sent (`window-full`) or one received (`inbox-full`). */
  | { readonly type: 'lost'; readonly link: LinkId }
  /** A frame has come. Handed over before the frame is decoded and checked, whatever it holds. */
  | { readonly type: 'heard'; readonly link: LinkId }
  | {
      readonly type: 'envelope'
      readonly link: LinkId
      readonly envelope: PlainEnvelope
      /** Absent: the envelope was read when its frame came. */
      readonly arrival?: FrameArrival
    }
  | { readonly type: 'block'; readonly link: LinkId; readonly received: ReceivedBlock }
  /** A block for which `holds` is true, dropped before its signature was checked. */
  | {
      readonly type: 'copy'
      readonly link: LinkId
      readonly log: LogId
      readonly height: number
      readonly byPush: boolean
    }
  /** The last block of a `blocks` envelope has been handed over. */
  | { readonly type: 'answer-end'; readonly link: LinkId; readonly more: boolean }
  | { readonly type: 'fork'; readonly link: LinkId; readonly proof: ForkProof }
  /** No honest node of this version sends this frame. */
  | { readonly type: 'invalid'; readonly link: LinkId; readonly reason: InvalidReason }
  /** The server reports that this neighbour has just registered: its old link may be dead. */
  | { readonly type: 'probe'; readonly link: LinkId }
  | { readonly type: 'notice'; readonly link: LinkId; readonly notice: VerifiedNotice; readonly ageMs: number }
  /** A notice for which `noticeRefusal` gives a reason, dropped before its signature was checked. */
  | {
      readonly type: 'refused-notice'
      readonly link: LinkId
      readonly notice: NoticeContent
      readonly reason: NoticeDrop
    }
  /** The result of a `sign` effect. */
  | { readonly type: 'signed'; readonly notice: VerifiedNotice }
  /** This node has registered with the signalling server, or is registered no longer. */
  | { readonly type: 'registered'; readonly isOnline: boolean }
  /** Requests receipts for the block of this entry. */
  | { readonly type: 'ask'; readonly log: LogId; readonly seq: number }
  | { readonly type: 'publish'; readonly block: VerifiedBlock }
  | { readonly type: 'stop' }
  | { readonly type: 'tick' }

/** Why a frame is dropped. Each is a strike: no honest node of this version sends such a frame. */
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
  /** Anything before hello, a second hello, or a hello that contradicts the signed introduction (G1). */
  | 'bad-hello'
