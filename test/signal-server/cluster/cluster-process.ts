import { expect, onTestFinished } from 'vitest'
import type { ClusterNode, RelayedStep, RemoteNode } from '../../../signal-server/cluster/cluster.ts'
import type { Broadcast } from '../../../signal-server/cluster/cluster-bus.ts'
import { clusterLimits } from '../../../signal-server/cluster/limits.ts'
import { RedisCluster } from '../../../signal-server/cluster/redis-cluster.ts'
import { RedisConnection } from '../../../signal-server/cluster/redis-connection.ts'
import { Deadline } from '../../../signal-server/shared/deadline.ts'
import type { SignalRefusal } from '../../../signal-server/shared/protocol.ts'

/** The carrier of messages between the processes of one test. */
export class Wire {
  readonly #listeners: ((message: unknown) => void)[] = []

  broadcast(): Broadcast {
    let own: (message: unknown) => void
    return {
      send: (message) => this.#listeners.filter((each) => each !== own).forEach((listener) => listener(message)),
      listen: (listener) => {
        own = listener
        this.#listeners.push(listener)
      },
    }
  }
}

/** The names and steps of one process of a cluster, inside the process of the test. */
export class Process {
  readonly cluster: RedisCluster
  readonly nodes: ClusterNode[] = []
  readonly lost: [string, 'replaced' | 'taken'][] = []
  /** The names of the nodes that other processes have announced. */
  readonly announced: string[] = []
  readonly steps: RelayedStep[] = []
  /** Called whenever another process announces nodes. */
  onAnnouncement = (): void => undefined

  /** `connection`: a connection or its url. `refusal`: the answer to every step of other processes. */
  constructor(connection: RedisConnection | string, wire: Wire, refusal?: SignalRefusal) {
    this.cluster = new RedisCluster({
      connection: typeof connection === 'string' ? new RedisConnection(connection) : connection,
      broadcast: wire.broadcast(),
      nameHoldMs: 100,
      events: {
        registered: (all) => {
          this.announced.push(...all.map(({ name }) => name))
          this.onAnnouncement()
        },
        relayed: (step) => {
          this.steps.push(step)
          return refusal
        },
        lost: (socketId, why) => this.lost.push([socketId, why]),
        nodes: () => [...this.nodes],
        holds: (socketId) => this.nodes.some((node) => node.socketId === socketId),
        changed: () => undefined,
        caughtUp: () => undefined,
      },
    })
    onTestFinished(() => this.cluster.close())
  }

  /** Resolves once the process is connected to the cluster. */
  static async start(connection: RedisConnection | string, wire: Wire, refusal?: SignalRefusal): Promise<Process> {
    const process = new Process(connection, wire, refusal)
    await expect.poll(() => process.cluster.state).toBe('up')
    return process
  }

  claim(node: ClusterNode): ReturnType<RedisCluster['claim']> {
    return this.cluster.claim(node, this.deadline())
  }

  find(names: readonly string[]): Promise<readonly RemoteNode[] | 'unreachable'> {
    return this.cluster.find('main', names, this.deadline())
  }

  /** The deadline of a request that arrived `agoMs` ago. */
  deadline(agoMs = 0): Deadline {
    return new Deadline(this.cluster.now() - agoMs, clusterLimits.answerWithinMs - agoMs)
  }
}

let names = 0
export const createNode = (parts: Partial<ClusterNode> = {}): ClusterNode => ({
  net: 'main',
  name: `node${(names += 1)}`,
  peerId: 'key of alice',
  upstreams: ['node1', 'node2'],
  socketId: `socket${names}`,
  registeredAt: 0,
  ...parts,
})
