import { beforeEach, describe, expect, it } from 'vitest'
import { page as screen, userEvent } from 'vitest/browser'
import type { FakeNode } from '../fake-node.ts'
import { mountNode, nextFrames, shown } from '../mounted-page.ts'

describe('the composer', () => {
  let node: FakeNode

  beforeEach(async () => {
    node = await mountNode()
  })

  it('pings', async () => {
    await shown.ping.click()
    await expect.element(shown.messages).toHaveAttribute('data-text', "I'm alive")
  })

  it('sends with the button and with Enter, and keeps the focus in the field', async () => {
    await shown.field.fill('first')
    await shown.send.click()
    expect(shown.field.element().matches(':focus')).toBe(true)
    await userEvent.keyboard('second{Enter}')
    await expect.element(shown.messages.nth(1)).toHaveAttribute('data-text', 'second')
    expect(shown.field.element().matches(':focus')).toBe(true)
    await expect.element(shown.field).toHaveValue('')
    expect(node.entries().map(({ body }) => body)).toEqual(['first', 'second'])
  })

  it('starts a new line with Shift and Enter', async () => {
    await shown.field.click()
    await userEvent.keyboard('one{Shift>}{Enter}{/Shift}two{Enter}')
    await expect.poll(() => node.entries().map(({ body }) => body)).toEqual(['one\ntwo'])
  })

  it.each([
    { order: 'of Chromium and Firefox', isComposing: true, keyCode: 229 },
    // Safari ends the composition before this event: https://bugs.webkit.org/show_bug.cgi?id=165004
    { order: 'of Safari', isComposing: false, keyCode: 229 },
  ])('does not send when Enter accepts an input method’s suggestion, in the order $order', async (key) => {
    await shown.field.fill('にほん')
    if (!key.isComposing) shown.field.element().dispatchEvent(new CompositionEvent('compositionend', { bubbles: true }))
    const enter = new KeyboardEvent('keydown', { key: 'Enter', ...key, bubbles: true, cancelable: true })
    shown.field.element().dispatchEvent(enter)
    await nextFrames()
    expect(enter.defaultPrevented).toBe(false)
    expect(node.entries()).toEqual([])
  })

  it('does not send an empty text', async () => {
    await shown.field.fill('  ')
    await shown.send.click()
    await userEvent.keyboard('{Enter}')
    await nextFrames()
    expect(node.entries()).toEqual([])
  })

  it('keeps the text of a rejected publication, and shows the reason', async () => {
    node.failure = new RangeError('a body of 70000 bytes; the limit is 49152')
    await shown.field.fill('far too long')
    await userEvent.keyboard('{Enter}')
    await expect.element(screen.getByText('the limit is 49152')).toBeVisible()
    await expect.element(shown.field).toHaveValue('far too long')
    await expect.element(shown.field).toHaveAccessibleDescription(/the limit is 49152/)
    node.failure = undefined
    await userEvent.keyboard('{Enter}')
    await expect.element(screen.getByText('the limit is 49152')).not.toBeInTheDocument()
    await expect.element(shown.field).toHaveValue('')
  })

  it('can publish only while the node runs', async () => {
    await shown.field.fill('kept')
    node.become({ status: 'error', reason: 'replaced', name: 'node1' })
    await expect.element(shown.ping).toBeDisabled()
    await expect.element(shown.send).toBeDisabled()
    await expect.element(shown.field).toHaveValue('kept')
  })
})
