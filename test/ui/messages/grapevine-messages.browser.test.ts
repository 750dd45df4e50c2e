import { expect, it } from 'vitest'
import { page as screen, userEvent } from 'vitest/browser'
import type { Entry } from '../../../client/gossip/wire/entry.ts'
import { GrapevineMessages } from '../../../client/ui/messages/grapevine-messages.ts'
import { FakeNode } from '../fake-node.ts'
import { expectNoViolationsInAnyFrame, mount } from '../token-frame.ts'

it('shows the messages of its node and publishes new ones; with a network, it shows their paths there', async () => {
  const element = new GrapevineMessages()
  element.node = new FakeNode()
  await mount(element)
  await screen.getByRole('textbox', { name: 'Message', exact: true }).fill('hello')
  await userEvent.keyboard('{Enter}')
  const message = screen.getByRole('log').getByRole('listitem')
  await expect.element(message).toHaveAttribute('data-text', 'hello')
  const trace = message.getByRole('button', { name: 'Trace message 1' })
  expect(trace.query()).toBeNull()

  const traced: Entry[] = []
  element.network = { trace: async (entry) => void traced.push(entry) }
  await trace.click()
  expect(traced.map(({ body }) => body)).toEqual(['hello'])
  await expectNoViolationsInAnyFrame(element)
})
