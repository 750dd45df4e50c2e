import { describe, expect } from 'vitest'
import { ordinaryIt as it } from '../tabs/browser-test.ts'
import type { Tab } from '../tabs/tab.ts'
import { waitUntil } from '../tabs/wait.ts'

interface Held {
  readonly digest: string
  readonly bodies: readonly string[]
}

/** The ledger from the API, because the list of the page shows only a part of a long ledger. */
const heldBy = (tab: Tab): Promise<Held> =>
  tab.page.evaluate(() => ({
    digest: window.grapevine?.digest() ?? '',
    bodies: (window.grapevine?.entries() ?? []).map(
      ({ author, seq, body }) => `${author} ${seq} ${JSON.stringify(body)}`,
    ),
  }))

const waitForEqual = (count: number, ...tabs: readonly Tab[]): Promise<readonly Held[]> =>
  waitUntil(
    `${count} entries in every tab, and one digest`,
    () => Promise.all(tabs.map(heldBy)),
    (all) => all.every(({ bodies }) => bodies.length === count) && new Set(all.map(({ digest }) => digest)).size === 1,
    { withinMs: 60_000 },
  )

/** Publishes `count` texts in order, without waiting for the page. */
const burst = (tab: Tab, count: number): Promise<void> =>
  tab.page.evaluate(async (texts) => {
    const published: Promise<unknown>[] = []
    for (let text = 0; text < texts; text += 1)
      published.push(window.grapevine?.publish(`text ${text}`) ?? Promise.reject())
    await Promise.all(published)
  }, count)

describe('the ledger', () => {
  it('reaches a tab that joins late, in order and each entry once; after a reload it is there before any link, and what was missed comes with the link [P1, P2]', async ({
    network,
  }) => {
    const [node1, node2] = await network.openLine('node1', 'node2')
    await burst(node1, 200)
    await waitForEqual(200, node1, node2)
    const node3 = await network.open('id=node3&peer=node2')
    const [, , late] = await waitForEqual(200, node1, node2, node3)
    expect(late?.bodies).toEqual(Array.from({ length: 200 }, (_, text) => `node1 ${text + 1} "text ${text}"`))
    expect((await node3.waitForMessage('node1', 'text 199')).path).toEqual(['node1', 'node2', 'node3'])
    await node3.send('mine')
    await node1.waitForMessage('node3', 'mine')

    // The node writes blocks soon after they arrive, and `pagehide` writes the rest.
    await node3.page.goto('about:blank')
    await node2.send('missed')
    await node1.waitForMessage('node2', 'missed')
    await node2.page.goto('about:blank')
    await node3.page.goto(network.address('id=node3&peer=node2'))
    await node3.waitForMessage('node1', 'text 199')
    await node3.waitForMessage('node3', 'mine')
    expect((await node3.stats()).delivered).toBe(0)
    await node2.page.goto(network.address('id=node2&peer=node1'))
    await node3.waitForMessage('node2', 'missed')
    await waitForEqual(202, node1, node2, node3)
  })

  it('is complete with the machine’s clock 74 hours ahead, and once it is correct again [P1]', async ({ network }) => {
    const node1 = await network.blankTab()
    await node1.page.addInitScript(() => {
      const now = Date.now.bind(Date)
      Date.now = () => now() + Number(sessionStorage.getItem('aheadMs') ?? 0)
    })
    await node1.page.goto(network.address('id=node1'))
    await node1.send('mine')
    await node1.waitForMessage('node1', 'mine')
    const { digest } = await node1.node()
    for (const aheadMs of ['266400000', '-266400000', '0']) {
      await node1.page.evaluate((ms) => sessionStorage.setItem('aheadMs', ms), aheadMs)
      await node1.page.reload()
      await node1.waitForMessage('node1', 'mine')
      expect(await node1.node()).toMatchObject({ digest, entries: 1 })
    }
  })

  it('loses none of 5,000 entries while the middle tab reloads [P1, P2, P7]', async ({ network }) => {
    const [node1, node2, node3] = await network.openLine('node1', 'node2', 'node3')
    const bursts = Promise.all([burst(node1, 2_500), burst(node3, 2_500)])
    await waitUntil(
      'the middle tab has some of them',
      async () => (await heldBy(node2)).bodies.length,
      (count) => count > 100,
    )
    await node2.page.reload()
    await bursts
    const all = await waitForEqual(5_000, node1, node2, node3)
    for (const { bodies } of all) {
      expect(new Set(bodies).size).toBe(5_000)
      for (const author of ['node1', 'node3']) {
        const seqs = bodies.filter((body) => body.startsWith(author)).map((body) => Number(body.split(' ')[1]))
        expect(seqs).toEqual(Array.from({ length: 2_500 }, (_, index) => index + 1))
      }
    }
  })
})
