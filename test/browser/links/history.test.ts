import { describe, expect } from 'vitest'
import { browserTest } from '../tabs/browser-test.ts'
import type { Tab } from '../tabs/tab.ts'

const it = browserTest({ backForwardCache: true })

/** Of each `pageshow` of this document, whether the page came out of the cache; if it did not, the browser's reasons. */
const pageShows = async (tab: Tab): Promise<unknown> => {
  const shows = (await tab.record()).pageShows
  if (shows.at(-1)) return shows
  return tab.page.evaluate(() => {
    const [navigation] = performance.getEntriesByType('navigation')
    return (navigation as { notRestoredReasons?: unknown } | undefined)?.notRestoredReasons
  })
}

describe('Back and Forward, with the page kept in the back/forward cache', () => {
  it('start the node again in a new epoch, and its links come back', async ({ network }) => {
    const node1 = await network.open('id=node1')
    const node2 = await network.open('id=node2&peer=node1')
    await node2.waitForLinks({ node1: 'up' })
    const peerId = await node2.peerId()
    await node2.send('before')
    const before = await node1.waitForMessage('node2', 'before')

    await node2.page.goto(network.address('id=node3&peer=node1'))
    await node2.waitForLinks({ node1: 'up' })
    await node1.waitForLinks({ node3: 'up' })

    await node2.page.goBack({ waitUntil: 'commit' })
    await node2.waitForLinks({ node1: 'up' })
    expect(await pageShows(node2)).toEqual([false, true])
    expect(await node2.node()).toMatchObject({ name: 'node2', state: 'online' })
    expect(await node2.peerId()).toBe(peerId)
    await node1.waitForLinks({ node2: 'up' })
    await node2.send('back')
    const back = await node1.waitForMessage('node2', 'back')
    expect(back.peerId).toBe(before.peerId)
    expect(back.epoch).not.toBe(before.epoch)

    await node2.page.goForward({ waitUntil: 'commit' })
    await node2.waitForLinks({ node1: 'up' })
    expect(await pageShows(node2)).toEqual([false, true])
    expect(await node2.node()).toMatchObject({ name: 'node3', state: 'online' })
    await node1.waitForLinks({ node3: 'up' })
    await node1.ping()
    await node2.waitForMessage('node1', "I'm alive")
  })
})
