import { logIdOf } from '../../client/gossip/wire/block.ts'
import type { CarriedBlock, Envelope } from '../../client/gossip/wire/envelope.ts'
import type { GossipEvent } from '../../client/gossip/gossip-event.ts'
import type { LinkId } from '../../client/gossip/wire/link.ts'
import type { GossipNode } from '../../client/gossip/node.ts'
import type { CarriedNotice } from '../../client/gossip/wire/notice.ts'
import type { FakeSeals } from './fake-seals.ts'

/** What the driver's inbox does with an envelope: its events for the core, each made after the one before was handled. */
export class CoreInbox {
  /** Notices whose signature was checked so far. */
  verifications = 0
  readonly #seals: FakeSeals

  constructor(seals: FakeSeals) {
    this.#seals = seals
  }

  *events(core: GossipNode, link: LinkId, envelope: Envelope, now: number): Generator<GossipEvent> {
    yield { type: 'heard', link }
    switch (envelope.type) {
      case 'push':
      case 'blocks':
        for (const carried of envelope.blocks) yield this.#blockEvent(core, link, carried, envelope.type === 'push')
        if (envelope.type === 'blocks') yield { type: 'answered', link, more: envelope.more }
        return
      case 'fork': {
        if (!envelope.other) throw new Error('blocks here are small')
        const [one, other] = [this.#seals.openBlock(envelope.one), this.#seals.openBlock(envelope.other)]
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

  #noticeEvent(core: GossipNode, link: LinkId, carried: CarriedNotice, now: number): GossipEvent {
    const { ageMs } = carried
    const notice = this.#seals.openNotice(carried)
    const reason = core.noticeRefusal(link, notice, ageMs, now)
    if (reason) return { type: 'refused-notice', link, notice, reason }
    this.verifications += 1
    return { type: 'notice', link, notice, ageMs }
  }

  #blockEvent(core: GossipNode, link: LinkId, carried: CarriedBlock, byPush: boolean): GossipEvent {
    const block = this.#seals.openBlock(carried)
    const log = logIdOf(block)
    const { hops, heldMs, model } = carried
    if (core.holds(log, block.height, block.hash)) return { type: 'copy', link, log, height: block.height, byPush }
    return { type: 'block', link, received: { block, hops, heldMs, model, byPush } }
  }
}
