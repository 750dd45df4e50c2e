import { describe, expect } from 'vitest'
import { it } from '../tabs/browser-test.ts'
import type { Tab } from '../tabs/tab.ts'

/** Presses Tab until the element with this role and name has the focus. Far fewer presses than the limit suffice. */
const tabTo = async (tab: Tab, role: 'button' | 'textbox' | 'link', name: string): Promise<void> => {
  const element = tab.page.getByRole(role, { name, exact: true })
  const isFocused = (): Promise<boolean> =>
    element.evaluate((node) => (node.getRootNode() as Document | ShadowRoot).activeElement === node)
  for (let presses = 0; presses < 30; presses += 1) {
    await tab.page.keyboard.press('Tab')
    if (await isFocused()) return
  }
  throw new Error(`the Tab key does not lead to the ${role} ${name}`)
}

describe('a person who uses only a keyboard', () => {
  it('reaches Message, Ping and the link to a downstream tab with Tab, sends with Enter and pings with Space', async ({
    network,
  }) => {
    const [node1, node2] = await network.openLine('node1', 'node2')
    await tabTo(node2, 'textbox', 'Message')
    for (const text of ['typed', 'and again']) {
      await node2.page.keyboard.type(text)
      await node2.page.keyboard.press('Enter')
      await node1.waitForMessage('node2', text)
      expect(await node2.page.getByRole('textbox', { name: 'Message', exact: true }).inputValue()).toBe('')
    }
    await tabTo(node1, 'button', 'Ping')
    await node1.page.keyboard.press('Space')
    await node2.waitForMessage('node1', "I'm alive")
    await tabTo(node1, 'link', 'Open a downstream tab')
  })
})
