import { describe, expect } from 'vitest'
import { it } from '../tabs/browser-test.ts'

const names = Array.from({ length: 6 }, (_, index) => `node${index + 1}`)

describe('six tabs in a line', () => {
  it('carry a ping from one end to the other, with all six names in its path', async ({ network }) => {
    const tabs = await network.openLine(...names)
    const [first, last] = [tabs[0], tabs.at(-1)]
    if (!first || !last) throw new Error('six tabs were opened')

    await first.ping()
    expect((await last.waitForMessage('node1', "I'm alive")).path).toEqual(names)
    await last.ping()
    expect((await first.waitForMessage('node6', "I'm alive")).path).toEqual([...names].reverse())
    for (const tab of tabs) {
      await tab.waitForMessage('node6', "I'm alive")
      expect(await tab.messages()).toHaveLength(2)
      expect(await tab.stats()).toMatchObject({ delivered: 2, duplicates: 0, drops: {} })
    }
  })
})
