import type { Entry, JsonValue } from '../../client/gossip/wire/entry.ts'
import type { Diagnosis } from '../../client/node/api/diagnosis.ts'
import type { Hop } from '../../client/gossip/wire/hop.ts'
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
  Receipt,
  ReceiptsSnapshot,
  SyncProgress,
  WireEnvelope,
  WireExportOptions,
  WireSnapshot,
  WireTotal,
} from '../../client/node/api/grapevine.ts'
import { createOn } from '../../client/node/shared/topic-filter.ts'
import { NodeExports } from '../../client/node/exports/node-exports.ts'
import { diagnosisOf } from './lab/connection/diagnoses.ts'
import { fakeEntry, fakeEnvelope, fakePeerId, knownNode } from './fake-network.ts'

const refKey = ({ peerId, epoch, seq }: EntryRef): string => `${peerId} ${epoch} ${seq}`

export interface FakeNodeOptions {
  readonly name?: string
  readonly net?: string
  readonly state?: NodeState
}

/** A node that a test drives instead of a network. */
export class FakeNode implements GrapevineNode {
  readonly name: string
  readonly net: string
  readonly peerId: string
  readonly ready = Promise.resolve()
  /** How often the page called `digest()`. */
  digests = 0
  /** How often the page called `network()`. */
  networks = 0
  readonly disturb = (): void => {}
  readonly [Symbol.asyncDispose] = async (): Promise<void> => {}
  readonly faults = (): readonly LinkFault[] => []
  /** Peers whose new key the page trusted. */
  readonly trusted: string[] = []
  /** If set, publications reject with this error. */
  failure: Error | undefined
  /** Entries for which the page requested receipts, in the order of the requests. */
  readonly asked: EntryRef[] = []
  readonly #entries: Entry[] = []
  readonly #listeners = new Map<keyof NodeEvents, Set<(event: never) => void>>()
  readonly #drops: Record<string, number> = {}
  readonly #routes = new Map<string, readonly Hop[]>()
  /** Overrides of the counters that `stats()` computes. */
  statsOverrides: Partial<NodeStats> = {}
  readonly #receipts = new Map<string, readonly Receipt[]>()
  readonly #exports = new NodeExports({ node: this, wallClock: Date.now, breathe: () => Promise.resolve() })
  #network: NetworkSnapshot | undefined
  #passed = 0
  #wire: readonly WireEnvelope[] = []
  readonly #wireTotals = new Map<string, WireTotal>()
  #links: readonly LinkSnapshot[] = []
  #sync: SyncProgress = { have: 0, need: 0 }
  #forks: readonly Fork[] = []
  #state: NodeState
  #diagnosis: Partial<Diagnosis> = {}

  constructor({ name = 'node1', net = 'main', state = { status: 'online' } }: FakeNodeOptions = {}) {
    this.name = name
    this.net = net
    this.peerId = fakePeerId(name)
    this.#state = state
  }

  ping(): Promise<Entry> {
    return this.publish("I'm alive")
  }

  readonly publish = (async (body: JsonValue | Uint8Array) => {
    if (this.failure) throw this.failure
    return this.deliver({ body })
  }) as GrapevineNode['publish']

  send(): Promise<void> {
    return Promise.reject(new Error('a page that sends nothing to one neighbour'))
  }

  /** An entry arrives; by default it is this node's own. */
  deliver(entry: Partial<Entry> & Pick<Entry, 'body'>): Entry {
    const author = entry.author ?? this.name
    const delivered = fakeEntry({
      author,
      seq: entry.seq ?? this.#entries.filter((known) => known.author === author).length + 1,
      path: author === this.name ? [author] : [author, this.name],
      ...entry,
    })
    this.#entries.push(delivered)
    this.#emit('entry', delivered)
    return delivered
  }

  /** An entry arrives by these hops, the author first. */
  deliverBy(hops: readonly Hop[], entry: Partial<Entry> & Pick<Entry, 'body' | 'author' | 'seq'>): Entry {
    this.setRoute({ peerId: fakePeerId(entry.author), epoch: '1-0123456789abcdef', seq: entry.seq }, ...hops)
    return this.deliver({ path: [...hops.map(({ name }) => name), this.name], ...entry })
  }

  /** An envelope passes on a link; by default an incoming heartbeat. */
  pass(envelope: Partial<WireEnvelope> = {}): void {
    this.#passed += 1
    const passed = fakeEnvelope({ id: this.#passed, ...envelope })
    this.#wire = [...this.#wire, passed].slice(-500)
    const { count = 0, bytes = 0 } = this.#wireTotals.get(passed.type) ?? {}
    this.#wireTotals.set(passed.type, { count: count + 1, bytes: bytes + passed.bytes })
    this.#emit('envelope', passed)
  }

  /** `count` entries of one author arrive at once; by default, `first` follows the number of held entries. */
  deliverMany(count: number, author = 'node2', first = this.#entries.length + 1): void {
    for (let index = 0; index < count; index += 1) {
      this.deliver({ author, seq: first + index, body: `message ${first + index}` })
    }
  }

  /** `count` older entries of an author arrive: they stand directly before the author's held entries. */
  backfill(count: number, author = 'node2'): readonly Entry[] {
    const at = this.#entries.findIndex((known) => known.author === author)
    const before = this.#entries[at]?.seq ?? 1
    const older = Array.from({ length: count }, (_, index) => {
      const seq = before - count + index
      return fakeEntry({ author, seq, body: `message ${seq}`, path: [author, this.name] })
    })
    this.#entries.splice(at, 0, ...older)
    for (const entry of older) this.#emit('entry', { ...entry, isBackfill: true })
    return older
  }

  /** Retention removes the oldest entries; the page notices it with the next entry. */
  forget(count: number): void {
    this.#entries.splice(0, count)
  }

  become(state: NodeState): void {
    this.#state = state
    this.#emit('state', state)
  }

  /** Replaces all links. */
  link(...links: readonly LinkSnapshot[]): void {
    const gone = this.#links.filter(({ peer }) => !links.some((link) => link.peer === peer))
    this.#links = links
    const events = [...links, ...gone.map(({ peer }) => ({ peer, removed: true }) as const)]
    for (const event of events) this.#emit('link', event)
  }

  catchUp(have: number, need: number): void {
    this.#sync = { have, need }
    this.#emit('sync', this.#sync)
  }

  fork(fork: Fork): void {
    this.#forks = [...this.#forks, fork]
    const { peerId, epoch } = fork
    this.#emit('fork', { peerId, log: `${peerId}/${epoch}` })
  }

  drop(reason: string): void {
    this.#drops[reason] = (this.#drops[reason] ?? 0) + 1
    this.#emit('drop', { reason })
  }

  /** The number of listeners that are still registered. */
  get listenerCount(): number {
    return [...this.#listeners.values()].reduce((sum, { size }) => sum + size, 0)
  }

  entries(): readonly Entry[] {
    return [...this.#entries]
  }

  links(): readonly LinkSnapshot[] {
    return this.#links
  }

  network(): NetworkSnapshot {
    this.networks += 1
    return this.#network ?? { nodes: [knownNode(this.name, { isSelf: true })], isPartial: false }
  }

  route(entry: EntryRef): readonly Hop[] | undefined {
    return this.#routes.get(refKey(entry))
  }

  askReceipts(entry: EntryRef): void {
    this.asked.push(entry)
  }

  receipts(entry: EntryRef): ReceiptsSnapshot {
    const isAsked = this.asked.some((asked) => refKey(asked) === refKey(entry))
    return { isAsked, receipts: this.#receipts.get(refKey(entry)) ?? [] }
  }

  /** Replaces all that the node knows about the network. */
  setNetwork(network: NetworkSnapshot): void {
    this.#network = network
    this.#emit('network', network)
  }

  /** Sets the route by which an entry arrived. */
  setRoute(entry: EntryRef, ...hops: readonly Hop[]): void {
    this.#routes.set(refKey(entry), hops)
  }

  /** Receipts for an entry arrive. */
  confirm(entry: EntryRef, ...receipts: readonly Receipt[]): void {
    this.#receipts.set(refKey(entry), [...(this.#receipts.get(refKey(entry)) ?? []), ...receipts])
    this.#emit('receipts', entry)
  }

  digest(): string {
    this.digests += 1
    return this.#entries.length.toString(16).padStart(64, '7')
  }

  stats(): NodeStats {
    const delivered = this.#entries.length
    const zero = { sent: 0, received: 0, bytesSent: 0, bytesReceived: 0, accepted: 0, duplicates: 0 }
    return { ...zero, delivered, drops: this.#drops, ...this.statsOverrides }
  }

  state(): NodeState {
    return this.#state
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

  wire(): WireSnapshot {
    return { envelopes: this.#wire, totals: new Map(this.#wireTotals) }
  }

  sync(): SyncProgress {
    return this.#sync
  }

  distrustedBy(): readonly string[] {
    return []
  }

  forks(): readonly Fork[] {
    return this.#forks
  }

  /** Sets the diagnosis; `parts` replace parts of the diagnosis of a registered node without upstreams. */
  diagnose(parts: Partial<Diagnosis>): void {
    this.#diagnosis = parts
    this.#emit('diagnosis', this.diagnosis())
  }

  diagnosis(): Diagnosis {
    const { name, peerId } = this
    const linksQuiet = this.#links.filter(({ state }) => state === 'quiet').length
    const linksUp = this.#links.filter(({ state }) => state === 'up').length + linksQuiet
    return diagnosisOf({ name, peerId, state: this.#state, linksUp, linksQuiet, ...this.#diagnosis })
  }

  readonly trust = (upstream: string): unknown => this.trusted.push(upstream)

  readonly on = createOn({
    on: (type, listener) => {
      const listeners = this.#listeners.get(type) ?? new Set()
      this.#listeners.set(type, listeners.add(listener))
      return () => listeners.delete(listener)
    },
  })

  #emit<Type extends keyof NodeEvents>(type: Type, event: NodeEvents[Type]): void {
    for (const listener of this.#listeners.get(type) ?? []) listener(event as never)
  }

  stop(): Promise<void> {
    this.become({ status: 'error', reason: 'stopped' })
    return Promise.resolve()
  }
}
