import type { ReactiveControllerHost } from 'lit'
import type { GrapevineNode } from '../../../node/api/grapevine.ts'
import { browserFrameClock, type DrawingClock, FrameScheduler } from '../../shared/frame-scheduler.ts'
import { emptyGraph, type Graph, graphOf } from '../../words/network-graph.ts'
import { describeChanges } from '../../words/network-words.ts'
import { NodeSubscription } from '../../node/node-subscription.ts'
import { Ripples } from './ripples.ts'

/** Milliseconds between two looks without an event: the displayed time since a node was last heard grows meanwhile. */
const lookAgainMs = 2_000

/** Milliseconds for which authors are collected before their ripples begin: at most ten redraws a second. */
const ripplesEveryMs = 100

/** Milliseconds within which changes are combined into one report. */
const reportEveryMs = 1_000

/** The other nodes that were here, and the time until which they were: milliseconds since 1970. */
export interface FormerNodes {
  readonly labels: readonly string[]
  readonly until: number
}

const othersOf = ({ nodes }: Graph): readonly string[] =>
  nodes.filter(({ isSelf, presence }) => !isSelf && presence === 'here').map(({ label }) => label)

/**
 * Follows what a node knows of its network, while a person can see it.
 * 1. It looks at the network at most once per frame, however many events come, and never while it is not shown.
 * 2. Changes are the differences from the last report, so a flapping link causes no report.
 */
export class NetworkController {
  graph: Graph = emptyGraph
  /** The last change, in words, and its time: milliseconds since 1970. */
  lastChange: { readonly text: string; readonly at: number } | undefined
  /** The other nodes that were here last; undefined while any other node is here. */
  formerNodes: FormerNodes | undefined

  readonly #clock: DrawingClock
  readonly #scheduler: FrameScheduler
  readonly #subscription: NodeSubscription
  readonly #ripples = new Ripples()
  #names: ReadonlyMap<string, string> = new Map()
  #rippleTimer: number | undefined
  #isStale = false
  #timer: number | undefined
  #lastReport: { readonly graph: Graph; readonly at: number } | undefined
  /** The last time when any other node was here: milliseconds since 1970. */
  #seenAt = 0

  constructor(host: ReactiveControllerHost, clock: DrawingClock = browserFrameClock) {
    this.#clock = clock
    this.#scheduler = new FrameScheduler(() => {
      const { node } = this.#subscription
      if (this.#isStale && node) this.#look(node)
      host.requestUpdate()
    }, clock)
    this.#subscription = new NodeSubscription(host, (node) => this.#subscribe(node))
  }

  /** For each node that has published, the number of its ripples so far. */
  get ripples(): ReadonlyMap<string, number> {
    return this.#ripples.counts
  }

  follow(node: GrapevineNode | undefined, isShown: boolean): void {
    if (node !== this.#subscription.node) {
      this.graph = emptyGraph
      this.lastChange = undefined
      this.formerNodes = undefined
      this.#lastReport = undefined
    }
    this.#subscription.follow(node, isShown)
  }

  /** `names`: the names that people gave, by PeerId. */
  rename(names: ReadonlyMap<string, string>): void {
    this.#names = names
    if (this.#subscription.isShown) this.#lookSoon()
  }

  #subscribe(node: GrapevineNode): (() => void)[] {
    const look = (): void => this.#lookSoon()
    const undos = [
      node.on('network', look),
      node.on('link', look),
      node.on('state', look),
      node.on('entry', ({ peerId, isBackfill }) => {
        // History was published long ago.
        if (!isBackfill) this.#rippleSoon(peerId)
      }),
      () => this.#stop(),
    ]
    this.#look(node)
    this.#lookAgain()
    return undos
  }

  #stop(): void {
    this.#scheduler.cancel()
    for (const timer of [this.#timer, this.#rippleTimer]) if (timer !== undefined) this.#clock.clearTimer(timer)
    this.#timer = undefined
    this.#rippleTimer = undefined
    // The time of a change is unknown if it happens while the view is not shown.
    this.#lastReport = undefined
  }

  #lookAgain(): void {
    this.#timer = this.#clock.setTimer(() => {
      this.#lookAgain()
      this.#lookSoon()
    }, lookAgainMs)
  }

  #lookSoon(): void {
    this.#isStale = true
    this.#scheduler.schedule()
  }

  #rippleSoon(author: string): void {
    this.#ripples.note(author)
    this.#rippleTimer ??= this.#clock.setTimer(() => {
      this.#rippleTimer = undefined
      const before = this.#ripples.counts
      this.#ripples.release(new Set(this.graph.nodes.map(({ id }) => id)), performance.now())
      if (this.#ripples.counts !== before) this.#scheduler.schedule()
    }, ripplesEveryMs)
  }

  #look(node: GrapevineNode): void {
    this.#isStale = false
    const before = this.graph
    this.graph = graphOf(node.network(), node.links(), this.#names)
    const [were, are] = [othersOf(before), othersOf(this.graph)]
    if (are.length > 0) {
      this.formerNodes = undefined
      this.#seenAt = Date.now()
    } else if (were.length > 0) this.formerNodes = { labels: were, until: this.#seenAt }
    this.#report()
  }

  #report(): void {
    if (this.graph.nodes.length === 0) {
      // The node has stopped, and no longer knows the others.
      this.lastChange = undefined
      this.formerNodes = undefined
      this.#lastReport = undefined
      return
    }
    const now = performance.now()
    if (this.#lastReport && now - this.#lastReport.at < reportEveryMs) return
    const changes = this.#lastReport ? describeChanges(this.#lastReport.graph, this.graph) : []
    this.#lastReport = { graph: this.graph, at: now }
    if (changes.length > 0) this.lastChange = { text: `${changes.slice(0, 2).join('; ')}.`, at: Date.now() }
  }
}
