import type { AnnouncementContent } from './announcement.ts'
import type { ReceiptContent, ReceiptRequest } from './receipt.ts'

/**
 * What nodes tell each other beside blocks: each is signed by its author, lives for seconds and enters no ledger.
 * `content` is unverified until it is part of a `VerifiedNotice`.
 */
export type NoticeContent =
  | { readonly type: 'announcement'; readonly content: AnnouncementContent }
  | { readonly type: 'request'; readonly content: ReceiptRequest }
  | { readonly type: 'receipt'; readonly content: ReceiptContent }

/** The exact bytes that were signed, and the signature over them and the label of their type. */
export interface SignedBytes {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly signature: Uint8Array<ArrayBuffer>
}

/** A notice on its way. */
export interface CarriedNotice extends SignedBytes {
  /** Since it was made, milliseconds: what it was held at each node before, and half of the round trips between. */
  readonly ageMs: number
}

export type Notice = NoticeContent & { readonly signed: SignedBytes }

declare const verifiedNoticeBrand: unique symbol
/** Only `sealNotice` and `verifyNotice` make one, so forgetting to verify does not compile. */
export type VerifiedNotice = Notice & { readonly [verifiedNoticeBrand]: true }

export type VerifiedAnnouncement = Extract<VerifiedNotice, { type: 'announcement' }>
export type VerifiedRequest = Extract<VerifiedNotice, { type: 'request' }>
export type VerifiedReceipt = Extract<VerifiedNotice, { type: 'receipt' }>

/** Why a notice is dropped before its signature is looked at. None is a fault: copies and late ones are on every ring. */
export type NoticeDrop =
  /** A newer one of the same node is here, or this one, or it is too old. */
  | 'old-announcement'
  | 'old-request'
  | 'old-receipt'
  /** The neighbour that brought it has brought most nodes already, and there is no room for more. */
  | 'too-many-nodes'
  /** More than a node or a link may send in a second. */
  | 'too-many-notices'
  /** Nobody asked, or too long ago. */
  | 'unasked-receipt'
