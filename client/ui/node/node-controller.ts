import type { ReactiveController, ReactiveControllerHost } from 'lit'
import type { Entry } from '../../gossip/wire/entry.ts'
import type { Fork, GrapevineNode, LinkFault, LinkSnapshot, NodeState, SyncProgress } from '../../node/api/grapevine.ts'
import { type Departure, Departures } from './departures.ts'
import { type AuthorCount, AuthorCounts } from './author-counts.ts'
import { HistoryMarks } from './history-marks.ts'
import { NodeSubscription } from './node-subscription.ts'
import { DisplayNames } from '../words/display-names.ts'
import { entryChanges } from '../shared/entry-changes.ts'
import { browserFrameClock, type DrawingClock, FrameScheduler } from '../shared/frame-scheduler.ts'

/** What the page shows of a node at one moment. A part is a new object only if its content has changed. */
export interface NodeView {
  readonly name: string
  readonly net: string
  readonly peerId: string
  readonly state: NodeState
  readonly links: readonly LinkSnapshot[]
  /** Neighbours that were linked and are no longer in `links`. */
  readonly departures: readonly Departure[]
  /** This node refused a node that wanted to link, since this page has no connection left. */
  readonly isOutOfConnections: boolean
  readonly ledger: LedgerView
  readonly sync: SyncProgress
  readonly forks: readonly Fork[]
  readonly distrustedBy: readonly string[]
  readonly faults: readonly LinkFault[]
}

export interface LedgerView {
  readonly entries: readonly Entry[]
  /** Whether a held entry came as history, after later entries of its log: it is not news. */
  readonly isHistory: (entry: Entry) => boolean
  readonly digest: string
  /** The authors of the held entries. */
  readonly authors: readonly AuthorCount[]
  /** Names that persons gave to nodes, by PeerId. */
  readonly names: ReadonlyMap<string, string>
}

/** Parts of a view. An event of the node makes parts stale; stale parts are read again. */
const parts = ['ledger', 'links', 'state', 'sync', 'forks'] as const
type Part = (typeof parts)[number]

/**
 * Follows one node and updates its host, at most once per frame however many events come.
 * 1. Events only mark parts as stale. The host's next update reads the stale parts and computes `digest()`.
 * 2. When the controller follows a different node, or its host leaves the page, all earlier subscriptions end.
 */
export class NodeController implements ReactiveController {
  /** As of the host's latest update; undefined without a node. */
  view: NodeView | undefined

  readonly #scheduler: FrameScheduler
  readonly #subscription: NodeSubscription
  readonly #stale = new Set<Part>()
  #authors = new AuthorCounts()
  #history = new HistoryMarks()
  #departures = new Departures()
  #names = new DisplayNames()

  constructor(host: ReactiveControllerHost, clock: DrawingClock = browserFrameClock) {
    this.#scheduler = new FrameScheduler(() => host.requestUpdate(), clock)
    this.#subscription = new NodeSubscription(host, (node) => this.#subscribe(node))
    host.addController(this)
  }

  follow(node: GrapevineNode | undefined): void {
    if (node === this.#subscription.node) return
    this.view = undefined
    this.#authors = new AuthorCounts()
    this.#history = new HistoryMarks()
    this.#departures = new Departures()
    this.#names = new DisplayNames()
    this.#subscription.follow(node)
  }

  hostConnected(): void {
    this.#scheduler.schedule()
  }

  hostUpdate(): void {
    const { node } = this.#subscription
    if (!node || this.#stale.size === 0) return
    const before = this.view
    const unlessStale = (part: Part): NodeView | undefined => (this.#stale.has(part) ? undefined : before)
    const links = unlessStale('links')?.links ?? node.links()
    if (links !== before?.links) this.#departures.update(links, Date.now())
    this.view = {
      ...(unlessStale('state') ?? stateOf(node)),
      name: node.name,
      net: node.net,
      peerId: node.peerId,
      links,
      departures: this.#departures.list,
      ledger: unlessStale('ledger')?.ledger ?? this.#ledgerOf(node),
      sync: unlessStale('sync')?.sync ?? node.sync(),
      forks: unlessStale('forks')?.forks ?? node.forks(),
    }
    this.#stale.clear()
  }

  #ledgerOf(node: GrapevineNode): LedgerView {
    const entries = node.entries()
    const changes = entryChanges(this.view?.ledger.entries ?? [], entries)
    this.#authors.apply(changes)
    this.#history.apply(changes)
    this.#names.apply(changes)
    return {
      entries,
      isHistory: this.#history.has,
      digest: node.digest(),
      authors: this.#authors.list(),
      names: this.#names.names,
    }
  }

  #subscribe(node: GrapevineNode): readonly (() => void)[] {
    const markStale = (...stale: readonly Part[]): void => {
      for (const part of stale) this.#stale.add(part)
      this.#scheduler.schedule()
    }
    for (const part of parts) this.#stale.add(part)
    return [
      node.on('entry', (entry) => {
        if (entry.isBackfill) this.#history.note(entry)
        markStale('ledger')
      }),
      node.on('link', () => markStale('links')),
      node.on('sync', () => markStale('sync')),
      // A fork changes the digest.
      node.on('fork', () => markStale('forks', 'ledger')),
      node.on('distrust', () => markStale('state')),
      node.on('faults', () => markStale('state')),
      node.on('drop', ({ reason }) => {
        if (reason === 'out-of-connections' && !this.view?.isOutOfConnections) markStale('state')
      }),
      // Entries that are restored from storage during the start cause no `entry` events.
      node.on('state', () => markStale(...parts)),
      () => this.#scheduler.cancel(),
    ]
  }
}

const stateOf = (node: GrapevineNode): Pick<NodeView, 'state' | 'isOutOfConnections' | 'distrustedBy' | 'faults'> => ({
  state: node.state(),
  isOutOfConnections: (node.stats().drops['out-of-connections'] ?? 0) > 0,
  distrustedBy: node.distrustedBy(),
  faults: node.faults(),
})
