import { decodeValue, encodeValue } from './frame-codec.ts'
import { announcementFields, parseAnnouncementFields } from '../../gossip/wire/announcement.ts'
import { gossipLimits } from '../../gossip/bounds/limits.ts'
import type { Notice, NoticeContent, SignedBytes, VerifiedNotice } from '../../gossip/wire/notice.ts'
import { parseReceiptFields, parseRequestFields, receiptFields, requestFields } from '../../gossip/wire/receipt.ts'
import type { Sign, Verify } from '../shared/signatures.ts'

/** A label of its own for each type: no signature can serve as that of another. */
const labels = {
  announcement: new TextEncoder().encode('grapevine announcement 1\n'),
  request: new TextEncoder().encode('grapevine receipt request 1\n'),
  receipt: new TextEncoder().encode('grapevine receipt 1\n'),
} as const satisfies Record<NoticeContent['type'], Uint8Array>

const signedMessage = (type: NoticeContent['type'], bytes: Uint8Array): Uint8Array<ArrayBuffer> => {
  const label = labels[type]
  const message = new Uint8Array(label.length + bytes.length)
  message.set(label)
  message.set(bytes, label.length)
  return message
}

const fieldsOf = (notice: NoticeContent): unknown[] => {
  switch (notice.type) {
    case 'announcement':
      return announcementFields(notice.content)
    case 'request':
      return requestFields(notice.content)
    case 'receipt':
      return receiptFields(notice.content)
  }
}

const parseContent = (type: NoticeContent['type'], value: unknown): NoticeContent | undefined => {
  switch (type) {
    case 'announcement': {
      const content = parseAnnouncementFields(value)
      return content && { type, content }
    }
    case 'request': {
      const content = parseRequestFields(value)
      return content && { type, content }
    }
    case 'receipt': {
      const content = parseReceiptFields(value)
      return content && { type, content }
    }
  }
}

/** Signs a notice of one's own. What comes back is read from the encoded bytes: what every other node will read. */
export const sealNotice = async (sign: Sign, notice: NoticeContent): Promise<VerifiedNotice> => {
  const bytes = encodeValue(fieldsOf(notice))
  const signature = await sign(signedMessage(notice.type, bytes))
  const parsed = parseNotice(notice.type, { bytes, signature })
  if (!parsed) throw new Error(`a notice that this node itself can't read: ${JSON.stringify(notice)}`)
  return parsed as VerifiedNotice
}

/** Rebuilds a notice from what an envelope carries, unverified. */
export const parseNotice = (type: NoticeContent['type'], { bytes, signature }: SignedBytes): Notice | undefined => {
  if (bytes.length > gossipLimits.maxNoticeBytes) return undefined
  const content = parseContent(type, decodeValue(bytes))
  return content && { ...content, signed: { bytes, signature } }
}

/** The notice with its author's signature checked, or nothing. */
export const verifyNotice = async (verify: Verify, notice: Notice): Promise<VerifiedNotice | undefined> => {
  const { bytes, signature } = notice.signed
  const isProven = await verify(notice.content.author, signedMessage(notice.type, bytes), signature)
  return isProven ? (notice as VerifiedNotice) : undefined
}
