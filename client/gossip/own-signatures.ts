import type { BlockContent, VerifiedBlock } from './wire/block.ts'
import { BoundedMap } from './bounds/bounded-map.ts'
import type { Codec } from './codec/codec.ts'
import type { Ticket } from './effects/gossip-effect.ts'
import type { Draft } from './effects/gossip-event.ts'
import type { GossipLimits } from './bounds/limits.ts'
import type { NoticeContent, VerifiedNotice } from './wire/notice.ts'
import type { Outbox } from './effects/outbox.ts'
import { OwnLog } from './ledger/own-log.ts'
import { blockMessage } from './codec/signed-block.ts'
import { noticeMessage } from './codec/signed-notice.ts'

export interface OwnSignaturesOptions {
  readonly codec: Codec
  readonly limits: GossipLimits
  readonly outbox: Outbox
  /** Whether the links have room for a further part of a large body. */
  readonly hasRoom: () => boolean
}

interface UnsignedBlock {
  readonly ticket: Ticket
  readonly bytes: Uint8Array<ArrayBuffer>
}

interface UnsignedNotice {
  readonly content: NoticeContent
  readonly bytes: Uint8Array<ArrayBuffer>
}

type Signed =
  | { readonly type: 'block'; readonly ids: readonly number[]; readonly block: VerifiedBlock }
  | { readonly type: 'notice'; readonly notice: VerifiedNotice }

/**
 * What this node signs: the blocks of its log and its notices. The driver makes the signatures. What is signed is parsed
 * from its bytes, so it is what every other node parses.
 */
export class OwnSignatures {
  readonly #options: OwnSignaturesOptions
  readonly #log: OwnLog
  #block: UnsignedBlock | undefined
  readonly #notices: BoundedMap<Ticket, UnsignedNotice>
  #tickets = 0

  constructor(author: Pick<BlockContent, 'author' | 'name' | 'epoch'>, options: OwnSignaturesOptions) {
    this.#options = options
    this.#log = new OwnLog(author, options.limits)
    this.#notices = new BoundedMap(options.limits.maxSigning)
  }

  publish(draft: Draft): void {
    this.#log.add(draft)
    this.signBlock()
  }

  discardDrafts(): void {
    this.#unpublished(this.#log.discard(), 'discarded')
  }

  signNotice(content: NoticeContent): void {
    const bytes = this.#options.codec.encodeNotice(content)
    this.#notices.set(this.#sign(noticeMessage(content.type, bytes)), { content, bytes })
  }

  /** A signature has come; undefined: it could not be made. */
  signed(ticket: Ticket, signature: Uint8Array<ArrayBuffer> | undefined): Signed | undefined {
    if (ticket === this.#block?.ticket) return this.#signedBlock(this.#block.bytes, signature)
    const unsigned = this.#notices.get(ticket)
    this.#notices.delete(ticket)
    if (!unsigned) return undefined
    const { bytes, content } = unsigned
    const notice = signature && this.#options.codec.parseNotice(content.type, { bytes, signature })
    if (notice) return { type: 'notice', notice: notice as VerifiedNotice }
    // The key is gone: `publish()` shows the reason, and the notice is made again later.
    this.#options.outbox.drop('unsigned-notice', undefined)
    return undefined
  }

  #signedBlock(bytes: Uint8Array<ArrayBuffer>, signature: Uint8Array<ArrayBuffer> | undefined): Signed | undefined {
    this.#block = undefined
    const block = signature && (this.#options.codec.parseBlock({ bytes, signature }) as VerifiedBlock | undefined)
    const ids = block && this.#log.signed(block)
    if (!block) this.#unpublished(this.#log.failed(), signature ? 'unreadable' : 'unsigned')
    this.signBlock()
    return block && ids && { type: 'block', ids, block }
  }

  /**
   * Signs the next block of this node's log, if one is waiting and none is being signed. The parts of a large body are signed
   * as fast as the links take them, so that they do not fill the queues of all links.
   */
  signBlock(): void {
    if (this.#log.isPartNext && !this.#options.hasRoom()) return
    const content = this.#log.nextContent()
    if (!content) return
    const bytes = this.#options.codec.encodeBlock(content)
    this.#block = { ticket: this.#sign(blockMessage(bytes)), bytes }
  }

  #sign(message: Uint8Array<ArrayBuffer>): Ticket {
    this.#tickets += 1
    const ticket = this.#tickets as Ticket
    this.#options.outbox.add({ type: 'sign', ticket, message })
    return ticket
  }

  #unpublished(ids: readonly number[], reason: 'unsigned' | 'unreadable' | 'discarded'): void {
    if (ids.length > 0) this.#options.outbox.add({ type: 'unpublished', ids, reason })
  }
}
