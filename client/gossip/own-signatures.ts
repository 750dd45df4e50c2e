import type { BlockContent, VerifiedBlock } from './wire/block.ts'
import { BoundedMap } from './bounds/bounded-map.ts'
import type { Codec } from './codec/codec.ts'
import type { GossipEffect, Ticket } from './effects/gossip-effect.ts'
import type { Draft, EphemeralDraft } from './effects/gossip-event.ts'
import type { GossipLimits } from './bounds/limits.ts'
import type { NoticeContent, VerifiedNotice } from './wire/notice.ts'
import type { Outbox } from './effects/outbox.ts'
import { OwnLog } from './ledger/own-log.ts'
import { blockMessage } from './codec/signed-block.ts'
import { ephemeralMessage } from './codec/signed-ephemeral.ts'
import { noticeMessage } from './codec/signed-notice.ts'
import { TokenBucket } from './bounds/token-bucket.ts'
import type { VerifiedEphemeral } from './wire/ephemeral.ts'

type UnpublishedReason = Extract<GossipEffect, { type: 'unpublished' }>['reason']

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

interface UnsignedEphemeral {
  readonly ticket: Ticket
  readonly id: number
  readonly bytes: Uint8Array<ArrayBuffer>
}

type Signed =
  | { readonly type: 'block'; readonly ids: readonly number[]; readonly block: VerifiedBlock }
  | { readonly type: 'notice'; readonly notice: VerifiedNotice }
  | { readonly type: 'ephemeral'; readonly id: number; readonly message: VerifiedEphemeral }

/**
 * What this node signs: the blocks of its log, its notices and its ephemeral messages, one after the other. The driver makes the signatures. What is signed is parsed
 * from its bytes, so it is what every other node parses.
 */
export class OwnSignatures {
  readonly #options: OwnSignaturesOptions
  readonly #author: Pick<BlockContent, 'author' | 'name' | 'epoch'>
  readonly #log: OwnLog
  #block: UnsignedBlock | undefined
  readonly #notices: BoundedMap<Ticket, UnsignedNotice>
  /** Ephemeral messages that wait until those before are signed. Bounded by their rate. */
  #ephemerals: EphemeralDraft[] = []
  #ephemeral: UnsignedEphemeral | undefined
  #ephemeralRate: TokenBucket | undefined
  /** The number of the latest ephemeral message. */
  #number = 0
  #tickets = 0

  constructor(author: Pick<BlockContent, 'author' | 'name' | 'epoch'>, options: OwnSignaturesOptions) {
    this.#options = options
    this.#author = author
    this.#log = new OwnLog(author, options.limits)
    this.#notices = new BoundedMap(options.limits.maxSigning)
  }

  publish(draft: Draft): void {
    this.#log.add(draft)
    this.signBlock()
  }

  /** Other nodes would drop what exceeds the rate (E4). */
  publishEphemeral(draft: EphemeralDraft, now: number): void {
    const { ephemeralBurstBytes, ephemeralBytesPerSecond, ephemeralLeastBytes } = this.#options.limits
    this.#ephemeralRate ??= new TokenBucket(ephemeralBurstBytes, ephemeralBytesPerSecond, now)
    if (!this.#ephemeralRate.spend(Math.max(ephemeralLeastBytes, draft.bytes), now)) {
      return this.#unpublished([draft.id], 'too-fast')
    }
    this.#ephemerals.push(draft)
    return this.#signEphemeral()
  }

  discardDrafts(): void {
    const ephemerals = this.#ephemerals.splice(0).map(({ id }) => id)
    if (this.#ephemeral) ephemerals.unshift(this.#ephemeral.id)
    this.#ephemeral = undefined
    this.#unpublished([...this.#log.discard(), ...ephemerals], 'discarded')
  }

  signNotice(content: NoticeContent): void {
    const bytes = this.#options.codec.encodeNotice(content)
    this.#notices.set(this.#sign(noticeMessage(content.type, bytes)), { content, bytes })
  }

  /** A signature has come; undefined: it could not be made. */
  signed(ticket: Ticket, signature: Uint8Array<ArrayBuffer> | undefined): Signed | undefined {
    if (ticket === this.#block?.ticket) return this.#signedBlock(this.#block.bytes, signature)
    if (ticket === this.#ephemeral?.ticket) return this.#signedEphemeral(this.#ephemeral, signature)
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

  #signedEphemeral(
    { id, bytes }: UnsignedEphemeral,
    signature: Uint8Array<ArrayBuffer> | undefined,
  ): Signed | undefined {
    this.#ephemeral = undefined
    const message = signature && this.#options.codec.parseEphemeral({ bytes, signature })
    if (!message) this.#unpublished([id], signature ? 'unreadable' : 'unsigned')
    this.#signEphemeral()
    return message && { type: 'ephemeral', id, message: message as VerifiedEphemeral }
  }

  #signEphemeral(): void {
    const draft = this.#ephemeral ? undefined : this.#ephemerals.shift()
    if (!draft) return
    this.#number += 1
    const { id, time, topic, body } = draft
    const bytes = this.#options.codec.encodeEphemeral({ ...this.#author, number: this.#number, time, topic, body })
    this.#ephemeral = { ticket: this.#sign(ephemeralMessage(bytes)), id, bytes }
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

  #unpublished(ids: readonly number[], reason: UnpublishedReason): void {
    if (ids.length > 0) this.#options.outbox.add({ type: 'unpublished', ids, reason })
  }
}
