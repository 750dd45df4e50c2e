import { describe, expect } from 'vitest'
import { browserTest } from './browser-test.ts'
import type { Tab } from './tab.ts'

const it = browserTest()

/** Milliseconds from `since` until the tab showed its neighbour in this state. */
const delayOf = async (tab: Tab, peer: string, state: string, since: number): Promise<number> => {
  const { links } = await tab.record()
  const change = links.find(({ at, states }) => at >= since && states[peer] === state)
  return change ? change.at - since : Infinity
}

describe('a killed tab', () => {
  it('is quiet within 8 s and down within 20 s, at its upstream and at its downstream [P8]', async ({ network }) => {
    const [node1, node2, node3] = await network.openLine('node1', 'node2', 'node3')
    network.expectError(/the renderer crashed/)
    const renderer = await node2.rendererProcess()

    const killedAt = Date.now()
    process.kill(renderer, 'SIGKILL')
    await node1.waitForLinks({ node2: 'down' }, 25_000)
    await node3.waitForLinks({ node2: 'down' }, 25_000)
    for (const neighbour of [node1, node3]) {
      expect(await delayOf(neighbour, 'node2', 'quiet', killedAt)).toBeLessThan(8_000)
      expect(await delayOf(neighbour, 'node2', 'down', killedAt)).toBeLessThan(20_000)
    }

    const reopened = await network.open('id=node2&peer=node1')
    await reopened.waitForLinks({ node1: 'up', node3: 'up' })
    await node3.ping()
    await node1.waitForMessage('node3', "I'm alive")
  })
})
