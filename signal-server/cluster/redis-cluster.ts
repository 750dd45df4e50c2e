import { randomBytes } from 'node:crypto'
import { BoundedMap } from '../shared/bounded-map.ts'
import { type Deadline, within } from '../shared/deadline.ts'
import type { SignalRefusal } from '../shared/protocol.ts'
import type { Cluster, ClusterEvents, ClusterNode, RelayedStep, RemoteNode } from './cluster.ts'
import { type Broadcast, ClusterBus } from './cluster-bus.ts'
import { ClusterClock } from './cluster-clock.ts'
import { clusterLimits } from './limits.ts'
import { NameLeases } from './name-leases.ts'
import { leadsElsewhere, type RedisConnection } from './redis-connection.ts'

export interface RedisClusterOptions {
  readonly connection: RedisConnection
  readonly broadcast: Broadcast
  readonly events: ClusterEvents
  readonly nameHoldMs: number
}

/**
 * A cluster with one Redis: names are leases there, and messages go through Socket.IO's adapter.
 *
 * 1. The cluster is up while Redis answers heartbeats in time. A single question without an answer makes it down at once, so
 *    that the next questions need not wait.
 * 2. This process claims all its names again and announces them whenever Redis does not know it (Redis was out of reach or
 *    restarted empty, or this process stood still), and whenever it may have missed a message. Sockets that lost their name
 *    meanwhile are ended, and nodes that registered meanwhile are found.
 */
export class RedisCluster implements Cluster {
  readonly #options: RedisClusterOptions
  readonly #processId = randomBytes(9).toString('base64url')
  readonly #leases: NameLeases
  readonly #bus: ClusterBus
  /** By socket: nodes that ended and whose names are not released yet. */
  readonly #owed = new BoundedMap<string, ClusterNode>(clusterLimits.owedReleases)
  /** `starting`: Redis has not answered yet. Only after `#firstContact` this counts as an outage. */
  #state: 'starting' | 'up' | 'down' = 'starting'
  readonly #clock = new ClusterClock()
  #claimedAllAt = -Infinity
  #contacted = (): void => undefined
  /** Settles with the first contact or when it is overdue. Claims wait for it: at the start, `down` means only `not yet up`. */
  readonly #firstContact = within(
    clusterLimits.answerWithinMs,
    new Promise<void>((resolve) => {
      this.#contacted = resolve
    }),
  )
  #isBeating = false
  /** At the next heartbeat, since a message may have been missed or a claim's answer came too late. */
  #mustClaimAll = false
  #isClosed = false
  readonly #heartbeat: NodeJS.Timeout

  constructor(options: RedisClusterOptions) {
    this.#options = options
    const { connection, broadcast, events, nameHoldMs } = options
    this.#leases = new NameLeases(connection.commands, this.#processId, nameHoldMs)
    this.#bus = new ClusterBus({
      processId: this.#processId,
      broadcast,
      isFresh: (sentAt) => this.#clock.isFresh(sentAt),
      events,
    })
    this.#heartbeat = setInterval(() => void this.#beat(), clusterLimits.heartbeatMs)
    this.#heartbeat.unref()
    connection.onReady({
      commands: () => void this.#beat(),
      subscriptions: () => {
        this.#mustClaimAll = true
        void this.#beat()
      },
    })
    connection.open()
    // A Redis that is out of reach from the start is an outage too.
    void this.#firstContact.then(() => this.#become(this.state))
  }

  get state(): 'up' | 'down' {
    return this.#state === 'up' ? 'up' : 'down'
  }

  now(): number {
    return this.#clock.now()
  }

  async claim(
    node: Omit<ClusterNode, 'registeredAt'>,
    deadline: Deadline,
  ): Promise<number | 'name-taken' | 'name-reserved' | 'unreachable'> {
    await deadline.wait(this.#firstContact)
    const owed = this.#owed.get(node.socketId)
    if (owed?.net === node.net && owed.name === node.name) this.#owed.delete(node.socketId)
    const answer = await deadline.wait(this.ask(() => this.#leases.claim(node)))
    if (!answer) {
      // Its time may have been over before Redis was asked, so Redis may be well. The name has to be claimed again.
      this.#mustClaimAll = true
      return 'unreachable'
    }
    if (answer.outcome === 'claimed') return answer.registeredAt
    return answer.outcome === 'reserved' ? 'name-reserved' : 'name-taken'
  }

  announce(nodes: readonly ClusterNode[]): void {
    if (this.#state === 'up') this.#bus.announce(nodes.map((node) => this.#own(node)))
  }

  release(node: ClusterNode): void {
    void this.#release(node)
  }

  async find(
    net: string,
    names: readonly string[],
    deadline: Deadline,
  ): Promise<readonly RemoteNode[] | 'unreachable'> {
    if (names.length === 0) return []
    return (await deadline.wait(this.#findElsewhere(names.map((name) => ({ net, name }))))) ?? 'unreachable'
  }

  relay(
    processId: string,
    step: Omit<RelayedStep, 'sender'> & { readonly sender: ClusterNode },
    deadline: Deadline,
  ): Promise<SignalRefusal | undefined> {
    if (this.#state !== 'up') return Promise.resolve('cluster-unavailable')
    return this.#bus.relay(processId, { ...step, sender: this.#own(step.sender) }, deadline)
  }

  /** Undefined if Redis is out of reach or does not answer in time; the cluster is then down. */
  async ask<T>(question: () => Promise<T>): Promise<T | undefined> {
    if (this.#state !== 'up') return undefined
    const answer = await this.#answerOf(question)
    if (answer === undefined) this.#fail()
    return answer
  }

  async close(): Promise<void> {
    this.#isClosed = true
    clearInterval(this.#heartbeat)
    // All other names become free once this process sends no heartbeats.
    await this.#releaseOwed()
    this.#bus.close()
    this.#options.connection.close()
  }

  #own({ net, name, peerId, upstreams, socketId, registeredAt }: ClusterNode): RemoteNode {
    return { net, name, peerId, upstreams, socketId, registeredAt, processId: this.#processId }
  }

  /** A name that can't be released now is owed: otherwise it would belong to this process as long as the process lives. */
  async #release(node: ClusterNode): Promise<void> {
    this.#owed.set(node.socketId, node)
    if (await this.ask(() => this.#leases.release(node))) this.#owed.delete(node.socketId)
  }

  async #releaseOwed(): Promise<void> {
    await Promise.all([...this.#owed.values()].map((node) => this.#release(node)))
  }

  async #beat(): Promise<void> {
    if (this.#isBeating || this.#isClosed) return
    this.#isBeating = true
    const { connection } = this.#options
    const askedAt = performance.now()
    const life = connection.isOpen ? await this.#answerOf(() => this.#leases.live()) : undefined
    this.#isBeating = false
    if (this.#isClosed) return
    if (!life) return this.#fail()
    this.#clock.set(life.redisTimeMs, askedAt)
    const wasDown = this.#state !== 'up'
    this.#become('up')
    const isTime = performance.now() - this.#claimedAllAt > clusterLimits.claimAgainMs
    if (wasDown || !life.wasAlive || this.#mustClaimAll || isTime) await this.#claimAll()
    if (this.#state === 'up') this.#options.events.caughtUp()
  }

  async #claimAll(): Promise<void> {
    this.#claimedAllAt = performance.now()
    this.#mustClaimAll = false
    await this.#releaseOwed()
    const nodes = this.#options.events.nodes()
    for (const some of batchesOf(nodes)) await this.#claimAgain(some)
    for (const names of batchesOf(upstreamsElsewhere(nodes))) {
      this.#options.events.registered((await this.#findElsewhere(names)) ?? [])
    }
  }

  async #claimAgain(all: readonly ClusterNode[]): Promise<void> {
    const { events } = this.#options
    // Some nodes may have ended, and released their names, while earlier names were claimed.
    const nodes = all.filter(({ socketId }) => events.holds(socketId))
    const outcomes = await Promise.all(nodes.map((node) => this.ask(() => this.#leases.claim(node))))
    for (const [index, answer] of outcomes.entries()) {
      const node = nodes[index]
      if (node && (answer?.outcome === 'taken' || answer?.outcome === 'reserved')) events.lost(node.socketId, 'taken')
      if (node && answer?.outcome === 'replaced') events.lost(node.socketId, 'replaced')
    }
    this.announce(nodes.filter((_, index) => outcomes[index]?.outcome === 'claimed'))
  }

  async #findElsewhere(names: readonly NodeName[]): Promise<readonly RemoteNode[] | undefined> {
    const found = await this.ask(() => this.#leases.find(names))
    return found?.filter((node) => node.processId !== this.#processId)
  }

  /** Undefined if Redis refuses the question, is out of reach, or does not answer in time. */
  #answerOf<T>(question: () => Promise<T>): Promise<T | undefined> {
    const answer = question().catch((error: unknown) => {
      if (leadsElsewhere(error)) this.#options.connection.renew()
      return undefined
    })
    return within(clusterLimits.answerWithinMs, answer)
  }

  /** Redis did not answer. */
  #fail(): void {
    if (this.#state === 'up') this.#become('down')
  }

  #become(state: 'up' | 'down'): void {
    if (this.#state === state) return
    this.#state = state
    if (state === 'up') this.#contacted()
    if (this.#isClosed) return
    const { events, connection } = this.#options
    events.changed(state, state === 'down' ? connection.lastError : undefined)
  }
}

type NodeName = Pick<ClusterNode, 'net' | 'name'>

/** The upstreams of the nodes, each once, without the nodes themselves. */
const upstreamsElsewhere = (nodes: readonly ClusterNode[]): readonly NodeName[] => {
  const keyOf = ({ net, name }: NodeName): string => `${net}/${name}`
  const upstreams = nodes.flatMap(({ net, upstreams: names }) => names.map((name) => ({ net, name })))
  const byKey = new Map(upstreams.map((upstream) => [keyOf(upstream), upstream]))
  for (const node of nodes) byKey.delete(keyOf(node))
  return [...byKey.values()]
}

const batchesOf = function* <T>(all: readonly T[]): Generator<readonly T[]> {
  const size = clusterLimits.nodesPerMessage
  for (let from = 0; from < all.length; from += size) yield all.slice(from, from + size)
}
