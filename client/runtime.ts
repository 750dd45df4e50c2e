import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import type { Verify } from './runtime/block-seal.ts'
import { DiagnosisRecord } from './runtime/diagnosis-record.ts'
import { EventEmitter } from './runtime/event-emitter.ts'
import { encodeFrame } from './runtime/frame-codec.ts'
import type { Diagnosis, IceServerCounts } from './diagnosis.ts'
import { type LogId, logIdOf, parseLogId } from './gossip/block.ts'
import type { Entry, JsonValue } from './gossip/entry.ts'
import type { Envelope } from './gossip/envelope.ts'
import type { Hop } from './gossip/hop.ts'
import { gossipLimits } from './gossip/limits.ts'
import type { Link, LinkEnd, LinkId } from './gossip/link.ts'
import type { HeldBlock } from './gossip/log.ts'
import type { CutReason, GossipEffect } from './gossip/gossip-effect.ts'
import type { GossipEvent } from './gossip/gossip-event.ts'
import { GossipNode } from './gossip/node.ts'
import type { NodeName } from './gossip/node-name.ts'
import type { NoticeContent } from './gossip/notice.ts'
import type {
  Fork,
  EntryRef,
  GrapevineNode,
  LinkReason,
  LinkSnapshot,
  NetworkSnapshot,
  NodeError,
  NodeEvents,
  NodeState,
  NodeStats,
  SyncProgress,
  ReceiptsSnapshot,
} from './grapevine.ts'
import { CatchUp } from './runtime/catch-up.ts'
import { forksOf } from './runtime/forks.ts'
import { LinkInbox, inboxLimits } from './runtime/link-inbox.ts'
import { linkChanges } from './runtime/link-changes.ts'
import { NeighbourTable } from './runtime/neighbour-table.ts'
import type {
  BlockStorePort,
  NetworkPort,
  NetworkPortEvents,
  OpenedIdentity,
  Release,
  SignallingState,
  Timers,
} from './runtime/node-ports.ts'
import { StatsCounter } from './runtime/node-stats.ts'
import { WireTap } from './runtime/wire-tap.ts'
import { sealNotice } from './runtime/notice-seal.ts'
import { Publisher } from './runtime/publisher.ts'
import { type RestorableBlock, checkStoredLedger } from './runtime/stored-ledger.ts'
import { whyNotRunning } from './runtime/why-not-running.ts'

export interface RuntimeOptions {
  readonly name: NodeName
  readonly net: string
  /** Whether this browser has WebRTC at all. */
  readonly hasWebRtc: boolean
  /** Waits for the name in this browser and opens its key; rejects once aborted. */
  open(events: { heldElsewhere(): void }, signal: AbortSignal): Promise<OpenedIdentity>
  connect(opened: OpenedIdentity, events: NetworkPortEvents): Promise<NetworkPort>
  /** The ledger that this node had when it last ran. */
  openStore(): Promise<BlockStorePort>
  readonly verify: Verify
  /** What connections are made with; none if absent. */
  readonly iceServers?: IceServerCounts
  readonly timers: Timers
  /** In [0, 1). */
  readonly random: () => number
  /** Milliseconds since 1970, for the time that an entry shows. */
  readonly wallClock: () => number
  /** Resolves in a task of its own, after what else is due by now; at once also in a hidden tab. */
  readonly breathe: () => Promise<void>
  /** What the page offers instead of a name that somebody else has. */
  alternative(): { readonly name: string; readonly href: string }
}

/** Milliseconds that changes are gathered for: a try has dozens within a second, and nobody reads as fast. */
const diagnosisEveryMs = 250

const noIceServers: IceServerCounts = { stun: 0, turn: 0 }

/** What exists only while the node runs. */
interface Running {
  readonly identity: OpenedIdentity
  readonly core: GossipNode
  readonly store: BlockStorePort
  readonly network: NetworkPort
}

interface OpenLink {
  readonly link: Link
  readonly inbox: LinkInbox
}

/**
 * Drives the pure core: frames and timers in, effects out; signs what is published.
 *  1. Every event goes through `#handle`, which applies all effects before the next event.
 *  2. A link is in `#links` from its opening until its end or cut; events of any other are ignored.
 */
export class Runtime implements GrapevineNode {
  readonly name: string
  readonly net: string
  readonly #options: RuntimeOptions
  readonly #emitter = new EventEmitter<NodeEvents>()
  readonly #stats = new StatsCounter()
  readonly #table = new NeighbourTable(gossipLimits.maxLinks)
  readonly #links = new Map<LinkId, OpenLink>()
  readonly #catchUp = new CatchUp()
  readonly #aborter = new AbortController()
  readonly #publisher: Publisher
  readonly #wire: WireTap
  readonly #diagnosis: DiagnosisRecord
  #isDiagnosisDue = false
  #running: Running | undefined
  #state: NodeState = { status: 'starting' }
  #hasBeenOnline = false
  #snapshots: readonly LinkSnapshot[] = []
  #stopTimer: (() => void) | undefined
  #encoded: { readonly envelope: Envelope; readonly frame: Uint8Array<ArrayBuffer> } | undefined
  #alternative: { readonly name: string; readonly href: string } | undefined

  constructor(options: RuntimeOptions) {
    this.#options = options
    this.name = options.name
    this.net = options.net
    this.#wire = new WireTap(this.#emitter, options.wallClock)
    this.#diagnosis = new DiagnosisRecord(options.timers.now())
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
    if (this.#state.status === 'error') throw whyNotRunning(this.#state)
    return this.#publisher.add(body)
  }

  entries(): readonly Entry[] {
    return this.#running?.core.entries() ?? []
  }

  links(): readonly LinkSnapshot[] {
    return this.#snapshots
  }

  network(): NetworkSnapshot {
    return this.#running?.core.picture(this.#options.timers.now()) ?? { nodes: [], isPartial: false }
  }

  route(entry: EntryRef): readonly Hop[] | undefined {
    return this.#find(entry)?.hops
  }

  askReceipts({ peerId, epoch, seq }: EntryRef): void {
    const log = parseLogId(`${peerId}/${epoch}`)
    if (log) this.#handle({ type: 'ask', log, seq })
  }

  receipts(entry: EntryRef): ReceiptsSnapshot {
    const held = this.#find(entry)
    const known = held && this.#running?.core.receipts(logIdOf(held.block), held.block.height)
    if (!known) return { isAsked: false, receipts: [] }
    const receipts = known.receipts.map(({ author, name, hops, copies }) => ({ name, peerId: author, hops, copies }))
    return { isAsked: known.askedSeqs.has(entry.seq), receipts }
  }

  digest(): string {
    return this.#running?.core.digest() ?? ''
  }

  stats(): NodeStats {
    return this.#stats.snapshot()
  }

  state(): NodeState {
    return this.#state
  }

  sync(): SyncProgress {
    return this.#catchUp.progress
  }

  forks(): readonly Fork[] {
    return this.#running ? forksOf(this.#running.core.logs().values()) : []
  }

  diagnosis(): Diagnosis {
    const { name, peerId } = this
    const { iceServers = noIceServers, timers } = this.#options
    const seen = { name, peerId, state: this.#state, links: this.#snapshots, iceServers }
    return this.#diagnosis.snapshot(seen, timers.now())
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
    const { name, hasWebRtc } = this.#options
    if (!hasWebRtc) return this.#become({ status: 'error', reason: 'webrtc-unavailable' })
    const { signal } = this.#aborter
    const identity = await this.#options.open(
      { heldElsewhere: () => this.#become(this.#nameGone('name-open-here')) },
      signal,
    )
    const store = await this.#options.openStore()
    const [network, restorable] = await Promise.all([this.#connect(identity), this.#load(store, identity)])
    if (signal.aborted || !network) return identity.release()
    const core = new GossipNode({
      name,
      epoch: identity.epoch,
      hash: (text) => bytesToHex(sha256(utf8ToBytes(text))),
      random: this.#options.random,
      announcesAs: identity.peerId,
    })
    this.#restore(core, restorable)
    this.#running = { identity, core, network, store }
    this.#become({ status: 'starting' })
    this.#publisher.start(identity)
    network.start()
  }

  /** What storage has damaged leaves it: neighbours that still hold it bring it again. */
  async #load(store: BlockStorePort, { peerId }: OpenedIdentity): Promise<readonly RestorableBlock[]> {
    const { whole, damaged } = await checkStoredLedger(await store.load(), peerId, this.#options.verify)
    for (const block of damaged) {
      store.discard(block)
      this.#drop('damaged-in-storage', undefined)
    }
    return whole
  }

  /** Before any link, without events. */
  #restore(core: GossipNode, restorable: readonly RestorableBlock[]): void {
    const { timers, wallClock } = this.#options
    for (const { block, hops, stored } of restorable) {
      // How long ago, by this machine's own clock; one that was set back makes it now.
      const ageMs = Math.max(0, wallClock() - stored.arrivedAt)
      core.restore(block, hops, timers.now() - ageMs)
    }
  }

  async #connect(identity: OpenedIdentity): Promise<NetworkPort | undefined> {
    if (this.#aborter.signal.aborted) return undefined
    try {
      return await this.#options.connect(identity, this.#networkEvents())
    } catch (error) {
      identity.release()
      throw error
    }
  }

  #networkEvents(): NetworkPortEvents {
    return {
      linked: (link) => this.#linked(link),
      upstream: (status) => {
        this.#table.upstream(status)
        this.#refreshLinks()
      },
      signalling: (state) => this.#signallingChanged(state),
      contact: (contact) => {
        this.#diagnosis.contact(contact, this.#options.timers.now())
        this.#diagnosisChanged()
      },
      tried: (upstream, status) => {
        this.#diagnosis.tried(upstream, status)
        this.#diagnosisChanged()
      },
      suspect: (link) => this.#handle({ type: 'probe', link }),
      dropped: (reason, from) => this.#drop(reason, from),
    }
  }

  #linked(link: Link): void {
    if (!this.#running) return link.close()
    const { core } = this.#running
    const inbox = new LinkInbox({
      link: link.id,
      verify: this.#options.verify,
      limits: inboxLimits,
      holds: (log, height, hash) => core.holds(log, height, hash),
      noticeRefusal: (id, notice, ageMs) => core.noticeRefusal(id, notice, ageMs, this.#options.timers.now()),
      emit: (event) => this.#handle(event),
      breathe: this.#options.breathe,
      wallClock: this.#options.wallClock,
      decoded: (envelope, frame, open) => this.#wire.received(link, envelope, frame, open),
    })
    this.#links.set(link.id, { link, inbox })
    this.#table.linked(link)
    const { id, peerId, name, direction } = link
    this.#handle({ type: 'link-up', neighbour: { link: id, peerId, name, direction } })
    link.listen({
      frame: (frame) => this.#received(link, inbox, frame),
      badFrame: (reason, bytes) => {
        this.#wire.refused(link, reason, bytes)
        this.#handle({ type: 'invalid', link: id, reason })
      },
      // Behind the frames that came before: messages, and perhaps a bye.
      end: (end) => inbox.finish(() => this.#lost(id, end)),
    })
  }

  #lost(id: LinkId, end: LinkEnd): void {
    if (!this.#links.has(id)) return
    this.#handle({ type: 'link-down', link: id })
    // G8: the bye of a node that stops under load has no room. If it runs on, it or we dial again at once.
    if (end === 'aborted-there') this.#ended(id, 'aborted', undefined)
    else this.#ended(id, 'lost', 'connection-lost')
  }

  #received(link: Link, inbox: LinkInbox, frame: Uint8Array<ArrayBuffer>): void {
    this.#stats.received += 1
    this.#stats.bytesReceived += frame.length
    this.#handle({ type: 'heard', link: link.id })
    if (!inbox.add(frame)) this.#drop('inbox-full', link.name)
  }

  #handle(event: GossipEvent): void {
    if (!this.#running) return
    const { core } = this.#running
    const now = this.#options.timers.now()
    for (const effect of core.handle(event, now)) this.#apply(effect)
    if (this.#catchUp.look(core, now)) this.#emitter.emit('sync', this.#catchUp.progress)
    this.#schedule()
  }

  #apply(effect: GossipEffect): void {
    switch (effect.type) {
      case 'send':
        return this.#send(effect.link, effect.envelope)
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
        return this.#drop(effect.reason, effect.link && this.#links.get(effect.link)?.link.name)
      case 'neighbour':
        this.#table.heard(effect.link, effect.liveness, effect.rttMs)
        this.#running?.network.setQuiet(effect.link, effect.liveness === 'quiet')
        return this.#refreshLinks()
      case 'seal':
        return void this.#seal(effect.notice)
      case 'network':
        return this.#emitter.emit('network', this.network())
      case 'receipts':
        return this.#receiptsCame(effect.log, effect.height)
      case 'cut':
        return this.#cut(effect.link, effect.reason)
    }
  }

  async #seal(content: NoticeContent): Promise<void> {
    if (!this.#running) return
    try {
      const notice = await sealNotice(this.#running.identity.sign, content)
      if (!this.#aborter.signal.aborted) this.#handle({ type: 'sealed', notice })
    } catch {
      // The key is gone. What is published rejects and says so; this is tried again by itself.
      this.#drop('unsigned-notice', undefined)
    }
  }

  #find({ peerId, epoch, seq }: EntryRef): HeldBlock | undefined {
    const log = parseLogId(`${peerId}/${epoch}`)
    return log && this.#running?.core.find(log, seq)
  }

  #receiptsCame(log: LogId, height: number): void {
    const [peerId, epoch] = log.split('/')
    if (peerId === undefined || epoch === undefined) return
    for (const seq of this.#running?.core.receipts(log, height).askedSeqs ?? []) {
      this.#emitter.emit('receipts', { peerId, epoch, seq })
    }
  }

  #store({ block, hops }: HeldBlock): void {
    const { bytes, signature, height } = block
    const arrivedAt = this.#options.wallClock()
    this.#running?.store.append({ log: logIdOf(block), height, bytes, signature, hops, arrivedAt })
  }

  #send(id: LinkId, envelope: Envelope): void {
    const open = this.#links.get(id)
    if (!open) return
    const frame = this.#encode(envelope)
    if (!open.link.send(frame)) return this.#drop('window-full', open.link.name)
    this.#stats.sent += 1
    this.#stats.bytesSent += frame.length
    this.#wire.sent(open.link, envelope, frame.length)
  }

  /** The same push goes to many neighbours, one right after the other. */
  #encode(envelope: Envelope): Uint8Array<ArrayBuffer> {
    if (this.#encoded?.envelope !== envelope) this.#encoded = { envelope, frame: encodeFrame(envelope) }
    return this.#encoded.frame
  }

  #cut(id: LinkId, reason: CutReason): void {
    const consequences = {
      misbehaved: ['cut', 'misbehaved'],
      'wrong-version': ['lost', 'wrong-version'],
      silent: ['lost', 'silent'],
      'said-bye': ['bye', undefined],
      'too-many-links': ['lost', 'peer-full'],
      stopped: ['bye', undefined],
    } as const satisfies Record<CutReason, readonly [Release, LinkReason | undefined]>
    const [release, shown] = consequences[reason]
    this.#ended(id, release, shown)
  }

  #ended(id: LinkId, release: Release, reason: LinkReason | undefined): void {
    const open = this.#links.get(id)
    if (!open) return
    // First, so that the link's own end event finds nothing left to do.
    this.#links.delete(id)
    open.inbox.close()
    if (reason === undefined) this.#table.left(id)
    else this.#table.lost(id, reason, this.#options.timers.now())
    open.link.close()
    this.#running?.network.released(open.link, release)
    this.#refreshLinks()
    // A row that is down has its time.
    this.#schedule()
  }

  #signallingChanged(state: SignallingState): void {
    switch (state.status) {
      case 'registered':
        this.#hasBeenOnline = true
        return this.#become({ status: 'online' })
      case 'offline':
        return this.#become(state)
      case 'name-taken':
        // A node that has run keeps its links; one that has not can't begin.
        if (this.#hasBeenOnline) return this.#become({ status: 'offline', reason: 'name-taken' })
        return this.#become(this.#nameGone('name-taken'))
      case 'replaced':
        return this.#stop({ status: 'error', reason: 'replaced', name: this.name })
    }
  }

  #stop(state: NodeError): void {
    this.#aborter.abort()
    // First, so that nothing is dialled again because of the byes.
    this.#running?.network.stop()
    this.#handle({ type: 'stop' })
    this.#stopTimer?.()
    void this.#running?.store.flush()
    this.#running?.identity.release()
    this.#become(state)
  }

  #nameGone(reason: 'name-open-here' | 'name-taken'): NodeError {
    // The same one as long as the name is gone: a link that changes can't be clicked.
    this.#alternative ??= this.#options.alternative()
    return { status: 'error', reason, name: this.name, alternative: this.#alternative }
  }

  #schedule(): void {
    this.#stopTimer?.()
    if (!this.#running || this.#aborter.signal.aborted) return
    const now = this.#options.timers.now()
    const wakeAt = Math.min(this.#running.core.nextWakeAt(), this.#table.expire(now))
    if (wakeAt === Infinity) return
    this.#stopTimer = this.#options.timers.after(Math.max(0, wakeAt - now), () => {
      this.#handle({ type: 'tick' })
      this.#refreshLinks()
    })
  }

  #refreshLinks(): void {
    const before = this.#snapshots
    this.#snapshots = this.#table.snapshots()
    const changes = linkChanges(before, this.#snapshots)
    if (changes.length === 0) return
    this.#diagnosis.links(this.#snapshots, this.#options.timers.now())
    this.#diagnosisChanged()
    for (const change of changes) this.#emitter.emit('link', change)
  }

  #diagnosisChanged(): void {
    if (this.#isDiagnosisDue || !this.#emitter.hasListeners('diagnosis')) return
    this.#isDiagnosisDue = true
    this.#options.timers.after(diagnosisEveryMs, () => {
      this.#isDiagnosisDue = false
      this.#emitter.emit('diagnosis', this.diagnosis())
    })
  }

  #drop(reason: string, peer: string | undefined): void {
    this.#stats.drop(reason)
    this.#emitter.emit('drop', { reason, ...(peer !== undefined && { peer }) })
  }

  #become(state: NodeState): void {
    this.#handle({ type: 'registered', isOnline: state.status === 'online' })
    if (JSON.stringify(state) === JSON.stringify(this.#state)) return
    this.#state = state
    if (state.status === 'error') this.#publisher.rejectWaiting(whyNotRunning(state))
    this.#diagnosisChanged()
    this.#emitter.emit('state', state)
  }
}
