import { describe, expect, it } from 'vitest'
import { introduce, startSignalling } from '../tab.ts'
import { createNet, openMember } from './cluster-fixture.ts'
import { type RedisServer, startRedis } from './redis-server.ts'

const start = async () => {
  const redis = await startRedis()
  const [first, second] = await Promise.all([1, 2].map(() => startSignalling({ redisUrl: redis.url })))
  if (!first || !second) throw new Error('No servers')
  const states = () => [first, second].map(({ signalling }) => signalling.clusterState())
  await expect.poll(states).toEqual(['up', 'up'])
  return { redis, first, second, states }
}

const troubles: readonly [string, (redis: RedisServer, isBad: boolean) => Promise<void>][] = [
  ['is out of memory', (redis, isBad) => redis.fill(isBad)],
  ['accepts no writes', (redis, isBad) => (isBad ? redis.follow(undefined) : redis.lead())],
]

describe('tabs of two processes whose Redis', () => {
  it.each(troubles)(
    '%s are notified that the server is divided, and find each other once it no longer is',
    async (_, set) => {
      const { redis, first, second, states } = await start()
      const net = createNet()
      const waiting = await openMember(second, { net, name: 'early', upstreams: ['node1'] })
      const alone = await openMember(second, { net, name: 'alone' })
      await set(redis, true)
      await expect.poll(states).toEqual(['down', 'down'])
      const node1 = await openMember(first, { net, name: 'node1' })
      const node2 = await openMember(second, { net, name: 'node2', upstreams: ['node1'] })
      for (const tab of [waiting, node2]) expect(await tab.divisions.next()).toEqual({ isDivided: true })
      expect(await node2.offer('node1')).toEqual({ ok: false, reason: 'cluster-unavailable' })

      await set(redis, false)
      for (const tab of [waiting, node2]) {
        expect(await tab.upstreams.next()).toMatchObject({ name: 'node1', peerId: node1.key.peerId })
        expect(await tab.divisions.next()).toEqual({ isDivided: false })
      }
      await introduce(node2, node1, 'node2', 'node1')
      // A node without upstreams gets no notice.
      expect([alone, node1].map(({ divisions }) => divisions.size)).toEqual([0, 0])
    },
  )
})
