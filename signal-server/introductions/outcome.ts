import type { Answer, Division, ReceivedSignal, UpstreamOnline, UpstreamSimilar } from '../shared/protocol.ts'

/** What a socket is to be sent, in this order. */
export type Delivery =
  | { readonly to: string; readonly event: 'signal:receive'; readonly payload: ReceivedSignal }
  | { readonly to: string; readonly event: 'upstream:online'; readonly payload: UpstreamOnline }
  | { readonly to: string; readonly event: 'upstream:similar'; readonly payload: UpstreamSimilar }
  | { readonly to: string; readonly event: 'server:divided'; readonly payload: Division }
  /** The last that this socket hears: it is ended at once, and `leave` called. */
  | { readonly to: string; readonly event: 'node:replaced' }
  /** Ended without a word: it comes back by itself, and is told why its name is taken. */
  | { readonly to: string; readonly event: 'name-lost' }

export interface Outcome<Reason extends string, Granted extends object = object> {
  readonly answer: Answer<Reason, Granted>
  readonly deliveries: readonly Delivery[]
  /** What is to be told once the answer is on its way. */
  readonly later?: Promise<readonly Delivery[]>
}

export const refuse = <Reason extends string>(reason: Reason): Outcome<Reason, never> => ({
  answer: { ok: false, reason },
  deliveries: [],
})
