import type { GossipEffect } from '../gossip/effects/gossip-effect.ts'
import type { GossipEvent } from '../gossip/effects/gossip-event.ts'
import { emptyNetwork } from '../gossip/membership/network-picture.ts'
import type { GossipCore } from '../gossip/core.ts'
import type { HeldBlock } from '../gossip/ledger/held-block.ts'
import type { Link, LinkId } from '../gossip/wire/link.ts'
import type { NodeName } from '../gossip/wire/node-name.ts'
import type { LinkSnapshot, NetworkSnapshot, NodeEvents, SyncProgress } from './api/grapevine.ts'
import { CatchUp } from './catch-up.ts'
import { CoreDriver, type CoreDriverOptions } from './core-driver.ts'
import { Distrust } from './distrust.ts'
import { askedEntries } from './entry-records.ts'
import { OpenLinks } from './links/open-links.ts'
import { NetworkTimeNotes } from './network-time-notes.ts'
import type { OpenedNode } from './opened-node.ts'
import type { Publisher } from './publisher.ts'
import type { Sends } from './sends.ts'
import { refusedError } from './api/node-error.ts'
import type { EventEmitter } from './shared/event-emitter.ts'
import type { NetworkPortEvents, UpstreamStatus } from './shared/node-ports.ts'
import type { StatsCounter } from './shared/node-stats.ts'
import type { Verify } from './shared/signatures.ts'
import type { Timers } from './shared/timers.ts'
import type { WireRecord } from './wire/wire-tap.ts'

export interface NodeSessionOptions extends Pick<CoreDriverOptions, 'breathe'> {
  readonly verify: Verify
  /** Milliseconds since 1970. */
  readonly wallClock: () => number
  readonly timers: Timers
  /** Milliseconds by which the page's event loop runs late: a frame that is read now may have waited for as long. */
  readonly lateMs: () => number
  readonly emitter: EventEmitter<NodeEvents>
  readonly stats: StatsCounter
  readonly wire: WireRecord
  readonly publisher: Publisher
  readonly sends: Sends
  readonly drop: (reason: string, peer: string | undefined) => void
  linksChanged(links: readonly LinkSnapshot[]): void
}

/**
 * One run of a node, from its opened identity to its stop. Events of clock, network, links and API go to the core;
 * the core's effects go to links, network, storage and the API's listeners.
 *  1. Every event of the core goes through `handle`.
 *  2. After `stop` its entries and figures can still be read; it knows no network and no links.
 */
export class NodeSession implements Pick<NetworkPortEvents, 'linked' | 'upstream' | 'suspect' | 'distrusted'> {
  readonly #options: NodeSessionOptions
  readonly #opened: OpenedNode
  readonly #driver: CoreDriver
  readonly #links: OpenLinks
  readonly #catchUp = new CatchUp()
  readonly #distrust = new Distrust()
  #hasStopped = false
  /** Why the key last failed to sign. */
  #signError: Error | undefined

  constructor(opened: OpenedNode, options: NodeSessionOptions) {
    this.#opened = opened
    this.#options = options
    this.#links = this.#createLinks()
    this.#driver = this.#createDriver()
  }

  get core(): GossipCore {
    return this.#opened.core
  }

  get peerId(): string {
    return this.#opened.identity.peerId
  }

  get links(): readonly LinkSnapshot[] {
    return this.#links.snapshots
  }

  get sync(): SyncProgress {
    return this.#catchUp.progress
  }

  get distrustedBy(): readonly string[] {
    return this.#distrust.names
  }

  network(): NetworkSnapshot {
    const picture = this.#hasStopped ? undefined : this.core.picture(this.#options.timers.now())
    return picture ?? emptyNetwork
  }

  trust(upstream: string): void {
    this.#opened.network.trust(upstream)
  }

  handle(event: GossipEvent): void {
    this.#driver.handle(event)
  }

  start(): void {
    this.#options.publisher.start((event) => this.handle(event))
    this.#opened.network.start()
  }

  /** `isReplaced`: another node has this key and name now, and writes the ledger's record. */
  stop(isReplaced: boolean): void {
    const { network, store, identity } = this.#opened
    this.#hasStopped = true
    // First, so that nothing is dialled again because of the byes.
    network.stop()
    this.#driver.stop()
    if (isReplaced) void store.retire()
    else void store.flush(this.core.networkMs)
    identity.release()
    this.#links.clear()
  }

  linked(link: Link): void {
    if (this.#distrust.linked(link.name)) this.#options.emitter.emit('distrust', this.distrustedBy)
    this.#links.linked(link)
  }

  upstream(status: UpstreamStatus): void {
    this.#links.upstream(status)
  }

  suspect(link: LinkId): void {
    this.handle({ type: 'probe', link })
  }

  distrusted(by: NodeName): void {
    // A node that this one dialled itself is linked all the same.
    const isLinked = this.links.some(({ peer, state }) => peer === by && state === 'up')
    if (!isLinked && this.#distrust.add(by)) this.#options.emitter.emit('distrust', this.distrustedBy)
  }

  #createDriver(): CoreDriver {
    const { core, store } = this.#opened
    const { timers, emitter, breathe } = this.#options
    const networkTime = new NetworkTimeNotes(core, store)
    return new CoreDriver({
      core,
      timers,
      breathe,
      apply: (effect) => this.#apply(effect),
      handled: (now) => {
        this.#links.reportSends()
        networkTime.update()
        if (this.#catchUp.update(core, now)) emitter.emit('sync', this.sync)
      },
      nextWakeAt: (now) => this.#links.expire(now),
      woke: () => this.#links.refresh(),
    })
  }

  #createLinks(): OpenLinks {
    const { network } = this.#opened
    const { timers, wallClock, lateMs, stats, wire, emitter, drop } = this.#options
    return new OpenLinks({
      wallClock,
      stats,
      wire,
      now: () => timers.now(),
      lateMs,
      emit: (event) => this.handle(event),
      drop,
      closed: (link, reason) => {
        network.closed(link, reason)
        // The row of a lost link expires.
        this.#driver.schedule()
      },
      setQuiet: (link, isQuiet) => network.setQuiet(link, isQuiet),
      changed: (changes) => {
        this.#options.linksChanged(this.links)
        for (const change of changes) emitter.emit('link', change)
      },
    })
  }

  #apply(effect: GossipEffect): void {
    const { stats, emitter, publisher, drop } = this.#options
    switch (effect.type) {
      case 'send':
        return this.#links.send(effect.link, effect.frame, effect.envelope)
      case 'await-drain':
        return this.#links.awaitDrain(effect.link)
      case 'read':
        return this.#links.noteRead(effect.link, effect.frame, effect.envelope)
      case 'verify':
        return void this.#verify(effect)
      case 'sign':
        return void this.#sign(effect)
      case 'published':
        return publisher.published(effect.ids, effect.block, effect.delivered)
      case 'published-ephemeral':
        return publisher.resolve(effect.id, effect.message)
      case 'ephemeral':
        return emitter.emit('ephemeral', effect.message)
      case 'direct':
        return this.#direct(effect)
      case 'sent':
        return this.#options.sends.sent(effect.id, effect.failure)
      case 'unpublished':
        return publisher.unpublished(effect.ids, this.#unpublishedError(effect.reason))
      case 'deliver':
        stats.delivered += 1
        return emitter.emit('entry', effect.isBackfill ? { ...effect.entry, isBackfill: true } : effect.entry)
      case 'progress':
        return this.#progress(effect)
      case 'store':
        return this.#store(effect.held)
      case 'evicted':
        return this.#evicted(effect)
      case 'forked':
        return emitter.emit('fork', { peerId: effect.log.author, log: effect.log.id })
      case 'drop':
        if (effect.reason === 'duplicate') stats.duplicates += 1
        return drop(effect.reason, effect.link && this.#links.nameOf(effect.link))
      case 'neighbour':
        return this.#links.measured(effect.link, effect.liveness, effect.roundTrips)
      case 'picture':
        return emitter.emit('network', this.network())
      case 'receipts':
        for (const entry of askedEntries(this.core, effect.log, effect.height)) emitter.emit('receipts', entry)
        return undefined
      case 'ended':
        return this.#links.ended(effect.link)
      case 'cut':
        return this.#links.cut(effect.link, effect.reason)
    }
  }

  #progress({ log, author, topic, seq, bytes, total }: Extract<GossipEffect, { type: 'progress' }>): void {
    const [peerId = '', epoch = ''] = log.split('/')
    const named = topic === undefined ? {} : { topic }
    this.#options.emitter.emit('progress', { author, peerId, epoch, seq, ...named, bytes, total })
  }

  #direct({ link, from, topic, body }: Extract<GossipEffect, { type: 'direct' }>): void {
    const peer = this.#links.nameOf(link) ?? ''
    this.#options.emitter.emit('direct', { peer, peerId: from, ...(topic !== undefined && { topic }), body })
  }

  #evicted({ log, height, seq }: Extract<GossipEffect, { type: 'evicted' }>): void {
    this.#opened.store.forget(log, height)
    const [peerId = '', epoch = ''] = log.split('/')
    this.#options.emitter.emit('evicted', { peerId, epoch, seq })
  }

  async #verify({ ticket, author, message, signature }: Extract<GossipEffect, { type: 'verify' }>): Promise<void> {
    const isValid = await this.#options.verify(author, message, signature)
    if (!this.#hasStopped) this.handle({ type: 'verified', ticket, isValid })
  }

  async #sign({ ticket, message }: Extract<GossipEffect, { type: 'sign' }>): Promise<void> {
    let signature: Uint8Array<ArrayBuffer> | undefined
    try {
      signature = await this.#opened.identity.sign(message)
    } catch (error) {
      this.#signError = error instanceof Error ? error : new Error(String(error))
    }
    if (!this.#hasStopped) this.handle({ type: 'signed', ticket, signature })
  }

  #unpublishedError(reason: Extract<GossipEffect, { type: 'unpublished' }>['reason']): Error {
    if (reason === 'too-fast') return refusedError('too-many-ephemerals')
    return (reason === 'unsigned' && this.#signError) || new Error(`not published: ${reason}`)
  }

  #store({ block, hops, networkMs }: HeldBlock): void {
    // This node's own blocks have no hops.
    if (hops.length > 0) this.#options.stats.accepted += 1
    const { log, bytes, signature, height } = block
    const arrivedAt = this.#options.wallClock()
    this.#opened.store.append({ log, height, bytes, signature, hops, arrivedAt, networkMs })
  }
}
