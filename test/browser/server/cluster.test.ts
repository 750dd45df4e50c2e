import { describe, expect } from 'vitest'
import { RedisServer } from '../../signal-server/cluster/redis-server.ts'
import { RoundRobinProxy } from '../../signal-server/cluster/round-robin-proxy.ts'
import { ServerProcess } from '../../support/server-process.ts'
import { browserTest } from '../tabs/browser-test.ts'

const it = browserTest().extend('cluster', { scope: 'file' }, async ({ port }, { onCleanup }) => {
  const redis = await RedisServer.start()
  const settings = { PORT: port, REDIS_URL: redis.url, ACCESS_TOKENS: '*:open' }
  const servers = await Promise.all([ServerProcess.start(settings), ServerProcess.start(settings)])
  const proxy = await RoundRobinProxy.start(servers.map(({ port }) => port))
  onCleanup(async () => {
    await proxy.close()
    await Promise.all(servers.map((server) => server.kill()))
    await redis.kill()
  })
  return { redis, servers, origin: `http://localhost:${proxy.port}` }
})

describe('a private server of two processes behind one address', () => {
  it('shows that it is divided while its Redis is full, not that the upstream is closed, and links afterwards', async ({
    network,
    cluster,
  }) => {
    const { redis, servers } = cluster
    const open = async (index: number, query: string) => {
      const tab = await network.blankTab()
      const origin = `http://localhost:${servers[index]?.port}`
      await tab.page.goto(`${network.address(query, { origin })}#token=open`)
      await tab.waitForState('online')
      return tab
    }
    await redis.fill(true)
    const node1 = await open(0, 'id=node1')
    const node2 = await open(1, 'id=node2&peer=node1')
    await node2.waitForText('The server can’t introduce node1 at the moment')
    await node2.waitForLinks({ node1: 'dialling' })
    await redis.fill(false)
    await node1.waitForLinks({ node2: 'up' })
  })

  it('admits tabs with the token, shows others what they need, and loses no link when a process dies', async ({
    network,
    cluster,
  }) => {
    const { origin, servers } = cluster
    network.expectServerAway()
    const node1 = await network.open('id=node1', { origin })
    await node1.waitForState('offline')
    await node1.waitForText('This network needs an access token, but the address has none')
    // A person corrects the address in the same tab, twice.
    await node1.page.evaluate(() => {
      location.hash = 'token=opne'
    })
    await node1.waitForText('The access token in the address is wrong for this network')
    await node1.page.evaluate(() => {
      location.hash = 'token=open'
    })
    await node1.waitForState('online')

    const node2 = await network.blankTab()
    const href = await node1.page.getByRole('link', { name: 'Open a downstream tab' }).getAttribute('href')
    expect(href).toMatch(/#token=open$/)
    await node2.page.goto((href ?? '').replace('?', '?id=node2&'))
    // Each tab makes several connections, so the proxy decides on which process the tab registers.
    const node3 = await network.blankTab()
    await node3.page.goto(`${network.address('id=node3&peer=node1,node2', { origin })}#token=open`)
    await node1.waitForLinks({ node2: 'up', node3: 'up' })
    await node3.waitForLinks({ node1: 'up', node2: 'up' })

    await servers[0]?.kill()
    await node2.ping()
    await node3.waitForMessage('node2', "I'm alive")
    for (const tab of [node1, node2, node3]) {
      await tab.waitForState('online')
      expect((await tab.links()).every(({ state }) => state === 'up')).toBe(true)
    }
    await node3.page.goto(`${network.address('id=node4&peer=node2', { origin })}#token=open`)
    await node3.waitForLinks({ node2: 'up' })
  })
})
