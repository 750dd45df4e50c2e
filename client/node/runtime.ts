import { DiagnosisFeed } from './diagnosis/diagnosis-feed.ts'
import { EventEmitter } from './shared/event-emitter.ts'
import type { Diagnosis } from './api/diagnosis.ts'
import { logIdOf } from '../gossip/wire/block.ts'
import type { Entry, JsonValue } from '../gossip/wire/entry.ts'
import type { GossipEffect } from '../gossip/gossip-effect.ts'
import type { GossipEvent } from '../gossip/gossip-event.ts'
import type { Hop } from '../gossip/wire/hop.ts'
import type { Link } from '../gossip/wire/link.ts'
import type { HeldBlock } from '../gossip/ledger/log.ts'
import type { NoticeContent } from '../gossip/wire/notice.ts'
import type {
  Fork,
  EntryRef,
  GrapevineNode,
  LinkSnapshot,
  NetworkSnapshot,
  NodeError,
  NodeEvents,
  NodeState,
  NodeStats,
  StartWait,
  SyncProgress,
  ReceiptsSnapshot,
  MessagesExportOptions,
  WireExportOptions,
  WireSnapshot,
} from './api/grapevine.ts'
import { CatchUp } from './catch-up.ts'
import { CoreDriver } from './core-driver.ts'
import { askedEntries, heldWith, logOfEntry, noReceipts, receiptsOf } from './entry-records.ts'
import { Distrust } from './distrust.ts'
import { forksOf } from './forks.ts'
import { NodeExports } from './exports/node-exports.ts'
import type { NetworkPortEvents, SignallingState } from './shared/node-ports.ts'
import { NetworkTimeNotes } from './network-time-notes.ts'
import { StatsCounter } from './shared/node-stats.ts'
import { NodeStatus } from './node-status.ts'
import { OpenLinks } from './links/open-links.ts'
import { type NodeOpenings, type RunningNode, openNode } from './running-node.ts'
import { WireTap } from './wire/wire-tap.ts'
import { sealNotice } from './codec/notice-seal.ts'
import { Publisher } from './publisher.ts'
import { whyNotRunning } from './why-not-running.ts'

export interface RuntimeOptions extends NodeOpenings {
  readonly net: string
  /** Whether this browser has WebRTC at all. */
  readonly hasWebRtc: boolean
  /** Milliseconds by which the page's event loop runs late: what is read now may have waited for as long. */
  readonly lateMs: () => number
  /** Resolves in a task of its own, after what else is due by now; at once also in a hidden tab. */
  readonly breathe: () => Promise<void>
  /** What the page offers instead of a name that somebody else has. */
  alternative(): { readonly name: string; readonly href: string }
}

interface Running extends RunningNode {
  readonly driver: CoreDriver
}

/**
 * A node: what it is asked by the API and told by network, clock and links goes to the pure core, and what the core
 * wants goes to them, to storage and to the API's listeners.
 *  1. Every event goes through `#handle`; before the node runs there is no core, and events are ignored.
 *  2. A state of status `error` is entered with nothing left to publish; once stopped, the node runs no more.
 */
export class Runtime implements GrapevineNode {
  readonly name: string
  readonly net: string
  readonly #options: RuntimeOptions
  readonly #emitter = new EventEmitter<NodeEvents>()
  readonly #stats = new StatsCounter()
  readonly #catchUp = new CatchUp()
  readonly #distrust = new Distrust()
  readonly #aborter = new AbortController()
  readonly #status: NodeStatus
  readonly #publisher: Publisher
  readonly #wire: WireTap
  readonly #exports: NodeExports
  readonly #links: OpenLinks
  readonly #diagnosis: DiagnosisFeed
  #running: Running | undefined

  constructor(options: RuntimeOptions) {
    this.#options = options
    this.name = options.name
    this.net = options.net
    this.#status = new NodeStatus(options.name, () => options.alternative())
    this.#exports = new NodeExports({ node: this, wallClock: options.wallClock, breathe: options.breathe })
    this.#wire = new WireTap(this.#emitter, options.wallClock)
    this.#links = this.#createLinks()
    this.#diagnosis = new DiagnosisFeed(options.timers, this.#emitter, () => ({
      name: this.name,
      peerId: this.peerId,
      state: this.state(),
      links: this.#links.snapshots,
    }))
    this.#publisher = new Publisher({
      name: options.name,
      wallClock: options.wallClock,
      publish: (block) => this.#handle({ type: 'publish', block }),
    })
    this.#start().catch((error: unknown) => {
      if (!this.#aborter.signal.aborted) this.#become({ status: 'error', reason: 'fault', message: String(error) })
    })
  }

  get peerId(): string {
    return this.#running?.identity.peerId ?? ''
  }

  ping(): Promise<Entry> {
    return this.publish("I'm alive")
  }

  async publish(body: JsonValue | Uint8Array): Promise<Entry> {
    const state = this.state()
    if (state.status === 'error') throw whyNotRunning(state)
    return this.#publisher.add(body)
  }

  entries(): readonly Entry[] {
    return this.#running?.core.entries() ?? []
  }

  links(): readonly LinkSnapshot[] {
    return this.#links.snapshots
  }

  network(): NetworkSnapshot {
    const core = this.#aborter.signal.aborted ? undefined : this.#running?.core
    return core?.picture(this.#options.timers.now()) ?? { nodes: [], isPartial: false }
  }

  route(entry: EntryRef): readonly Hop[] | undefined {
    return this.#running && heldWith(this.#running.core, entry)?.hops
  }

  askReceipts(entry: EntryRef): void {
    const log = logOfEntry(entry)
    if (log) this.#handle({ type: 'ask', log, seq: entry.seq })
  }

  receipts(entry: EntryRef): ReceiptsSnapshot {
    return this.#running ? receiptsOf(this.#running.core, entry) : noReceipts
  }

  digest(): string {
    return this.#running?.core.digest() ?? ''
  }

  stats(): NodeStats {
    return this.#stats.snapshot()
  }

  state(): NodeState {
    return this.#status.state
  }

  sync(): SyncProgress {
    return this.#catchUp.progress
  }

  forks(): readonly Fork[] {
    return this.#running ? forksOf(this.#running.core.logs().values()) : []
  }

  distrustedBy(): readonly string[] {
    return this.#distrust.names
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
    this.#running?.network.trust(upstream)
  }

  on<Type extends keyof NodeEvents>(type: Type, listener: (event: NodeEvents[Type]) => void): () => void {
    return this.#emitter.on(type, listener)
  }

  /** All is done before it returns, as a page that goes away needs it. */
  stop(): Promise<void> {
    if (!this.#aborter.signal.aborted) this.#stop({ status: 'error', reason: 'stopped' })
    return Promise.resolve()
  }

  async #start(): Promise<void> {
    const { hasWebRtc } = this.#options
    if (!hasWebRtc) return this.#become({ status: 'error', reason: 'webrtc-unavailable' })
    const { signal } = this.#aborter
    const events = {
      network: this.#networkEvents(),
      heldElsewhere: () => this.#become(this.#status.nameGone('name-open-here')),
      lost: () => this.#stop({ status: 'error', reason: 'replaced', name: this.name }),
      waits: (waitsFor?: StartWait) => {
        if (!signal.aborted) this.#become({ status: 'starting', ...(waitsFor && { waitsFor }) })
      },
      damaged: () => this.#drop('damaged-in-storage', undefined),
    }
    const opened = await openNode(this.#options, events, signal)
    // Aborted also in the moment after it was opened.
    if (signal.aborted || !opened) return opened?.identity.release()
    this.#running = { ...opened, driver: this.#createDriver(opened) }
    this.#become({ status: 'starting' })
    this.#publisher.start(opened.identity)
    opened.network.start()
  }

  #createDriver({ core, store }: RunningNode): CoreDriver {
    const networkTime = new NetworkTimeNotes(core, store)
    return new CoreDriver({
      core,
      timers: this.#options.timers,
      apply: (effect) => this.#apply(effect),
      handled: (now) => {
        this.#links.reportLosses()
        networkTime.look()
        if (this.#catchUp.look(core, now)) this.#emitter.emit('sync', this.#catchUp.progress)
      },
      nextWakeAt: (now) => this.#links.expire(now),
      woke: () => this.#links.refresh(),
    })
  }

  #createLinks(): OpenLinks {
    const { timers, verify, wallClock, breathe, lateMs } = this.#options
    return new OpenLinks({
      inbox: { verify, wallClock, breathe },
      stats: this.#stats,
      wire: this.#wire,
      now: () => timers.now(),
      lateMs,
      emit: (event) => this.#handle(event),
      drop: (reason, peer) => this.#drop(reason, peer),
      released: (link, release) => {
        this.#running?.network.released(link, release)
        // A row that is down has its time.
        this.#running?.driver.schedule()
      },
      setQuiet: (link, isQuiet) => this.#running?.network.setQuiet(link, isQuiet),
      changed: (changes) => {
        this.#diagnosis.links(this.#links.snapshots)
        for (const change of changes) this.#emitter.emit('link', change)
      },
    })
  }

  #networkEvents(): NetworkPortEvents {
    return {
      linked: (link) => this.#linked(link),
      upstream: (status) => this.#links.upstream(status),
      signalling: (state) => this.#signallingChanged(state),
      contact: (contact) => this.#diagnosis.contact(contact),
      iceServers: (counts) => this.#diagnosis.iceServers(counts),
      tried: (upstream, status) => this.#diagnosis.tried(upstream, status),
      suspect: (link) => this.#handle({ type: 'probe', link }),
      distrusted: (by) => {
        // One that this node dialled itself is linked all the same.
        const isLinked = this.links().some(({ peer, state }) => peer === by && state === 'up')
        if (!isLinked && this.#distrust.hear(by)) this.#emitter.emit('distrust', this.distrustedBy())
      },
      dropped: (reason, from) => this.#drop(reason, from),
    }
  }

  #linked(link: Link): void {
    if (!this.#running) return link.close()
    if (this.#distrust.linked(link.name)) this.#emitter.emit('distrust', this.distrustedBy())
    const { core } = this.#running
    this.#links.linked(link, {
      holds: (log, height, hash) => core.holds(log, height, hash),
      noticeRefusal: (id, notice, ageMs) => core.noticeRefusal(id, notice, ageMs, this.#options.timers.now()),
    })
  }

  #handle(event: GossipEvent): void {
    this.#running?.driver.handle(event)
  }

  #apply(effect: GossipEffect): void {
    switch (effect.type) {
      case 'send':
        return this.#links.send(effect.link, effect.envelope)
      case 'deliver':
        this.#stats.delivered += 1
        return this.#emitter.emit('entry', effect.entry)
      case 'store':
        return this.#store(effect.held)
      case 'evicted':
        return this.#running?.store.forget(effect.log, effect.height)
      case 'forked':
        return this.#emitter.emit('fork', { peerId: effect.log.author, log: effect.log.id })
      case 'drop':
        if (effect.reason === 'duplicate') this.#stats.duplicates += 1
        return this.#drop(effect.reason, effect.link && this.#links.nameOf(effect.link))
      case 'neighbour':
        return this.#links.heard(effect.link, effect.liveness, effect.roundTrips)
      case 'sign':
        return void this.#seal(effect.notice)
      case 'picture':
        return this.#emitter.emit('network', this.network())
      case 'receipts':
        if (!this.#running) return undefined
        for (const entry of askedEntries(this.#running.core, effect.log, effect.height)) {
          this.#emitter.emit('receipts', entry)
        }
        return undefined
      case 'cut':
        return this.#links.cut(effect.link, effect.reason)
    }
  }

  async #seal(content: NoticeContent): Promise<void> {
    if (!this.#running) return
    try {
      const notice = await sealNotice(this.#running.identity.sign, content)
      if (!this.#aborter.signal.aborted) this.#handle({ type: 'signed', notice })
    } catch {
      // The key is gone. What is published rejects and says so; this is tried again by itself.
      this.#drop('unsigned-notice', undefined)
    }
  }

  #store({ block, hops, networkMs }: HeldBlock): void {
    // One's own has none.
    if (hops.length > 0) this.#stats.accepted += 1
    const { bytes, signature, height } = block
    const arrivedAt = this.#options.wallClock()
    this.#running?.store.append({ log: logIdOf(block), height, bytes, signature, hops, arrivedAt, networkMs })
  }

  #signallingChanged(state: SignallingState): void {
    if (state.status === 'replaced') this.#stop({ status: 'error', reason: 'replaced', name: this.name })
    else this.#become(this.#status.after(state))
  }

  #stop(state: NodeError): void {
    this.#aborter.abort()
    // First, so that nothing is dialled again because of the byes.
    this.#running?.network.stop()
    this.#running?.driver.stop()
    if (state.reason === 'replaced') void this.#running?.store.retire()
    else void this.#running?.store.flush(this.#running.core.networkMs)
    this.#running?.identity.release()
    this.#links.clear()
    this.#diagnosis.contact({ step: 'none' })
    this.#become(state)
    this.#emitter.emit('network', this.network())
  }

  #drop(reason: string, peer: string | undefined): void {
    this.#stats.drop(reason)
    this.#emitter.emit('drop', { reason, ...(peer !== undefined && { peer }) })
  }

  #become(state: NodeState): void {
    this.#handle({ type: 'registered', isOnline: state.status === 'online' })
    if (!this.#status.become(state)) return
    if (state.status === 'error') this.#publisher.rejectWaiting(whyNotRunning(state))
    this.#diagnosis.changed()
    this.#emitter.emit('state', state)
  }
}
