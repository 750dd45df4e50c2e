import { describe, expect } from 'vitest'
import type { LinkFault } from '../../../client/node/api/link-fault.ts'
import { it } from '../tabs/browser-test.ts'
import type { PageWindow, Tab } from '../tabs/tab.ts'
import { waitUntil } from '../tabs/wait.ts'

const disturb = (tab: Tab, faults: readonly LinkFault[]): Promise<void> =>
  tab.page.evaluate((given) => (window as unknown as PageWindow).grapevine.disturb(given), faults)

const textsOf = async (tab: Tab): Promise<string[]> => (await tab.messages()).map(({ text }) => text)

describe('a link that a person breaks', () => {
  it('lets nothing through while it is cut, and all of it afterwards; with loss nothing is lost for good [P1] [P2]', async ({
    network,
  }) => {
    const [node1, node2, node3] = await network.openLine('node1', 'node2', 'node3')
    await disturb(node2, [{ peer: 'node3', kind: 'cut' }])
    await node1.send('to the left half')
    await node3.send('to the right half')
    await node2.waitForMessage('node1', 'to the left half')
    // Its heartbeats do not arrive either.
    await node3.waitForLinks({ node2: 'quiet' })
    expect(await textsOf(node2)).toEqual(['to the left half'])
    expect(await textsOf(node3)).toEqual(['to the right half'])
    expect((await node2.node()).digest).not.toBe((await node3.node()).digest)
    expect((await node2.stats()).drops['lost-by-fault']).toBeGreaterThan(0)

    await node2.waitForText('node3: cut, nothing passes.')
    await node2.page.getByRole('button', { name: 'Heal all' }).click()
    await node3.waitForMessage('node1', 'to the left half')
    await node1.waitForMessage('node3', 'to the right half')
    await node3.waitForLinks({ node2: 'up' })

    await disturb(node2, [{ peer: 'node3', kind: 'loss', share: 0.5 }])
    for (let count = 0; count < 20; count += 1) await node1.send(`lossy ${count}`)
    await disturb(node2, [])
    const equal = await waitUntil(
      'equal digests',
      async () => Promise.all([node1, node2, node3].map(async (tab) => (await tab.node()).digest)),
      (digests) => new Set(digests).size === 1,
    )
    expect(equal).toHaveLength(3)
    expect(await textsOf(node3)).toHaveLength(22)
  })
})
