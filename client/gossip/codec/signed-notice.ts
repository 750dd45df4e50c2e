import { announcementFields, parseAnnouncementFields } from '../wire/announcement.ts'
import { decodeValue, encodeValue } from './cbor.ts'
import { gossipLimits } from '../bounds/limits.ts'
import type { Notice, NoticeContent, SignedBytes } from '../wire/notice.ts'
import { parseReceiptFields, parseRequestFields, receiptFields, requestFields } from '../wire/receipt.ts'
import { labelOf, signedMessage } from './signed-message.ts'

const labels: Readonly<Record<NoticeContent['type'], Uint8Array>> = {
  announcement: labelOf('grapevine announcement 1\n'),
  request: labelOf('grapevine receipt request 1\n'),
  receipt: labelOf('grapevine receipt 1\n'),
}

/** What the author of a notice signs. */
export const noticeMessage = (type: NoticeContent['type'], bytes: Uint8Array): Uint8Array<ArrayBuffer> =>
  signedMessage(labels[type], bytes)

export const encodeNotice = (notice: NoticeContent): Uint8Array<ArrayBuffer> => encodeValue(fieldsOf(notice))

/** Parses the bytes of a notice, and does not verify it. */
export const parseNotice = (type: NoticeContent['type'], { bytes, signature }: SignedBytes): Notice | undefined => {
  if (bytes.length > gossipLimits.maxNoticeBytes) return undefined
  const content = parseContent(type, decodeValue(bytes))
  return content && { ...content, signed: { bytes, signature } }
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
