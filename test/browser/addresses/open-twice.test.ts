import { describe, expect } from 'vitest'
import { it } from '../tabs/browser-test.ts'

describe('a name that is open in another tab of this browser', () => {
  it('is refused with a reason and a link to a free name, and the first tab is not disturbed', async ({ network }) => {
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
  })

  it('is taken over by the refused tab when the first one closes', async ({ network }) => {
    const [node1, node2] = await network.openLine('node1', 'node2')
    const peerId = await node2.peerId()
    const copy = await network.duplicate(node2)
    await copy.waitForState('error')

    await node2.close()
    await copy.waitForState('online')
    await copy.waitForLinks({ node1: 'up' })
    expect(await copy.node()).toMatchObject({ name: 'node2' })
    expect(await copy.peerId()).toBe(peerId)
    await copy.ping()
    expect((await node1.waitForMessage('node2', "I'm alive")).peerId).toBe(peerId)
  })
})

describe('a tab without a name in its address', () => {
  it('gets a name, writes it into the address, and keeps name and key when reloaded', async ({ network }) => {
    const tab = await network.open('')
    const { name } = await tab.waitForState('online')
    const address = new URL(tab.page.url())
    expect(Object.fromEntries(address.searchParams)).toEqual({ id: name, net: network.name })
    const peerId = await tab.peerId()

    await tab.page.reload()
    expect(await tab.waitForState('online')).toMatchObject({ name })
    expect(await tab.peerId()).toBe(peerId)
    expect(tab.page.url()).toBe(address.href)
  })

  it('gets another name without a notice when it is duplicated, and each tab keeps its own', async ({ network }) => {
    const tab = await network.open('')
    const { name } = await tab.waitForState('online')
    const copy = await network.duplicate(tab)
    const { name: otherName } = await copy.waitForState('online')
    expect(otherName).not.toBe(name)
    expect(new URL(copy.page.url()).searchParams.get('id')).toBe(otherName)

    await copy.page.reload()
    expect(await copy.waitForState('online')).toMatchObject({ name: otherName })
    expect(await tab.node()).toMatchObject({ name, state: 'online' })
  })

  it('gets a different name in every tab', async ({ network }) => {
    const tabs = await Promise.all([network.open(''), network.open(''), network.open('')])
    const nodes = await Promise.all(tabs.map((tab) => tab.waitForState('online')))
    expect(new Set(nodes.map(({ name }) => name)).size).toBe(3)
  })
})
