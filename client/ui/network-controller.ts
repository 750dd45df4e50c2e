import type { ReactiveController, ReactiveControllerHost } from 'lit'
import type { GrapevineNode } from '../grapevine.ts'
import { browserFrameClock, type FrameClock, FrameScheduler } from './frame-scheduler.ts'
import { emptyGraph, type Graph, graphOf } from './network-graph.ts'
import { describeChanges } from './network-words.ts'

/** Milliseconds after which the network is looked at again though no event came: how long ago nodes were heard grows. */
const lookAgainMs = 2_000

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

  readonly #clock: FrameClock
  readonly #scheduler: FrameScheduler
  #node: GrapevineNode | undefined
  #isShown = false
  #isConnected = false
  #undos: (() => void)[] = []
  #timer: number | undefined
  #told: { readonly graph: Graph; readonly at: number } | undefined

  constructor(host: ReactiveControllerHost, clock: FrameClock = browserFrameClock) {
    this.#clock = clock
    this.#scheduler = new FrameScheduler(() => {
      this.#look()
      host.requestUpdate()
    }, clock)
    host.addController(this)
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
    const schedule = (): void => this.#scheduler.schedule()
    this.#undos = [node.on('network', schedule), node.on('link', schedule), node.on('state', schedule)]
    this.#look()
    this.#lookAgain()
  }

  #unsubscribe(): void {
    for (const undo of this.#undos) undo()
    this.#undos = []
    this.#scheduler.cancel()
    if (this.#timer !== undefined) this.#clock.clearTimer(this.#timer)
    this.#timer = undefined
  }

  #lookAgain(): void {
    this.#timer = this.#clock.setTimer(() => {
      this.#lookAgain()
      this.#scheduler.schedule()
    }, lookAgainMs)
  }

  #look(): void {
    const node = this.#node
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
