import { describe, expect, it } from 'vitest'
import { createAttemptId, introduce, openTab, refused } from '../tab.ts'
import { createNet, openMember, untilAlone, untilUp, useCluster } from './cluster-fixture.ts'

const cluster = useCluster(2)

/** Milliseconds after which everything works again once Redis is back. */
const recovered = { timeout: 5_000, interval: 100 }

const timed = async <T>(question: Promise<T>): Promise<{ answer: T; ms: number }> => {
  const startedAt = performance.now()
  return { answer: await question, ms: performance.now() - startedAt }
}

/** Two nodes on the first process, and one on the second process, whose upstream is also node1. */
const openThree = async () => {
  const [first, second] = [cluster.server(0), cluster.server(1)]
  const net = createNet()
  const node1 = await openMember(first, { net, name: 'node1' })
  const near = await openMember(first, { net, name: 'node2', upstreams: ['node1'] })
  const far = await openMember(second, { net, name: 'node3', upstreams: ['node1'] })
  await introduce(near, node1, 'node2', 'node1')
  await introduce(far, node1, 'node3', 'node1')
  return { first, second, net, node1, near, far }
}

const untilAllUp = () => Promise.all(cluster.servers.map(({ port }) => untilUp(port)))
const untilAllAlone = () => Promise.all(cluster.servers.map(({ port }) => untilAlone(port)))

describe('without Redis', () => {
  it('introductions in a process continue, others fail in 2 s with a reason; all work 5 s after its return', async () => {
    const { first, net, node1, near, far } = await openThree()
    await cluster.redis.kill()

    await introduce(near, node1, 'node2', 'node1')
    const { answer, ms } = await timed(far.offer('node1'))
    expect(answer).toEqual(refused('cluster-unavailable'))
    expect(ms).toBeLessThan(2_000)
    const newcomer = await openMember(first, { net, name: 'node4', upstreams: ['node1'] })
    await introduce(newcomer, node1, 'node4', 'node1')
    await untilAllAlone()
    expect(cluster.servers.map(({ isRunning }) => isRunning)).toEqual([true, true])

    await cluster.redis.start()
    const back = await timed(expect.poll(() => far.offer('node1'), recovered).toEqual({ ok: true }))
    expect(back.ms).toBeLessThan(5_000)
    await node1.signals.next()
    await introduce(newcomer, node1, 'node4', 'node1')
    // This node registered on the first process while Redis was away. Its name is claimed now.
    await untilAllUp()
    const other = await openTab(cluster.server(1).port)
    await expect.poll(() => other.register('node4', { net }), recovered).toEqual(refused('name-taken'))
  })

  it('two keys may get one name on two processes; when Redis is back the first keeps it', async () => {
    const net = createNet()
    await cluster.redis.kill()
    await untilAllAlone()
    const first = await openMember(cluster.server(0), { net, name: 'node1' })
    const second = await openMember(cluster.server(1), { net, name: 'node1' })
    await cluster.redis.start()
    expect(await second.disconnected).toBe('io server disconnect')
    await untilAllUp()
    expect(first.socket.connected).toBe(true)
    const again = await openTab(cluster.server(1).port, second.key)
    expect(await again.register('node1', { net })).toEqual(refused('name-taken'))
  })
})

describe('a Redis that does not respond', () => {
  it('delays no introduction of one process, and delayed signals are not delivered afterwards', async () => {
    const { node1, near, far } = await openThree()
    const attempt = createAttemptId()
    const next = async (seq: number) => far.send('node1', attempt, { candidates: [] }, seq)
    await far.offer('node1', attempt)
    expect((await node1.signals.next()).seq).toBe(0)

    cluster.redis.freeze()
    const sent = timed(next(1))
    const local = await timed(introduce(near, node1, 'node2', 'node1'))
    expect(local.ms).toBeLessThan(1_000)
    const { answer, ms } = await sent
    expect(answer).toEqual(refused('cluster-unavailable'))
    expect(ms).toBeLessThan(2_000)
    await untilAllAlone()
    cluster.redis.thaw()
    await untilAllUp()
    await expect.poll(() => next(2), recovered).toEqual({ ok: true })
    expect((await node1.signals.next()).seq).toBe(2)
    await introduce(far, node1, 'node3', 'node1')
  })
})

describe('a registration while Redis does not respond', () => {
  it('is answered within 2 s', async () => {
    const { first, net } = await openThree()
    const tab = await openTab(first.port)
    cluster.redis.freeze()
    const { answer, ms } = await timed(tab.register('node9', { net }))
    cluster.redis.thaw()
    expect(answer).toMatchObject({ ok: true })
    expect(ms).toBeLessThan(2_000)
    await untilAllUp()
    // The claim may have reached Redis too late, but it is repeated.
    const other = await openTab(cluster.server(1).port)
    await expect.poll(() => other.register('node9', { net }), recovered).toEqual(refused('name-taken'))
  })
})

describe('another process that does not respond', () => {
  it('delays all steps of one attempt by 2 s together, and receives none of them afterwards', async () => {
    const { first, node1, far } = await openThree()
    const attempt = createAttemptId()
    await far.offer('node1', attempt)
    expect((await node1.signals.next()).seq).toBe(0)

    first.freeze()
    const steps = [1, 2, 3, 4].map((seq) => far.send('node1', attempt, { candidates: [] }, seq))
    const { answer, ms } = await timed(Promise.all(steps))
    expect(answer).toEqual(steps.map(() => refused('cluster-unavailable')))
    expect(ms).toBeLessThan(2_000)
    first.thaw()
    await untilAllUp()
    await expect.poll(() => far.send('node1', attempt, { candidates: [] }, 5), recovered).toEqual({ ok: true })
    expect((await node1.signals.next()).seq).toBe(5)
  })
})
