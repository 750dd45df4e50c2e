import type { AnnouncementContent } from './announcement.ts'
import type { ReceiptContent, ReceiptRequest } from './receipt.ts'

/**
 * A message beside the logs. It is signed by its author, lives for seconds and enters no ledger. `content` is unverified
 * until it is part of a `VerifiedNotice`.
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

/** A notice on a link. */
export interface CarriedNotice extends SignedBytes {
  /** Time since it was made, milliseconds: how long each node held it, and half of each round trip between them. */
  readonly ageMs: number
}

export type Notice = NoticeContent & { readonly signed: SignedBytes }

declare const verifiedNoticeBrand: unique symbol
/** Only the core makes one, once its signature is checked: forgetting to verify does not compile. */
export type VerifiedNotice = Notice & { readonly [verifiedNoticeBrand]: true }

export type VerifiedAnnouncement = Extract<VerifiedNotice, { type: 'announcement' }>
export type VerifiedRequest = Extract<VerifiedNotice, { type: 'request' }>
export type VerifiedReceipt = Extract<VerifiedNotice, { type: 'receipt' }>

/** Why a notice is dropped before its signature is checked. None is a fault: every ring brings copies and late notices. */
export type NoticeDrop =
  /** This one or a newer one of the same node is here, or it has expired. */
  | 'old-announcement'
  | 'old-request'
  | 'old-receipt'
  /** There is no room, and the neighbour that brought it has brought most of the nodes. */
  | 'too-many-nodes'
  /** More than a node or a link may send in a second. */
  | 'too-many-notices'
  /** The request is unknown or has expired. */
  | 'unasked-receipt'
