import type { ClusterNode } from '../cluster/cluster.ts'
import type { Answer, Division, ReceivedSignal, UpstreamOnline, UpstreamSimilar } from '../shared/protocol.ts'

/** An event for one socket. */
export type Delivery =
  | { readonly to: string; readonly event: 'signal:receive'; readonly payload: ReceivedSignal }
  | { readonly to: string; readonly event: 'upstream:online'; readonly payload: UpstreamOnline }
  | { readonly to: string; readonly event: 'upstream:similar'; readonly payload: UpstreamSimilar }
  | { readonly to: string; readonly event: 'server:divided'; readonly payload: Division }
  /** The socket's last event: it is ended at once. */
  | { readonly to: string; readonly event: 'node:replaced' }
  /** Ends the socket without an event. The tab reconnects by itself, and learns why its name is refused. */
  | { readonly to: string; readonly event: 'name-lost' }

export interface Outcome<Reason extends string, Granted extends object = object> {
  readonly answer: Answer<Reason, Granted>
  readonly deliveries: readonly Delivery[]
  /** Deliveries that follow the answer. */
  readonly later?: Promise<readonly Delivery[]>
}

export const refuse = <Reason extends string>(reason: Reason): Outcome<Reason, never> => ({
  answer: { ok: false, reason },
  deliveries: [],
})

/** For a node: one of its upstreams is online. */
export const onlineNotice = (to: ClusterNode, { name, peerId, upstreams }: ClusterNode): Delivery => ({
  to: to.socketId,
  event: 'upstream:online',
  payload: { name, peerId, mutual: upstreams.includes(to.name) },
})
