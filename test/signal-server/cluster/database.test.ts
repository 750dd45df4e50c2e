import { expect, it } from 'vitest'
import { openTab, startSignalling } from '../tab.ts'
import { createNet, openMember } from './cluster-fixture.ts'
import { startRedis } from './redis-server.ts'

it('two clusters in two databases of one Redis are separate', async () => {
  const redis = await startRedis()
  const start = (path = '') => startSignalling({ redisUrl: `${redis.url}${path}` })
  const [first, second, stranger] = [await start(), await start(), await start('/1')]
  const net = createNet()
  const node2 = await openMember(first, { net, name: 'node2', upstreams: ['node1'] })
  await openMember(stranger, { net, name: 'node1' })
  const node1 = await openTab(second.port)
  // Redis delivers messages in the order of publication.
  expect(await node1.register('node1', { net })).toEqual({ ok: true })
  expect((await node2.upstreams.next()).peerId).toBe(node1.key.peerId)
})
