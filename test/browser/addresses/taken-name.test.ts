import { describe, expect } from 'vitest'
import { ordinaryIt as it } from '../tabs/browser-test.ts'
import { whileStopped } from '../browsers/renderer-process.ts'

/** The server reserves a name for its last key for 10 s; the page asks again within a few seconds after that. */
const takeOverMs = 20_000

describe('a name that another browser has', () => {
  it('is refused with a reason and a link to a free name, is returned to its holder at once when the holder reloads, and is free 10 s after the holder has closed', async ({
    network,
  }) => {
    const [, node2] = await network.openLine('node1', 'node2')
    const before = await node2.record()

    const other = await network.open('id=node2&peer=node1', { profile: await network.profile() })
    await other.waitForState('error')
    await other.waitForText(/The name node2 is taken/)
    await other.useInstead.click()
    await other.waitForLinks({ node1: 'up' })
    expect((await other.node()).name).not.toBe('node2')
    expect(new URL(other.page.url()).searchParams.get('net')).toBe(network.name)

    await node2.ping()
    await other.waitForMessage('node2', "I'm alive")
    // Its holder is not disturbed.
    expect((await node2.record()).links).toEqual(before.links)

    await other.page.goto(network.address('id=node2&peer=node1'))
    await other.waitForState('error')
    // The other tab asks again every few seconds. If the reload takes longer than the reservation, that tab may get the name.
    await whileStopped(await other.rendererProcess(), async () => {
      await node2.page.reload()
      await node2.waitForState('online')
    })
    expect(await other.node()).toMatchObject({ state: 'error' })

    const peerId = await node2.peerId()
    const closedAt = await node2.close()
    await other.waitForState('online', takeOverMs)
    expect(Date.now() - closedAt, 'the name is held for its key').toBeGreaterThan(9_000)
    expect(await other.peerId()).not.toBe(peerId)
  })
})
