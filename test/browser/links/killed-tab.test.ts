import { describe, expect } from 'vitest'
import { ordinaryIt as it } from '../tabs/browser-test.ts'
import { waitForPresences } from '../tabs/known-network.ts'
import type { Tab } from '../tabs/tab.ts'

/** Milliseconds from `since` until the tab showed its neighbour in this state. */
const delayOf = async (tab: Tab, peer: string, state: string, since: number): Promise<number> => {
  const { links } = await tab.record()
  const change = links.find(({ at, states }) => at >= since && states[peer] === state)
  return change ? change.at - since : Infinity
}

const here = { node1: 'here', node2: 'here', node3: 'here', node4: 'here' } as const

describe('a killed tab', () => {
  it('is quiet within 8 s and down within 20 s at both neighbours, and two links away a second later [P8]', async ({
    network,
  }) => {
    const [node1, node2, node3, node4] = await network.openLine('node1', 'node2', 'node3', 'node4')
    await waitForPresences(node1, here)
    network.expectError(/the renderer crashed/)
    const renderer = await node3.rendererProcess()

    process.kill(renderer, 'SIGKILL')
    const killedAt = Date.now()
    await waitForPresences(node1, { ...here, node3: 'quiet', node4: 'quiet' }, 9_000)
    // Only node3 connected node4 to the others.
    const cutOff = { ...here, node3: 'down', node4: 'out-of-reach' } as const
    await waitForPresences(node1, cutOff, killedAt + 21_000 - Date.now())
    await node2.waitForLinks({ node1: 'up', node3: 'down' })
    await node4.waitForLinks({ node3: 'down' })
    for (const neighbour of [node2, node4]) {
      expect(await delayOf(neighbour, 'node3', 'quiet', killedAt)).toBeLessThan(8_000)
      expect(await delayOf(neighbour, 'node3', 'down', killedAt)).toBeLessThan(20_000)
    }

    const reopened = await network.open('id=node3&peer=node2')
    await reopened.waitForLinks({ node2: 'up', node4: 'up' })
    await waitForPresences(node1, here)
    await node4.ping()
    await node1.waitForMessage('node4', "I'm alive")
  })
})
