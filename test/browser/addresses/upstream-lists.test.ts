import { describe, expect } from 'vitest'
import { it } from '../tabs/browser-test.ts'

describe('a tab with several upstreams', () => {
  it('links once to each that is up, in any form of the list, waits for the others, and joins their gossip', async ({
    network,
  }) => {
    const node1 = await network.open('id=node1')
    const node3 = await network.open('id=node3&peer= node2 ,,node1,node2&peer=&peer=node1')
    await node3.waitForLinks({ node1: 'up', node2: 'waiting' })
    const node2 = await network.open('id=node2')
    await node3.waitForLinks({ node1: 'up', node2: 'up' })
    await node1.waitForLinks({ node3: 'up' })
    await node2.waitForLinks({ node3: 'up' })

    await node1.ping()
    const message = await node2.waitForMessage('node1', "I'm alive")
    expect(message.path).toEqual(['node1', 'node3', 'node2'])

    await node3.ping()
    for (const tab of [node1, node2, node3]) {
      for (const author of ['node1', 'node3']) await tab.waitForMessage(author, "I'm alive")
      expect(await tab.messages()).toHaveLength(2)
      expect(await tab.stats()).toMatchObject({ delivered: 2, duplicates: 0 })
    }
  })
})
