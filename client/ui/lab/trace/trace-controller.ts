import type { ReactiveController, ReactiveControllerHost } from 'lit'
import type { Entry } from '../../../gossip/wire/entry.ts'
import type { EntryRef, GrapevineNode } from '../../../node/api/grapevine.ts'
import { browserFrameClock, type DrawingClock, FrameScheduler, prefersStillness } from '../../shared/frame-scheduler.ts'
import type { TraceAction } from './grapevine-trace.ts'
import type { Graph } from '../../words/network-graph.ts'
import { NodeSubscription } from '../../node/node-subscription.ts'
import { type Trace, traceOf } from './trace.ts'
import { type Score, TracePlayer } from './trace-player.ts'

/**
 * Live, a message is played to its end, at such a speed that it takes no longer than `most`, and its end is seen for
 * `pause`. It has `least` at any rate: it takes a while until a receipt has come. Milliseconds.
 */
const live = { pause: 600, least: 1_300, most: 6_000 }

/**
 * Chooses the message whose way is shown, asks who has it, and plays it.
 * 1. One message at a time. Live, the newest waits until the one that plays is at its end; those between are left out.
 *    So the network is asked less than once a second, however many messages come.
 * 2. While not shown, nothing plays and nothing is asked.
 */
export class TraceController implements ReactiveController {
  trace: Trace | undefined
  isLive = false

  readonly #host: ReactiveControllerHost
  readonly #graph: () => Graph
  readonly #clock: DrawingClock
  readonly #scheduler: FrameScheduler
  readonly #player: TracePlayer
  readonly #subscription: NodeSubscription
  #entry: Entry | undefined
  #scale: number | undefined
  #graphTraced: Graph | undefined
  #isStale = false
  /** Live: the newest message that has not been played, and when the one that plays was asked for. */
  #next: Entry | undefined
  #since = 0
  #timer: number | undefined

  constructor(host: ReactiveControllerHost, graph: () => Graph, clock: DrawingClock = browserFrameClock) {
    this.#host = host
    this.#graph = graph
    this.#clock = clock
    this.#player = new TracePlayer(
      clock,
      () => clock.now(),
      () => host.requestUpdate(),
    )
    this.#scheduler = new FrameScheduler(() => host.requestUpdate(), clock)
    this.#subscription = new NodeSubscription(host, (node) => this.#subscribe(node))
    host.addController(this)
  }

  get position(): number {
    return this.#player.position
  }

  /** Whether Pause is what the button should offer. */
  get isMoving(): boolean {
    return this.#player.isPlaying && !this.#player.isAtEnd
  }

  /** Hops that have arrived. */
  get played(): number {
    return this.trace?.hops.filter(({ end }) => end <= this.#player.position).length ?? 0
  }

  get hasMessages(): boolean {
    return (this.#node?.entries().length ?? 0) > 0
  }

  follow(node: GrapevineNode | undefined, isShown: boolean): void {
    if (node !== this.#node) this.#close()
    this.#subscription.follow(node, isShown)
  }

  /** The trace is worked out anew when receipts came, or the picture it is drawn on changed. */
  hostUpdate(): void {
    this.#player.mostMs = this.isLive ? live.most : Number.POSITIVE_INFINITY
    const [node, entry, graph] = [this.#node, this.#entry, this.#graph()]
    if (!node || !entry || (!this.#isStale && graph === this.#graphTraced)) return
    this.#isStale = false
    this.#graphTraced = graph
    const trace = traceOf(entry, graph, node.route(entry), node.receipts(entry), this.#scale)
    if (trace.hops.length > 0) this.#scale = trace.scale
    this.trace = trace
    this.#player.extend(scoreOf(trace))
  }

  choose(entry: Entry): void {
    this.isLive = false
    this.#next = undefined
    this.#show(entry)
  }

  act(action: TraceAction): void {
    if (action === 'pause' || action === 'back' || action === 'forward' || action === 'restart') {
      this.isLive = false
      this.#next = undefined
    }
    switch (action) {
      case 'play':
        this.#player.isStepwise = prefersStillness()
        this.#player.play()
        break
      case 'pause':
        this.#player.pause()
        break
      case 'forward':
        this.#player.step(1)
        break
      case 'back':
        this.#player.step(-1)
        break
      case 'restart':
        this.#player.restart()
        break
      case 'latest':
        this.#choose(this.#node?.entries().at(-1))
        break
      case 'earlier':
        this.#choose(this.#neighbour(-1))
        break
      case 'later':
        this.#choose(this.#neighbour(1))
        break
      case 'live':
        this.isLive = !this.isLive
        this.#next = undefined
        break
      case 'ask':
        if (this.#entry) this.#node?.askReceipts(this.#entry)
        this.#isStale = true
        break
      case 'close':
        this.isLive = false
        this.#close()
        break
    }
    this.#host.requestUpdate()
  }

  #choose(entry: Entry | undefined): void {
    if (entry) this.choose(entry)
  }

  #neighbour(direction: 1 | -1): Entry | undefined {
    const entries = this.#node?.entries() ?? []
    const index = this.#entry ? entries.findLastIndex((entry) => isSame(entry, this.#entry)) : -1
    return index < 0 ? entries.at(-1) : entries[index + direction]
  }

  #show(entry: Entry): void {
    this.#entry = entry
    this.#scale = undefined
    this.#isStale = true
    this.#since = this.#clock.now()
    this.#player.isStepwise = prefersStillness()
    this.#player.start({ duration: 0, moments: [] })
    if (this.#subscription.isShown) this.#node?.askReceipts(entry)
    this.#host.requestUpdate()
  }

  #close(): void {
    this.#entry = undefined
    this.trace = undefined
    this.#next = undefined
    this.#player.clear()
    this.#stopTimer()
  }

  get #node(): GrapevineNode | undefined {
    return this.#subscription.node
  }

  #subscribe(node: GrapevineNode): (() => void)[] {
    if (this.#entry) {
      this.#isStale = true
      if (!node.receipts(this.#entry).isAsked) node.askReceipts(this.#entry)
    }
    return [
      node.on('receipts', (ref) => {
        if (!isSame(ref, this.#entry)) return
        this.#isStale = true
        this.#scheduler.schedule()
      }),
      node.on('entry', (entry) => {
        if (!this.isLive) return
        this.#next = entry
        this.#playNext()
      }),
      () => this.#rest(),
    ]
  }

  #rest(): void {
    this.#scheduler.cancel()
    this.#stopTimer()
    if (this.isMoving) this.#player.pause()
  }

  #playNext(): void {
    if (this.#timer !== undefined || !this.#next) return
    const due = Math.max(this.#since + live.least, this.#player.restsAt + live.pause)
    const wait = this.#entry ? due - this.#clock.now() : 0
    if (wait <= 0) {
      const entry = this.#next
      this.#next = undefined
      this.#show(entry)
      return
    }
    this.#timer = this.#clock.setTimer(() => {
      this.#timer = undefined
      this.#playNext()
    }, wait)
  }

  #stopTimer(): void {
    if (this.#timer !== undefined) this.#clock.clearTimer(this.#timer)
    this.#timer = undefined
  }
}

const isSame = (a: EntryRef, b: EntryRef | undefined): boolean =>
  b !== undefined && a.seq === b.seq && a.epoch === b.epoch && a.peerId === b.peerId

const scoreOf = ({ duration, hops }: Trace): Score => ({ duration, moments: hops.map(({ end }) => end) })
