import type { ClusterNode } from '../cluster/cluster.ts'
import type { SignallingLimits } from '../shared/limits.ts'
import type { RegisterRefusal, RegisterRequest } from '../shared/protocol.ts'
import { type Delivery, onlineNotice } from './outcome.ts'

export type Registration =
  | { readonly ok: false; readonly reason: RegisterRefusal }
  | { readonly ok: true; readonly deliveries: readonly Delivery[] }

type RegistryLimits = Pick<SignallingLimits, 'names' | 'nameHoldMs' | 'waitersPerUpstream'>

/** For a node: its upstream `name` is not registered, but `similar` is, which differs by case alone. */
const similarNotice = (to: ClusterNode, name: string, similar: string): Delivery => ({
  to: to.socketId,
  event: 'upstream:similar',
  payload: { name, similar },
})

/** Neither part can contain a `/`. */
export const keyOf = (net: string, name: string): string => `${net}/${name}`

/** The same for names that differ by case alone. */
const caselessKeyOf = (net: string, name: string): string => keyOf(net, name.toLowerCase())

/**
 * Who holds which name.
 *
 * 1. A socket holds at most one name, and a name belongs to at most one socket.
 * 2. A name belongs to the key that proved it, while its socket lives and for `nameHoldMs` after; another socket of the
 *    same key gets it at once.
 * 3. A node gets a notice about an upstream when the later of the two registers, with the `mutual` of that moment.
 * 4. The end of a socket removes only what still belongs to that socket.
 */
export class Registry {
  readonly #limits: RegistryLimits
  readonly #now: () => number
  readonly #isProven: (socketId: string, request: RegisterRequest) => boolean
  readonly #bySocket = new Map<string, ClusterNode>()
  readonly #byName = new Map<string, ClusterNode>()
  /** Ordered by `until`: every hold lasts equally long, and a registration deletes the hold of its name. */
  readonly #held = new Map<string, { readonly peerId: string; readonly until: number }>()
  /**
   * By the name of an upstream in lower case: the registered nodes that named it, whether it is online or not. Lists, not
   * sets: most contain one node, and an empty set needs as much memory as the node itself.
   */
  readonly #waiters = new Map<string, ClusterNode[]>()
  /** By a name in lower case: the spelling that registered last. */
  readonly #spellings = new Map<string, string>()

  constructor(
    limits: RegistryLimits,
    now: () => number,
    isProven: (socketId: string, request: RegisterRequest) => boolean,
  ) {
    this.#limits = limits
    this.#now = now
    this.#isProven = isProven
  }

  /** Why the request is refused now, on this process. The signature is checked last, since it costs most. */
  refusal(socketId: string, request: RegisterRequest): RegisterRefusal | undefined {
    const { net, name, peerId } = request
    this.#endHolds()
    const refusal = this.#refusal(socketId, keyOf(net, name), peerId)
    return refusal ?? (this.#isProven(socketId, request) ? undefined : 'bad-signature')
  }

  /** Registers a request for which `refusal` gave undefined, unless that has changed meanwhile. */
  register(socketId: string, request: RegisterRequest, registeredAt: number): Registration {
    const { net, name, peerId } = request
    const key = keyOf(net, name)
    const refusal = this.#refusal(socketId, key, peerId)
    if (refusal) return { ok: false, reason: refusal }

    const displaced = this.#byName.get(key)
    if (displaced) this.#forget(displaced)
    this.#held.delete(key)
    const upstreams = [...new Set(request.upstreams)].filter((upstream) => upstream !== name)
    const node: ClusterNode = { socketId, net, name, peerId, upstreams, registeredAt }
    this.#bySocket.set(socketId, node)
    this.#byName.set(key, node)
    this.#spellings.set(caselessKeyOf(net, name), name)
    for (const upstream of upstreams) this.#addWaiter(caselessKeyOf(net, upstream), node)
    const replaced: Delivery[] = displaced ? [{ to: displaced.socketId, event: 'node:replaced' }] : []
    const similar = [...this.#similarUpstreams(node), ...this.similarFor(net, name)]
    return { ok: true, deliveries: [...replaced, ...this.#onlineNotices(node), ...similar] }
  }

  /** The socket ended. Its name, if it still has one, is held for its key for a while. */
  remove(socketId: string): void {
    const node = this.#bySocket.get(socketId)
    if (!node) return
    this.#forget(node)
    this.#held.set(keyOf(node.net, node.name), { peerId: node.peerId, until: this.#now() + this.#limits.nameHoldMs })
  }

  /** The name belongs to another socket now, so it is not held for this socket's key. */
  evict(socketId: string): void {
    const node = this.#bySocket.get(socketId)
    if (node) this.#forget(node)
  }

  /** Names that sockets hold. */
  get size(): number {
    return this.#bySocket.size
  }

  nodes(): Iterable<ClusterNode> {
    return this.#bySocket.values()
  }

  /** Nodes that named this one as their upstream. */
  waitersFor(net: string, name: string): readonly ClusterNode[] {
    return this.#waitersWhateverCase(net, name).filter(({ upstreams }) => upstreams.includes(name))
  }

  /** For nodes that wait for a name that differs by case alone from this one, which is registered. */
  similarFor(net: string, name: string): readonly Delivery[] {
    const caseless = name.toLowerCase()
    return this.#waitersWhateverCase(net, name).flatMap((to) =>
      to.upstreams
        .filter((upstream) => upstream !== name && upstream.toLowerCase() === caseless && to.name !== name)
        .filter((upstream) => !this.find(net, upstream))
        .map((upstream) => similarNotice(to, upstream, name)),
    )
  }

  nodeOf(socketId: string): ClusterNode | undefined {
    return this.#bySocket.get(socketId)
  }

  find(net: string, name: string): ClusterNode | undefined {
    return this.#byName.get(keyOf(net, name))
  }

  /** Every check except the signature's. */
  #refusal(socketId: string, key: string, peerId: string): RegisterRefusal | undefined {
    if (this.#bySocket.has(socketId)) return 'already-registered'
    const holder = this.#byName.get(key)
    if (holder) return holder.peerId === peerId ? undefined : 'name-taken'
    const last = this.#held.get(key)
    if (last) return last.peerId === peerId ? undefined : 'name-reserved'
    return this.#byName.size + this.#held.size < this.#limits.names ? undefined : 'server-full'
  }

  #onlineNotices(node: ClusterNode): readonly Delivery[] {
    const upstreams = node.upstreams.flatMap((name) => this.find(node.net, name) ?? [])
    return [
      ...upstreams.map((upstream) => onlineNotice(node, upstream)),
      ...this.waitersFor(node.net, node.name).map((waiter) => onlineNotice(waiter, node)),
    ]
  }

  #similarUpstreams(node: ClusterNode): readonly Delivery[] {
    return node.upstreams.flatMap((name) => {
      const similar = this.#spellings.get(caselessKeyOf(node.net, name))
      if (similar === undefined || similar === node.name || this.find(node.net, name)) return []
      return [similarNotice(node, name, similar)]
    })
  }

  #waitersWhateverCase(net: string, name: string): readonly ClusterNode[] {
    return this.#waiters.get(caselessKeyOf(net, name)) ?? []
  }

  #addWaiter(upstreamKey: string, node: ClusterNode): void {
    const waiters = this.#waiters.get(upstreamKey)
    if (!waiters) this.#waiters.set(upstreamKey, [node])
    // A node is added once, though two of its upstreams may differ by case alone.
    else if (waiters.length < this.#limits.waitersPerUpstream && waiters.at(-1) !== node) waiters.push(node)
  }

  #forget(node: ClusterNode): void {
    this.#bySocket.delete(node.socketId)
    this.#byName.delete(keyOf(node.net, node.name))
    const spelling = caselessKeyOf(node.net, node.name)
    if (this.#spellings.get(spelling) === node.name) this.#spellings.delete(spelling)
    for (const upstream of node.upstreams) {
      const key = caselessKeyOf(node.net, upstream)
      const waiters = this.#waiters.get(key) ?? []
      const index = waiters.indexOf(node)
      if (index >= 0) waiters.splice(index, 1)
      if (waiters.length === 0) this.#waiters.delete(key)
    }
  }

  #endHolds(): void {
    const now = this.#now()
    for (const [key, { until }] of this.#held) {
      if (until > now) return
      this.#held.delete(key)
    }
  }
}
