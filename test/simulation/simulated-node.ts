import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import { type Block, type VerifiedBlock, blockId } from '../../client/gossip/block.ts'
import type { Entry } from '../../client/gossip/entry.ts'
import type { Envelope } from '../../client/gossip/envelope.ts'
import type { LinkId } from '../../client/gossip/link.ts'
import { type GossipEvent, GossipNode } from '../../client/gossip/node.ts'
import { type NodeName, parseNodeName } from '../../client/gossip/node-name.ts'
import { parseBlock, sealBlock, verifyBlock } from '../../client/runtime/block-seal.ts'
import { decodeFrame, encodeFrame } from '../../client/runtime/frame-codec.ts'
import type { Random } from './random.ts'
import type { Signatures, SimulatedKey } from './signatures.ts'
import type { Side } from './virtual-link.ts'

/** One envelope on its way. With real signatures as a frame, otherwise as the object itself: reading costs most. */
export interface Packet {
  readonly type: string
  readonly bytes: number
  readonly content: Envelope | Uint8Array
}

/** Envelopes that carry no message and are not caused by one: sent just as much in a silent network. */
export const isUpkeep = (type: string): boolean => ['hello', 'heartbeat', 'heartbeat-ack', 'bye'].includes(type)

/** What a node leaves behind when it stops. */
export type NodeStorage = readonly VerifiedBlock[]

/** What a node does to the world around it. */
export interface NodeHost {
  send(link: number, packet: Packet): void
  cut(link: number): void
  delivered(message: number): void
  dropped(reason: string): void
  verified(): void
}

export interface SimulatedNodeOptions {
  readonly index: number
  readonly key: SimulatedKey
  readonly signatures: Signatures
  /** Blocks that some node of this simulation has read already. */
  readonly shared: SharedBlocks
  readonly peerIdOf: (node: number) => SimulatedKey['peerId']
  /** Of the same node's earlier life; nothing if there was none, or its storage is lost. */
  readonly storage: NodeStorage | undefined
  /** Before this one. Counted even if the storage is lost, so that no epoch comes twice. */
  readonly pageLoads: number
  readonly batchMs: number
  readonly random: Random
  readonly host: NodeHost
}

const nameOf = (index: number): NodeName => {
  const name = parseNodeName(`node${index + 1}`)
  if (!name) throw new Error(`no name for node ${index}`)
  return name
}

interface ReadBlock {
  readonly block: Block
  readonly id: string
}

/** Blocks by the very bytes that a packet carries: where packets are objects, each block is read once for all nodes. */
export class SharedBlocks {
  readonly #blocks = new WeakMap<Uint8Array, ReadBlock>()

  read(bytes: Uint8Array<ArrayBuffer>, signature: Uint8Array<ArrayBuffer>): ReadBlock | undefined {
    const known = this.#blocks.get(bytes)
    if (known) return known
    const read = readBlock(bytes, signature)
    if (read) this.#blocks.set(bytes, read)
    return read
  }
}

const readBlock = (bytes: Uint8Array<ArrayBuffer>, signature: Uint8Array<ArrayBuffer>): ReadBlock | undefined => {
  const block = parseBlock(bytes, signature)
  return block && { block, id: blockId(block) }
}

/** Bytes that a held block costs beside its own: its entry, its path, its id in the ledger and among the seen ones. */
const heldBlockOverheadBytes = 600

/**
 * One life of a node: the core, driven as the client's runtime drives it. The only file of the simulation that knows the
 * core's types.
 */
export class SimulatedNode {
  readonly #options: SimulatedNodeOptions
  readonly #core: GossipNode
  readonly #name: NodeName
  readonly #epoch: string
  readonly #blocks: VerifiedBlock[] = []
  #height = 0
  #memoryBytes = 0
  /** The core sends one envelope to many neighbours: it is encoded once. */
  #lastSent: { readonly envelope: Envelope; readonly packet: Packet } | undefined

  constructor(options: SimulatedNodeOptions, now: number) {
    this.#options = options
    this.#name = nameOf(options.index)
    const bits = [options.random(), options.random()].map((part) => Math.floor(part * 2 ** 32).toString(16))
    this.#epoch = `${options.pageLoads + 1}-${bits.map((part) => part.padStart(8, '0')).join('')}`
    this.#core = new GossipNode({
      name: this.#name,
      epoch: this.#epoch,
      hash: (text) => bytesToHex(sha256(utf8ToBytes(text))),
    })
    for (const block of options.storage ?? []) {
      this.#keep(block)
      // Before the first link there is nobody to send it to.
      this.#core.handle({ type: 'publish', block }, now)
    }
  }

  linkUp(link: number, neighbour: number, side: Side, now: number): void {
    this.#handle(
      {
        type: 'link-up',
        neighbour: {
          link: link as LinkId,
          peerId: this.#options.peerIdOf(neighbour),
          name: nameOf(neighbour),
          direction: side === 'dialler' ? 'upstream' : 'downstream',
        },
      },
      now,
    )
  }

  linkDown(link: number, now: number): void {
    this.#handle({ type: 'link-down', link: link as LinkId }, now)
  }

  /** As `LinkInbox`: seen already? and the signature last. A promise only if there was one to check. */
  receive(id: number, packet: Packet, now: number): void | Promise<void> {
    const link = id as LinkId
    this.#handle({ type: 'heard', link }, now)
    const envelope = packet.content instanceof Uint8Array ? decodeFrame(packet.content) : packet.content
    if (!envelope) return this.#handle({ type: 'invalid', link, reason: 'malformed-frame' }, now)
    if (envelope.type !== 'push') return this.#handle({ type: 'envelope', link, envelope }, now)
    const { signature } = envelope
    const read =
      packet.content === envelope
        ? this.#options.shared.read(envelope.block, signature)
        : readBlock(envelope.block, signature)
    if (!read) return this.#handle({ type: 'invalid', link, reason: 'malformed-block' }, now)
    if (this.#core.hasSeen(read.id)) return this.#handle({ type: 'duplicate', link }, now)
    return this.#takePush(link, read.block, envelope.path, now)
  }

  async publish(message: number, now: number): Promise<void> {
    const { key } = this.#options
    this.#height += 1
    const block = await sealBlock(key.sign, {
      author: key.peerId,
      name: this.#name,
      epoch: this.#epoch,
      height: this.#height,
      firstSeq: this.#height,
      entries: [{ time: 1_700_000_000_000 + Math.floor(now), body: message }],
    })
    this.#keep(block)
    this.#handle({ type: 'publish', block }, now)
  }

  tick(now: number): void {
    this.#handle({ type: 'tick' }, now)
  }

  nextWakeAt(): number {
    return this.#core.nextWakeAt()
  }

  digest(): string {
    return this.#core.digest()
  }

  /** An estimate: the blocks held, each with its signature and `heldBlockOverheadBytes`. */
  memoryBytes(): number {
    return this.#memoryBytes
  }

  /** The messages of the blocks that it holds from an earlier life. */
  restored(): number[] {
    return (this.#options.storage ?? []).flatMap(({ entries }) => entries.map(({ body }) => body as number))
  }

  storage(): NodeStorage {
    return this.#blocks
  }

  async #takePush(link: LinkId, block: Block, path: readonly NodeName[], now: number): Promise<void> {
    this.#options.host.verified()
    const verified = await verifyBlock(this.#options.signatures.verify, block)
    if (!verified) return this.#handle({ type: 'invalid', link, reason: 'bad-signature' }, now)
    this.#keep(verified)
    return this.#handle({ type: 'push', link, block: verified, path }, now)
  }

  #keep(block: VerifiedBlock): void {
    this.#blocks.push(block)
    this.#memoryBytes += block.bytes.length + block.signature.length + heldBlockOverheadBytes
  }

  #handle(event: GossipEvent, now: number): void {
    const { host } = this.#options
    for (const effect of this.#core.handle(event, now)) {
      switch (effect.type) {
        case 'send':
          host.send(effect.link, this.#packetOf(effect.envelope))
          break
        case 'deliver':
          host.delivered(messageOf(effect.entry))
          break
        case 'drop':
          host.dropped(effect.reason)
          break
        case 'cut':
          host.cut(effect.link)
          break
        case 'neighbour':
          break
      }
    }
  }

  #packetOf(envelope: Envelope): Packet {
    if (this.#lastSent?.envelope === envelope) return this.#lastSent.packet
    const frame = encodeFrame(envelope)
    const content = this.#options.signatures.kind === 'real' ? frame : envelope
    const packet = { type: envelope.type, bytes: frame.length, content }
    this.#lastSent = { envelope, packet }
    return packet
  }
}

const messageOf = ({ body }: Entry): number => {
  if (typeof body !== 'number') throw new TypeError(`a body that no workload publishes: ${JSON.stringify(body)}`)
  return body
}
