import { Attempts } from './attempts.ts'
import type { Cluster, ClusterNode, RelayedStep, RemoteNode } from '../cluster/cluster.ts'
import type { Deadline } from '../shared/deadline.ts'
import type { SignallingLimits } from '../shared/limits.ts'
import { type Delivery, type Outcome, refuse } from './outcome.ts'
import {
  isWithoutOffer,
  opensAttempt,
  type ReceivedSignal,
  type SignalRefusal,
  type SignalRequest,
  signalRequestSchema,
} from '../shared/protocol.ts'
import { readPayload } from '../shared/payload.ts'
import type { Registry } from './registry.ts'
import type { SharedRates } from './shared-rates.ts'

interface SignalRoutingOptions {
  readonly limits: SignallingLimits
  /** Milliseconds, never backwards. */
  readonly now: () => number
  readonly registry: Registry
  readonly rates: SharedRates
  /** Undefined: this process is the only one. */
  readonly cluster: () => Cluster | undefined
  /** For signals from other processes. */
  readonly deliver: (delivery: Delivery) => void
  /** Called when an offer of a tab of this process is answered. */
  readonly introduced: (ms: number) => void
}

/** Delivers the steps of attempts: here at once, otherwise through the process that has the receiver's socket. */
export class SignalRouting {
  readonly #options: SignalRoutingOptions
  readonly #attempts: Attempts

  constructor(options: SignalRoutingOptions) {
    this.#options = options
    this.#attempts = new Attempts(options.limits, options.now, options.introduced)
  }

  async pass(socketId: string, address: string, payload: unknown, deadline: Deadline): Promise<Outcome<SignalRefusal>> {
    const request = readPayload(signalRequestSchema, payload)
    if (!request) return refuse('malformed')
    const { registry, rates } = this.#options
    const sender = registry.nodeOf(socketId)
    if (!sender) return refuse('unregistered')
    const { to, attempt, seq, data } = request
    const refusal = this.#descriptionRefusal(sender, request)
    if (refusal) return refuse(refusal)

    const isFirst = opensAttempt(data.description)
    if (isFirst) {
      const excess = await rates.offer(address, sender.net, deadline)
      if (excess) return refuse(excess)
      if (registry.nodeOf(socketId) !== sender) return refuse('unregistered')
    }
    const receiver = registry.find(sender.net, to)
    if (!receiver) return this.#signalElsewhere(sender, request, deadline)
    const step = { sender: sender.socketId, receiver: receiver.socketId, to, attempt, data }
    const stepRefusal = isFirst ? this.#attempts.open(step) : this.#attempts.pass(step)
    if (stepRefusal) return refuse(stepRefusal)
    if (isWithoutOffer(data.description)) this.#attempts.withdraw(sender.socketId, attempt)
    const signal: ReceivedSignal = { from: sender.name, attempt, seq, data }
    return {
      answer: { ok: true },
      deliveries: [{ to: receiver.socketId, event: 'signal:receive', payload: signal }],
    }
  }

  relayed({ sender, receiver: socketId, to, attempt, seq, data }: RelayedStep): SignalRefusal | undefined {
    const isFirst = opensAttempt(data.description)
    const receiver = this.#options.registry.nodeOf(socketId)
    if (!receiver) return isFirst ? 'upstream-offline' : 'unknown-attempt'
    const step = { sender: sender.socketId, receiver: socketId, to, attempt, data }
    const refusal = isFirst ? this.#attempts.open(step, sender) : this.#attempts.pass(step)
    if (refusal) return refusal
    if (isWithoutOffer(data.description)) this.#attempts.withdraw(sender.socketId, attempt)
    this.#options.deliver({ to: socketId, event: 'signal:receive', payload: { from: sender.name, attempt, seq, data } })
    return undefined
  }

  socketEnded(socketId: string): void {
    this.#attempts.socketEnded(socketId)
  }

  async #signalElsewhere(
    sender: ClusterNode,
    { to, attempt, seq, data }: SignalRequest,
    deadline: Deadline,
  ): Promise<Outcome<SignalRefusal>> {
    const isFirst = opensAttempt(data.description)
    const cluster = this.#options.cluster()
    if (!cluster) return refuse(isFirst ? 'upstream-offline' : 'unknown-attempt')
    // Earlier steps of the attempt may have used up the time.
    if (deadline.isOver) return refuse('cluster-unavailable')
    const receiver = isFirst
      ? await this.#findElsewhere(cluster, sender.net, to, deadline)
      : this.#attempts.remoteOf(sender.socketId, attempt, to)
    if (receiver === 'unreachable') return refuse('cluster-unavailable')
    if (!receiver) return refuse(isFirst ? 'upstream-offline' : 'unknown-attempt')
    // The sender may have ended while the cluster was asked.
    if (this.#options.registry.nodeOf(sender.socketId) !== sender) return refuse('unregistered')

    const step = { sender: sender.socketId, receiver: receiver.socketId, to, attempt, data }
    const refusal = isFirst ? this.#attempts.open(step, receiver) : this.#attempts.pass(step)
    if (refusal) return refuse(refusal)
    const relayed = { sender: sender, receiver: receiver.socketId, to, attempt, seq, data }
    const answer = await cluster.relay(receiver.processId, relayed, deadline)
    if (isFirst && (answer || isWithoutOffer(data.description))) this.#attempts.withdraw(sender.socketId, attempt)
    return answer ? refuse(answer) : { answer: { ok: true }, deliveries: [] }
  }

  async #findElsewhere(
    cluster: Cluster,
    net: string,
    name: string,
    deadline: Deadline,
  ): Promise<RemoteNode | 'unreachable' | undefined> {
    const found = await cluster.find(net, [name], deadline)
    return found === 'unreachable' ? found : found[0]
  }

  #descriptionRefusal(sender: ClusterNode, { to, data: { description } }: SignalRequest): SignalRefusal | undefined {
    // The receiver counts descriptions per key: so it counts them for the key that holds the sender's name.
    if (description && 'peerId' in description && description.peerId !== sender.peerId) return 'wrong-peer-id'
    return opensAttempt(description) && !sender.upstreams.includes(to) ? 'not-an-upstream' : undefined
  }
}
