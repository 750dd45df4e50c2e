import type { ReactiveController, ReactiveControllerHost } from 'lit'
import type { GrapevineNode } from '../grapevine.ts'
import { browserFrameClock, type DrawingClock, FrameScheduler } from './frame-scheduler.ts'
import { emptyGraph, type Graph, graphOf } from './network-graph.ts'
import { describeChanges } from './network-words.ts'
import { Ripples } from './ripples.ts'

/** Milliseconds after which the network is looked at again though no event came: how long ago nodes were heard grows. */
const lookAgainMs = 2_000

/** Milliseconds in which authors are gathered before their ripples begin: a busy network redraws for them ten times a second. */
const ripplesEveryMs = 100

/** Changes that come within this time are told together. Milliseconds. */
const tellEveryMs = 1_000

/**
 * Follows what a node knows of its network, while somebody looks.
 * 1. At most one look per frame, whatever comes; none while not shown.
 * 2. What happened is told against the picture of the last telling, so that a flapping link tells nothing.
 */
export class NetworkController implements ReactiveController {
  graph: Graph = emptyGraph
  /** What happened last, in words. */
  lately = ''

  readonly #clock: DrawingClock
  readonly #scheduler: FrameScheduler
  #node: GrapevineNode | undefined
  #isShown = false
  #isConnected = false
  #undos: (() => void)[] = []
  readonly #ripples = new Ripples()
  #rippleTimer: number | undefined
  #isStale = false
  #timer: number | undefined
  #told: { readonly graph: Graph; readonly at: number } | undefined

  constructor(host: ReactiveControllerHost, clock: DrawingClock = browserFrameClock) {
    this.#clock = clock
    this.#scheduler = new FrameScheduler(() => {
      if (this.#isStale) this.#look()
      host.requestUpdate()
    }, clock)
    host.addController(this)
  }

  /** Nodes that have just published, by how often. */
  get ripples(): ReadonlyMap<string, number> {
    return this.#ripples.counts
  }

  follow(node: GrapevineNode | undefined, isShown: boolean): void {
    if (node !== this.#node) {
      this.graph = emptyGraph
      this.lately = ''
      this.#told = undefined
    }
    this.#unsubscribe()
    this.#node = node
    this.#isShown = isShown
    this.#subscribe()
  }

  hostConnected(): void {
    this.#isConnected = true
    this.#subscribe()
  }

  hostDisconnected(): void {
    this.#isConnected = false
    this.#unsubscribe()
  }

  #subscribe(): void {
    const node = this.#node
    if (!node || !this.#isConnected || !this.#isShown || this.#undos.length > 0) return
    const look = (): void => this.#lookSoon()
    this.#undos = [
      node.on('network', look),
      node.on('link', look),
      node.on('state', look),
      node.on('entry', ({ peerId }) => this.#rippleSoon(peerId)),
    ]
    this.#look()
    this.#lookAgain()
  }

  #unsubscribe(): void {
    for (const undo of this.#undos) undo()
    this.#undos = []
    this.#scheduler.cancel()
    for (const timer of [this.#timer, this.#rippleTimer]) if (timer !== undefined) this.#clock.clearTimer(timer)
    this.#timer = undefined
    this.#rippleTimer = undefined
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

  #look(): void {
    const node = this.#node
    this.#isStale = false
    if (!node) return
    this.graph = graphOf(node.network(), node.links())
    this.#tell()
  }

  #tell(): void {
    const now = performance.now()
    if (this.#told && now - this.#told.at < tellEveryMs) return
    const changes = this.#told ? describeChanges(this.#told.graph, this.graph) : []
    this.#told = { graph: this.graph, at: now }
    if (changes.length > 0) this.lately = `${changes.slice(0, 2).join('; ')}.`
  }
}
