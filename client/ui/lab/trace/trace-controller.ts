import type { ReactiveController, ReactiveControllerHost } from 'lit'
import type { Entry } from '../../../gossip/wire/entry.ts'
import type { EntryRef, GrapevineNode } from '../../../node/api/grapevine.ts'
import {
  browserFrameClock,
  type DrawingClock,
  FrameScheduler,
  prefersReducedMotion,
} from '../../shared/frame-scheduler.ts'
import type { TraceAction } from './grapevine-trace.ts'
import type { Graph } from '../../words/network-graph.ts'
import { NodeSubscription } from '../../node/node-subscription.ts'
import { type Trace, traceOf } from './trace.ts'
import { type Score, TracePlayer } from './trace-player.ts'

/**
 * Milliseconds. While tracing live, each message is played to its end, so fast that it needs at most `most`, and its
 * end stays for `pause`. Each message gets at least `least`, since receipts need time to arrive.
 */
const live = { pause: 600, least: 1_300, most: 6_000 }

/** The traced message. */
interface ShownMessage {
  readonly entry: Entry
  /** When it was chosen: milliseconds on the clock. */
  readonly since: number
  /** Undefined until a hop is known. */
  scale: number | undefined
  /** The picture for which `trace` was computed; undefined if `trace` is out of date. */
  graph: Graph | undefined
  /** Until this message has its first trace: the trace of the previous message. */
  trace: Trace | undefined
}

/** Live tracing: each message in turn, as it arrives. History does not count. */
interface LiveTracing {
  /** The newest message that has not been played. */
  next: Entry | undefined
  timer: number | undefined
}

/**
 * Chooses the message whose path is shown, asks which nodes have it, and plays it.
 * 1. One message at a time. While tracing live, the newest message waits until playback of the current one ends, and
 *    the messages between them are skipped. So the node asks less than once a second, however many messages come.
 * 2. While the view is not shown, nothing plays and nothing is asked.
 */
export class TraceController implements ReactiveController {
  readonly #host: ReactiveControllerHost
  readonly #graph: () => Graph
  readonly #clock: DrawingClock
  readonly #scheduler: FrameScheduler
  readonly #player: TracePlayer
  readonly #subscription: NodeSubscription
  #shown: ShownMessage | undefined
  #live: LiveTracing | undefined

  constructor(host: ReactiveControllerHost, graph: () => Graph, clock: DrawingClock = browserFrameClock) {
    this.#host = host
    this.#graph = graph
    this.#clock = clock
    this.#player = new TracePlayer(clock, () => host.requestUpdate())
    this.#scheduler = new FrameScheduler(() => host.requestUpdate(), clock)
    this.#subscription = new NodeSubscription(host, (node) => this.#subscribe(node))
    host.addController(this)
  }

  get trace(): Trace | undefined {
    return this.#shown?.trace
  }

  get isLive(): boolean {
    return this.#live !== undefined
  }

  get position(): number {
    return this.#player.position
  }

  /** Whether the button offers Pause instead of Play. */
  get isMoving(): boolean {
    return this.#player.isPlaying && !this.#player.isAtEnd
  }

  /** The number of hops that have arrived. */
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

  /** Computes the trace again when receipts have come or the picture has changed. */
  hostUpdate(): void {
    this.#player.mostMs = this.isLive ? live.most : Number.POSITIVE_INFINITY
    const [node, shown, graph] = [this.#node, this.#shown, this.#graph()]
    if (!node || !shown || graph === shown.graph) return
    const { entry } = shown
    const trace = traceOf(entry, graph, node.route(entry), node.receipts(entry), shown.scale)
    if (trace.hops.length > 0) shown.scale = trace.scale
    shown.graph = graph
    shown.trace = trace
    this.#player.extend(scoreOf(trace))
  }

  choose(entry: Entry): void {
    this.#endLive()
    this.#show(entry)
  }

  act(action: TraceAction): void {
    if (action === 'pause' || action === 'back' || action === 'forward' || action === 'restart') this.#endLive()
    switch (action) {
      case 'play':
        this.#player.isStepwise = prefersReducedMotion()
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
        if (this.#live) this.#endLive()
        else this.#live = { next: undefined, timer: undefined }
        break
      case 'ask':
        if (!this.#shown) break
        this.#node?.askReceipts(this.#shown.entry)
        this.#shown.graph = undefined
        break
      case 'close':
        this.#endLive()
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
    const shown = this.#shown?.entry
    const index = shown ? entries.findLastIndex((entry) => isSame(entry, shown)) : -1
    return index < 0 ? entries.at(-1) : entries[index + direction]
  }

  #show(entry: Entry): void {
    this.#shown = { entry, since: this.#clock.now(), scale: undefined, graph: undefined, trace: this.trace }
    this.#player.isStepwise = prefersReducedMotion()
    this.#player.start({ duration: 0, moments: [] })
    if (this.#subscription.isShown) this.#node?.askReceipts(entry)
    this.#host.requestUpdate()
  }

  #close(): void {
    this.#shown = undefined
    this.#player.clear()
    this.#stopTimer()
    if (this.#live) this.#live.next = undefined
  }

  get #node(): GrapevineNode | undefined {
    return this.#subscription.node
  }

  #subscribe(node: GrapevineNode): (() => void)[] {
    if (this.#shown) {
      this.#shown.graph = undefined
      if (!node.receipts(this.#shown.entry).isAsked) node.askReceipts(this.#shown.entry)
    }
    return [
      node.on('receipts', (ref) => {
        if (!this.#shown || !isSame(ref, this.#shown.entry)) return
        this.#shown.graph = undefined
        this.#scheduler.schedule()
      }),
      node.on('entry', (entry) => {
        if (!this.#live || entry.isBackfill) return
        this.#live.next = entry
        this.#playNext(this.#live)
      }),
      () => this.#stop(),
    ]
  }

  #stop(): void {
    this.#scheduler.cancel()
    this.#stopTimer()
    if (this.isMoving) this.#player.pause()
  }

  #playNext(tracing: LiveTracing): void {
    const { next } = tracing
    if (tracing.timer !== undefined || !next) return
    const dueAt = this.#shown && Math.max(this.#shown.since + live.least, this.#player.restsAt + live.pause)
    const waitMs = dueAt === undefined ? 0 : dueAt - this.#clock.now()
    if (waitMs <= 0) {
      tracing.next = undefined
      this.#show(next)
      return
    }
    tracing.timer = this.#clock.setTimer(() => {
      tracing.timer = undefined
      this.#playNext(tracing)
    }, waitMs)
  }

  #endLive(): void {
    this.#stopTimer()
    this.#live = undefined
  }

  #stopTimer(): void {
    if (this.#live?.timer === undefined) return
    this.#clock.clearTimer(this.#live.timer)
    this.#live.timer = undefined
  }
}

const isSame = (a: EntryRef, b: EntryRef): boolean => a.seq === b.seq && a.epoch === b.epoch && a.peerId === b.peerId

const scoreOf = ({ duration, hops }: Trace): Score => ({ duration, moments: hops.map(({ end }) => end) })
