import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import type { ClusterNode } from '../../../signal-server/cluster/cluster.ts'
import { clusterLimits } from '../../../signal-server/cluster/limits.ts'
import { leadsElsewhere, RedisConnection } from '../../../signal-server/cluster/redis-connection.ts'
import { Deadline } from '../../../signal-server/shared/deadline.ts'
import type { SignalRefusal } from '../../../signal-server/shared/protocol.ts'
import { createNode, Process, Wire } from './cluster-process.ts'
import { RedisServer, startRedis } from './redis-server.ts'
import { RoundRobinProxy } from './round-robin-proxy.ts'

let redis: RedisServer
beforeAll(async () => {
  redis = await RedisServer.start()
})
afterAll(() => redis.kill())

const start = (wire: Wire, refusal?: SignalRefusal): Promise<Process> => Process.start(redis.url, wire, refusal)

/** Two processes that can send messages to each other. */
const startBoth = async (wire = new Wire()) => [await start(wire), await start(wire)] as const

describe('RedisCluster', () => {
  it('finds names of other processes, and no name of its own', async () => {
    const [first, second] = await startBoth()
    const node = createNode()
    const registeredAt = await first.claim(node)
    expect(registeredAt).toBeTypeOf('number')
    const found = await second.find([node.name, 'nobody'])
    expect(found).toEqual([{ ...node, registeredAt, processId: expect.any(String) as string }])
    expect(await first.find([node.name])).toEqual([])
    expect(await second.find([])).toEqual([])
  })

  it('releases a name whose socket ended while Redis did not respond', async () => {
    const [first, second] = await startBoth()
    const node = createNode()
    await first.claim(node)
    redis.freeze()
    await expect.poll(() => first.cluster.state).toBe('down')
    first.cluster.release(node)
    redis.thaw()
    await expect.poll(() => second.claim({ ...node, peerId: 'key of bob', socketId: 'bob' })).toBeTypeOf('number')
  })

  it('claims every name again once Redis has lost them, and ends the second holder', async () => {
    const [first, second] = await startBoth()
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
    const find = async (process: Process, { name }: ClusterNode) => {
      const found = await process.find([name])
      return found === 'unreachable' ? found : found.map(({ socketId }) => socketId)
    }
    await expect.poll(() => find(second, node)).toEqual([node.socketId])
    await expect.poll(() => find(second, old)).toEqual(['young'])
    expect(first.lost).toEqual([])
    expect(second.announced).toEqual(expect.arrayContaining([node.name, old.name]))
  })

  it('refuses a name of another key from the start', async () => {
    const first = await start(new Wire())
    const node = createNode()
    await first.claim(node)
    const process = new Process(redis.url, new Wire())
    expect(await process.claim({ ...node, peerId: 'key of bob', socketId: 'bob' })).toBe('name-taken')
  })

  it('answers while Redis is out of reach, and claims names again when Redis is back', async () => {
    const process = await start(new Wire())
    await redis.kill()
    await expect.poll(() => process.cluster.state).toBe('down')
    expect(await process.claim(createNode())).toBe('unreachable')
    expect(await process.find(['node1'])).toBe('unreachable')
    await redis.start()
    await expect.poll(() => process.cluster.state).toBe('up')
    expect(await process.claim(createNode())).toBeTypeOf('number')
  })
})

describe('a claim whose deadline passes before Redis answers', () => {
  it('does not count as an outage, and at the next heartbeat all names are claimed again', async () => {
    const [first, second] = await startBoth()
    const [old, late] = [createNode({ upstreams: [] }), createNode({ upstreams: [] })]
    first.nodes.push(old)
    redis.freeze()
    const answer = await first.cluster.claim(late, new Deadline(first.cluster.now(), 0))
    const { state } = first.cluster
    redis.thaw()
    expect([answer, state]).toEqual(['unreachable', 'up'])
    first.nodes.push(late)
    await expect.poll(() => second.announced).toEqual(expect.arrayContaining([old.name, late.name]))
  })
})

describe('a process that claims more names again than one message can hold', () => {
  it('leaves out nodes that end in the meantime', async () => {
    const wire = new Wire()
    const second = await start(wire)
    const first = new Process(redis.url, wire)
    const nodes = Array.from({ length: clusterLimits.nodesPerMessage }, () => createNode({ upstreams: [] }))
    const [ended, last] = [createNode({ upstreams: [] }), createNode({ upstreams: [] })]
    first.nodes.push(...nodes, ended, last)
    second.onAnnouncement = () => {
      const index = first.nodes.indexOf(ended)
      if (index >= 0) first.nodes.splice(index, 1)
    }
    await expect.poll(() => second.announced).toContain(last.name)
    expect(await second.find([ended.name, last.name])).toMatchObject([{ name: last.name }])
  })
})

describe('a process that missed messages for a short time', () => {
  it('looks for upstreams that registered in the meantime', async () => {
    // A subscription like the adapter's. Without a subscription there would be nothing to cut.
    const connection = new RedisConnection(redis.url)
    connection.forAdapter().subscriber.subscribe('news', () => undefined, true)
    const [first, second] = [await Process.start(connection, new Wire()), await start(new Wire())]
    const upstream = createNode({ upstreams: [] })
    first.nodes.push(createNode({ upstreams: [upstream.name] }))
    await second.claim(upstream)
    expect(first.announced).toEqual([])
    await redis.cutSubscribers()
    await expect.poll(() => first.announced).toEqual([upstream.name])
  })
})

describe('a process that is the only one to lose its connection to Redis', () => {
  it('finds afterwards the upstreams that registered elsewhere in the meantime', async () => {
    const proxy = await RoundRobinProxy.start([redis.port])
    onTestFinished(() => proxy.close())
    const first = await Process.start(`redis://127.0.0.1:${proxy.port}`, new Wire())
    const second = await start(new Wire())
    const [upstream, local] = [createNode({ upstreams: [] }), createNode({ upstreams: [] })]
    first.nodes.push(createNode({ upstreams: [upstream.name, local.name, 'nobody'] }), local)
    proxy.cut()
    await expect.poll(() => first.cluster.state).toBe('down')
    await second.claim(upstream)
    expect(first.announced).toEqual([])
    proxy.restore()
    await expect.poll(() => first.announced).toEqual([upstream.name])
  })
})

describe('a failover that keeps the old connections open', () => {
  it('leads each process to the new primary, where names are claimed again and messages arrive', async () => {
    const primary = await startRedis()
    const proxy = await RoundRobinProxy.start([redis.port])
    onTestFinished(() => proxy.close())
    const open = () => new RedisConnection(`redis://127.0.0.1:${proxy.port}`)
    const connection = open()
    let heard = 0
    connection.forAdapter().subscriber.subscribe('news', () => (heard += 1), true)
    const wire = new Wire()
    const [first, second] = [await Process.start(connection, wire), await Process.start(open(), wire)]
    const node = createNode({ registeredAt: 1_000 })
    first.nodes.push(node)
    await redis.follow(primary)
    onTestFinished(() => redis.lead())
    proxy.lead(primary.port)
    for (const process of [first, second]) await expect.poll(() => process.claim(createNode())).toBeTypeOf('number')
    await expect.poll(() => second.find([node.name])).toMatchObject([{ socketId: node.socketId }])
    await expect
      .poll(() => {
        connection.forAdapter().publisher.publish('news', 'x')
        return heard
      })
      .toBeGreaterThan(0)
  })

  it('is recognised by errors that another Redis might not return', () => {
    const of = (message: string) => leadsElsewhere(new Error(message))
    for (const code of ['READONLY', 'LOADING', 'MASTERDOWN', 'NOREPLICAS', 'CLUSTERDOWN', 'MOVED']) {
      expect(of(`${code} You can’t have that.`), code).toBe(true)
    }
    // The error of Redis 6 for a command in a script.
    expect(of("ERR Error running script (call to f_1): @user_script:1: -READONLY You can't write")).toBe(true)
    for (const code of ['OOM', 'MISCONF', 'BUSY', 'NOAUTH', 'NOPERM', 'ERR'])
      expect(of(`${code} No.`), code).toBe(false)
    expect(leadsElsewhere('READONLY')).toBe(false)
  })
})

describe('a message for one process', () => {
  it('is not parsed by the others', async () => {
    const wire = new Wire()
    await start(wire)
    const broadcast = wire.broadcast()
    broadcast.listen(() => undefined)
    let isRead = false
    const message = {
      kind: 'step',
      process: 'another',
      get step() {
        isRead = true
        return undefined
      },
    }
    broadcast.send(message)
    expect(isRead).toBe(false)
  })
})

describe('a step to another process', () => {
  const startTwo = async (refusal?: SignalRefusal, connection = new RedisConnection(redis.url)) => {
    const wire = new Wire()
    const [first, second] = [await start(wire), await Process.start(connection, wire, refusal)]
    const node = createNode()
    await second.claim(node)
    const found = await first.find([node.name])
    const processId = found === 'unreachable' ? '' : (found[0]?.processId ?? '')
    const parts = { receiver: node.socketId, to: node.name, attempt: 'a', seq: 0, data: { candidates: [] } }
    const relay = (deadline: Deadline, to = processId) =>
      first.cluster.relay(to, { ...parts, sender: createNode() }, deadline)
    return { first, second, relay }
  }

  it('arrives at the process of the receiver, and its answer comes back', async () => {
    const { first, second, relay } = await startTwo('too-many-requests')
    expect(await relay(first.deadline())).toBe('too-many-requests')
    expect(second.steps).toMatchObject([{ data: { candidates: [] } }])
    expect(await relay(first.deadline(), 'nobody')).toBe('cluster-unavailable')
  })

  it('is as old as its request, and is not delivered if it is too old', async () => {
    const { first, second, relay } = await startTwo()
    expect(await relay(first.deadline(1_200))).toBeUndefined()
    expect(second.steps).toHaveLength(1)
    const startedAt = performance.now()
    expect(await relay(new Deadline(first.cluster.now() - 1_600, 50))).toBe('cluster-unavailable')
    expect(performance.now() - startedAt).toBeLessThan(1_000)
    expect(second.steps).toHaveLength(1)
  })

  it('is not delivered late, even if Redis was slow to give the time', async () => {
    const connection = new RedisConnection(redis.url)
    const askRedis = connection.commands.eval.bind(connection.commands)
    vi.spyOn(connection.commands, 'eval').mockImplementation(async (...question) => {
      const answer = await askRedis(...question)
      await new Promise((resolve) => setTimeout(resolve, 400))
      return answer
    })
    const { first, second, relay } = await startTwo(undefined, connection)
    expect(await relay(new Deadline(first.cluster.now() - 1_600, 50))).toBe('cluster-unavailable')
    expect(second.steps).toEqual([])
    expect(await relay(first.deadline())).toBeUndefined()
  })

  it('is not delivered if its time is in the future, because then this process stood still', async () => {
    const { first, second, relay } = await startTwo()
    expect(await relay(new Deadline(first.cluster.now() + 1_600, 50))).toBe('cluster-unavailable')
    expect(second.steps).toEqual([])
  })

  it('is not delivered to a machine that slept after it had set its clock', async () => {
    const { first, second, relay } = await startTwo()
    // Like a machine that sleeps: the wall clock runs, and the monotonic clock stands still.
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60_000 })
    onTestFinished(() => void vi.useRealTimers())
    const answer = relay(new Deadline(first.cluster.now(), 50))
    expect(second.steps).toEqual([])
    expect(await answer).toBe('cluster-unavailable')
  })
})
