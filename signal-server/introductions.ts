import * as v from 'valibot'
import { Attempts } from './attempts.ts'
import type { SignallingLimits } from './limits.ts'
import {
  type Answer,
  type ReceivedSignal,
  type RegisterRefusal,
  registerRequestSchema,
  type SignalRefusal,
  type SignalRequest,
  signalRequestSchema,
  type UpstreamOnline,
} from './protocol.ts'
import { isProven } from './proof.ts'
import { type RegisteredNode, Registry } from './registry.ts'

/** What a socket is to be sent, in this order. */
export type Delivery =
  | { readonly to: string; readonly event: 'signal:receive'; readonly payload: ReceivedSignal }
  | { readonly to: string; readonly event: 'upstream:online'; readonly payload: UpstreamOnline }
  /** The last that this socket hears: it is ended at once, and `leave` called. */
  | { readonly to: string; readonly event: 'node:replaced' }

export interface Outcome<Reason extends string> {
  readonly answer: Answer<Reason>
  readonly deliveries: readonly Delivery[]
}

const refuse = <Reason extends string>(reason: Reason): Outcome<Reason> => ({
  answer: { ok: false, reason },
  deliveries: [],
})

/**
 * What the server does with a request, without any socket: payload in, answer and deliveries out. Payloads come as
 * they were sent, and only what the schemas rebuilt goes on.
 */
export class Introductions {
  readonly #registry: Registry
  readonly #attempts: Attempts

  constructor(limits: SignallingLimits, now: () => number) {
    this.#registry = new Registry(limits, now, isProven)
    this.#attempts = new Attempts(limits, now)
  }

  register(socketId: string, payload: unknown): Outcome<RegisterRefusal> {
    const request = v.safeParse(registerRequestSchema, payload)
    if (!request.success) return refuse('malformed')
    const registration = this.#registry.register(socketId, request.output)
    if (!registration.ok) return refuse(registration.reason)

    const deliveries: Delivery[] = []
    const { displaced, notices } = registration
    if (displaced) deliveries.push({ to: displaced.socketId, event: 'node:replaced' })
    for (const { to, upstream } of notices) {
      deliveries.push({ to: to.socketId, event: 'upstream:online', payload: upstream })
    }
    return { answer: { ok: true }, deliveries }
  }

  signal(socketId: string, payload: unknown): Outcome<SignalRefusal> {
    const request = v.safeParse(signalRequestSchema, payload)
    if (!request.success) return refuse('malformed')
    const sender = this.#registry.nodeOf(socketId)
    if (!sender) return refuse('unregistered')
    const receiver = this.#registry.find(sender.net, request.output.to)
    const refusal = this.#signalRefusal(sender, receiver, request.output)
    if (refusal || !receiver) return refuse(refusal ?? 'unknown-attempt')

    const { attempt, seq, data } = request.output
    const payloadOut: ReceivedSignal = { from: sender.name, attempt, seq, data }
    return {
      answer: { ok: true },
      deliveries: [{ to: receiver.socketId, event: 'signal:receive', payload: payloadOut }],
    }
  }

  /** The socket ended. */
  leave(socketId: string): void {
    this.#registry.remove(socketId)
    this.#attempts.remove(socketId)
  }

  #signalRefusal(
    sender: RegisteredNode,
    receiver: RegisteredNode | undefined,
    { to, attempt, data }: SignalRequest,
  ): SignalRefusal | undefined {
    const { description } = data
    const isOffer = description?.type === 'offer'
    // Whom the receiver counts a description against is thereby who holds the sender's name.
    if (description && 'peerId' in description && description.peerId !== sender.peerId) return 'wrong-peer-id'
    if (isOffer && !sender.upstreams.has(to)) return 'not-an-upstream'
    if (!receiver) return isOffer ? 'upstream-offline' : 'unknown-attempt'
    const step = { sender: sender.socketId, receiver: receiver.socketId, to, attempt, data }
    return isOffer ? this.#attempts.open(step) : this.#attempts.pass(step)
  }
}
