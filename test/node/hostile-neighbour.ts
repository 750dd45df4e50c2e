import { sha256 } from '@noble/hashes/sha2.js'
import { toBase64url } from '../../client/gossip/wire/base64url.ts'
import { encodeValue } from '../../client/gossip/codec/cbor.ts'
import { encodeFrame } from '../../client/gossip/codec/codec.ts'
import { blockFields } from '../../client/gossip/wire/block.ts'
import { type CarriedBlock, type Envelope, protocolVersion } from '../../client/gossip/wire/envelope.ts'
import { envelopeFields } from '../../client/gossip/codec/envelope-fields.ts'
import { blockMessage } from '../../client/gossip/codec/signed-block.ts'
import type { Link, LinkEnd, LinkId } from '../../client/gossip/wire/link.ts'
import type { NodeName } from '../../client/gossip/wire/node-name.ts'
import type { PeerId } from '../../client/gossip/wire/peer-id.ts'
import { createMemoryLinks } from '../memory-link.ts'
import { nameOf } from '../links/network-node.ts'
import { fakePeerId, fakeSign } from '../simulation/node/fake-signatures.ts'
import { type MemoryNode, startLine } from '../simulation/network/memory-network.ts'
import type { VirtualClock } from '../simulation/network/virtual-clock.ts'

export const mallory = nameOf('mallory')
export const mallorysKey = fakePeerId(666)
export const alice = nameOf('alice')

let links = 900

/** Mallory's link to a node. The test writes her frames itself; `heard` gets the node's. */
export const linkMallory = (clock: VirtualClock, node: MemoryNode, heard: (frame: Uint8Array) => void = () => {}) => {
  const linkId = (): LinkId => (links += 1) as LinkId
  const { toUpstream: link, toDialler } = createMemoryLinks(
    { id: linkId(), peerId: mallorysKey, name: mallory },
    { id: linkId(), peerId: node.peerId, name: node.name },
    { deliver: (action) => void clock.after(1, action), windowBytes: 16_777_216 },
  )
  const ends: LinkEnd[] = []
  link.listen({ frame: heard, badFrame: () => {}, drained: () => {}, end: (end) => void ends.push(end) })
  node.events.linked(toDialler)
  return { link, ends }
}

/** Mallory, linked to `victim`, which has an honest neighbour too. */
export const attack = async (hello: Envelope | undefined, heard?: (frame: Uint8Array) => void) => {
  const { clock, nodes } = await startLine(['victim', 'bystander'])
  const [victim, bystander] = nodes
  const { link, ends } = linkMallory(clock, victim, heard)
  if (hello) link.send(encodeFrame(hello))
  await clock.pass(50)
  return { clock, victim, bystander, link, ends }
}

export const greeting: Extract<Envelope, { type: 'hello' }> = {
  type: 'hello',
  version: protocolVersion,
  name: mallory,
  epoch: '1-00000000000000aa',
  digest: 'abc',
  changes: 1,
  retention: 'a',
}

export const alicesKey = fakePeerId(7)

/** Block after block of one log, each chained to the one before. */
export class Chain {
  readonly #author: PeerId
  readonly #epoch: string
  #height = 0
  #prev = ''

  constructor(author = alicesKey, epoch = '1-00000000000000bb') {
    this.#author = author
    this.#epoch = epoch
  }

  async next(body: string = `height ${this.#height + 1}`, time?: number): Promise<CarriedBlock> {
    const block = await this.peek(body, time)
    this.#height += 1
    this.#prev = toBase64url(sha256(block.bytes))
    return block
  }

  /** What would come next; another body makes another block for the same height. */
  async peek(body: string, time = 1_700_000_000_000, firstSeq = this.#height + 1): Promise<CarriedBlock> {
    const height = this.#height + 1
    const bytes = encodeValue(
      blockFields({
        author: this.#author,
        name: alice,
        epoch: this.#epoch,
        height,
        firstSeq,
        prev: this.#prev,
        entries: [{ time, body }],
      }),
    )
    const signature = await fakeSign(this.#author)(blockMessage(bytes))
    return { bytes, signature, hops: [], heldMs: 0, model: undefined }
  }
}

export const by = (block: CarriedBlock, ...names: NodeName[]): CarriedBlock => ({
  ...block,
  hops: names.map((name) => ({ name, heldMs: 0, rttMs: 0 })),
})

/** Encoded as it is: what a node would not send, too. */
export const push = (...blocks: CarriedBlock[]): Uint8Array<ArrayBuffer> =>
  encodeValue(envelopeFields({ type: 'push', blocks }))

export const sendAll = async (clock: VirtualClock, link: Link, ...frames: Uint8Array<ArrayBuffer>[]): Promise<void> => {
  for (const frame of frames) link.send(frame)
  await clock.pass(50)
}

export const drops = ({ node }: MemoryNode) => node.stats().drops
