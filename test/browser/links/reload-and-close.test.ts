import { describe, expect } from 'vitest'
import { ordinaryIt as it } from '../tabs/browser-test.ts'
import type { Tab } from '../tabs/tab.ts'
import { waitUntil } from '../tabs/wait.ts'

/**
 * The first time from `since` on at which the tab showed its neighbour in a state other than `up`, or no longer
 * showed it.
 */
const leftUpAt = async (tab: Tab, peer: string, since: number): Promise<number> => {
  const change = await waitUntil(
    `${peer} is not up any more`,
    async () => (await tab.record()).links.find(({ at, states }) => at >= since && states[peer] !== 'up') ?? { at: 0 },
    ({ at }) => at > 0,
  )
  return change.at
}

describe('the middle tab of three', () => {
  it('keeps its name and key when reloaded; is shown as waiting by its downstream, and removed by its upstream, within a second of closing; and relays again once it is open again [P8]', async ({
    network,
  }) => {
    const [node1, node2, node3] = await network.openLine('node1', 'node2', 'node3')
    const peerId = await node2.peerId()
    await node2.send('before')
    const before = await node1.waitForMessage('node2', 'before')

    await node2.page.reload()
    await node2.waitForLinks({ node1: 'up', node3: 'up' })
    await node1.waitForLinks({ node2: 'up' })
    await node3.waitForLinks({ node2: 'up' })
    expect(await node2.node()).toMatchObject({ name: 'node2', state: 'online' })
    expect(await node2.peerId()).toBe(peerId)

    await node2.send('after')
    const after = await node3.waitForMessage('node2', 'after')
    expect(after.peerId).toBe(before.peerId)
    expect(after.epoch).not.toBe(before.epoch)
    expect(Number.parseInt(after.epoch, 10)).toBeGreaterThan(Number.parseInt(before.epoch, 10))
    expect(after.seq).toBe(1)
    expect(await node1.waitForMessage('node2', 'after')).toMatchObject({ path: ['node2', 'node1'] })

    const closedAt = await node2.close()
    await node1.waitForLinks({})
    await node3.waitForLinks({ node2: 'waiting' })
    expect((await leftUpAt(node1, 'node2', closedAt)) - closedAt).toBeLessThan(1_000)
    expect((await leftUpAt(node3, 'node2', closedAt)) - closedAt).toBeLessThan(1_000)
    expect((await node3.snapshots())[0]?.reason).toMatch(/^(said-bye|gone)$/)

    const reopened = await network.open('id=node2&peer=node1')
    await reopened.waitForLinks({ node1: 'up', node3: 'up' })
    await node3.ping()
    expect((await node1.waitForMessage('node3', "I'm alive")).path).toEqual(['node3', 'node2', 'node1'])
    await node1.ping()
    expect((await node3.waitForMessage('node1', "I'm alive")).path).toEqual(['node1', 'node2', 'node3'])
  })
})
