import { logIdOf, type VerifiedBlock } from '../../client/gossip/wire/block.ts'
import type { JsonValue } from '../../client/gossip/wire/entry.ts'
import type { Envelope } from '../../client/gossip/wire/envelope.ts'
import type { EntryExtras } from '../../client/gossip/wire/entry-extras.ts'
import type { GossipLimits } from '../../client/gossip/bounds/limits.ts'
import type { LinkId } from '../../client/gossip/wire/link.ts'
import type { GossipEffect } from '../../client/gossip/effects/gossip-effect.ts'
import type { GossipEvent } from '../../client/gossip/effects/gossip-event.ts'
import { GossipCore } from '../../client/gossip/core.ts'
import { nameOf } from '../links/network-node.ts'
import { EventQueue } from '../simulation/network/event-queue.ts'
import type { CoreNode, LinkEnd, Tamper } from './core-node.ts'
import { fakePeerId } from '../simulation/node/fake-signatures.ts'
import { driveCore } from '../support/drive-core.ts'
import { encodedBody, FakeSigning } from './fake-signing.ts'
import { createRandom, type Random } from '../../client/node/faults/random.ts'

/** Pure cores under virtual time: links with latency and loss, partitions, restarts. The seed determines the whole run. */
export class CoreNetwork {
  readonly nodes: CoreNode[] = []
  readonly random: Random
  /** The number of envelopes sent so far, by type. */
  sent: Record<string, number> = {}
  readonly drops: Record<string, number> = {}
  /** The links that cores have ended so far, by reason. */
  readonly cuts: Record<string, number> = {}
  /** The number of logs that frontiers have named. */
  frontierEntries = 0
  readonly signing = new FakeSigning()
  latencyMs = 50
  loss = 0
  /** Returns whether an envelope reaches its receiver. */
  reaches: (from: number, to: number, type: Envelope['type']) => boolean = () => true
  /** What a hostile node sends in place of each envelope of its core, by node. */
  readonly tampering = new Map<number, Tamper>()
  now = 0
  #published: VerifiedBlock | undefined
  readonly #limits: Partial<GossipLimits>
  readonly #ownLimits: Partial<GossipLimits>[] = []
  readonly #announces: boolean
  /** The number of signatures that were checked so far. */
  verifications = 0
  readonly #actions = new EventQueue<() => void>()
  #linkIds = 0

  /** `announces`: whether the nodes announce themselves. */
  constructor(seed: number, limits: Partial<GossipLimits> = {}, announces = false) {
    this.random = createRandom(seed, 'network')
    this.#limits = limits
    this.#announces = announces
  }

  add(limits: Partial<GossipLimits> = {}): CoreNode {
    const index = this.#ownLimits.push(limits) - 1
    const node: CoreNode = {
      index,
      peerId: fakePeerId(index + 1),
      core: this.#createCore(index, 1, 0),
      epoch: epochOf(index, 1),
      isUp: true,
      stored: [],
      delivered: [],
      duplicates: 0,
      ephemerals: [],
      directs: [],
      sent: [],
      refused: {},
      links: [],
      tickAt: Infinity,
    }
    this.nodes.push(node)
    return node
  }

  /** Publishes a block of one entry, or the blocks of a large body. It is signed at once. Gives the last block. */
  publish(node: CoreNode, body: string, extras: EntryExtras = {}): VerifiedBlock {
    this.#published = undefined
    this.handle(node, { type: 'publish', id: 1, time: 0, ...encodedBody(body), ...extras })
    if (!this.#published) throw new Error(`node${node.index} does not run`)
    return this.#published
  }

  /** Publishes an ephemeral message. It is signed at once. */
  publishEphemeral(node: CoreNode, body: JsonValue, topic?: string): void {
    this.handle(node, { type: 'publish-ephemeral', id: 1, time: 0, topic, body, bytes: 100 })
  }

  link(one: CoreNode, other: CoreNode): void {
    if (!one.isUp || !other.isUp || this.areLinked(one, other)) return
    const id = (this.#linkIds += 1) as LinkId
    const toId = (this.#linkIds += 1) as LinkId
    one.links.push({ id, to: other.index, toId })
    other.links.push({ id: toId, to: one.index, toId: id })
    const identity = (node: CoreNode, link: LinkId) =>
      ({ link, peerId: node.peerId, name: nameOf(`node${node.index}`), direction: 'downstream' }) as const
    this.handle(one, { type: 'link-up', neighbour: identity(other, id) })
    this.handle(other, { type: 'link-up', neighbour: identity(one, toId) })
  }

  areLinked(one: CoreNode, other: CoreNode): boolean {
    return one.links.some(({ to }) => to === other.index)
  }

  cut(one: CoreNode, other: CoreNode): void {
    for (const [node, peer] of [
      [one, other],
      [other, one],
    ] as const) {
      const ends = node.links.filter(({ to }) => to === peer.index)
      node.links = node.links.filter(({ to }) => to !== peer.index)
      for (const { id } of ends) this.handle(node, { type: 'link-down', link: id })
    }
  }

  /** The node vanishes without a bye. Its neighbours see their links end. */
  kill(node: CoreNode): void {
    // Each cut removes one link.
    for (let [end] = node.links; end; [end] = node.links) {
      const other = this.nodes[end.to]
      if (other) this.cut(node, other)
    }
    node.isUp = false
  }

  start(node: CoreNode, keepsStorage: boolean): void {
    const count = Number(node.epoch.split('-')[0]) + 1
    node.epoch = epochOf(node.index, count)
    const networkMs = keepsStorage ? node.core.networkMs : 0
    node.core = this.#createCore(node.index, count, networkMs)
    node.isUp = true
    node.delivered = []
    node.tickAt = Infinity
    if (!keepsStorage) node.stored = []
    for (const held of node.stored) node.core.restore(held.block, held.hops, held.networkMs, this.now)
  }

  after(delayMs: number, run: () => void): void {
    this.#actions.push(this.now + delayMs, run)
  }

  pass(durationMs: number): void {
    const until = this.now + durationMs
    for (;;) {
      const tick = this.#nextTick()
      const at = Math.min(tick?.tickAt ?? Infinity, this.#actions.nextAt())
      if (at > until) break
      this.now = Math.max(this.now, at)
      if (this.#actions.nextAt() <= at) this.#actions.pop()?.()
      else if (tick) this.handle(tick, { type: 'tick' })
    }
    this.now = until
  }

  /** Passes time until the condition is true. Returns how many milliseconds that took; Infinity if too many. */
  passUntil(isTrue: () => boolean, stepMs = 10, limitMs = 60_000): number {
    const begin = this.now
    while (!isTrue()) {
      if (this.now - begin >= limitMs) return Infinity
      this.pass(stepMs)
    }
    return this.now - begin
  }

  digests(): number {
    return new Set(this.nodes.filter(({ isUp }) => isUp).map(({ core }) => core.digest())).size
  }

  /** Hands a node an envelope that a hostile neighbour might send. */
  inject(from: CoreNode, to: CoreNode, envelope: Envelope): void {
    const end = from.links.find((link) => link.to === to.index)
    if (end) this.handle(to, { type: 'frame', link: end.toId, frame: this.signing.encodeFrame(envelope) })
  }

  #createCore(index: number, count: number, networkMs: number): GossipCore {
    return new GossipCore({
      self: fakePeerId(index + 1),
      name: nameOf(`node${index}`),
      epoch: epochOf(index, count),
      random: this.random,
      networkMs,
      announces: this.#announces,
      limits: { ...this.#limits, ...this.#ownLimits[index] },
      codec: this.signing,
    })
  }

  /** Hands an event to the core, and then the answers to its effects. */
  handle(node: CoreNode, event: GossipEvent): void {
    if (!node.isUp) return
    driveCore(node.core, event, this.now, (effect) => this.#apply(node, effect))
    node.tickAt = node.core.nextWakeAt()
  }

  /** Gives the answer, if the core expects one. */
  #apply(node: CoreNode, effect: GossipEffect): GossipEvent | undefined {
    switch (effect.type) {
      case 'send':
        this.#send(node, effect.link, effect.frame)
        return undefined
      case 'verify':
        this.verifications += 1
        return { type: 'verified', ticket: effect.ticket, isValid: effect.signature[0] === 0 }
      case 'sign':
        return { type: 'signed', ticket: effect.ticket, signature: new Uint8Array(64) }
      case 'published':
        this.#published = effect.block
        return undefined
      case 'deliver':
        node.delivered.push({ ...effect.entry, isBackfill: effect.isBackfill })
        return undefined
      case 'ephemeral':
        node.ephemerals.push(effect.message)
        return undefined
      case 'direct':
        node.directs.push({ from: effect.from, topic: effect.topic, body: effect.body })
        return undefined
      case 'sent':
        node.sent.push([effect.id, effect.failure ?? 'arrived'])
        return undefined
      case 'store':
        node.stored.push(effect.held)
        return undefined
      case 'evicted':
        node.stored = node.stored.filter(({ block }) => logIdOf(block) !== effect.log || block.height > effect.height)
        return undefined
      case 'drop':
        if (effect.reason === 'duplicate') node.duplicates += 1
        this.drops[effect.reason] = (this.drops[effect.reason] ?? 0) + 1
        this.#noteRefused(node, effect)
        return undefined
      case 'cut': {
        this.cuts[effect.reason] = (this.cuts[effect.reason] ?? 0) + 1
        const end = node.links.find(({ id }) => id === effect.link)
        const other = end && this.nodes[end.to]
        if (other) other.refused[effect.reason] = (other.refused[effect.reason] ?? 0) + 1
        // Envelopes that a node sends before it ends a link still arrive.
        const delayMs = effect.reason === 'stopped' ? this.latencyMs + 1 : 0
        if (other) this.after(delayMs, () => this.cut(node, other))
        return undefined
      }
      case 'await-drain':
      case 'ended':
      case 'forked':
      case 'neighbour':
      case 'picture':
      case 'progress':
      case 'published-ephemeral':
      case 'read':
      case 'receipts':
      case 'unpublished':
        return undefined
    }
  }

  #send(node: CoreNode, link: LinkId, frame: Uint8Array<ArrayBuffer>): void {
    const envelope = this.signing.decodeFrame(frame)
    if (!envelope || envelope.type === 'foreign-hello') throw new Error('a core sends what no core reads')
    this.sent[envelope.type] = (this.sent[envelope.type] ?? 0) + 1
    if (envelope.type === 'frontier') this.frontierEntries += envelope.entries.length
    const end = node.links.find(({ id }) => id === link)
    if (!end) return
    const tamper = this.tampering.get(node.index)
    if (!tamper) return this.#deliver(node, end, frame, envelope.type)
    for (const other of tamper(envelope)) this.#deliver(node, end, this.signing.encodeFrame(other), other.type)
  }

  #deliver(node: CoreNode, end: LinkEnd, frame: Uint8Array<ArrayBuffer>, type: Envelope['type']): void {
    // A link that opens always delivers the hello. Losses stand for full windows and for long silences.
    const isLost = !this.reaches(node.index, end.to, type) || this.random() < this.loss
    if (isLost && type !== 'hello') return
    this.after(this.latencyMs, () => {
      const other = this.nodes[end.to]
      if (other?.links.some(({ id }) => id === end.toId)) this.handle(other, { type: 'frame', link: end.toId, frame })
    })
  }

  #noteRefused(node: CoreNode, { link, reason }: Extract<GossipEffect, { type: 'drop' }>): void {
    const sender = this.nodes[node.links.find(({ id }) => id === link)?.to ?? -1]
    if (sender) sender.refused[reason] = (sender.refused[reason] ?? 0) + 1
  }

  #nextTick(): CoreNode | undefined {
    let next: CoreNode | undefined
    for (const node of this.nodes) if (node.isUp && (!next || node.tickAt < next.tickAt)) next = node
    return next && next.tickAt < Infinity ? next : undefined
  }
}

const epochOf = (index: number, count: number): string => `${count}-${index.toString(16).padStart(16, '0')}`
