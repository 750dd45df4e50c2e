import { DeliveryRecord } from './result/delivery-record.ts'
import { EventLoop } from './network/event-loop.ts'
import { createLatency } from './network/latency.ts'
import { type NemesisTarget, scheduleFaults, scheduleLinkDeaths } from './faults/nemesis.ts'
import { NodeSlot } from './node/node-slot.ts'
import { type Random, createRandom, shuffled } from '../../client/node/faults/random.ts'
import type { HistoryEvent } from './result/set-full.ts'
import { wireCodec } from '../../client/gossip/codec/codec.ts'
import { sharedCodec } from './node/shared-codec.ts'
import { type NodeHost, type Packet, SimulatedNode } from './node/simulated-node.ts'
import { type Signatures, createSignatures } from './node/signatures.ts'
import { type SimulationOptions, defaultOptions, signatureKindOf } from './simulation-options.ts'
import { type SimulationResult, resultOf } from './result/simulation-result.ts'
import { createTopology } from './faults/topology.ts'
import { Traffic } from './faults/traffic.ts'
import { VirtualNetwork, networkModel } from './network/virtual-network.ts'
import { scheduleWorkload } from './faults/workload.ts'

/** The progress of a run, from 0 to 1. */
export type OnProgress = (share: number, phase: 'running' | 'recovering') => void

/** Milliseconds between two measurements of the memory that the nodes use. */
const memorySampleMs = 250

/** Runs the real core under virtual time. The same options give the same result, except for `wallMs`. */
export const simulate = (
  options: Partial<SimulationOptions> = {},
  onProgress: OnProgress = () => {},
): Promise<SimulationResult> => new Simulation({ ...defaultOptions, ...options }).run(onProgress)

class Simulation {
  readonly #options: SimulationOptions
  readonly #loop = new EventLoop()
  readonly #record: DeliveryRecord
  readonly #traffic = new Traffic()
  readonly #history: HistoryEvent[] = []
  readonly #slots: readonly NodeSlot[]
  readonly #network: VirtualNetwork<Packet>
  /** The ends of the phases: set-up; operations and faults; and the end of the last fault. */
  readonly #startMs: number
  readonly #opsEndMs: number
  readonly #healedAtMs: number
  #wholeAtMs: number | undefined
  #caughtUpAtMs: number | undefined
  #convergedAtMs: number | undefined
  #downCount = 0
  #peakBytesPerNode = 0
  #verifications = 0
  #restarts = 0
  #ops = 0

  constructor(options: SimulationOptions) {
    const { nodes, topology, degree, latencyMs, latencyShape, loss } = options
    this.#options = options
    // Time for every link to open and exchange hellos, even if many envelopes take much longer than the mean.
    this.#startMs = 1_000 + networkModel.startWithinMs + 6 * latencyMs
    this.#opsEndMs = this.#startMs + options.timeLimitS * 1_000
    this.#healedAtMs = this.#opsEndMs - options.calmS * 1_000
    this.#record = new DeliveryRecord(nodes)
    this.#slots = this.#createSlots(createSignatures(signatureKindOf(options), this.#random('keys')))
    this.#network = new VirtualNetwork({
      edges: createTopology(topology, nodes, degree, this.#random('topology')),
      loop: this.#loop,
      random: this.#random('network'),
      latency: createLatency(latencyShape, latencyMs, this.#random('latency')),
      connectMs: 2 * latencyMs,
      loss,
      endpoint: (node) => {
        const slot = this.#slots[node]
        return slot?.node && slot
      },
    })
  }

  async run(onProgress: OnProgress): Promise<SimulationResult> {
    const wallStart = performance.now()
    for (const slot of this.#slots) slot.start()
    this.#network.start()
    this.#scheduleEverything(onProgress)
    await this.#loop.run(this.#opsEndMs, () => this.#observe())
    if (this.#convergedAtMs === undefined) {
      await this.#loop.run(this.#opsEndMs + this.#options.recoveryS * 1_000, () => this.#observe())
    }
    for (const [node, slot] of this.#slots.entries()) if (slot.node) this.#read(node)
    return resultOf({
      options: this.#options,
      network: this.#network,
      record: this.#record,
      traffic: this.#traffic,
      history: this.#history,
      healedAtMs: this.#healedAtMs,
      lastOpBeforeMs: this.#opsEndMs,
      wholeAtMs: this.#wholeAtMs,
      caughtUpAtMs: this.#caughtUpAtMs,
      convergedAtMs: this.#convergedAtMs,
      peakBytesPerNode: this.#peakBytesPerNode,
      verifications: this.#verifications,
      restarts: this.#restarts,
      events: this.#loop.count,
      virtualMs: this.#loop.nowMs,
      wallMs: performance.now() - wallStart,
    })
  }

  #scheduleEverything(onProgress: OnProgress): void {
    const { nodes, authors, ratePerSecond, nemesis, nemesisIntervalS, linkDeaths } = this.#options
    const loop = this.#loop
    const numbers = [...this.#slots.keys()]
    scheduleWorkload({
      loop,
      random: this.#random('workload'),
      ratePerSecond,
      whole: { fromMs: this.#startMs, untilMs: this.#opsEndMs },
      nodes,
      authors: authors > 0 ? shuffled(numbers, this.#random('authors')).slice(0, authors) : numbers,
      isUp: (node) => this.#slots[node]?.node !== undefined,
      broadcast: (node) => this.#broadcast(node),
      read: (node) => this.#read(node),
    })
    const target: NemesisTarget = {
      loop,
      network: this.#network,
      nodes,
      stop: (node, keepsStorage) => this.#stop(node, keepsStorage),
      start: (node) => this.#start(node),
    }
    const whole = { fromMs: this.#startMs, untilMs: this.#healedAtMs }
    scheduleFaults(nemesis, target, whole, nemesisIntervalS * 1_000, (name) => this.#random(name))
    scheduleLinkDeaths(linkDeaths, target, whole, this.#random('link deaths'))
    loop.at(this.#healedAtMs, () => this.#record.startBacklog())
    // This empty action makes the loop call `#observe` at this moment too.
    loop.at(this.#opsEndMs, () => {})
    const sample = (): void => {
      this.#sampleMemory()
      const { nowMs } = loop
      const isRunning = nowMs < this.#opsEndMs
      const share = isRunning ? nowMs / this.#opsEndMs : (nowMs - this.#opsEndMs) / (this.#options.recoveryS * 1_000)
      onProgress(share, isRunning ? 'running' : 'recovering')
      loop.after(memorySampleMs, sample)
    }
    sample()
  }

  /** Runs after each moment at which something happened. Returns whether the run is over. */
  #observe(): boolean {
    const { nowMs } = this.#loop
    if (nowMs < this.#healedAtMs || this.#downCount > 0) return false
    if (this.#network.isWholeUp) this.#wholeAtMs ??= nowMs
    if (this.#record.isBacklogComplete) this.#caughtUpAtMs ??= nowMs
    if (nowMs < this.#opsEndMs || this.#wholeAtMs === undefined) return false
    if (!this.#record.isComplete || !this.#areDigestsEqual()) return false
    this.#convergedAtMs = nowMs
    this.#sampleMemory()
    return true
  }

  #areDigestsEqual(): boolean {
    const digest = this.#slots[0]?.node?.digest()
    return this.#slots.every(({ node }) => node?.digest() === digest)
  }

  #broadcast(node: number): void {
    const slot = this.#slots[node]
    const { nowMs } = this.#loop
    const value = this.#record.publish(node, `${node}/${slot?.lives}`, nowMs)
    this.#history.push({ type: 'broadcast', op: this.#nextOp(), value, atMs: nowMs })
    slot?.publish(value)
  }

  #read(node: number): void {
    const op = this.#nextOp()
    const { nowMs } = this.#loop
    this.#history.push({ type: 'read', op, atMs: nowMs })
    this.#history.push({ type: 'read-ok', op, atMs: nowMs, values: this.#record.read(node) })
  }

  #nextOp(): number {
    this.#ops += 1
    return this.#ops
  }

  #stop(node: number, keepsStorage: boolean): void {
    this.#slots[node]?.stop(keepsStorage)
    this.#downCount += 1
    this.#network.nodeStopped(node)
    if (!keepsStorage) this.#record.restore(node, [])
  }

  #start(node: number): void {
    const restarted = this.#slots[node]?.start()
    this.#downCount -= 1
    this.#restarts += 1
    this.#record.restore(node, restarted?.restored() ?? [])
    this.#network.nodeStarted(node)
  }

  #sampleMemory(): void {
    for (const { node } of this.#slots) {
      this.#peakBytesPerNode = Math.max(this.#peakBytesPerNode, node?.memoryBytes() ?? 0)
    }
  }

  #createSlots(signatures: Signatures): NodeSlot[] {
    const keys = Array.from({ length: this.#options.nodes }, (_, node) => signatures.createKey(node))
    // Real signatures prove the real bytes. Otherwise decoding would cost most.
    const codec = signatures.kind === 'real' ? wireCodec : sharedCodec
    const peerIdOf = (node: number): (typeof keys)[number]['peerId'] => {
      const key = keys[node]
      if (!key) throw new RangeError(`node ${node} of ${keys.length}`)
      return key.peerId
    }
    return keys.map(
      (key, index) =>
        new NodeSlot({
          loop: this.#loop,
          create: (storage, pageLoads) =>
            new SimulatedNode(
              {
                index,
                key,
                signatures,
                codec,
                peerIdOf,
                storage,
                pageLoads,
                batchMs: this.#options.batchMs,
                announces: this.#options.announcements === 'on',
                random: this.#random(`node ${index} life ${pageLoads}`),
                host: this.#hostOf(index),
              },
              this.#loop.nowMs,
            ),
        }),
    )
  }

  #hostOf(node: number): NodeHost {
    return {
      send: (link, packet) => {
        const outcome = this.#network.send(link, packet)
        if (outcome === 'sent') this.#traffic.sent(packet.type, packet.bytes)
        else this.#traffic.dropped(outcome)
      },
      cut: (link) => this.#network.close(link),
      delivered: (message) => {
        const { nowMs } = this.#loop
        if (!this.#record.deliver(node, message, nowMs)) return
        this.#history.push({ type: 'broadcast-ok', op: 0, value: message, atMs: nowMs })
      },
      dropped: (reason) => this.#traffic.dropped(reason),
      verified: () => {
        this.#verifications += 1
      },
    }
  }

  #random(stream: string): Random {
    return createRandom(this.#options.seed, stream)
  }
}
