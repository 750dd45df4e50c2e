import type { GossipEffect } from '../../../client/gossip/effects/gossip-effect.ts'
import type { GossipEvent } from '../../../client/gossip/effects/gossip-event.ts'
import type { VerifiedBlock } from '../../../client/gossip/wire/block.ts'
import type { LinkId } from '../../../client/gossip/wire/link.ts'
import { GossipCore } from '../../../client/gossip/core.ts'
import { driveCore } from '../../support/drive-core.ts'
import { SampleSigner } from './generator/sample-signer.ts'
import { isValidSignature } from './independent/signatures.ts'

const stepMs = 20

interface End {
  readonly link: LinkId
  readonly other: SampleMember
  readonly otherLink: LinkId
}

interface SampleMember {
  readonly signer: SampleSigner
  readonly core: GossipCore
  readonly ends: Map<LinkId, End>
}

/** A few nodes with the codec of the wire and true signatures, in one step of virtual time after the other. */
export class SampleNetwork {
  /** All frames sent so far. */
  readonly frames: Uint8Array[] = []
  now = 0
  #links = 0
  #onTheWay: { readonly at: number; readonly to: SampleMember; readonly event: GossipEvent }[] = []
  readonly #members: SampleMember[] = []

  /** `stored`: blocks that the node restores. */
  add(name: string, stored: readonly VerifiedBlock[] = []): SampleMember {
    const number = this.#members.length + 1
    const signer = new SampleSigner(name, number)
    const core = new GossipCore({
      self: signer.peerId,
      name: signer.name,
      epoch: `1-000000000000000${number}`,
      random: () => 0.5,
    })
    for (const block of stored) core.restore(block, [{ name: block.name, heldMs: 0, rttMs: 0 }], 0, 0)
    const member: SampleMember = { signer, core, ends: new Map() }
    this.#members.push(member)
    return member
  }

  link(one: SampleMember, other: SampleMember): void {
    const [link, otherLink] = [(this.#links += 1) as LinkId, (this.#links += 1) as LinkId]
    one.ends.set(link, { link, other, otherLink })
    other.ends.set(otherLink, { link: otherLink, other: one, otherLink: link })
    const identity = ({ signer: { peerId, name } }: SampleMember) => ({ peerId, name, direction: 'upstream' }) as const
    this.handle(one, { type: 'link-up', neighbour: { link, ...identity(other) } })
    this.handle(other, { type: 'link-up', neighbour: { link: otherLink, ...identity(one) } })
  }

  publish(member: SampleMember, body: string): void {
    this.handle(member, { type: 'publish', id: 1, time: this.now, body, bytes: body.length })
  }

  pass(ms: number): void {
    for (const end = this.now + ms; this.now < end;) {
      this.now += stepMs
      const due = this.#onTheWay.filter(({ at }) => at <= this.now)
      this.#onTheWay = this.#onTheWay.filter(({ at }) => at > this.now)
      for (const { to, event } of due) this.handle(to, event)
      for (const member of this.#members) {
        if (member.core.nextWakeAt() <= this.now) this.handle(member, { type: 'tick' })
      }
    }
  }

  handle(member: SampleMember, event: GossipEvent): void {
    driveCore(member.core, event, this.now, (effect) => this.#apply(member, effect))
  }

  #apply(member: SampleMember, effect: GossipEffect): GossipEvent | undefined {
    switch (effect.type) {
      case 'send': {
        this.frames.push(effect.frame)
        const end = member.ends.get(effect.link)
        if (!end) return undefined
        const event = { type: 'frame', link: end.otherLink, frame: effect.frame } as const
        this.#onTheWay.push({ at: this.now + stepMs, to: end.other, event })
        return undefined
      }
      case 'verify':
        return {
          type: 'verified',
          ticket: effect.ticket,
          isValid: isValidSignature(effect.author, effect.message, effect.signature),
        }
      case 'sign':
        return { type: 'signed', ticket: effect.ticket, signature: member.signer.sign(effect.message) }
      default:
        return undefined
    }
  }
}
