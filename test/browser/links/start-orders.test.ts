import { describe, expect } from 'vitest'
import { it } from '../tabs/browser-test.ts'

const queries = { node1: 'id=node1', node2: 'id=node2&peer=node1', node3: 'id=node3&peer=node2' }
type Name = keyof typeof queries

/** Every upstream first, and every upstream last. All other orders are mixtures of these two. */
const orders: readonly (readonly [Name, Name, Name])[] = [
  ['node1', 'node2', 'node3'],
  ['node3', 'node2', 'node1'],
]

/** The path of each author's entry, as each reader has it. */
const paths: Readonly<Record<Name, Readonly<Record<Name, string>>>> = {
  node1: { node1: 'node1', node2: 'node2>node1', node3: 'node3>node2>node1' },
  node2: { node1: 'node1>node2', node2: 'node2', node3: 'node3>node2' },
  node3: { node1: 'node1>node2>node3', node2: 'node2>node3', node3: 'node3' },
}
const names = Object.keys(queries) as Name[]

describe('three tabs in a line', () => {
  for (const order of orders) {
    it(`gossip when they are opened in the order ${order.join(', ')}`, async ({ network }) => {
      const [first, second, third] = [
        await network.open(queries[order[0]]),
        await network.open(queries[order[1]]),
        await network.open(queries[order[2]]),
      ]
      const tabs = { [order[0]]: first, [order[1]]: second, [order[2]]: third } as Record<Name, typeof first>
      await tabs.node1.waitForLinks({ node2: 'up' })
      await tabs.node2.waitForLinks({ node1: 'up', node3: 'up' })
      await tabs.node3.waitForLinks({ node2: 'up' })
      const directions = (await tabs.node2.links()).map(({ peer, direction }) => `${peer} ${direction}`)
      expect(directions.sort()).toEqual(['node1 upstream', 'node3 downstream'])

      for (const author of names) {
        await tabs[author].ping()
        for (const reader of names) await tabs[reader].waitForMessage(author, "I'm alive")
      }

      for (const reader of names) {
        const shown = (await tabs[reader].messages()).map(({ path }) => path.join('>'))
        expect(shown.sort(), `the paths at ${reader}`).toEqual(Object.values(paths[reader]).sort())
        expect(await tabs[reader].stats()).toMatchObject({ delivered: 3, duplicates: 0, drops: {} })
      }
      const digests = await Promise.all(names.map(async (name) => (await tabs[name].node()).digest))
      expect(new Set(digests).size, 'different digests').toBe(1)

      await tabs.node3.send('Grüße aus “Tab 3”')
      const { path } = await tabs.node1.waitForMessage('node3', 'Grüße aus “Tab 3”')
      expect(path).toEqual(['node3', 'node2', 'node1'])
    })
  }

  it('grow by the link "Open a downstream tab"', async ({ network }) => {
    const node1 = await network.open('id=node1')
    await node1.waitForState('online')
    const href = await node1.page.getByRole('link', { name: 'Open a downstream tab' }).getAttribute('href')
    const { searchParams } = new URL(href ?? '', node1.page.url())
    expect(searchParams.get('net')).toBe(network.name)

    const downstream = await network.blankTab()
    await downstream.page.goto(new URL(href ?? '', node1.page.url()).href)
    await downstream.waitForLinks({ node1: 'up' })
  })
})
