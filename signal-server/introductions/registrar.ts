import type { Cluster, ClusterNode, RemoteNode } from '../cluster/cluster.ts'
import type { Deadline } from '../shared/deadline.ts'
import type { SignallingObserver } from '../shared/observer.ts'
import {
  type Registered,
  type RegisterRefusal,
  type RegisterRequest,
  registerRequestSchema,
} from '../shared/protocol.ts'
import { readPayload } from '../shared/payload.ts'
import type { AccessTokens } from './access-tokens.ts'
import type { DivisionNotices } from './division-notices.ts'
import { type Delivery, onlineNotice, type Outcome, refuse } from './outcome.ts'
import { keyOf, type Registry } from './registry.ts'
import type { SharedRates } from './shared-rates.ts'

interface RegistrarOptions {
  /** Milliseconds, never backwards. */
  readonly now: () => number
  readonly registry: Registry
  readonly rates: SharedRates
  readonly tokens: AccessTokens
  readonly divisions: DivisionNotices
  /** Undefined: this process is the only one. */
  readonly cluster: () => Cluster | undefined
  /** For a request that arrives now. */
  readonly deadline: () => Deadline
  /** What a registered node of that name receives. */
  readonly grant: (name: string) => Registered
  /** For deliveries that no request of this process causes. */
  readonly deliver: (delivery: Delivery) => void
  readonly observer: Pick<SignallingObserver, 'nameChanged'>
}

/**
 * Settles two claims to one name: of one key the later claim wins, of two keys the earlier. Gives why `own` loses the name
 * to `other`, or undefined if it keeps the name.
 */
const whyLost = (
  own: Pick<ClusterNode, 'peerId' | 'registeredAt'>,
  other: ClusterNode,
): 'replaced' | 'taken' | undefined => {
  const isSameKey = own.peerId === other.peerId
  if (isSameKey !== own.registeredAt < other.registeredAt) return undefined
  return isSameKey ? 'replaced' : 'taken'
}

/**
 * Registers nodes under their names.
 *
 * 1. In a cluster, a name is registered here only once it is claimed there. While the cluster is out of reach, this process
 *    registers the name alone and claims it when the cluster is back; the earlier claim then keeps the name.
 * 2. A socket may end while its request is queued or waits for an answer. It is not registered then, and a claimed name is
 *    released.
 */
export class Registrar {
  readonly #options: RegistrarOptions
  readonly #openSockets = new Set<string>()
  /** Sockets whose request is not answered yet. */
  readonly #registering = new Set<string>()
  readonly #claims = new PendingClaims()

  constructor(options: RegistrarOptions) {
    this.#options = options
  }

  /** Must be called before the socket's first request. */
  socketOpened(socketId: string): void {
    this.#openSockets.add(socketId)
  }

  socketEnded(socketId: string): void {
    const { registry, divisions, observer, cluster } = this.#options
    this.#openSockets.delete(socketId)
    divisions.forget(socketId)
    const node = registry.nodeOf(socketId)
    if (!node) return
    registry.remove(socketId)
    observer.nameChanged({ kind: 'left', net: node.net, name: node.name })
    cluster()?.release(node)
  }

  /** `address`: the group of addresses that the socket's address is counted with. */
  async register(
    socketId: string,
    address: string,
    payload: unknown,
    deadline: Deadline,
  ): Promise<Outcome<RegisterRefusal, Registered>> {
    const request = readPayload(registerRequestSchema, payload)
    if (!request) return refuse('malformed')
    if (this.#hasEnded(socketId)) return refuse('socket-ended')
    if (this.#registering.has(socketId)) return refuse('already-registered')
    this.#registering.add(socketId)
    const refusal = await this.#refusal(socketId, address, request, deadline)
    const outcome = refusal ? refuse(refusal) : await this.#claim(socketId, request, deadline)
    this.#registering.delete(socketId)
    if (!outcome.answer.ok) {
      const { net, name } = request
      this.#options.observer.nameChanged({ kind: 'refused', net, name, reason: outcome.answer.reason })
    }
    return outcome
  }

  /** Other processes have registered these nodes. */
  registeredElsewhere(nodes: readonly RemoteNode[]): void {
    const { registry, deliver } = this.#options
    for (const node of nodes) {
      this.#claims.note(node)
      const own = registry.find(node.net, node.name)
      const why = own && whyLost(own, node)
      if (why) this.lost(own.socketId, why)
      for (const waiter of registry.waitersFor(node.net, node.name)) deliver(onlineNotice(waiter, node))
      for (const notice of registry.similarFor(node.net, node.name)) deliver(notice)
    }
  }

  /** The name of this socket belongs to another socket from now on. */
  lost(socketId: string, why: 'replaced' | 'taken'): void {
    const { registry, observer, deliver } = this.#options
    const node = registry.nodeOf(socketId)
    if (node) observer.nameChanged({ kind: 'left', net: node.net, name: node.name })
    registry.evict(socketId)
    deliver({ to: socketId, event: why === 'replaced' ? 'node:replaced' : 'name-lost' })
  }

  /** The rate of the address comes before the signature, which costs most; the rate of the network comes after it. */
  async #refusal(
    socketId: string,
    address: string,
    request: RegisterRequest,
    deadline: Deadline,
  ): Promise<RegisterRefusal | undefined> {
    const { registry, rates, tokens } = this.#options
    const excess = await rates.registrationOfAddress(address, deadline)
    if (excess) return excess
    if (this.#hasEnded(socketId)) return 'socket-ended'
    const refusal = tokens.refusal(request.net, request.token) ?? registry.refusal(socketId, request)
    if (refusal) return refusal
    const excessOfNetwork = await rates.registrationOfNetwork(request.net, deadline)
    return excessOfNetwork ?? (this.#hasEnded(socketId) ? 'socket-ended' : undefined)
  }

  async #claim(
    socketId: string,
    request: RegisterRequest,
    deadline: Deadline,
  ): Promise<Outcome<RegisterRefusal, Registered>> {
    const { registry, divisions, now } = this.#options
    const cluster = this.#options.cluster()
    if (!cluster) return this.#registerHere(socketId, request, now())
    const { net, name, peerId, upstreams } = request
    this.#claims.begin(net, name)
    const claim = await cluster.claim({ net, name, peerId, upstreams, socketId }, deadline)
    const rival = this.#claims.end(net, name)
    // A tab whose name is taken gets time to ask again, by a timer that would keep an ended socket's connection in memory.
    if (claim === 'name-taken' || claim === 'name-reserved') {
      return refuse(this.#hasEnded(socketId) ? 'socket-ended' : claim)
    }
    const registeredAt = claim === 'unreachable' ? cluster.now() : claim
    const why = rival && whyLost({ peerId, registeredAt }, rival)
    // The same key claimed the name after this socket did, and its announcement arrived before this claim's answer.
    if (why === 'replaced') return { answer: { ok: true }, deliveries: [{ to: socketId, event: 'node:replaced' }] }
    const refusal = this.#hasEnded(socketId) ? 'socket-ended' : why && 'name-taken'
    const outcome = refusal ? refuse<RegisterRefusal>(refusal) : this.#registerHere(socketId, request, registeredAt)
    const node = registry.nodeOf(socketId)
    if (!outcome.answer.ok || !node) {
      cluster.release({ net, name, peerId, upstreams, socketId, registeredAt })
      return outcome
    }
    cluster.announce([node])
    if (cluster.state === 'down' && node.upstreams.length > 0) {
      return { ...outcome, deliveries: [...outcome.deliveries, divisions.noticeFor(socketId)] }
    }
    return { ...outcome, later: this.#upstreamsElsewhere(cluster, node) }
  }

  #hasEnded(socketId: string): boolean {
    return !this.#openSockets.has(socketId)
  }

  #registerHere(
    socketId: string,
    request: RegisterRequest,
    registeredAt: number,
  ): Outcome<RegisterRefusal, Registered> {
    const { registry, observer, grant } = this.#options
    const registration = registry.register(socketId, request, registeredAt)
    if (!registration.ok) return refuse(registration.reason)
    const { net, name } = request
    observer.nameChanged({ kind: 'registered', net, name })
    return { answer: { ok: true, ...grant(name) }, deliveries: registration.deliveries }
  }

  /** Called after the node is among the waiters here, so that an upstream that registers later is announced to it. */
  async #upstreamsElsewhere(cluster: Cluster, node: ClusterNode): Promise<readonly Delivery[]> {
    const { registry, divisions, deadline } = this.#options
    const names = node.upstreams.filter((name) => !registry.find(node.net, name))
    const found = await cluster.find(node.net, names, deadline())
    if (registry.nodeOf(node.socketId) !== node) return []
    if (found === 'unreachable') return [divisions.noticeFor(node.socketId)]
    return found.map((upstream) => onlineNotice(node, upstream))
  }
}

interface PendingClaim {
  claims: number
  latest?: RemoteNode
}

/**
 * Names that this process claims in Redis, each with the latest node that another process announced under that name before
 * Redis answered. Its size is bounded by the open requests.
 */
class PendingClaims {
  readonly #byName = new Map<string, PendingClaim>()

  begin(net: string, name: string): void {
    const key = keyOf(net, name)
    const pending = this.#byName.get(key) ?? { claims: 0 }
    pending.claims += 1
    this.#byName.set(key, pending)
  }

  /** Another process announced the node. */
  note(node: RemoteNode): void {
    const pending = this.#byName.get(keyOf(node.net, node.name))
    if (pending) pending.latest = node
  }

  /** Gives the latest node that was announced under the name. */
  end(net: string, name: string): RemoteNode | undefined {
    const key = keyOf(net, name)
    const pending = this.#byName.get(key)
    if (!pending) return undefined
    pending.claims -= 1
    if (pending.claims === 0) this.#byName.delete(key)
    return pending.latest
  }
}
