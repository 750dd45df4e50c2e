import { expect, it } from 'vitest'
import { page as screen } from 'vitest/browser'
import { FakeNode } from '../fake-node.ts'
import { mountPage, shown } from '../mounted-page.ts'

it('a message from the future is shown with its time of receipt, and with the time of its author’s clock', async () => {
  await screen.viewport(900, 700)
  const node = new FakeNode({ name: 'node3' })
  await mountPage(node)
  const receivedAt = Date.UTC(2026, 4, 17, 9, 5, 7)
  node.deliver({ author: 'node2', body: 'from the future', time: Date.UTC(2049, 5, 1, 12), receivedAt })
  await expect.element(shown.messages).toBeVisible()
  const time = shown.messages.element().querySelector('time')
  expect(time?.dateTime).toBe(new Date(receivedAt).toISOString())
  expect(time?.title).toMatch(/^Received .*2026.* ahead: .*2049/)
  expect(time?.textContent).not.toContain('2049')
})
