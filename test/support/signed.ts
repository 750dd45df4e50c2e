import type { BlockContent, VerifiedBlock } from '../../client/gossip/wire/block.ts'
import type { NoticeContent, VerifiedNotice } from '../../client/gossip/wire/notice.ts'
import { blockMessage, encodeBlock, parseBlock } from '../../client/gossip/codec/signed-block.ts'
import { encodeNotice, noticeMessage, parseNotice } from '../../client/gossip/codec/signed-notice.ts'
import type { Sign } from '../../client/node/shared/signatures.ts'

/** A block as its author signs it. */
export const signBlock = async (sign: Sign, content: BlockContent): Promise<VerifiedBlock> => {
  const bytes = encodeBlock(content)
  const block = parseBlock({ bytes, signature: await sign(blockMessage(bytes)) })
  if (!block) throw new Error('a block that nobody can parse')
  return block as VerifiedBlock
}

/** A notice as its author signs it. */
export const signNotice = async (sign: Sign, content: NoticeContent): Promise<VerifiedNotice> => {
  const bytes = encodeNotice(content)
  const notice = parseNotice(content.type, { bytes, signature: await sign(noticeMessage(content.type, bytes)) })
  if (!notice) throw new Error('a notice that nobody can parse')
  return notice as VerifiedNotice
}
