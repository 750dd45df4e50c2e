import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import { type LogId, logIdOf, type VerifiedBlock } from '../../../client/gossip/wire/block.ts'
import type { Entry } from '../../../client/gossip/wire/entry.ts'
import type { CarriedBlock, Envelope } from '../../../client/gossip/wire/envelope.ts'
import type { LinkId } from '../../../client/gossip/wire/link.ts'
import type { HeldBlock } from '../../../client/gossip/ledger/log.ts'
import type { GossipEvent } from '../../../client/gossip/gossip-event.ts'
import { GossipCore } from '../../../client/gossip/core.ts'
import { type NodeName, parseNodeName } from '../../../client/gossip/wire/node-name.ts'
import { parseBlock, signBlock, verifyBlock } from '../../../client/node/codec/signed-block.ts'
import { decodeFrame, encodeFrame } from '../../../client/node/codec/frame-codec.ts'
import { type NoticeEnvelope, readNotices } from '../../../client/node/links/notice-inbox.ts'
import { signNotice } from '../../../client/node/codec/signed-notice.ts'
import type { Random } from '../random.ts'
import type { SharedBlocks } from './shared-blocks.ts'
import type { Signatures, SimulatedKey } from './signatures.ts'
import type { Side } from '../network/virtual-link.ts'

/** An envelope on a link: a frame if signatures are real, otherwise the object itself, because decoding costs most. */
export interface Packet {
  readonly type: string
  readonly bytes: number
  readonly content: Envelope | Uint8Array
}

/** Envelopes that no message causes. A network without messages sends as many. */
export const isUpkeep = (type: string): boolean =>
  ['hello', 'heartbeat', 'bye', 'announce', 'ask', 'receipts'].includes(type)

/** The blocks that remain when a node stops. */
export type NodeStorage = readonly HeldBlock[]

/** The effects of a node on the simulation. */
export interface NodeHost {
  send(link: number, packet: Packet): void
  cut(link: number): void
  delivered(message: number): void
  dropped(reason: string): void
  verified(): void
  /** Runs the action at this moment, after all other actions. */
  later(action: () => Promise<void>): void
}

export interface SimulatedNodeOptions {
  readonly index: number
  readonly key: SimulatedKey
  readonly signatures: Signatures
  /** Blocks that some node of this simulation has already decoded. */
  readonly shared: SharedBlocks
  readonly peerIdOf: (node: number) => SimulatedKey['peerId']
  /** The storage of the node's earlier life; undefined if there was none or its storage is lost. */
  readonly storage: NodeStorage | undefined
  /** The number of page loads before this one. It counts lost storage too, so that no epoch is used twice. */
  readonly pageLoads: number
  readonly batchMs: number
  /** Whether the nodes announce themselves. */
  readonly announces: boolean
  readonly random: Random
  readonly host: NodeHost
}

const nameOf = (index: number): NodeName => {
  const name = parseNodeName(`node${index + 1}`)
  if (!name) throw new Error(`no name for node ${index}`)
  return name
}

/** Bytes of memory of a held block in addition to its own bytes: its entry, its path, its id in the ledger. */
const heldBlockOverheadBytes = 600

/**
 * One life of a node: the core, driven as the client drives it. Only this file of the simulation knows the core's
 * types.
 */
export class SimulatedNode {
  readonly #options: SimulatedNodeOptions
  readonly #core: GossipCore
  readonly #name: NodeName
  readonly #epoch: string
  /** The stored blocks in the order of their arrival, which a Map keeps. */
  readonly #stored = new Map<string, HeldBlock>()
  #height = 0
  #prev = ''
  #memoryBytes = 0
  #now: number
  /** The core sends one envelope to many neighbours, so the last envelope is encoded only once. */
  #lastSent: { readonly envelope: Envelope; readonly packet: Packet } | undefined

  constructor(options: SimulatedNodeOptions, now: number) {
    this.#options = options
    this.#name = nameOf(options.index)
    const bits = [options.random(), options.random()].map((part) => Math.floor(part * 2 ** 32).toString(16))
    this.#epoch = `${options.pageLoads + 1}-${bits.map((part) => part.padStart(8, '0')).join('')}`
    this.#core = new GossipCore({
      name: this.#name,
      epoch: this.#epoch,
      hash: (text) => bytesToHex(sha256(utf8ToBytes(text))),
      random: options.random,
      ...(options.announces && { announcesAs: options.key.peerId }),
      limits: { batchMs: options.batchMs },
    })
    this.#now = now
    for (const held of options.storage ?? []) {
      this.#keep(held)
      this.#core.restore(held.block, held.hops, held.networkMs, now)
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

  /** Like `LinkInbox`, checks the signature last. Returns a promise only if there is a signature to check. */
  receive(id: number, packet: Packet, now: number): void | Promise<void> {
    const link = id as LinkId
    this.#handle({ type: 'heard', link }, now)
    const envelope = packet.content instanceof Uint8Array ? decodeFrame(packet.content) : packet.content
    if (!envelope) return this.#handle({ type: 'invalid', link, reason: 'malformed-frame' }, now)
    switch (envelope.type) {
      case 'push':
      case 'blocks':
        return this.#receiveBlocks(link, envelope, packet.content === envelope, now)
      case 'fork':
        // Honest authors make no forks, and all authors of the simulation are honest.
        throw new Error('a fork among honest nodes')
      case 'announce':
      case 'ask':
      case 'receipts':
        return this.#receiveNotices(link, envelope, now)
      default:
        return this.#handle({ type: 'envelope', link, envelope }, now)
    }
  }

  async publish(message: number, now: number): Promise<void> {
    const { key } = this.#options
    this.#height += 1
    const block = await signBlock(key.sign, {
      author: key.peerId,
      name: this.#name,
      epoch: this.#epoch,
      height: this.#height,
      firstSeq: this.#height,
      prev: this.#prev,
      entries: [{ time: 1_700_000_000_000 + Math.floor(now), body: message }],
    })
    this.#prev = block.hash
    this.#handle({ type: 'publish', block }, now)
  }

  tick(now: number): void {
    this.#handle({ type: 'tick' }, now)
  }

  nextWakeAt(): number {
    // Never in the past: overdue work is due now.
    return Math.max(this.#now, this.#core.nextWakeAt())
  }

  digest(): string {
    return this.#core.digest()
  }

  /** An estimate: the bytes of all held blocks, each with its signature and `heldBlockOverheadBytes`. */
  memoryBytes(): number {
    return this.#memoryBytes
  }

  /** The messages of the blocks that the node holds from an earlier life. */
  restored(): number[] {
    return (this.#options.storage ?? []).flatMap(({ block }) => block.entries.map(({ body }) => body as number))
  }

  storage(): NodeStorage {
    return [...this.#stored.values()]
  }

  async #receiveNotices(link: LinkId, envelope: NoticeEnvelope, now: number): Promise<void> {
    const { signatures, host } = this.#options
    const events = await readNotices(link, envelope, signatures.verify, (id, notice, ageMs) => {
      const reason = this.#core.noticeRefusal(id, notice, ageMs, now)
      if (!reason) host.verified()
      return reason
    })
    for (const event of events) this.#handle(event, now)
  }

  async #receiveBlocks(
    link: LinkId,
    envelope: Extract<Envelope, { type: 'push' | 'blocks' }>,
    isShared: boolean,
    now: number,
  ): Promise<void> {
    const byPush = envelope.type === 'push'
    for (const carried of envelope.blocks) {
      this.#handle(await this.#decodeBlock(link, carried, isShared, byPush), now)
    }
    if (envelope.type === 'blocks') this.#handle({ type: 'answer-end', link, more: envelope.more }, now)
  }

  async #decodeBlock(link: LinkId, carried: CarriedBlock, isShared: boolean, byPush: boolean): Promise<GossipEvent> {
    const { bytes, signature, hops, heldMs, model } = carried
    const { shared, signatures, host } = this.#options
    const block = isShared ? shared.read(bytes, signature) : parseBlock(bytes, signature)
    if (!block) return { type: 'invalid', link, reason: 'malformed-block' }
    const log = logIdOf(block)
    const { height } = block
    if (this.#core.holds(log, height, block.hash)) return { type: 'copy', link, log, height, byPush }
    host.verified()
    const verified = await verifyBlock(signatures.verify, block)
    if (!verified) return { type: 'invalid', link, reason: 'bad-signature' }
    return { type: 'block', link, received: { block: verified, hops, heldMs, model, byPush } }
  }

  #keep(held: HeldBlock): void {
    this.#stored.set(`${logIdOf(held.block)}/${held.block.height}`, held)
    this.#memoryBytes += heldBytes(held.block)
  }

  #forget(log: LogId, height: number): void {
    const key = `${log}/${height}`
    const stored = this.#stored.get(key)
    if (!stored) return
    this.#stored.delete(key)
    this.#memoryBytes -= heldBytes(stored.block)
  }

  #handle(event: GossipEvent, now: number): void {
    const { host } = this.#options
    this.#now = now
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
        case 'store':
          this.#keep(effect.held)
          break
        case 'evicted':
          this.#forget(effect.log, effect.height)
          break
        case 'sign':
          host.later(async () =>
            this.#handle({ type: 'signed', notice: await signNotice(this.#options.key.sign, effect.notice) }, now),
          )
          break
        case 'forked':
        case 'neighbour':
        case 'picture':
        case 'receipts':
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

const heldBytes = ({ bytes, signature }: VerifiedBlock): number =>
  bytes.length + signature.length + heldBlockOverheadBytes

const messageOf = ({ body }: Entry): number => {
  if (typeof body !== 'number') throw new TypeError(`a body that no workload publishes: ${JSON.stringify(body)}`)
  return body
}
