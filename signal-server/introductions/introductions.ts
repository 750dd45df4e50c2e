import type { AccessTokens } from './access-tokens.ts'
import type { Cluster, ClusterEvents, ClusterNode, RelayedStep, RemoteNode } from '../cluster/cluster.ts'
import { clusterLimits } from '../cluster/limits.ts'
import { Deadline } from '../shared/deadline.ts'
import type { IceServers } from './ice-servers.ts'
import type { SignallingLimits } from '../shared/limits.ts'
import { DivisionNotices } from './division-notices.ts'
import { type Delivery, type Outcome, refuse } from './outcome.ts'
import type { SignallingObserver } from '../shared/observer.ts'
import { PendingClaims } from './pending-claims.ts'
import {
  type IceGrant,
  type Registered,
  readPayload,
  type RegisterRefusal,
  type RegisterRequest,
  registerRequestSchema,
  type RenewRefusal,
  renewRequestSchema,
  type SignalRefusal,
} from '../shared/protocol.ts'
import { isProven } from './proof.ts'
import { type RegisteredNode, Registry, type SimilarNotice } from './registry.ts'
import type { SharedRates } from './shared-rates.ts'
import { SignalRouting } from './signal-routing.ts'

export interface IntroductionsOptions {
  readonly limits: SignallingLimits
  /** Milliseconds, never backwards. */
  readonly now: () => number
  readonly rates: SharedRates
  readonly tokens: AccessTokens
  readonly iceServers: IceServers
  /** Of the page that the server serves; undefined if it serves none that was built. */
  readonly build: string | undefined
  /** For what other processes send, and no request of this one leads to. */
  readonly deliver: (delivery: Delivery) => void
  readonly observer: Pick<SignallingObserver, 'nameChanged' | 'introduced'>
}

/** As claims are settled: of one key the later keeps the name, of two the earlier. */
const whyLost = (
  own: Pick<ClusterNode, 'peerId' | 'registeredAt'>,
  other: ClusterNode,
): 'replaced' | 'taken' | undefined => {
  const isSameKey = own.peerId === other.peerId
  if (isSameKey !== own.registeredAt < other.registeredAt) return undefined
  return isSameKey ? 'replaced' : 'taken'
}

const onlineNotice = (to: RegisteredNode, { name, peerId, upstreams }: ClusterNode): Delivery => ({
  to: to.socketId,
  event: 'upstream:online',
  payload: { name, peerId, mutual: upstreams.includes(to.name) },
})

const similarNotice = ({ to, upstream }: SimilarNotice): Delivery => ({
  to: to.socketId,
  event: 'upstream:similar',
  payload: upstream,
})

/**
 * What the server does with a request, without any socket: payload in, answer and deliveries out. Payloads come as
 * they were sent, and only what the schemas rebuilt goes on.
 *
 * 1. What concerns this process alone is decided and delivered at once, whether there is a cluster and whatever its state.
 * 2. In a cluster a name is registered here only once it is claimed there. While the cluster can't be reached a name is
 *    its claimant's as far as this process goes, and is claimed when the cluster is back; who was first keeps it.
 * 3. Between a question and its answer, and while a request is queued, its socket may have ended: it gets nothing any
 *    more, and a claimed name is given back. Nobody registers whose end would not be told.
 */
export class Introductions implements ClusterEvents {
  readonly #registry: Registry
  readonly #signals: SignalRouting
  readonly #now: () => number
  readonly #rates: SharedRates
  readonly #tokens: AccessTokens
  readonly #iceServers: IceServers
  readonly #build: string | undefined
  readonly #deliver: (delivery: Delivery) => void
  readonly #observer: IntroductionsOptions['observer']
  readonly #open = new Set<string>()
  /** Sockets that wait for the cluster's word on their name. */
  readonly #registering = new Set<string>()
  readonly #claims = new PendingClaims()
  readonly #divisions: DivisionNotices
  #cluster: Cluster | undefined

  constructor({ limits, now, rates, tokens, iceServers, build, deliver, observer }: IntroductionsOptions) {
    this.#registry = new Registry(limits, now, isProven)
    this.#signals = new SignalRouting({
      limits,
      now,
      registry: this.#registry,
      rates,
      cluster: () => this.#cluster,
      deliver,
      introduced: (ms) => observer.introduced(ms),
    })
    this.#now = now
    this.#rates = rates
    this.#tokens = tokens
    this.#iceServers = iceServers
    this.#build = build
    this.#deliver = deliver
    this.#observer = observer
    this.#divisions = new DivisionNotices(() => this.nodes().filter(({ upstreams }) => upstreams.length > 0), deliver)
  }

  /** From now on this process is one of several. */
  join(cluster: Cluster): void {
    this.#cluster = cluster
  }

  /** Registered names of this process. */
  get names(): number {
    return this.#registry.size
  }

  /** For a request that comes now. */
  deadline(): Deadline {
    return new Deadline(this.#cluster?.now() ?? this.#now(), clusterLimits.answerWithinMs)
  }

  /** A socket is there. It must be told of before its first request. */
  open(socketId: string): void {
    this.#open.add(socketId)
  }

  /** `address`: the group of addresses that the socket's is counted with. */
  async register(
    socketId: string,
    address: string,
    payload: unknown,
    deadline: Deadline,
  ): Promise<Outcome<RegisterRefusal, Registered>> {
    const request = readPayload(registerRequestSchema, payload)
    if (!request) return refuse('malformed')
    if (this.#isGone(socketId)) return refuse('socket-ended')
    if (this.#registering.has(socketId)) return refuse('already-registered')
    this.#registering.add(socketId)
    const refusal = await this.#refusal(socketId, address, request, deadline)
    const outcome = refusal ? refuse(refusal) : await this.#claim(socketId, request, deadline)
    this.#registering.delete(socketId)
    if (!outcome.answer.ok) {
      this.#observer.nameChanged({
        kind: 'refused',
        net: request.net,
        name: request.name,
        reason: outcome.answer.reason,
      })
    }
    return outcome
  }

  signal(socketId: string, address: string, payload: unknown, deadline: Deadline): Promise<Outcome<SignalRefusal>> {
    return this.#signals.pass(socketId, address, payload, deadline)
  }

  renew(socketId: string, payload: unknown): Outcome<RenewRefusal, IceGrant> {
    if (!readPayload(renewRequestSchema, payload)) return refuse('malformed')
    const node = this.#registry.nodeOf(socketId)
    if (!node) return refuse('unregistered')
    return { answer: { ok: true, ...this.#iceServers.grant(node.name) }, deliveries: [] }
  }

  /** The socket ended. */
  leave(socketId: string): void {
    this.#open.delete(socketId)
    const node = this.#registry.nodeOf(socketId)
    this.#registry.remove(socketId)
    this.#signals.remove(socketId)
    this.#divisions.forget(socketId)
    if (!node) return
    this.#observer.nameChanged({ kind: 'left', net: node.net, name: node.name })
    this.#cluster?.release(node)
  }

  nodes(): readonly ClusterNode[] {
    return [...this.#registry.nodes()]
  }

  holds(socketId: string): boolean {
    return this.#registry.nodeOf(socketId) !== undefined
  }

  registered(nodes: readonly RemoteNode[]): void {
    for (const node of nodes) {
      this.#claims.hear(node)
      const own = this.#registry.find(node.net, node.name)
      const why = own && whyLost(own, node)
      if (why) this.lost(own.socketId, why)
      // A copy: who is not read from is ended by what it is told, and leaves the list.
      const waiters = [...this.#registry.waitersFor(node.net, node.name)]
      for (const waiter of waiters) this.#deliver(onlineNotice(waiter, node))
      for (const notice of this.#registry.similarFor(node.net, node.name)) this.#deliver(similarNotice(notice))
    }
  }

  lost(socketId: string, why: 'replaced' | 'taken'): void {
    const node = this.#registry.nodeOf(socketId)
    if (node) this.#observer.nameChanged({ kind: 'left', net: node.net, name: node.name })
    this.#registry.evict(socketId)
    this.#deliver({ to: socketId, event: why === 'replaced' ? 'node:replaced' : 'name-lost' })
  }

  changed(state: 'up' | 'down'): void {
    if (state === 'down') this.#divisions.begin()
    else this.#divisions.pause()
  }

  caughtUp(): void {
    this.#divisions.end()
  }

  relayed(step: RelayedStep): SignalRefusal | undefined {
    return this.#signals.relayed(step)
  }

  /** The rate of the address comes before the signature, which costs the most, and the network's after it. */
  async #refusal(
    socketId: string,
    address: string,
    request: RegisterRequest,
    deadline: Deadline,
  ): Promise<RegisterRefusal | undefined> {
    const excess = await this.#rates.registrationOfAddress(address, deadline)
    if (excess) return excess
    if (this.#isGone(socketId)) return 'socket-ended'
    const denial = this.#tokens.refusal(request.net, request.token)
    if (denial) return denial
    const refusal = this.#registry.refusal(socketId, request)
    if (refusal) return refusal
    const excessOfNetwork = await this.#rates.registrationOfNetwork(request.net, deadline)
    return excessOfNetwork ?? (this.#isGone(socketId) ? 'socket-ended' : undefined)
  }

  async #claim(
    socketId: string,
    request: RegisterRequest,
    deadline: Deadline,
  ): Promise<Outcome<RegisterRefusal, Registered>> {
    const cluster = this.#cluster
    if (!cluster) return this.#registerHere(socketId, request, this.#now())
    const { net, name, peerId, upstreams } = request
    this.#claims.begin(net, name)
    const claim = await cluster.claim({ net, name, peerId, upstreams, socketId }, deadline)
    const told = this.#claims.end(net, name)
    // Whose name is taken gets time to ask again: a timer that would keep the connection of an ended socket in memory.
    if (claim === 'name-taken' || claim === 'name-reserved') {
      return refuse(this.#isGone(socketId) ? 'socket-ended' : claim)
    }
    const registeredAt = claim === 'unreachable' ? cluster.now() : claim
    const why = told && whyLost({ peerId, registeredAt }, told)
    // Claimed after this one, and known before it.
    if (why === 'replaced') return { answer: { ok: true }, deliveries: [{ to: socketId, event: 'node:replaced' }] }
    const refusal = this.#isGone(socketId) ? 'socket-ended' : why && 'name-taken'
    const outcome = refusal ? refuse<RegisterRefusal>(refusal) : this.#registerHere(socketId, request, registeredAt)
    const node = this.#registry.nodeOf(socketId)
    if (!outcome.answer.ok || !node) {
      cluster.release({ net, name, peerId, upstreams, socketId, registeredAt })
      return outcome
    }
    cluster.announce([node])
    if (cluster.state === 'down' && node.upstreams.length > 0) {
      return { ...outcome, deliveries: [...outcome.deliveries, this.#divisions.noticeFor(socketId)] }
    }
    return { ...outcome, later: this.#upstreamsElsewhere(cluster, node) }
  }

  #isGone(socketId: string): boolean {
    return !this.#open.has(socketId)
  }

  #registerHere(
    socketId: string,
    request: RegisterRequest,
    registeredAt: number,
  ): Outcome<RegisterRefusal, Registered> {
    const registration = this.#registry.register(socketId, request, registeredAt)
    if (!registration.ok) return refuse(registration.reason)
    this.#observer.nameChanged({ kind: 'registered', net: request.net, name: request.name })
    const deliveries: Delivery[] = []
    const { displaced, notices, similar } = registration
    if (displaced) deliveries.push({ to: displaced.socketId, event: 'node:replaced' })
    for (const { to, upstream } of notices) {
      deliveries.push({ to: to.socketId, event: 'upstream:online', payload: upstream })
    }
    deliveries.push(...similar.map(similarNotice))
    const granted = {
      ...this.#iceServers.grant(request.name),
      ...(this.#build !== undefined && { build: this.#build }),
    }
    return { answer: { ok: true, ...granted }, deliveries }
  }

  /** Asked after the node is among the waiters here: whoever registers later is announced. */
  async #upstreamsElsewhere(cluster: Cluster, node: RegisteredNode): Promise<readonly Delivery[]> {
    const names = node.upstreams.filter((name) => !this.#registry.find(node.net, name))
    const found = await cluster.find(node.net, names, this.deadline())
    if (this.#registry.nodeOf(node.socketId) !== node) return []
    if (found === 'unreachable') return [this.#divisions.noticeFor(node.socketId)]
    return found.map((upstream) => onlineNotice(node, upstream))
  }
}
