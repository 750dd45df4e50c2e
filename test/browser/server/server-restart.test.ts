import { describe, expect } from 'vitest'
import { browserTest } from '../tabs/browser-test.ts'
import { waitUntil } from '../tabs/wait.ts'

const it = browserTest('ordinary')

describe('when the signalling server dies', () => {
  it('links and gossip continue; when it is back, tabs register and dial by themselves, and a fourth tab joins [P5]', async ({
    network,
    server,
  }) => {
    network.expectServerAway()
    const tabs = await network.openLine('node1', 'node2', 'node3')
    const [node1, node2, node3] = tabs
    const connectionsBefore = await Promise.all(tabs.map(async (tab) => (await tab.record()).connectionsMade))

    await server.kill()
    for (const tab of tabs) await tab.waitForState('offline')
    await node1.ping()
    expect((await node3.waitForMessage('node1', "I'm alive")).path).toEqual(['node1', 'node2', 'node3'])
    await node3.ping()
    expect((await node1.waitForMessage('node3', "I'm alive")).path).toEqual(['node3', 'node2', 'node1'])
    for (const tab of tabs) expect((await tab.links()).every(({ state }) => state === 'up')).toBe(true)

    await server.restart()
    for (const tab of tabs) await tab.waitForState('online', 20_000)
    const connectionsAfter = await Promise.all(tabs.map(async (tab) => (await tab.record()).connectionsMade))
    expect(connectionsAfter, 'no link was rebuilt').toEqual(connectionsBefore)

    // A tab whose upstream closes while the server is away links to it once both are back.
    await server.kill()
    await node1.waitForState('offline')
    await node1.page.goto('about:blank')
    // A browser under load may not wait for the bye. Then the closed tab is down after 20 s of silence.
    await waitUntil(
      'node1 is gone',
      () => node2.links(),
      (links) => links.some(({ peer, state }) => peer === 'node1' && /^(?:waiting|down)$/.test(state)),
      { withinMs: 25_000 },
    )
    await server.restart()
    await node1.page.goto(network.address('id=node1'))
    await node2.waitForLinks({ node1: 'up', node3: 'up' }, 20_000)

    const node4 = await network.open('id=node4&peer=node3')
    await node4.waitForLinks({ node3: 'up' })
    await node2.waitForLinks({ node1: 'up', node3: 'up' })
    await node4.ping()
    expect((await node1.waitForMessage('node4', "I'm alive")).path).toEqual(['node4', 'node3', 'node2', 'node1'])
  })
})
