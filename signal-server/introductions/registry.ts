import type { SignallingLimits } from '../shared/limits.ts'
import type { RegisterRefusal, RegisterRequest, UpstreamOnline, UpstreamSimilar } from '../shared/protocol.ts'

export interface RegisteredNode {
  readonly socketId: string
  readonly net: string
  readonly name: string
  readonly peerId: string
  /** Names in the same net, each once, without its own. */
  readonly upstreams: readonly string[]
  /** Milliseconds of the cluster's clock, which all processes share; without a cluster, of this process's clock. */
  readonly registeredAt: number
}

/** For a node: one of its upstreams is online. */
export interface OnlineNotice {
  readonly to: RegisteredNode
  readonly upstream: UpstreamOnline
}

/** For a node: one of its upstreams is not registered, but a name that differs by case alone is. */
export interface SimilarNotice {
  readonly to: RegisteredNode
  readonly upstream: UpstreamSimilar
}

export type Registration =
  | { readonly ok: false; readonly reason: RegisterRefusal }
  | {
      readonly ok: true
      readonly displaced: RegisteredNode | undefined
      readonly notices: readonly OnlineNotice[]
      readonly similar: readonly SimilarNotice[]
    }

type RegistryLimits = Pick<SignallingLimits, 'names' | 'nameHoldMs' | 'waitersPerUpstream'>

/** Neither part can contain a `/`. */
const keyOf = (net: string, name: string): string => `${net}/${name}`

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
  readonly #bySocket = new Map<string, RegisteredNode>()
  readonly #byName = new Map<string, RegisteredNode>()
  /** Ordered by `until`: every hold lasts equally long, and a registration deletes the hold of its name. */
  readonly #held = new Map<string, { readonly peerId: string; readonly until: number }>()
  /**
   * By the name of an upstream in lower case: the registered nodes that named it, whether it is online or not. Lists, not
   * sets: most contain one node, and an empty set needs as much memory as the node itself.
   */
  readonly #waiters = new Map<string, RegisteredNode[]>()
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
    const node: RegisteredNode = { socketId, net, name, peerId, upstreams, registeredAt }
    this.#bySocket.set(socketId, node)
    this.#byName.set(key, node)
    this.#spellings.set(caselessKeyOf(net, name), name)
    for (const upstream of upstreams) this.#addWaiter(caselessKeyOf(net, upstream), node)
    const similar = [...this.#similarUpstreams(node), ...this.similarFor(net, name)]
    return { ok: true, displaced, notices: this.#notices(node), similar }
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

  nodes(): Iterable<RegisteredNode> {
    return this.#bySocket.values()
  }

  /** Nodes that named this one as their upstream. */
  waitersFor(net: string, name: string): Iterable<RegisteredNode> {
    return this.#waitersWhateverCase(net, name).filter(({ upstreams }) => upstreams.includes(name))
  }

  /** For nodes that wait for a name that differs by case alone from this one, which is registered. */
  similarFor(net: string, name: string): readonly SimilarNotice[] {
    const caseless = name.toLowerCase()
    return this.#waitersWhateverCase(net, name).flatMap((to) =>
      to.upstreams
        .filter((upstream) => upstream !== name && upstream.toLowerCase() === caseless && to.name !== name)
        .filter((upstream) => !this.find(net, upstream))
        .map((upstream) => ({ to, upstream: { name: upstream, similar: name } })),
    )
  }

  nodeOf(socketId: string): RegisteredNode | undefined {
    return this.#bySocket.get(socketId)
  }

  find(net: string, name: string): RegisteredNode | undefined {
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

  #notices(node: RegisteredNode): OnlineNotice[] {
    const notices: OnlineNotice[] = []
    const notify = (to: RegisteredNode, { name, peerId, upstreams }: RegisteredNode) =>
      notices.push({ to, upstream: { name, peerId, mutual: upstreams.includes(to.name) } })
    for (const name of node.upstreams) {
      const upstream = this.find(node.net, name)
      if (upstream) notify(node, upstream)
    }
    for (const waiter of this.waitersFor(node.net, node.name)) notify(waiter, node)
    return notices
  }

  #similarUpstreams(node: RegisteredNode): readonly SimilarNotice[] {
    return node.upstreams.flatMap((name) => {
      const similar = this.#spellings.get(caselessKeyOf(node.net, name))
      if (similar === undefined || similar === node.name || this.find(node.net, name)) return []
      return [{ to: node, upstream: { name, similar } }]
    })
  }

  #waitersWhateverCase(net: string, name: string): readonly RegisteredNode[] {
    return this.#waiters.get(caselessKeyOf(net, name)) ?? []
  }

  #addWaiter(upstreamKey: string, node: RegisteredNode): void {
    const waiters = this.#waiters.get(upstreamKey)
    if (!waiters) this.#waiters.set(upstreamKey, [node])
    // A node is added once, though two of its upstreams may differ by case alone.
    else if (waiters.length < this.#limits.waitersPerUpstream && waiters.at(-1) !== node) waiters.push(node)
  }

  #forget(node: RegisteredNode): void {
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
