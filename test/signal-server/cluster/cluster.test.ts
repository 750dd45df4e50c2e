import { describe, expect, it, onTestFinished } from 'vitest'
import { createKey } from '../../machine/ed25519-key.ts'
import { createAttemptId, introduce, openTab, refused } from '../tab.ts'
import { createNet, openMember, untilUp, useCluster } from './cluster-fixture.ts'
import { RoundRobinProxy } from './round-robin-proxy.ts'
import { ServerProcess } from '../../support/server-process.ts'

const cluster = useCluster(3)

/** Two of the processes, and a network that no other test uses. */
const useTwo = () => ({ first: cluster.server(0), second: cluster.server(1), net: createNet() })

/** Milliseconds. A message from another process arrives at once. */
const soon = { timeout: 5_000 }

describe('three processes and a Redis', () => {
  it('act as one server behind a proxy without sticky sessions', async () => {
    const proxy = await RoundRobinProxy.start(cluster.servers.map(({ port }) => port))
    onTestFinished(() => proxy.close())
    const net = createNet()
    const node1 = await openMember(proxy, { net, name: 'node1' })
    for (const name of ['node2', 'node3', 'node4']) {
      const node = await openMember(proxy, { net, name, upstreams: ['node1'] })
      expect(await node.upstreams.next()).toEqual({ name: 'node1', peerId: node1.key.peerId, mutual: false })
      await introduce(node, node1, name, 'node1')
    }
  })

  it('notify a tab of its upstream, whichever registers first, and whether each names the other', async () => {
    const { first, second, net } = useTwo()
    const node2 = await openMember(first, { net, name: 'node2', upstreams: ['node1'] })
    const node1 = await openMember(second, { net, name: 'node1', upstreams: ['node2'] })
    expect(await node2.upstreams.next()).toEqual({ name: 'node1', peerId: node1.key.peerId, mutual: true })
    expect(await node1.upstreams.next()).toEqual({ name: 'node2', peerId: node2.key.peerId, mutual: true })
  })

  it('give a name to exactly one of two keys that ask two processes at once', async () => {
    const [first, second] = [cluster.server(0), cluster.server(1)]
    for (let round = 0; round < 20; round += 1) {
      const net = createNet()
      const tabs = await Promise.all([openTab(first.port), openTab(second.port)])
      const answers = await Promise.all(tabs.map((tab) => tab.register('node1', { net })))
      expect(answers.filter(({ ok }) => ok)).toHaveLength(1)
      expect(answers).toContainEqual(refused('name-taken'))
    }
  })

  it('give a name to a new socket of its key at once, and notify the replaced tab', async () => {
    const { first, second, net } = useTwo()
    const key = createKey()
    const old = await openMember(first, { net, name: 'node1', key })
    const young = await openMember(second, { net, name: 'node1', key })
    await old.replaced
    const node2 = await openMember(first, { net, name: 'node2', upstreams: ['node1'] })
    await introduce(node2, young, 'node2', 'node1')
  })

  it('hold a name for its key after its socket ended, on every process', async () => {
    const { first, second, net } = useTwo()
    const key = createKey()
    const node1 = await openMember(first, { net, name: 'node1', key })
    node1.close()
    const other = await openTab(second.port)
    // The name stays taken until the first process notices the end of the socket.
    await expect.poll(() => other.register('node1', { net }), { interval: 1_000 }).toEqual(refused('name-reserved'))
    const again = await openTab(second.port, key)
    expect(await again.register('node1', { net })).toMatchObject({ ok: true })
  })

  it('give the same refusals across processes as one process does', async () => {
    const { first, second, net } = useTwo()
    const node1 = await openMember(first, { net, name: 'node1' })
    const node2 = await openMember(second, { net, name: 'node2', upstreams: ['node1', 'nobody'] })
    expect(await node2.offer('nobody')).toEqual(refused('upstream-offline'))
    expect(await node1.offer('node2')).toEqual(refused('not-an-upstream'))
    expect(await node1.send('node2', createAttemptId(), node1.description('answer'))).toEqual(
      refused('unknown-attempt'),
    )
    const attempt = createAttemptId()
    expect(await node2.offer('node1', attempt)).toEqual({ ok: true })
    expect(await node2.offer('node1', attempt)).toEqual(refused('too-many-signals'))
    await node1.signals.next()
    expect(await node1.send('node2', attempt, node1.description('answer'))).toEqual({ ok: true })
    expect(await node1.send('node2', attempt, node1.description('answer'))).toEqual(refused('too-many-signals'))
    const node3 = await openMember(cluster.server(2), { net, name: 'node3' })
    expect(await node3.send('node2', attempt, { candidates: [] })).toEqual(refused('unknown-attempt'))
  })

  it('keep the order of an attempt’s steps that are sent without waiting for answers', async () => {
    const { first, second, net } = useTwo()
    const node1 = await openMember(first, { net, name: 'node1' })
    const node2 = await openMember(second, { net, name: 'node2', upstreams: ['node1'] })
    const attempt = createAttemptId()
    const sent = Array.from({ length: 20 }, (_, seq) =>
      node2.send('node1', attempt, seq === 0 ? node2.description('offer') : { candidates: [] }, seq),
    )
    expect(await Promise.all(sent)).toEqual(sent.map(() => ({ ok: true })))
    for (const seq of sent.keys()) expect((await node1.signals.next()).seq).toBe(seq)
  })

  it('count all offers to one tab together, on whatever process they arrive', async () => {
    const net = createNet()
    const node1 = await openMember(cluster.server(0), { net, name: 'node1' })
    // The limit is 192 at once, and 32 a second. Each of these tabs may send 8 at once.
    const senders = await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        openMember(cluster.server(1 + (index % 2)), { net, name: `sender${index}`, upstreams: ['node1'] }),
      ),
    )
    const startedAt = performance.now()
    const answers = await Promise.all(
      senders.flatMap((sender) => Array.from({ length: 8 }, () => sender.offer('node1'))),
    )
    const seconds = (performance.now() - startedAt) / 1_000
    // On a machine so busy that the limit admits all of them meanwhile, none is refused.
    const isRefused = answers.some((answer) => !answer.ok && answer.reason === 'too-many-requests')
    expect(isRefused || answers.length <= 192 + 32 * seconds).toBe(true)
    const passed = answers.filter(({ ok }) => ok).length
    // On a busy machine an answer may come after its deadline, though the offer arrived.
    const late = answers.filter((answer) => !answer.ok && answer.reason === 'cluster-unavailable').length
    expect(passed + late).toBeGreaterThanOrEqual(192)
    await expect.poll(() => node1.signals.size, soon).toBeGreaterThanOrEqual(passed)
    expect(node1.signals.size).toBeLessThanOrEqual(Math.min(passed + late, 192 + 32 * seconds))
  })

  it('lose one of them: its tabs register elsewhere at once, and their names are free after 10 s', async () => {
    const doomed = await ServerProcess.start({ REDIS_URL: cluster.redis.url })
    onTestFinished(() => doomed.kill())
    await untilUp(doomed.port)
    const first = cluster.server(0)
    const net = createNet()
    const node1 = await openMember(doomed, { net, name: 'node1' })
    await openMember(doomed, { net, name: 'gone' })
    const node2 = await openMember(first, { net, name: 'node2', upstreams: ['node1'] })
    await introduce(node2, node1, 'node2', 'node1')
    await doomed.kill()
    const startedAt = performance.now()
    const reply = await node2.offer('node1')
    expect(reply).toEqual(refused('cluster-unavailable'))
    expect(performance.now() - startedAt).toBeLessThan(2_000)

    const back = await openMember(first, { net, name: 'node1', key: node1.key })
    await introduce(node2, back, 'node2', 'node1')

    const heir = await openTab(first.port)
    const ask = () => heir.register('gone', { net })
    expect(await ask()).toEqual(refused('name-taken'))
    await expect.poll(ask, { timeout: 15_000, interval: 1_000 }).toMatchObject({ ok: true })
  })
})
