import { DiagnosisFeed } from './diagnosis/diagnosis-feed.ts'
import { EventEmitter } from './shared/event-emitter.ts'
import type { Diagnosis } from './api/diagnosis.ts'
import type { Entry, JsonValue } from '../gossip/wire/entry.ts'
import type { Hop } from '../gossip/wire/hop.ts'
import type {
  Fork,
  EntryRef,
  GrapevineNode,
  LinkFault,
  LinkSnapshot,
  NetworkSnapshot,
  NodeErrorState,
  NodeEvents,
  NodeState,
  NodeStats,
  PublishOptions,
  SendOptions,
  StartWait,
  StorageTrouble,
  SyncProgress,
  ReceiptsSnapshot,
  MessagesExportOptions,
  WireExportOptions,
  WireSnapshot,
} from './api/grapevine.ts'
import { heldWith, logOfEntry, noReceipts, receiptsOf } from './entry-records.ts'
import { LinkFaults } from './faults/link-faults.ts'
import { readFaults } from './shared/read-faults.ts'
import { forksOf } from './forks.ts'
import { NodeExports } from './exports/node-exports.ts'
import type { NetworkPortEvents, SignallingState } from './shared/node-ports.ts'
import { createOn } from './shared/topic-filter.ts'
import { StatsCounter } from './shared/node-stats.ts'
import { emptyNetwork } from '../gossip/membership/network-picture.ts'
import { firstState } from './first-state.ts'
import { NodeSession, type NodeSessionOptions } from './node-session.ts'
import { assertRuns, notRunningError } from './api/node-error.ts'
import { NodeStatus } from './node-status.ts'
import { type OpenNodeOptions, openNode } from './opened-node.ts'
import { type WireRecord, WireTap } from './wire/wire-tap.ts'
import { Publisher } from './publisher.ts'
import { Sends } from './sends.ts'

export interface LocalNodeOptions extends OpenNodeOptions, Pick<NodeSessionOptions, 'lateMs' | 'breathe'> {
  readonly net: string
  /** Whether this browser has WebRTC. */
  readonly hasWebRtc: boolean
  /** A free name to offer if another node has this one, and the page's address with it. */
  readonly alternative?: (() => { readonly name: string; readonly href: string }) | undefined
  /** Records the envelopes in place of `wire()`. */
  readonly wire?: WireRecord
}

/**
 * The node that this page runs: the API, the node's state, and a session, which exists once the node has started.
 *  1. Before the session there is no core: what is published waits, and other events for the core are ignored.
 *  2. When the status becomes `error`, all waiting entries are rejected. A stopped node never runs again.
 */
export class LocalNode implements GrapevineNode {
  readonly name: string
  readonly net: string
  readonly ready: Promise<void>
  readonly #options: LocalNodeOptions
  readonly #emitter = new EventEmitter<NodeEvents>()
  readonly on: GrapevineNode['on'] = createOn(this.#emitter)
  readonly #stats = new StatsCounter()
  readonly #aborter = new AbortController()
  readonly #status: NodeStatus
  readonly #publisher: Publisher
  readonly #sends = new Sends()
  readonly #wire: WireTap
  readonly #exports: NodeExports
  readonly #diagnosis: DiagnosisFeed
  readonly #faults: LinkFaults
  #session: NodeSession | undefined

  constructor(options: LocalNodeOptions) {
    this.#options = options
    this.name = options.name
    this.net = options.net
    this.#status = new NodeStatus(options.name, options.alternative)
    this.#exports = new NodeExports({ node: this, wallClock: options.wallClock, breathe: options.breathe })
    this.#wire = new WireTap(this.#emitter, options.wallClock)
    this.#diagnosis = new DiagnosisFeed(options.timers, this.#emitter, this)
    this.#publisher = new Publisher(options)
    this.#faults = new LinkFaults({ timers: options.timers, lost: (peer) => this.#drop('lost-by-fault', peer) })
    this.ready = firstState(this)
    this.#start().catch((error: unknown) => {
      if (!this.#aborter.signal.aborted) this.#become({ status: 'error', reason: 'fault', message: String(error) })
    })
  }

  get peerId(): string {
    return this.#session?.peerId ?? ''
  }

  ping(): Promise<Entry> {
    return this.publish("I'm alive")
  }

  readonly publish = (async (body: JsonValue | Uint8Array, options?: PublishOptions) => {
    assertRuns(this.state())
    return this.#publisher.add(body, options)
  }) as GrapevineNode['publish']

  async send(peerId: string, body: JsonValue | Uint8Array, options?: SendOptions): Promise<void> {
    assertRuns(this.state())
    return this.#sends.add(peerId, body, options, this.#session && ((event) => this.#session?.handle(event)))
  }

  entries(): readonly Entry[] {
    return this.#session?.core.entries() ?? []
  }

  links(): readonly LinkSnapshot[] {
    return this.#session?.links ?? []
  }

  network(): NetworkSnapshot {
    return this.#session?.network() ?? emptyNetwork
  }

  route(entry: EntryRef): readonly Hop[] | undefined {
    return this.#session && heldWith(this.#session.core, entry)?.hops
  }

  askReceipts(entry: EntryRef): void {
    const log = logOfEntry(entry)
    if (log) this.#session?.handle({ type: 'ask', log, seq: entry.seq })
  }

  receipts(entry: EntryRef): ReceiptsSnapshot {
    return this.#session ? receiptsOf(this.#session.core, entry) : noReceipts
  }

  digest(): string {
    return this.#session?.core.digest() ?? ''
  }

  stats(): NodeStats {
    return this.#stats.snapshot()
  }

  state(): NodeState {
    return this.#status.state
  }

  sync(): SyncProgress {
    return this.#session?.sync ?? { have: 0, need: 0 }
  }

  forks(): readonly Fork[] {
    return this.#session ? forksOf(this.#session.core.logs().values()) : []
  }

  /** The frames that `stop()` sends to every neighbour. */
  farewell(): readonly Uint8Array<ArrayBuffer>[] {
    return this.#session?.core.farewell() ?? []
  }

  distrustedBy(): readonly string[] {
    return this.#session?.distrustedBy ?? []
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
    return this.#diagnosis.snapshot()
  }

  trust(upstream: string): void {
    this.#session?.trust(upstream)
  }

  disturb(faults: readonly LinkFault[]): void {
    this.#faults.set(readFaults(faults))
    this.#emitter.emit('faults', this.faults())
  }

  faults(): readonly LinkFault[] {
    return this.#faults.current
  }

  /** All work is done before it returns: a page that is being unloaded has no later turn. */
  stop(): Promise<void> {
    if (!this.#aborter.signal.aborted) this.#stop({ status: 'error', reason: 'stopped' })
    return Promise.resolve()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }

  async #start(): Promise<void> {
    if (!this.#options.hasWebRtc) return this.#become({ status: 'error', reason: 'webrtc-unavailable' })
    const { signal } = this.#aborter
    const events = {
      network: this.#networkEvents(),
      heldElsewhere: () => this.#become(this.#status.nameGone('name-open-here')),
      lost: () => this.#stop({ status: 'error', reason: 'replaced', name: this.name }),
      waits: (waitsFor?: StartWait) => {
        if (!signal.aborted) this.#become({ status: 'starting', ...(waitsFor && { waitsFor }) })
      },
      damaged: () => this.#drop('damaged-in-storage', undefined),
      trouble: (trouble: StorageTrouble) => this.#emitter.emit('storage', trouble),
    }
    const opened = await openNode(this.#options, events, signal)
    // The node may have been stopped in the moment after it was opened.
    if (signal.aborted || !opened) return opened?.identity.release()
    this.#session = new NodeSession(opened, {
      ...this.#options,
      emitter: this.#emitter,
      stats: this.#stats,
      wire: this.#options.wire ?? this.#wire,
      publisher: this.#publisher,
      sends: this.#sends,
      drop: (reason, peer) => this.#drop(reason, peer),
      linksChanged: (links) => this.#diagnosis.links(links),
    })
    this.#become({ status: 'starting' })
    const { peerId, isNewKey } = opened.identity
    this.#emitter.emit('key', { peerId, isNew: isNewKey })
    this.#session.start()
  }

  #networkEvents(): NetworkPortEvents {
    return {
      linked: (link) => {
        if (this.#session && !this.#aborter.signal.aborted) this.#session.linked(this.#faults.over(link))
        else link.close()
      },
      upstream: (status) => this.#session?.upstream(status),
      suspect: (link) => this.#session?.suspect(link),
      distrusted: (by) => this.#session?.distrusted(by),
      signalling: (state) => this.#signallingChanged(state),
      contact: (contact) => this.#diagnosis.contact(contact),
      iceServers: (counts) => this.#diagnosis.iceServers(counts),
      tried: (upstream, status) => this.#diagnosis.tried(upstream, status),
      dropped: (reason, from) => this.#drop(reason, from),
      trouble: (trouble) => this.#emitter.emit('storage', trouble),
    }
  }

  #signallingChanged(state: SignallingState): void {
    if (state.status === 'replaced') this.#stop({ status: 'error', reason: 'replaced', name: this.name })
    else this.#become(this.#status.after(state))
  }

  #stop(state: NodeErrorState): void {
    this.#aborter.abort()
    this.#publisher.rejectWaiting(notRunningError(state))
    this.#session?.stop(state.reason === 'replaced')
    this.#diagnosis.contact({ step: 'none' })
    this.#become(state)
    this.#emitter.emit('network', this.network())
  }

  #drop(reason: string, peer: string | undefined): void {
    this.#stats.drop(reason)
    this.#emitter.emit('drop', { reason, ...(peer !== undefined && { peer }) })
  }

  #become(state: NodeState): void {
    this.#session?.handle({ type: 'registered', isOnline: state.status === 'online' })
    if (!this.#status.become(state)) return
    if (state.status === 'error') {
      this.#publisher.rejectWaiting(notRunningError(state))
      this.#session?.handle({ type: 'discard-drafts' })
    }
    this.#diagnosis.changed()
    this.#emitter.emit('state', state)
  }
}
