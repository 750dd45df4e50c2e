import { parseNotice, verifyNotice } from '../codec/signed-notice.ts'
import type { Envelope } from '../../gossip/wire/envelope.ts'
import type { LinkId } from '../../gossip/wire/link.ts'
import type { GossipEvent } from '../../gossip/gossip-event.ts'
import type { CarriedNotice, NoticeContent, NoticeDrop } from '../../gossip/wire/notice.ts'
import type { Verify } from '../shared/signatures.ts'

export type NoticeEnvelope = Extract<Envelope, { notices: readonly CarriedNotice[] }>

/** Why the core drops a notice before its signature is verified; undefined: verify it. */
export type NoticeRefusal = (link: LinkId, notice: NoticeContent, ageMs: number) => NoticeDrop | undefined

const contentOf = {
  announce: 'announcement',
  ask: 'request',
  receipts: 'receipt',
} as const satisfies Record<NoticeEnvelope['type'], NoticeContent['type']>

/** One event for each notice of an envelope, in order. Verifies all signatures at once, since blocks wait behind them. */
export const readNotices = (
  link: LinkId,
  { type, notices }: NoticeEnvelope,
  verify: Verify,
  refusal: NoticeRefusal,
): Promise<readonly GossipEvent[]> => {
  const read = async (carried: CarriedNotice): Promise<GossipEvent> => {
    const { ageMs } = carried
    const notice = parseNotice(contentOf[type], carried)
    if (!notice) return { type: 'invalid', link, reason: 'malformed-notice' }
    const reason = refusal(link, notice, ageMs)
    if (reason) return { type: 'refused-notice', link, notice, reason }
    const verified = await verifyNotice(verify, notice)
    return verified
      ? { type: 'notice', link, notice: verified, ageMs }
      : { type: 'invalid', link, reason: 'bad-signature' }
  }
  return Promise.all(notices.map(read))
}
