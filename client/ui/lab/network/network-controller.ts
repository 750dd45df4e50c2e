import type { ReactiveControllerHost } from 'lit'
import type { GrapevineNode } from '../../../node/api/grapevine.ts'
import { browserFrameClock, type DrawingClock, FrameScheduler } from '../../shared/frame-scheduler.ts'
import { emptyGraph, type Graph, graphOf } from '../../words/network-graph.ts'
import { describeChanges } from '../../words/network-words.ts'
import { NodeSubscription } from '../../node/node-subscription.ts'
import { Ripples } from './ripples.ts'

/** Milliseconds after which the network is looked at again though no event came: how long ago nodes were heard grows. */
const lookAgainMs = 2_000

/** Milliseconds in which authors are gathered before their ripples begin: a busy network redraws for them ten times a second. */
const ripplesEveryMs = 100

/** Milliseconds: changes within this time are reported together. */
const reportEveryMs = 1_000

/** The others that were here, and until when: milliseconds since 1970. */
export interface Company {
  readonly labels: readonly string[]
  readonly until: number
}

const othersOf = ({ nodes }: Graph): readonly string[] =>
  nodes.filter(({ isSelf, presence }) => !isSelf && presence === 'here').map(({ label }) => label)

/**
 * Follows what a node knows of its network, while somebody looks.
 * 1. At most one look per frame, whatever comes; none while not shown.
 * 2. Changes are those since the last report, so that a flapping link reports nothing.
 */
export class NetworkController {
  graph: Graph = emptyGraph
  /** What happened last, in words, and when: milliseconds since 1970. */
  lately: { readonly text: string; readonly at: number } | undefined
  /** The others that were here last, while nobody else is. */
  company: Company | undefined

  readonly #clock: DrawingClock
  readonly #scheduler: FrameScheduler
  readonly #subscription: NodeSubscription
  readonly #ripples = new Ripples()
  #names: ReadonlyMap<string, string> = new Map()
  #rippleTimer: number | undefined
  #isStale = false
  #timer: number | undefined
  #lastReport: { readonly graph: Graph; readonly at: number } | undefined
  /** When the others were last seen here: milliseconds since 1970. */
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

  /** Nodes that have just published, by how often. */
  get ripples(): ReadonlyMap<string, number> {
    return this.#ripples.counts
  }

  follow(node: GrapevineNode | undefined, isShown: boolean): void {
    if (node !== this.#subscription.node) {
      this.graph = emptyGraph
      this.lately = undefined
      this.company = undefined
      this.#lastReport = undefined
    }
    this.#subscription.follow(node, isShown)
  }

  /** Names that persons gave, by PeerId. */
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
      node.on('entry', ({ peerId }) => this.#rippleSoon(peerId)),
      () => this.#rest(),
    ]
    this.#look(node)
    this.#lookAgain()
    return undos
  }

  #rest(): void {
    this.#scheduler.cancel()
    for (const timer of [this.#timer, this.#rippleTimer]) if (timer !== undefined) this.#clock.clearTimer(timer)
    this.#timer = undefined
    this.#rippleTimer = undefined
    // The time of what happens while nobody looks is unknown.
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
      this.company = undefined
      this.#seenAt = Date.now()
    } else if (were.length > 0) this.company = { labels: were, until: this.#seenAt }
    this.#report()
  }

  #report(): void {
    if (this.graph.nodes.length === 0) {
      // The node has stopped, and no longer knows the others.
      this.lately = undefined
      this.company = undefined
      this.#lastReport = undefined
      return
    }
    const now = performance.now()
    if (this.#lastReport && now - this.#lastReport.at < reportEveryMs) return
    const changes = this.#lastReport ? describeChanges(this.#lastReport.graph, this.graph) : []
    this.#lastReport = { graph: this.graph, at: now }
    if (changes.length > 0) this.lately = { text: `${changes.slice(0, 2).join('; ')}.`, at: Date.now() }
  }
}
