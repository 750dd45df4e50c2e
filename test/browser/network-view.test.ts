import type { Locator } from 'playwright'
import { describe, expect } from 'vitest'
import { browserTest } from './browser-test.ts'
import type { Tab } from './tab.ts'
import { waitUntil } from './wait.ts'

const it = browserTest()

const picture = (tab: Tab, sentence: string): Locator => tab.page.getByRole('img', { name: sentence, exact: true })

const waitForPicture = (tab: Tab, sentence: string, withinMs?: number): Promise<unknown> =>
  waitUntil(`the picture ${sentence}`, () => picture(tab, sentence).isVisible(), Boolean, {
    describe: async () =>
      `${await tab.page.getByRole('img').evaluateAll((all) => all.map((each) => each.getAttribute('aria-label')).join())}\n${await tab.describe()}`,
    ...(withinMs === undefined ? {} : { withinMs }),
  })

/** Cells of the table of nodes, by name; round trips are left out. */
const rows = (tab: Tab): Promise<Readonly<Record<string, string>>> =>
  tab.page
    .getByRole('table', { name: 'Nodes of the network' })
    .locator('tbody tr')
    .evaluateAll((all) =>
      Object.fromEntries(
        all.map((row) => {
          const links = [...row.querySelectorAll('li')].map((item) => item.textContent.replaceAll(/\s+/g, ' ').trim())
          return [row.getAttribute('data-node') ?? '', links.map((link) => link.replace(/ <?\d+ ms$/, '')).join(', ')]
        }),
      ),
    )

describe('three tabs in a line', () => {
  it('each show three nodes and two links, from who dialled to its upstream', async ({ network }) => {
    const tabs = await network.openLine('node1', 'node2', 'node3')
    for (const tab of tabs) {
      await waitForPicture(tab, '3 nodes, 2 links, all in sync')
      expect(await rows(tab)).toEqual({
        node1: 'downstream: node2',
        node2: 'upstream: node1, downstream: node3',
        node3: 'upstream: node2',
      })
    }
  })

  it('show a closed tab gone within a second of its links', async ({ network }) => {
    const [node1, node2, node3] = await network.openLine('node1', 'node2', 'node3')
    await waitForPicture(node1, '3 nodes, 2 links, all in sync')
    await node3.close()
    await node2.waitForLinks({ node1: 'up' })
    // The neighbour knows within 1 s; the others hear of it by its next word, and the picture follows within 1 s.
    await waitForPicture(node2, '2 nodes, 1 link, all in sync', 2_000)
    await waitForPicture(node1, '2 nodes, 1 link, all in sync', 2_000)
  })

  it('trace a ping to all three', async ({ network }) => {
    const [node1, node2, node3] = await network.openLine('node1', 'node2', 'node3')
    for (const tab of [node1, node2, node3]) await waitForPicture(tab, '3 nodes, 2 links, all in sync')
    await node1.ping()
    await node3.waitForMessage('node1', "I'm alive")
    for (const tab of [node1, node3]) {
      await tab.page.getByRole('button', { name: 'Trace message 1 of node1', exact: true }).click()
      await waitUntil(
        'the trace has reached three',
        () => tab.page.getByRole('status', { name: 'Trace', exact: true }).textContent(),
        (text) => text === 'Reached 3 of 3 known nodes',
        { describe: () => tab.describe() },
      )
      const hops = tab.page.getByRole('list', { name: 'Hops', exact: true }).getByRole('listitem')
      expect(
        (await hops.allTextContents()).map((text) => text.replaceAll(/\s+/g, ' ').trim().replace(/ ≈.*/, '')),
      ).toEqual(['node1 → node2', 'node2 → node3'])
    }
  })
})

describe('tabs in a circle', () => {
  it('are drawn with a link for each side, and traced round', async ({ network }) => {
    const names = ['node1', 'node2', 'node3', 'node4']
    const tabs: Tab[] = []
    for (const [index, name] of names.entries()) {
      tabs.push(await network.open(`id=${name}&peer=${names[(index + 3) % 4] ?? ''}`))
    }
    for (const tab of tabs) await waitForPicture(tab, '4 nodes, 4 links, all in sync')
    const [node1] = tabs
    await node1?.ping()
    await node1?.page.getByRole('button', { name: 'Trace message 1 of node1', exact: true }).click()
    await waitUntil(
      'the trace has reached four',
      async () => (await node1?.page.getByRole('status', { name: 'Trace', exact: true }).textContent()) ?? '',
      (text) => text === 'Reached 4 of 4 known nodes',
      { describe: async () => (await node1?.describe()) ?? '' },
    )
  })
})
