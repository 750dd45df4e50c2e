import { describe, expect } from 'vitest'
import { it } from '../tabs/browser-test.ts'

describe('a name that is open in another tab of this browser', () => {
  it('is refused with a reason and a link to a free name, and taken over when the first tab closes', async ({
    network,
  }) => {
    const [node1, node2] = await network.openLine('node1', 'node2')
    const before = await node2.record()

    const copy = await network.duplicate(node2)
    await copy.waitForState('error')
    await copy.waitForText(/node2 is open in another tab/)

    await copy.useInstead.click()
    await copy.waitForLinks({ node1: 'up' })
    const { name } = await copy.node()
    expect(name).not.toBe('node2')
    const { searchParams } = new URL(copy.page.url())
    expect(Object.fromEntries(searchParams)).toEqual({ id: name, peer: 'node1', net: network.name })

    await node1.waitForLinks({ node2: 'up', [name]: 'up' })
    await node2.ping()
    await copy.waitForMessage('node2', "I'm alive")
    expect(await node2.node()).toMatchObject({ name: 'node2', state: 'online' })
    expect((await node2.record()).links).toEqual(before.links)

    const later = await network.duplicate(node2)
    await later.waitForState('error')
    const peerId = await node2.peerId()
    await node2.close()
    await later.waitForLinks({ node1: 'up' })
    expect(await later.node()).toMatchObject({ name: 'node2', state: 'online' })
    expect(await later.peerId()).toBe(peerId)
    await later.send('taken over')
    expect((await node1.waitForMessage('node2', 'taken over')).peerId).toBe(peerId)
  })
})

describe('a tab without a name in its address', () => {
  it('gets a name that no other tab has, writes it into the address, and keeps name and key when reloaded', async ({
    network,
  }) => {
    const [tab, other] = await Promise.all([network.open(''), network.open('')])
    const { name } = await tab.waitForState('online')
    expect((await other.waitForState('online')).name).not.toBe(name)
    const address = new URL(tab.page.url())
    expect(Object.fromEntries(address.searchParams)).toEqual({ id: name, net: network.name })
    const peerId = await tab.peerId()

    await tab.page.reload()
    expect(await tab.waitForState('online')).toMatchObject({ name })
    expect(await tab.peerId()).toBe(peerId)
    expect(tab.page.url()).toBe(address.href)

    // Its copy gets another name without a notice, and each keeps its own.
    const copy = await network.duplicate(tab)
    const { name: copiedName } = await copy.waitForState('online')
    expect(copiedName).not.toBe(name)
    expect(new URL(copy.page.url()).searchParams.get('id')).toBe(copiedName)
    await copy.page.reload()
    expect(await copy.waitForState('online')).toMatchObject({ name: copiedName })
    expect(await tab.node()).toMatchObject({ name, state: 'online' })
  })
})
