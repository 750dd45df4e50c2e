import { describe, expect } from 'vitest'
import type {
  EntryRef,
  GrapevineNode,
  KnownLink,
  KnownNode,
  Presence,
  Receipt,
} from '../../client/node/api/grapevine.ts'
import { browserTest } from './browser-test.ts'
import type { Tab } from './tab.ts'
import { waitUntil } from './wait.ts'

const it = browserTest()

type PageWindow = Window & { readonly grapevine: GrapevineNode }

const nodesOf = (tab: Tab): Promise<readonly KnownNode[]> =>
  tab.page.evaluate(() => (window as unknown as PageWindow).grapevine.network().nodes)

/** Waits until a tab knows exactly these nodes, with these presences. */
const waitForNodes = (
  tab: Tab,
  presences: Readonly<Record<string, Presence>>,
  withinMs?: number,
): Promise<readonly KnownNode[]> =>
  waitUntil(
    `the tab knows ${JSON.stringify(presences)}`,
    () => nodesOf(tab),
    (nodes) =>
      nodes.length === Object.keys(presences).length &&
      nodes.every(({ name, presence }) => presences[name] === presence),
    withinMs === undefined ? {} : { withinMs },
  )

const receiptsOf = (tab: Tab, entry: EntryRef): Promise<readonly Receipt[]> =>
  tab.page.evaluate((ref) => (window as unknown as PageWindow).grapevine.receipts(ref).receipts, entry)

const allHere = { node1: 'here', node2: 'here', node3: 'here' } as const

/** `node2>node1 upstream up`, for each link that is measured. */
const describeLinks = (nodes: readonly KnownNode[]): string[] => {
  const say = (name: string, { peer, direction, state, rttMs }: KnownLink): string =>
    `${name}>${peer} ${direction} ${state}${rttMs === undefined ? '' : ' measured'}`
  return nodes.flatMap(({ name, links }) => links.map((link) => say(name, link))).sort()
}

describe('three tabs in a line', () => {
  it('each know the whole network: links, directions, round trips, and that all are in sync', async ({ network }) => {
    const tabs = await network.openLine('node1', 'node2', 'node3')
    for (const tab of tabs) {
      await waitForNodes(tab, allHere)
      await waitUntil(
        'all links are known and measured',
        async () => describeLinks(await nodesOf(tab)),
        (links) =>
          [
            'node1>node2 downstream up measured',
            'node2>node1 upstream up measured',
            'node2>node3 downstream up measured',
            'node3>node2 upstream up measured',
          ].every((link, index) => links[index] === link && links.length === 4),
      )
    }
    await tabs[0].ping()
    for (const tab of tabs) {
      await waitUntil(
        'all have the message and are in sync',
        () => nodesOf(tab),
        (nodes) => nodes.every(({ entries, isInSync, isOnline }) => entries === 1 && isInSync && isOnline),
      )
    }
    expect((await nodesOf(tabs[2])).map(({ name, isSelf }) => [name, isSelf])).toEqual([
      ['node3', true],
      ['node1', false],
      ['node2', false],
    ])
  })

  it('see that one is closed within two seconds, and that it is another page load when it is back', async ({
    network,
  }) => {
    const [node1, , node3] = await network.openLine('node1', 'node2', 'node3')
    const before = await waitForNodes(node1, allHere)
    await node3.close()
    await waitForNodes(node1, { node1: 'here', node2: 'here' }, 2_000)

    await network.open('id=node3&peer=node2')
    const after = await waitForNodes(node1, allHere)
    const epochs = [before, after].map((nodes) => nodes.find(({ name }) => name === 'node3')?.epoch)
    expect(epochs[0]).not.toBe(epochs[1])
  })

  it('get a receipt of a ping from each, with the way by which it came there', async ({ network }) => {
    const [node1, node2] = await network.openLine('node1', 'node2', 'node3')
    await waitForNodes(node1, allHere)
    const { peerId, epoch, seq } = await node1.publish('who has this?')
    const entry = { peerId, epoch, seq }
    await node1.page.evaluate((ref) => (window as unknown as PageWindow).grapevine.askReceipts(ref), entry)
    const receipts = await waitUntil(
      'three receipts',
      () => receiptsOf(node1, entry),
      (list) => list.length === 3,
    )
    const ways = receipts.map(({ name, hops }) => [name, ...hops.map((hop) => hop.name)].join('<'))
    expect(ways.sort()).toEqual(['node1', 'node2<node1', 'node3<node1<node2'])
    expect((await receiptsOf(node2, entry)).map(({ name }) => name)).toEqual(['node2'])
  })
})

describe('a killed tab', () => {
  it('is quiet within 9 s and down within 21 s, two links away too [P8]', async ({ network }) => {
    const [node1, , node3] = await network.openLine('node1', 'node2', 'node3')
    await waitForNodes(node1, allHere)
    network.expectError(/the renderer crashed/)
    const renderer = await node3.rendererProcess()

    process.kill(renderer, 'SIGKILL')
    const killedAt = Date.now()
    // A second more than its neighbour takes to know. It may be quiet after 5 s, and down 15 s later.
    await waitForNodes(node1, { ...allHere, node3: 'quiet' }, 9_000)
    await waitForNodes(node1, { ...allHere, node3: 'down' }, killedAt + 21_000 - Date.now())
    await waitForNodes(node1, { node1: 'here', node2: 'here' }, 15_000)
  })
})
