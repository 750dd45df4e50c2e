import { decodeValue, encodeValue } from './frame-codec.ts'
import { announcementFields, parseAnnouncementFields } from '../../gossip/wire/announcement.ts'
import { gossipLimits } from '../../gossip/bounds/limits.ts'
import type { Notice, NoticeContent, SignedBytes, VerifiedNotice } from '../../gossip/wire/notice.ts'
import { parseReceiptFields, parseRequestFields, receiptFields, requestFields } from '../../gossip/wire/receipt.ts'
import { signedMessage } from './signed-message.ts'
import type { Sign, Verify } from '../shared/signatures.ts'

const labels: Readonly<Record<NoticeContent['type'], string>> = {
  announcement: 'grapevine announcement 1\n',
  request: 'grapevine receipt request 1\n',
  receipt: 'grapevine receipt 1\n',
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

/** Signs a notice of this node. The result is parsed from the encoded bytes, so it is what every other node parses. */
export const signNotice = async (sign: Sign, notice: NoticeContent): Promise<VerifiedNotice> => {
  const bytes = encodeValue(fieldsOf(notice))
  const signature = await sign(signedMessage(labels[notice.type], bytes))
  const parsed = parseNotice(notice.type, { bytes, signature })
  if (!parsed) throw new Error(`this node can't parse its own notice: ${JSON.stringify(notice)}`)
  return parsed as VerifiedNotice
}

/** Parses the bytes of a notice, and does not verify it. */
export const parseNotice = (type: NoticeContent['type'], { bytes, signature }: SignedBytes): Notice | undefined => {
  if (bytes.length > gossipLimits.maxNoticeBytes) return undefined
  const content = parseContent(type, decodeValue(bytes))
  return content && { ...content, signed: { bytes, signature } }
}

/** The notice with its author's signature verified; undefined if the signature is bad. */
export const verifyNotice = async (verify: Verify, notice: Notice): Promise<VerifiedNotice | undefined> => {
  const { bytes, signature } = notice.signed
  const isProven = await verify(notice.content.author, signedMessage(labels[notice.type], bytes), signature)
  return isProven ? (notice as VerifiedNotice) : undefined
}
