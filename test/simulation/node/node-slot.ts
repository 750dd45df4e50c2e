import type { EventLoop } from '../network/event-loop.ts'
import type { NodeStorage, Packet, SimulatedNode } from './simulated-node.ts'
import type { Side } from '../network/virtual-link.ts'
import type { Endpoint } from '../network/virtual-network.ts'

/** The number of ticks at one moment that proves an endless loop. A busy node needs fewer. */
const maxTicksPerMoment = 1_000

export interface NodeSlotOptions {
  readonly loop: EventLoop
  /** `pageLoads`: the number of earlier lives. */
  create(storage: NodeStorage | undefined, pageLoads: number): SimulatedNode
}

/** One node of the network: its lives, one after the other, and its timer. */
export class NodeSlot implements Endpoint<Packet> {
  readonly #options: NodeSlotOptions
  #node: SimulatedNode | undefined
  #storage: NodeStorage | undefined
  #lives = 0
  /** The time of the valid timer. Later timers that are still set do nothing. */
  #wakeAtMs = Infinity
  #ticks = { atMs: 0, count: 0 }

  constructor(options: NodeSlotOptions) {
    this.#options = options
  }

  /** Undefined while the node does not run. */
  get node(): SimulatedNode | undefined {
    return this.#node
  }

  get lives(): number {
    return this.#lives
  }

  start(): SimulatedNode {
    this.#node = this.#options.create(this.#storage, this.#lives)
    this.#lives += 1
    this.#schedule()
    return this.#node
  }

  /** Stops the node without a bye. */
  stop(keepsStorage: boolean): void {
    this.#storage = keepsStorage ? this.#node?.storage() : undefined
    this.#node = undefined
  }

  linkUp(link: number, neighbour: number, side: Side): void {
    this.#node?.linkUp(link, neighbour, side, this.#options.loop.nowMs)
    this.#schedule()
  }

  linkDown(link: number): void {
    this.#node?.linkDown(link, this.#options.loop.nowMs)
    this.#schedule()
  }

  receive(link: number, packet: Packet): void {
    this.#node?.receive(link, packet, this.#options.loop.nowMs)
    this.#schedule()
  }

  publish(message: number): void {
    this.#node?.publish(message, this.#options.loop.nowMs)
    this.#schedule()
  }

  #schedule(): void {
    const wakeAtMs = this.#node?.nextWakeAt() ?? Infinity
    // A timer that fires too early costs one check. Setting a new timer after every event would cost more.
    if (wakeAtMs >= this.#wakeAtMs) return
    this.#wakeAtMs = wakeAtMs
    this.#options.loop.at(wakeAtMs, () => this.#wake(wakeAtMs))
  }

  #wake(wakeAtMs: number): void {
    if (wakeAtMs !== this.#wakeAtMs) return
    this.#wakeAtMs = Infinity
    const { nowMs } = this.#options.loop
    if (this.#node && this.#node.nextWakeAt() <= nowMs) {
      this.#countTick(nowMs)
      this.#node.tick(nowMs)
    }
    this.#schedule()
  }

  #countTick(nowMs: number): void {
    if (this.#ticks.atMs !== nowMs) this.#ticks = { atMs: nowMs, count: 0 }
    this.#ticks.count += 1
    if (this.#ticks.count > maxTicksPerMoment) throw new Error(`a tick at ${nowMs} ms leaves nextWakeAt() in the past`)
  }
}
