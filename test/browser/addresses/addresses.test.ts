import { describe, expect } from 'vitest'
import { it } from '../tabs/browser-test.ts'

describe('an address with a mistake', () => {
  it('with a bad name runs no node, and the page shows which name', async ({ network }) => {
    const tab = await network.open('id=bad!name')
    await tab.waitForState('error')
    await tab.waitForText(/bad!name/)
  })

  it('with a bad network runs no node, and joins no other network instead', async ({ network }) => {
    const tab = await network.open('id=node1', { net: 'class 7' })
    await tab.waitForState('error')
    await tab.waitForText(/class 7/)
  })

  it('with the node itself as an upstream ignores that one, shows it, and links to the others', async ({ network }) => {
    const node1 = await network.open('id=node1')
    await node1.waitForState('online')
    const node2 = await network.open('id=node2&peer=node2&peer=node1')
    await node2.waitForLinks({ node1: 'up' })
    await node2.waitForText(/is this node itself/)
  })

  it('with nine upstreams ignores the ninth, shows which, and tries the other eight', async ({ network }) => {
    const upstreams = Array.from({ length: 9 }, (_, index) => `upstream${index + 1}`)
    const tab = await network.open(`id=node1&peer=${upstreams.join(',')}`)
    await tab.waitForState('online')
    await tab.waitForLinks(Object.fromEntries(upstreams.slice(0, 8).map((name) => [name, 'waiting'])))
    await tab.waitForText(/upstream9/)
  })

  it('with an invalid upstream ignores that one, shows which, and links to the others', async ({ network }) => {
    const node1 = await network.open('id=node1')
    await node1.waitForState('online')
    const node2 = await network.open('id=node2&peer=no/name,node1')
    await node2.waitForLinks({ node1: 'up' })
    await node2.waitForText(/no\/name/)
  })
})

describe('an address that is written from habit', () => {
  it('links to nobody, shows what to write, and leads to the correct address', async ({ network }) => {
    const node1 = await network.open('id=node1')
    await node1.waitForState('online')
    const node2 = await network.open('Id=node2&peers=node1')
    await node2.waitForText(/“peer=” instead of “peers=”/)
    expect(await node2.links()).toEqual([])
    await node2.page.getByRole('link', { name: /^Open id=node2&peer=node1&net=/ }).click()
    await node2.waitForLinks({ node1: 'up' })
    expect(await node2.node()).toMatchObject({ name: 'node2' })
  })
})

describe('two networks on one server', () => {
  it('have the same names and no contact', async ({ network }) => {
    const net = `${network.name}-b`
    const [node1, node2] = await network.openLine('node1', 'node2')
    const otherNode1 = await network.open('id=node1', { net })
    const otherNode2 = await network.open('id=node2&peer=node1', { net })
    await otherNode1.waitForLinks({ node2: 'up' })
    await otherNode2.waitForLinks({ node1: 'up' })
    expect(await otherNode1.peerId()).not.toBe(await node1.peerId())

    await node1.send('in one')
    await otherNode1.send('in the other')
    for (const tab of [node1, node2]) await tab.waitForMessage('node1', 'in one')
    for (const tab of [otherNode1, otherNode2]) await tab.waitForMessage('node1', 'in the other')
    const texts = async (tab: typeof node1): Promise<string[]> => (await tab.messages()).map(({ text }) => text)
    for (const tab of [node1, node2]) expect(await texts(tab)).toEqual(['in one'])
    for (const tab of [otherNode1, otherNode2]) expect(await texts(tab)).toEqual(['in the other'])
  })
})
