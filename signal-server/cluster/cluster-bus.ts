import * as v from 'valibot'
import type { Deadline } from '../shared/deadline.ts'
import { protocolLimits, signalDataSchema, type SignalRefusal, signalRefusals } from '../shared/protocol.ts'
import { listSchema, readPayload } from '../shared/payload.ts'
import type { RelayedStep, RemoteNode } from './cluster.ts'
import { clusterLimits } from './limits.ts'

/** Sends messages to all other processes, each at most once, in the order of their sender. */
export interface Broadcast {
  send(message: unknown): void
  listen(listener: (message: unknown) => void): void
}

const nodeSchema = v.object({
  net: v.string(),
  name: v.string(),
  peerId: v.string(),
  upstreams: listSchema(v.string(), protocolLimits.upstreams),
  socketId: v.string(),
  registeredAt: v.number(),
  processId: v.string(),
})

const messageSchema = v.variant('kind', [
  v.object({ kind: v.literal('registered'), nodes: listSchema(nodeSchema, clusterLimits.nodesPerMessage) }),
  v.object({
    kind: v.literal('step'),
    process: v.string(),
    id: v.number(),
    sentAt: v.number(),
    step: v.object({
      sender: nodeSchema,
      receiver: v.string(),
      to: v.string(),
      attempt: v.string(),
      seq: v.number(),
      data: signalDataSchema,
    }),
  }),
  v.object({
    kind: v.literal('answer'),
    process: v.string(),
    id: v.number(),
    refusal: v.optional(v.picklist(signalRefusals)),
  }),
])

type Message = v.InferInput<typeof messageSchema>

const isForAnother = (message: unknown, processId: string): boolean =>
  typeof message === 'object' && message !== null && 'process' in message && message.process !== processId

interface BusEvents {
  registered(nodes: readonly RemoteNode[]): void
  relayed(step: RelayedStep): SignalRefusal | undefined
}

interface BusOptions {
  readonly processId: string
  readonly broadcast: Broadcast
  /** Whether a step that was sent then, on the cluster's clock, may still be delivered. */
  readonly isFresh: (sentAt: number) => boolean
  readonly events: BusEvents
}

/**
 * Messages between processes.
 *
 * 1. A question gets one answer, or counts as unanswered at its request's deadline.
 * 2. A step is delivered and answered only while it is fresh, counted from the arrival of its request.
 * 3. A message that does not fit the schema comes from another version, and is ignored.
 */
export class ClusterBus {
  readonly #options: BusOptions
  readonly #questions = new Map<number, (refusal: SignalRefusal | undefined) => void>()
  #questionsAsked = 0

  constructor(options: BusOptions) {
    this.#options = options
    options.broadcast.listen((message) => this.#receive(message))
  }

  announce(nodes: readonly RemoteNode[]): void {
    for (let from = 0; from < nodes.length; from += clusterLimits.nodesPerMessage) {
      const some = nodes.slice(from, from + clusterLimits.nodesPerMessage)
      this.#send({ kind: 'registered', nodes: some })
    }
  }

  relay(process: string, step: RelayedStep, deadline: Deadline): Promise<SignalRefusal | undefined> {
    const id = (this.#questionsAsked += 1)
    const sentAt = deadline.arrivedAt
    return new Promise((resolve) => {
      const answer = (refusal: SignalRefusal | undefined): void => {
        clearTimeout(timer)
        this.#questions.delete(id)
        resolve(refusal)
      }
      const timer = setTimeout(() => answer('cluster-unavailable'), deadline.leftMs)
      this.#questions.set(id, answer)
      this.#send({ kind: 'step', process, id, sentAt, step })
    })
  }

  /** No answer is expected any longer: every open question counts as unanswered. */
  close(): void {
    for (const answer of this.#questions.values()) answer('cluster-unavailable')
  }

  #receive(unparsed: unknown): void {
    // Every process receives every message; only its addressee parses it.
    if (isForAnother(unparsed, this.#options.processId)) return
    const message = readPayload(messageSchema, unparsed)
    if (!message) return
    const { isFresh, events } = this.#options
    switch (message.kind) {
      case 'registered':
        events.registered(message.nodes)
        return
      case 'step': {
        if (!isFresh(message.sentAt)) return
        const { id, step } = message
        const refusal = events.relayed(step)
        this.#send({ kind: 'answer', process: step.sender.processId, id, ...(refusal && { refusal }) })
        return
      }
      case 'answer':
        this.#questions.get(message.id)?.(message.refusal)
        return
    }
  }

  #send(message: Message): void {
    this.#options.broadcast.send(message)
  }
}
