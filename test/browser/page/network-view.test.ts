import type { Locator } from 'playwright'
import { describe, expect } from 'vitest'
import type { EntryRef, GrapevineNode, KnownLink, Receipt } from '../../../client/node/api/grapevine.ts'
import { it } from '../tabs/browser-test.ts'
import { knownNodes, waitForPresences } from '../tabs/known-network.ts'
import type { Tab } from '../tabs/tab.ts'
import { waitUntil } from '../tabs/wait.ts'

type PageWindow = Window & { readonly grapevine: GrapevineNode }

const picture = (tab: Tab, sentence: string): Locator => tab.page.getByRole('img', { name: sentence, exact: true })

const waitForPicture = (tab: Tab, sentence: string, withinMs?: number): Promise<unknown> =>
  waitUntil(`the picture ${sentence}`, () => picture(tab, sentence).isVisible(), Boolean, {
    describe: async () =>
      `${await tab.page.getByRole('img').evaluateAll((all) => all.map((each) => each.getAttribute('aria-label')).join())}\n${await tab.describe()}`,
    ...(withinMs === undefined ? {} : { withinMs }),
  })

/** The cells of the table of nodes, by name, without round trips. */
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

const waitForReach = (tab: Tab, sentence: string): Promise<unknown> =>
  waitUntil(
    `the trace ${sentence}`,
    () => tab.page.getByRole('status', { name: 'Trace', exact: true }).textContent(),
    (text) => text === sentence,
    { describe: () => tab.describe() },
  )

const receiptsOf = (tab: Tab, entry: EntryRef): Promise<readonly Receipt[]> =>
  tab.page.evaluate((ref) => (window as unknown as PageWindow).grapevine.receipts(ref).receipts, entry)

/**
 * `node2>node1 upstream up measured` for each link that a tab knows. `measured` shows whether its round trip is
 * known.
 */
const knownLinks = async (tab: Tab): Promise<readonly string[]> => {
  const describeLink = (name: string, { peer, direction, state, rttMs }: KnownLink): string =>
    `${name}>${peer} ${direction} ${state}${rttMs === undefined ? '' : ' measured'}`
  const nodes = await knownNodes(tab)
  return nodes.flatMap(({ name, links }) => links.map((link) => describeLink(name, link))).sort()
}

const allHere = { node1: 'here', node2: 'here', node3: 'here' } as const

describe('three tabs in a line', () => {
  it('show the whole network, trace a message to all of it, and show within two seconds that one is closed, and that it comes back as a part of a circle', async ({
    network,
  }) => {
    const tabs = await network.openLine('node1', 'node2', 'node3')
    const [node1, node2, node3] = tabs
    const links = [
      'node1>node2 downstream up measured',
      'node2>node1 upstream up measured',
      'node2>node3 downstream up measured',
      'node3>node2 upstream up measured',
    ]
    const { peerId, epoch, seq } = await node1.publish("I'm alive")
    const entry = { peerId, epoch, seq }
    for (const tab of tabs) {
      await waitUntil(
        'all links are known and measured',
        () => knownLinks(tab),
        (known) => known.join() === links.join(),
      )
      await waitUntil(
        'all have the message and are in sync',
        () => knownNodes(tab),
        (nodes) => nodes.every(({ entries, isInSync, isOnline }) => entries === 1 && isInSync && isOnline),
      )
      await waitForPicture(tab, '3 nodes, 2 links, all in sync')
      expect(await rows(tab)).toEqual({
        node1: 'downstream: node2',
        node2: 'upstream: node1, downstream: node3',
        node3: 'upstream: node2',
      })
    }
    expect((await knownNodes(node3)).map(({ name, isSelf }) => [name, isSelf])).toEqual([
      ['node3', true],
      ['node1', false],
      ['node2', false],
    ])

    for (const tab of [node1, node3]) {
      await tab.page.getByRole('button', { name: 'Trace message 1 of node1', exact: true }).click()
      await waitForReach(tab, 'Reached 3 of 3 known nodes')
      const hops = tab.page.getByRole('list', { name: 'Hops', exact: true }).getByRole('listitem')
      expect(
        (await hops.allTextContents()).map((text) => text.replaceAll(/\s+/g, ' ').trim().replace(/ ≈.*/, '')),
      ).toEqual(['node1 → node2', 'node2 → node3'])
    }
    const paths = (await receiptsOf(node1, entry)).map(({ name, hops }) =>
      [name, ...hops.map((hop) => hop.name)].join('<'),
    )
    expect(paths.sort()).toEqual(['node1', 'node2<node1', 'node3<node1<node2'])
    expect((await receiptsOf(node2, entry)).map(({ name }) => name)).toEqual(['node2'])

    const before = await waitForPresences(node1, allHere)
    await waitForPicture(node1, '3 nodes, 2 links, all in sync')
    await node3.close()
    // The neighbour notices within 1 s and announces it; the picture follows within another second.
    await Promise.all([
      waitForPresences(node1, { node1: 'here', node2: 'here' }, 2_000),
      waitForPicture(node1, '2 nodes, 1 link, all in sync', 2_000),
      waitForPicture(node2, '2 nodes, 1 link, all in sync', 2_000),
    ])

    // Open again, it closes the circle.
    const again = await network.open('id=node3&peer=node2,node1')
    const after = await waitForPresences(node1, allHere)
    const epochs = [before, after].map((nodes) => nodes.find(({ name }) => name === 'node3')?.epoch)
    expect(epochs[0]).not.toBe(epochs[1])
    for (const tab of [node1, node2, again]) await waitForPicture(tab, '3 nodes, 3 links, all in sync')
    await again.ping()
    await again.page.getByRole('button', { name: 'Trace message 1 of node3', exact: true }).click()
    await waitForReach(again, 'Reached 3 of 3 known nodes')
  })
})
