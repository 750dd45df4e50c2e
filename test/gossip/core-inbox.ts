import { logIdOf } from '../../client/gossip/wire/block.ts'
import type { CarriedBlock, Envelope } from '../../client/gossip/wire/envelope.ts'
import type { GossipEvent } from '../../client/gossip/gossip-event.ts'
import type { LinkId } from '../../client/gossip/wire/link.ts'
import type { GossipCore } from '../../client/gossip/core.ts'
import type { CarriedNotice } from '../../client/gossip/wire/notice.ts'
import type { FakeSigning } from './fake-signing.ts'

/**
 * Does what the driver's inbox does with an envelope: makes its events for the core, each after the previous event
 * was handled.
 */
export class CoreInbox {
  /** The number of notices whose signature was checked so far. */
  verifications = 0
  readonly #signing: FakeSigning

  constructor(signing: FakeSigning) {
    this.#signing = signing
  }

  *events(core: GossipCore, link: LinkId, envelope: Envelope, now: number): Generator<GossipEvent> {
    yield { type: 'heard', link }
    switch (envelope.type) {
      case 'push':
      case 'blocks':
        for (const carried of envelope.blocks) yield this.#blockEvent(core, link, carried, envelope.type === 'push')
        if (envelope.type === 'blocks') yield { type: 'answer-end', link, more: envelope.more }
        return
      case 'fork': {
        if (!envelope.other) throw new Error('blocks here are small')
        const [one, other] = [this.#signing.decodeBlock(envelope.one), this.#signing.decodeBlock(envelope.other)]
        yield { type: 'fork', link, proof: { one, other } }
        return
      }
      case 'announce':
      case 'ask':
      case 'receipts':
        for (const carried of envelope.notices) yield this.#noticeEvent(core, link, carried, now)
        return
      default:
        yield { type: 'envelope', link, envelope }
    }
  }

  #noticeEvent(core: GossipCore, link: LinkId, carried: CarriedNotice, now: number): GossipEvent {
    const { ageMs } = carried
    const notice = this.#signing.decodeNotice(carried)
    const reason = core.noticeRefusal(link, notice, ageMs, now)
    if (reason) return { type: 'refused-notice', link, notice, reason }
    this.verifications += 1
    return { type: 'notice', link, notice, ageMs }
  }

  #blockEvent(core: GossipCore, link: LinkId, carried: CarriedBlock, byPush: boolean): GossipEvent {
    const block = this.#signing.decodeBlock(carried)
    const log = logIdOf(block)
    const { hops, heldMs, model } = carried
    if (core.holds(log, block.height, block.hash)) return { type: 'copy', link, log, height: block.height, byPush }
    return { type: 'block', link, received: { block, hops, heldMs, model, byPush } }
  }
}
