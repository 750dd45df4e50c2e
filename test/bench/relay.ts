import { GossipCore } from '../../client/gossip/core.ts'
import { encodeFrame } from '../../client/gossip/codec/codec.ts'
import { encodeBlock, parseBlock } from '../../client/gossip/codec/signed-block.ts'
import type { GossipEvent } from '../../client/gossip/effects/gossip-event.ts'
import { logIdOf } from '../../client/gossip/wire/block.ts'
import { type Envelope, protocolVersion } from '../../client/gossip/wire/envelope.ts'
import type { LinkId } from '../../client/gossip/wire/link.ts'
import { nameOf } from '../links/network-node.ts'
import { driveCore } from '../support/drive-core.ts'
import { fakePeerId } from '../simulation/node/fake-signatures.ts'

const author = { author: fakePeerId(1), name: nameOf('node1'), epoch: '1-0000000000000001' }
const signature = new Uint8Array(64)

/** A core that relays the blocks of its first neighbour to its second. All other neighbours are off the author's tree. */
export class Relay {
  readonly #core: GossipCore
  #now = 0
  #height = 0
  #prev = ''

  constructor(links: number) {
    this.#core = new GossipCore({
      self: fakePeerId(999),
      name: nameOf('relay'),
      epoch: '1-0000000000000099',
      random: () => 0.5,
      limits: { denseLinks: links },
    })
    for (let link = 1; link <= links; link += 1) {
      const [name, peerId] = [nameOf(`node${link}`), fakePeerId(link)]
      this.handle({ type: 'link-up', neighbour: { link: link as LinkId, name, peerId, direction: 'downstream' } })
      const { epoch } = author
      this.handle(
        frameOf(link, {
          type: 'hello',
          version: protocolVersion,
          name,
          epoch,
          digest: 'a',
          changes: 1,
          retention: 'a',
        }),
      )
    }
    this.handle(this.nextPush())
    for (let link = 3; link <= links; link += 1) this.handle(frameOf(link, { type: 'prune', log: logIdOf(author) }))
  }

  /** Hands an event to the core, answers its signatures, and lets it do all work. Gives the types and links of what it sends. */
  handle(event: GossipEvent): readonly string[] {
    const sent: string[] = []
    driveCore(this.#core, event, this.#now, (effect) => {
      if (effect.type === 'send') sent.push(`${effect.envelope} ${effect.link}`)
      return effect.type === 'verify' ? { type: 'verified', ticket: effect.ticket, isValid: true } : undefined
    })
    return sent
  }

  /** The author's next block, as a frame of the first link. */
  nextPush(): GossipEvent {
    this.#height += 1
    const [height, firstSeq] = [this.#height, this.#height]
    const bytes = encodeBlock({ ...author, height, firstSeq, prev: this.#prev, entries: [{ time: 0, body: 'a text' }] })
    this.#prev = parseBlock({ bytes, signature })?.hash ?? ''
    return frameOf(1, { type: 'push', blocks: [{ bytes, signature, hops: [], heldMs: 0, model: undefined }] })
  }

  /** Lets time pass, with every tick that is due. */
  pass(ms: number): void {
    const end = this.#now + ms
    for (let at = this.#core.nextWakeAt(); at <= end; at = this.#core.nextWakeAt()) {
      this.#now = Math.max(this.#now, at)
      this.handle({ type: 'tick' })
    }
    this.#now = end
  }

  /** Relays so many blocks. Gives microseconds of CPU time for each, those of the author excluded. */
  relay(blocks: number): number {
    const pushes = Array.from({ length: blocks }, () => this.nextPush())
    const begin = process.cpuUsage()
    for (const push of pushes) this.handle(push)
    const { user, system } = process.cpuUsage(begin)
    return (user + system) / blocks
  }
}

const frameOf = (link: number, envelope: Envelope): GossipEvent => ({
  type: 'frame',
  link: link as LinkId,
  frame: encodeFrame(envelope),
})
