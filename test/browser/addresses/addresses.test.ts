import { describe, expect } from 'vitest'
import { it } from '../tabs/browser-test.ts'

describe('an address with a mistake', () => {
  it('with a bad name or a bad network runs no node, shows which, and joins no other network instead', async ({
    network,
  }) => {
    const tab = await network.open('id=bad!name')
    await tab.waitForState('error')
    await tab.waitForText(/bad!name/)
    await tab.page.goto(network.address('id=node1', { net: 'class 7' }))
    await tab.waitForText(/class 7/)
    await tab.waitForState('error')
  })

  it('with nine upstreams ignores the ninth, shows which, and tries the other eight', async ({ network }) => {
    const upstreams = Array.from({ length: 9 }, (_, index) => `upstream${index + 1}`)
    const tab = await network.open(`id=node1&peer=${upstreams.join(',')}`)
    await tab.waitForState('online')
    await tab.waitForLinks(Object.fromEntries(upstreams.slice(0, 8).map((name) => [name, 'waiting'])))
    await tab.waitForText(/upstream9/)
  })

  it('links to nobody if it is written from habit, and to the valid ones of its upstreams; shows what to write', async ({
    network,
  }) => {
    const node1 = await network.open('id=node1')
    await node1.waitForState('online')
    const node2 = await network.open('Id=node2&peers=node1')
    await node2.waitForText(/“peer=” instead of “peers=”/)
    expect(await node2.links()).toEqual([])
    await node2.page.getByRole('link', { name: /^Open id=node2&peer=node1&net=/ }).click()
    await node2.waitForLinks({ node1: 'up' })
    expect(await node2.node()).toMatchObject({ name: 'node2' })

    await node2.page.goto(network.address('id=node2&peer=node2&peer=no/name,node1'))
    await node2.waitForText(/is this node itself/)
    await node2.waitForText(/no\/name/)
    await node2.waitForLinks({ node1: 'up' })
  })
})

describe('two networks on one server', () => {
  it('have the same names and no contact', async ({ network }) => {
    const net = `${network.name}-b`
    const node1 = await network.open('id=node1')
    await node1.waitForState('online')
    const otherNode1 = await network.open('id=node1', { net })
    const otherNode2 = await network.open('id=node2&peer=node1', { net })
    await otherNode1.waitForLinks({ node2: 'up' })
    await otherNode2.waitForLinks({ node1: 'up' })
    expect(await otherNode1.peerId()).not.toBe(await node1.peerId())

    await node1.send('in one')
    await otherNode1.send('in the other')
    const texts = async (tab: typeof node1): Promise<string[]> => (await tab.messages()).map(({ text }) => text)
    await node1.waitForMessage('node1', 'in one')
    expect(await texts(node1)).toEqual(['in one'])
    for (const tab of [otherNode1, otherNode2]) {
      await tab.waitForMessage('node1', 'in the other')
      expect(await texts(tab)).toEqual(['in the other'])
    }
    expect(await node1.links()).toEqual([])
  })
})
