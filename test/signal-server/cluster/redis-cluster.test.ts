import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import type { ClusterNode, RelayedStep, RemoteNode } from '../../../signal-server/cluster/cluster.ts'
import type { Broadcast } from '../../../signal-server/cluster/cluster-bus.ts'
import { RedisCluster } from '../../../signal-server/cluster/redis-cluster.ts'
import { RedisConnection } from '../../../signal-server/cluster/redis-connection.ts'
import type { SignalRefusal } from '../../../signal-server/protocol.ts'
import { RedisServer } from './redis-server.ts'

let redis: RedisServer
beforeAll(async () => {
  redis = await RedisServer.start()
})
afterAll(() => redis.kill())

/** What carries messages between the processes of one test. */
class Wire {
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

interface Process {
  readonly cluster: RedisCluster
  readonly nodes: ClusterNode[]
  readonly lost: [string, 'replaced' | 'taken'][]
  readonly told: string[]
  readonly steps: RelayedStep[]
}

const createProcess = (wire: Wire, refusal?: SignalRefusal): Process => {
  const nodes: ClusterNode[] = []
  const lost: Process['lost'] = []
  const told: string[] = []
  const steps: RelayedStep[] = []
  const cluster = new RedisCluster({
    connection: new RedisConnection(redis.url),
    broadcast: wire.broadcast(),
    nameHoldMs: 100,
    events: {
      registered: (all: readonly RemoteNode[]) => told.push(...all.map(({ name }) => name)),
      relayed: (step) => {
        steps.push(step)
        return refusal
      },
      lost: (socketId, why) => lost.push([socketId, why]),
      nodes: () => nodes,
      changed: () => undefined,
    },
  })
  onTestFinished(() => cluster.close())
  return { cluster, nodes, lost, told, steps }
}

const startProcess = async (wire: Wire, refusal?: SignalRefusal): Promise<Process> => {
  const process = createProcess(wire, refusal)
  await expect.poll(() => process.cluster.state).toBe('up')
  return process
}

let names = 0
const createNode = (parts: Partial<ClusterNode> = {}): ClusterNode => ({
  net: 'main',
  name: `node${(names += 1)}`,
  peerId: 'key of alice',
  upstreams: ['node1', 'node2'],
  socketId: `socket${names}`,
  registeredAt: 0,
  ...parts,
})

describe('RedisCluster', () => {
  it('finds what another process holds, and nothing of its own', async () => {
    const wire = new Wire()
    const [first, second] = [await startProcess(wire), await startProcess(wire)]
    const node = createNode()
    const registeredAt = await first.cluster.claim(node)
    expect(registeredAt).toBeTypeOf('number')
    const found = await second.cluster.find('main', [node.name, 'nobody'])
    expect(found).toEqual([{ ...node, registeredAt, processId: expect.any(String) as string }])
    expect(await first.cluster.find('main', [node.name])).toEqual([])
    expect(await second.cluster.find('main', [])).toEqual([])
  })

  it('gives a name back that was left while Redis stood still', async () => {
    const wire = new Wire()
    const [first, second] = [await startProcess(wire), await startProcess(wire)]
    const node = createNode()
    await first.cluster.claim(node)
    redis.freeze()
    await expect.poll(() => first.cluster.state).toBe('down')
    first.cluster.release(node)
    redis.thaw()
    await expect
      .poll(() => second.cluster.claim({ ...node, peerId: 'key of bob', socketId: 'bob' }))
      .toBeTypeOf('number')
  })

  it('claims every name anew once Redis has forgotten them, and ends who is second', async () => {
    const wire = new Wire()
    const [first, second] = [await startProcess(wire), await startProcess(wire)]
    const node = createNode({ registeredAt: 1_000 })
    const rival = { ...node, peerId: 'key of bob', socketId: 'bob', registeredAt: 2_000 }
    const old = createNode({ registeredAt: 1_000 })
    const young = { ...old, socketId: 'young', registeredAt: 2_000 }
    first.nodes.push(node, young)
    second.nodes.push(rival, old)
    await redis.kill()
    await expect.poll(() => [first.cluster.state, second.cluster.state]).toEqual(['down', 'down'])
    await redis.start()
    await expect.poll(() => [first.cluster.state, second.cluster.state]).toEqual(['up', 'up'])
    const find = async ({ cluster }: Process, { name }: ClusterNode) => {
      const found = await cluster.find('main', [name])
      return found === 'unreachable' ? found : found.map(({ socketId }) => socketId)
    }
    await expect.poll(() => find(second, node)).toEqual([node.socketId])
    await expect.poll(() => find(second, old)).toEqual(['young'])
    expect(first.lost).toEqual([])
    expect(second.told).toEqual(expect.arrayContaining([node.name, old.name]))
  })

  it('takes a step to the process that holds the receiver, and its answer back', async () => {
    const wire = new Wire()
    const first = await startProcess(wire)
    const second = await startProcess(wire, 'too-many-requests')
    const node = createNode()
    await second.cluster.claim(node)
    const found = await first.cluster.find('main', [node.name])
    const processId = found === 'unreachable' ? '' : (found[0]?.processId ?? '')
    const step = {
      sender: createNode(),
      receiver: node.socketId,
      to: node.name,
      attempt: 'a',
      seq: 0,
      data: { candidates: [] },
    }
    expect(await first.cluster.relay(processId, step)).toBe('too-many-requests')
    expect(second.steps).toMatchObject([{ receiver: node.socketId, data: { candidates: [] } }])
    expect(await first.cluster.relay('nobody', step)).toBe('cluster-unavailable')
  })

  it('refuses a name that another key has from its first moment on', async () => {
    const first = await startProcess(new Wire())
    const node = createNode()
    await first.cluster.claim(node)
    const { cluster } = createProcess(new Wire())
    expect(await cluster.claim({ ...node, peerId: 'key of bob', socketId: 'bob' })).toBe('name-taken')
  })

  it('answers while Redis is away, and takes names again when it is back', async () => {
    const { cluster } = await startProcess(new Wire())
    await redis.kill()
    await expect.poll(() => cluster.state).toBe('down')
    expect(await cluster.claim(createNode())).toBe('unreachable')
    expect(await cluster.find('main', ['node1'])).toBe('unreachable')
    await redis.start()
    await expect.poll(() => cluster.state).toBe('up')
    expect(await cluster.claim(createNode())).toBeTypeOf('number')
  })
})
