import type { LogId, VerifiedBlock } from '../../../client/gossip/wire/block.ts'
import type { Codec } from '../../../client/gossip/codec/codec.ts'
import type { Entry } from '../../../client/gossip/wire/entry.ts'
import type { LinkId } from '../../../client/gossip/wire/link.ts'
import type { HeldBlock } from '../../../client/gossip/ledger/held-block.ts'
import type { GossipEffect } from '../../../client/gossip/effects/gossip-effect.ts'
import type { GossipEvent } from '../../../client/gossip/effects/gossip-event.ts'
import { GossipCore } from '../../../client/gossip/core.ts'
import { type NodeName, parseNodeName } from '../../../client/gossip/wire/node-name.ts'
import { driveCore } from '../../support/drive-core.ts'
import type { Random } from '../../../client/node/faults/random.ts'
import type { Signatures, SimulatedKey } from './signatures.ts'
import type { Side } from '../network/virtual-link.ts'

/** A frame on a link. */
export interface Packet {
  readonly type: string
  readonly bytes: number
  readonly frame: Uint8Array<ArrayBuffer>
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
}

export interface SimulatedNodeOptions {
  readonly index: number
  readonly key: SimulatedKey
  readonly signatures: Signatures
  readonly codec: Codec
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

/** Blocks of one log in the longest run. */
const maxHeight = 2 ** 20

/** Bytes of memory of a held block in addition to its own bytes: its entry, its path, its id in the ledger. */
const heldBlockOverheadBytes = 600

/**
 * One life of a node: the core, driven as the client drives it. Only this file of the simulation knows the core's
 * types.
 */
export class SimulatedNode {
  readonly #options: SimulatedNodeOptions
  readonly #core: GossipCore
  /** The stored blocks in the order of their arrival, which a Map keeps. */
  readonly #stored = new Map<number, HeldBlock>()
  readonly #logNumbers = new Map<LogId, number>()
  #memoryBytes = 0
  #now: number

  constructor(options: SimulatedNodeOptions, now: number) {
    this.#options = options
    const bits = [options.random(), options.random()].map((part) => Math.floor(part * 2 ** 32).toString(16))
    this.#core = new GossipCore({
      self: options.key.peerId,
      name: nameOf(options.index),
      epoch: `${options.pageLoads + 1}-${bits.map((part) => part.padStart(8, '0')).join('')}`,
      random: options.random,
      announces: options.announces,
      limits: { batchMs: options.batchMs },
      codec: options.codec,
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

  receive(link: number, { frame }: Packet, now: number): void {
    this.#handle({ type: 'frame', link: link as LinkId, frame }, now)
  }

  publish(message: number, now: number): void {
    const time = 1_700_000_000_000 + Math.floor(now)
    this.#handle({ type: 'publish', id: message, time, body: message, bytes: 9 }, now)
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

  #keep(held: HeldBlock): void {
    this.#stored.set(this.#keyOf(held.block.log, held.block.height), held)
    this.#memoryBytes += heldBytes(held.block)
  }

  #forget(log: LogId, height: number): void {
    const key = this.#keyOf(log, height)
    const stored = this.#stored.get(key)
    if (!stored) return
    this.#stored.delete(key)
    this.#memoryBytes -= heldBytes(stored.block)
  }

  /** One number for log and height. A text for each block would take more time and memory than all else here. */
  #keyOf(log: LogId, height: number): number {
    const number = this.#logNumbers.get(log) ?? this.#logNumbers.size
    this.#logNumbers.set(log, number)
    return number * maxHeight + height
  }

  /** Hands an event to the core, and then the answers to its effects. */
  #handle(event: GossipEvent, now: number): void {
    this.#now = now
    driveCore(this.#core, event, now, (effect) => this.#apply(effect))
  }

  /** Gives the answer, if the core expects one. */
  #apply(effect: GossipEffect): GossipEvent | undefined {
    const { host, key, signatures } = this.#options
    switch (effect.type) {
      case 'send': {
        const { link, frame, envelope } = effect
        host.send(link, { type: envelope, bytes: frame.length, frame })
        return undefined
      }
      case 'verify': {
        const { ticket, author, message, signature } = effect
        host.verified()
        return { type: 'verified', ticket, isValid: signatures.verify(author, message, signature) }
      }
      case 'sign':
        return { type: 'signed', ticket: effect.ticket, signature: key.sign(effect.message) }
      case 'deliver':
        host.delivered(messageOf(effect.entry))
        return undefined
      case 'drop':
        host.dropped(effect.reason)
        return undefined
      case 'cut':
        host.cut(effect.link)
        return undefined
      case 'store':
        this.#keep(effect.held)
        return undefined
      case 'evicted':
        this.#forget(effect.log, effect.height)
        return undefined
      case 'await-drain':
      case 'direct':
      case 'ended':
      case 'ephemeral':
      case 'forked':
      case 'neighbour':
      case 'picture':
      case 'progress':
      case 'published-ephemeral':
      case 'published':
      case 'read':
      case 'receipts':
      case 'sent':
      case 'unpublished':
        return undefined
    }
  }
}

const heldBytes = ({ bytes, signature }: VerifiedBlock): number =>
  bytes.length + (signature?.length ?? 0) + heldBlockOverheadBytes

const messageOf = ({ body }: Entry): number => {
  if (typeof body !== 'number') throw new TypeError(`a body that no workload publishes: ${JSON.stringify(body)}`)
  return body
}
