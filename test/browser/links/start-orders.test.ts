import { describe, expect } from 'vitest'
import { it } from '../tabs/browser-test.ts'

/** The path of each author's entry, as each reader has it. */
const paths = {
  node1: ['node1', 'node2>node1', 'node3>node2>node1'],
  node2: ['node1>node2', 'node2', 'node3>node2'],
  node3: ['node1>node2>node3', 'node2>node3', 'node3'],
} as const

describe('three tabs in a line', () => {
  // `openLine` opens the upstreams first; the other orders are mixtures of the two.
  it('gossip when every upstream is opened last, and grow to six by the link "Open a downstream tab"', async ({
    network,
  }) => {
    const node3 = await network.open('id=node3&peer=node2')
    const node2 = await network.open('id=node2&peer=node1')
    const node1 = await network.open('id=node1')
    const tabs = { node1, node2, node3 }
    await node1.waitForLinks({ node2: 'up' })
    await node2.waitForLinks({ node1: 'up', node3: 'up' })
    await node3.waitForLinks({ node2: 'up' })
    const directions = (await node2.links()).map(({ peer, direction }) => `${peer} ${direction}`)
    expect(directions.sort()).toEqual(['node1 upstream', 'node3 downstream'])

    const names = ['node1', 'node2', 'node3'] as const
    for (const author of names) {
      await tabs[author].ping()
      for (const reader of names) await tabs[reader].waitForMessage(author, "I'm alive")
    }
    for (const reader of names) {
      const shown = (await tabs[reader].messages()).map(({ path }) => path.join('>'))
      expect(shown.sort(), `the paths at ${reader}`).toEqual([...paths[reader]].sort())
      expect(await tabs[reader].stats()).toMatchObject({ delivered: 3, duplicates: 0, drops: {} })
    }
    const digests = await Promise.all(names.map(async (name) => (await tabs[name].node()).digest))
    expect(new Set(digests).size, 'different digests').toBe(1)

    await node3.send('Grüße aus “Tab 3”')
    const { path } = await node1.waitForMessage('node3', 'Grüße aus “Tab 3”')
    expect(path).toEqual(['node3', 'node2', 'node1'])

    let last = node3
    for (const [upstream, name] of [
      ['node3', 'node4'],
      ['node4', 'node5'],
      ['node5', 'node6'],
    ] as const) {
      const href = await last.page.getByRole('link', { name: 'Open a downstream tab' }).getAttribute('href')
      const address = new URL(href ?? '', last.page.url())
      expect(address.searchParams.get('net')).toBe(network.name)
      last = await network.blankTab()
      await last.page.goto(address.href.replace('?', `?id=${name}&`))
      await last.waitForLinks({ [upstream]: 'up' })
    }
    const line = ['node1', 'node2', 'node3', 'node4', 'node5', 'node6']
    await node1.send('to the end')
    expect((await last.waitForMessage('node1', 'to the end')).path).toEqual(line)
    await last.send('and back')
    expect((await node1.waitForMessage('node6', 'and back')).path).toEqual(line.toReversed())
    expect(await node1.stats()).toMatchObject({ delivered: 6, duplicates: 0, drops: {} })
    expect(await last.stats()).toMatchObject({ delivered: 6, duplicates: 0, drops: {} })
  })
})
