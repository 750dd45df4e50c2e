import type { Entry, JsonValue } from '../../gossip/wire/entry.ts'
import type { Ephemeral } from '../../gossip/wire/ephemeral.ts'
import type { Hop } from '../../gossip/wire/hop.ts'
import type { Diagnosis } from '../api/diagnosis.ts'
import type {
  EntryRef,
  Fork,
  GrapevineNode,
  LinkFault,
  LinkSnapshot,
  MessagesExportOptions,
  NetworkSnapshot,
  NodeEvents,
  NodeState,
  NodeStats,
  PublishOptions,
  SendOptions,
  ReceiptsSnapshot,
  SyncProgress,
  WireExportOptions,
  WireSnapshot,
} from '../api/grapevine.ts'
import { assertRuns, notRunningError } from '../api/node-error.ts'
import { DiagnosisFeed } from '../diagnosis/diagnosis-feed.ts'
import { NodeExports } from '../exports/node-exports.ts'
import { readFaults } from '../shared/read-faults.ts'
import { EventEmitter } from '../shared/event-emitter.ts'
import type { Timers } from '../shared/timers.ts'
import { firstState } from '../first-state.ts'
import { emptyNetwork } from '../../gossip/membership/network-picture.ts'
import { StatsCounter } from '../shared/node-stats.ts'
import { readDraftBody, readPublishOptions, readSend } from '../shared/draft-body.ts'
import { createOn } from '../shared/topic-filter.ts'
import { WireTap } from '../wire/wire-tap.ts'
import { fromCallError } from './call-error.ts'
import type { Batch, Change, MirroredEvent } from './messages.ts'
import type { MirrorHost } from './mirror-host.ts'
import { recordShipped } from './shipped-envelope.ts'
import { PendingCalls } from './pending-calls.ts'
import { MirroredEntries } from './mirrored-entries.ts'
import { MirroredNetwork } from './mirrored-network.ts'
import { MirroredReceipts } from './mirrored-receipts.ts'
import { MirroredState } from './mirrored-state.ts'

export interface MirrorNodeOptions {
  readonly name: string
  readonly net: string
  readonly timers: Timers
  /** Milliseconds since 1970. */
  readonly wallClock: () => number
  readonly breathe: () => Promise<void>
  readonly alternative: (() => { readonly name: string; readonly href: string }) | undefined
  /** The node runs in another thread: what the page does goes there. */
  readonly host: MirrorHost
}

/**
 * The node of a page, as a mirror of the node that runs in a worker.
 *  1. A batch is applied change by change, each with its event. Links, figures and digest are those of the whole batch.
 *  2. After `stop` nothing changes any more.
 */
export class MirrorNode implements GrapevineNode {
  readonly name: string
  readonly net: string
  readonly ready: Promise<void>
  /** Facts that the page itself knows, of server and tries. */
  readonly diagnosed: DiagnosisFeed
  readonly #options: MirrorNodeOptions
  readonly #emitter = new EventEmitter<NodeEvents>()
  readonly on: GrapevineNode['on'] = createOn(this.#emitter)
  readonly #entries = new MirroredEntries()
  readonly #receipts = new MirroredReceipts()
  readonly #wire: WireTap
  readonly #exports: NodeExports
  readonly #calls = new PendingCalls()
  #peerId = ''
  readonly #state: MirroredState
  #links: readonly LinkSnapshot[] = []
  readonly #network: MirroredNetwork
  #sync: SyncProgress = { have: 0, need: 0 }
  #forks: readonly Fork[] = []
  #faults: readonly LinkFault[] = []
  #distrustedBy: readonly string[] = []
  #digest = ''
  #stats: NodeStats = new StatsCounter().snapshot()
  #stopping: Promise<void> | undefined

  constructor(options: MirrorNodeOptions) {
    this.#options = options
    this.name = options.name
    this.#state = new MirroredState(options.alternative)
    this.#network = new MirroredNetwork(() => options.timers.now())
    this.net = options.net
    this.#exports = new NodeExports({ node: this, wallClock: options.wallClock, breathe: options.breathe })
    this.#wire = new WireTap(this.#emitter, options.wallClock)
    this.diagnosed = new DiagnosisFeed(options.timers, this.#emitter, this)
    this.ready = firstState(this)
  }

  get peerId(): string {
    return this.#peerId
  }

  ping(): Promise<Entry> {
    return this.publish("I'm alive")
  }

  readonly publish = (async (value: JsonValue | Uint8Array, options?: PublishOptions) => {
    assertRuns(this.state())
    const draft = { body: readDraftBody(value), ...readPublishOptions(options) }
    return this.#calls.add<Entry | Ephemeral>((call) => this.#options.host.publish({ call, ...draft }))
  }) as GrapevineNode['publish']

  async send(peerId: string, value: JsonValue | Uint8Array, options?: SendOptions): Promise<void> {
    assertRuns(this.state())
    const message = readSend(peerId, value, options)
    return this.#calls.add((call) => this.#options.host.send({ call, ...message }))
  }

  entries(): readonly Entry[] {
    return this.#entries.all()
  }

  links(): readonly LinkSnapshot[] {
    return this.#links
  }

  network(): NetworkSnapshot {
    return this.#network.get()
  }

  route(entry: EntryRef): readonly Hop[] | undefined {
    return this.#entries.hops(entry)
  }

  askReceipts(entry: EntryRef): void {
    const { peerId, epoch, seq } = entry
    this.#options.host.ask({ peerId, epoch, seq })
  }

  receipts(entry: EntryRef): ReceiptsSnapshot {
    return this.#receipts.get(entry, this, this.route(entry))
  }

  digest(): string {
    return this.#digest
  }

  stats(): NodeStats {
    return this.#stats
  }

  state(): NodeState {
    return this.#state.get()
  }

  sync(): SyncProgress {
    return this.#sync
  }

  forks(): readonly Fork[] {
    return this.#forks
  }

  distrustedBy(): readonly string[] {
    return this.#distrustedBy
  }

  wire(): WireSnapshot {
    return this.#wire.snapshot()
  }

  exportMessages(options?: MessagesExportOptions): Promise<string> {
    return this.#exports.messages(options)
  }

  exportTrace(entry: EntryRef): Promise<string | undefined> {
    return Promise.resolve(this.#exports.trace(entry))
  }

  exportWire(options?: WireExportOptions): Promise<string> {
    return this.#exports.wire(options)
  }

  diagnosis(): Diagnosis {
    return this.diagnosed.snapshot()
  }

  trust(upstream: string): void {
    this.#options.host.trust(upstream)
  }

  disturb(faults: readonly LinkFault[]): void {
    this.#faults = readFaults(faults)
    this.#options.host.disturb(this.#faults)
  }

  faults(): readonly LinkFault[] {
    return this.#faults
  }

  stop(): Promise<void> {
    if (!this.#stopping) {
      this.#stopping = this.#options.host.stop()
      this.#clear()
    }
    return this.#stopping
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }

  /** Applies what has changed at the node. Returns whether the mirror holds as many entries as the node. */
  apply({ changes, envelopes, leftOut, links, digest, stats, held }: Batch): boolean {
    if (this.#stopping) return true
    this.#digest = digest
    this.#stats = stats
    if (links) {
      this.#links = links
      this.diagnosed.links(links)
    }
    for (const [type, total] of leftOut) this.#wire.count(type, total)
    for (const envelope of envelopes) recordShipped(this.#wire, envelope)
    for (const change of changes) this.#apply(change)
    return held === undefined || held === this.#entries.size
  }

  #apply(change: Change): void {
    // A listener may have stopped the node.
    if (this.#stopping) return
    switch (change.type) {
      case 'entry': {
        const { isBackfill: _isBackfill, ...entry } = change.entry
        this.#entries.add(entry, change.hops)
        if (!change.isRestored) this.#emitter.emit('entry', change.entry.isBackfill ? change.entry : entry)
        break
      }
      case 'reset':
        this.#entries.clear()
        break
      case 'forks':
        this.#forks = change.forks
        break
      case 'receipts':
        this.#receipts.set(change.entry, change.receipts)
        this.#emitter.emit('receipts', change.entry)
        break
      case 'published':
        this.#calls.resolve(change.call, change.entry)
        break
      case 'sent':
        this.#calls.resolve(change.call, undefined)
        break
      case 'unpublished':
        this.#calls.reject(change.call, fromCallError(change.error))
        break
      case 'event':
        this.#repeat(change)
        break
    }
  }

  #repeat(change: MirroredEvent): void {
    if (change.name === 'state') return this.become(change.event)
    if (change.name === 'evicted') this.#entries.evict(change.event)
    if (change.name === 'key') {
      this.#peerId = change.event.peerId
      this.diagnosed.changed()
    }
    if (change.name === 'sync') this.#sync = change.event
    if (change.name === 'network') this.#network.set(change.event)
    if (change.name === 'distrust') this.#distrustedBy = change.event
    this.#emitter.emit(change.name, change.event)
  }

  /** The node's state has changed, or its host can't run it. */
  become(state: NodeState): void {
    const offered = this.#state.become(state)
    if (!offered) return
    if (offered.status === 'error') this.#calls.rejectAll(notRunningError(offered))
    this.diagnosed.changed()
    this.#emitter.emit('state', offered)
  }

  #clear(): void {
    const gone = this.#links
    this.#links = []
    this.#network.set(emptyNetwork)
    this.diagnosed.links([])
    this.diagnosed.contact({ step: 'none' })
    for (const { peer, peerId } of gone) {
      this.#emitter.emit('link', { peer, ...(peerId !== undefined && { peerId }), removed: true })
    }
    // A node that has stopped by itself keeps its reason.
    const state = this.state()
    if (state.status !== 'error' || state.reason !== 'replaced') this.become({ status: 'error', reason: 'stopped' })
    this.#emitter.emit('network', emptyNetwork)
  }
}
