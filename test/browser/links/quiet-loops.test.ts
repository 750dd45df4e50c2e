import { describe, expect } from 'vitest'
import { it } from '../tabs/browser-test.ts'
import type { Tab } from '../tabs/tab.ts'
import { waitUntil } from '../tabs/wait.ts'

/** The number of frames that these tabs sent with this text: the pushes of its entry. */
const countPushes = async (tabs: readonly Tab[], text: string): Promise<number> => {
  const frames = await Promise.all(tabs.map((tab) => tab.framesSent()))
  return frames.flat().filter((frame) => frame.includes(text)).length
}

/**
 * Waits until each of these tabs has sent `count` more envelopes, and resolves with the elapsed milliseconds.
 * Heartbeats end the wait in time; a broadcast storm would end it at once.
 */
const timeOfEnvelopes = async (tabs: readonly Tab[], count: number): Promise<number> => {
  const begin = performance.now()
  await Promise.all(
    tabs.map(async (tab) => {
      const before = (await tab.stats()).sent
      await waitUntil(
        `${count} more envelopes`,
        () => tab.stats(),
        ({ sent }) => sent >= before + count,
      )
    }),
  )
  return performance.now() - begin
}

describe.concurrent('a ring of three tabs, each naming the next', () => {
  it('shows one upstream and one downstream each, and becomes quiet after one ping', async ({ network }) => {
    const node1 = await network.open('id=node1&peer=node2')
    const node2 = await network.open('id=node2&peer=node3')
    const node3 = await network.open('id=node3&peer=node1')
    const ring = [node1, node2, node3]
    await node1.waitForLinks({ node2: 'up', node3: 'up' })
    await node2.waitForLinks({ node1: 'up', node3: 'up' })
    await node3.waitForLinks({ node1: 'up', node2: 'up' })
    for (const tab of ring) {
      const directions = (await tab.links()).map(({ direction }) => direction)
      expect(directions.sort()).toEqual(['downstream', 'upstream'])
    }

    await node1.send('once around')
    await node2.waitForMessage('node1', 'once around')
    await node3.waitForMessage('node1', 'once around')

    // The author pushes twice. Each other node pushes to the neighbours that did not send it the message.
    // Pushes: 2 × links − (nodes − 1) = 4.
    // After the message, each of the three nodes announces once what it holds.
    const elapsedMs = await timeOfEnvelopes(ring, 14)
    expect(await countPushes(ring, 'once around')).toBeLessThanOrEqual(4)
    // A heartbeat and an answer on each of two links every 2 s make 2 envelopes a second; a storm makes thousands.
    expect(elapsedMs).toBeGreaterThan(1_500)
    for (const tab of ring) {
      expect(await tab.messages()).toHaveLength(1)
      expect((await tab.stats()).duplicates).toBeLessThanOrEqual(1)
      expect(await tab.stats()).toMatchObject({ delivered: 1, drops: {} })
    }
  })
})

describe.concurrent('two tabs that name each other', () => {
  it('share one link, both call it upstream, and it is quiet', async ({ network }) => {
    const node1 = await network.open('id=node1&peer=node2')
    const node2 = await network.open('id=node2&peer=node1')
    const pair = [node1, node2]
    await node1.waitForLinks({ node2: 'up' })
    await node2.waitForLinks({ node1: 'up' })

    await node1.send('to and fro')
    await node2.waitForMessage('node1', 'to and fro')
    const elapsedMs = await timeOfEnvelopes(pair, 6)
    expect(await countPushes(pair, 'to and fro')).toBe(1)
    expect(elapsedMs).toBeGreaterThan(1_500)
    for (const tab of pair) {
      expect((await tab.links()).map(({ direction }) => direction)).toEqual(['upstream'])
      expect(await tab.stats()).toMatchObject({ delivered: 1, duplicates: 0, drops: {} })
      expect((await tab.record()).connectionsMade).toBe(1)
    }
  })
})
