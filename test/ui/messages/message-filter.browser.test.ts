import { beforeEach, describe, expect, it } from 'vitest'
import { page as screen, userEvent } from 'vitest/browser'
import { expectNoViolations } from '../axe.ts'
import { fakePeerId } from '../fake-network.ts'
import type { FakeNode } from '../fake-node.ts'
import { announced, mountNode, newestShown, nextFrames, shown } from '../mounted-page.ts'

const author = screen.getByRole('combobox', { name: 'Author', exact: true })
const text = screen.getByRole('searchbox', { name: 'Find in messages', exact: true })

const options = (): string[] =>
  [...author.element().querySelectorAll('option')].map((option) => option.textContent.trim())

const bodies = (): (string | null)[] => shown.messages.elements().map((item) => item.getAttribute('data-text'))

describe('the filter of messages', () => {
  let node: FakeNode

  beforeEach(async () => {
    node = await mountNode([900, 700], { name: 'node3' })
    node.deliverMany(3_000, 'node1')
    node.deliver({ author: 'node2', body: 'Grapes and Wine' })
    node.deliver({ author: 'node2', body: { colour: 'RED', grapes: [1, 2] } })
    node.deliver({ author: 'node2', body: Uint8Array.of(0xfb, 0xff) })
    await expect.poll(newestShown).toBe(3_003)
  })

  it('shows the messages of one author, their number and the number of all messages', async () => {
    await expect.poll(options, { timeout: 5_000 }).toEqual(['Everybody', 'node1 (3,000)', 'node2 (3)'])
    await userEvent.selectOptions(author, 'node2 (3)')
    await expect.element(screen.getByText('3 of 3,003', { exact: true })).toBeVisible()
    expect(bodies()).toEqual(['Grapes and Wine', '{"colour":"RED","grapes":[1,2]}', '-_8'])
    const items = shown.messages.elements()
    expect(items.map((item) => item.getAttribute('aria-posinset'))).toEqual(['1', '2', '3'])
    expect(items.map((item) => item.getAttribute('aria-setsize'))).toEqual(['3', '3', '3'])
    await expectNoViolations()
  })

  it('finds text in any case, in JSON, and in bytes in their shown form', async () => {
    await text.fill('grapes')
    await expect.poll(bodies).toEqual(['Grapes and Wine', '{"colour":"RED","grapes":[1,2]}'])
    await text.fill('red')
    await expect.poll(bodies).toEqual(['{"colour":"RED","grapes":[1,2]}'])
    await text.fill('FB ff')
    await expect.poll(bodies).toEqual(['-_8'])
  })

  it('searches for the typed text literally, not as a pattern', async () => {
    node.deliver({ author: 'node2', body: 'a.*[b](c)$ \\ {1}|^?+/-' })
    await text.fill('.*[B](c)$ \\ {1}|^?+/-')
    await expect.poll(bodies).toEqual(['a.*[b](c)$ \\ {1}|^?+/-'])
    await text.fill('.')
    await expect.poll(bodies).toEqual(['a.*[b](c)$ \\ {1}|^?+/-'])
  })

  it('applies to messages that arrive later, and only matching messages are announced', async () => {
    await text.fill('wine')
    await expect.poll(bodies).toEqual(['Grapes and Wine'])
    node.deliver({ author: 'node1', body: 'water' })
    node.deliver({ author: 'node1', body: 'more wine' })
    await expect.poll(bodies).toEqual(['Grapes and Wine', 'more wine'])
    await expect.element(screen.getByText('2 of 3,005', { exact: true })).toBeVisible()
    await expect.poll(() => announced()?.textContent, { timeout: 5_000 }).toBe('node1: more wine')
    expect(location.search).not.toContain('wine')
  })

  it('says that nothing matches', async () => {
    await text.fill('beer')
    await expect.element(screen.getByText(/^No message matches/)).toBeVisible()
    await expect.element(screen.getByText('0 of 3,003', { exact: true })).toBeVisible()
    await expectNoViolations()
  })

  it('is removed with Escape, from either control, and by a button', async () => {
    await text.fill('beer')
    await expect.poll(bodies).toEqual([])
    await userEvent.keyboard('{Escape}')
    await expect.poll(newestShown).toBe(3_003)
    await expect.element(text).toHaveValue('')
    await userEvent.selectOptions(author, 'node2 (3)')
    await expect.poll(() => bodies().length).toBe(3)
    author.element().dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }))
    await expect.poll(newestShown).toBe(3_003)
    await expect.element(author).toHaveValue('')
    await text.fill('beer')
    await screen.getByRole('button', { name: 'Show all' }).click()
    await expect.poll(newestShown).toBe(3_003)
    expect(text.element().matches(':focus')).toBe(true)
    await text.fill('beer')
    await expect.poll(bodies).toEqual([])
    ;(shown.log.element() as HTMLElement).focus()
    await userEvent.keyboard('{Escape}')
    await expect.poll(newestShown).toBe(3_003)
    await expect.element(text).toHaveValue('')
  })

  it('leaves the reader at the found message when all messages are shown again', async () => {
    await text.fill('message 15')
    await expect.poll(() => bodies().at(-1)).toBe('message 1599')
    shown.log.element().scrollTop -= 2_000
    await nextFrames(3)
    const { top } = shown.log.element().getBoundingClientRect()
    const found = shown.messages.elements().find((item) => item.getBoundingClientRect().top >= top)
    const [seq, before] = [found?.getAttribute('data-seq'), found?.getBoundingClientRect().top ?? 0]
    await screen.getByRole('button', { name: 'Show all' }).click()
    await nextFrames(3)
    const again = shown.messages.elements().find((item) => item.getAttribute('data-seq') === seq)
    expect(Math.abs((again?.getBoundingClientRect().top ?? 0) - before)).toBeLessThan(80)
    expect(shown.messages.elements()[0]?.getAttribute('aria-setsize')).toBe('3003')
  })

  it('leaves the reader at the newest found message, even if all found messages were in view', async () => {
    await text.fill('message 150')
    await expect.poll(() => bodies().at(-1)).toBe('message 1509')
    await screen.getByRole('button', { name: 'Show all' }).click()
    await expect.poll(() => shown.messages.elements()[0]?.getAttribute('aria-setsize')).toBe('3003')
    await nextFrames(3)
    const found = shown.messages.elements().find((item) => item.getAttribute('data-text') === 'message 1509')
    const [log, row] = [shown.log.element().getBoundingClientRect(), found?.getBoundingClientRect()]
    expect(row && row.top >= log.top && row.bottom <= log.bottom).toBe(true)
  })

  it('distinguishes authors of one name by their keys, and keeps a chosen author whose messages are gone', async () => {
    node.deliver({ author: 'node2', peerId: 'q'.repeat(43), body: 'impostor' })
    await expect
      .poll(options, { timeout: 5_000 })
      .toEqual(['Everybody', 'node1 (3,000)', `node2 ${fakePeerId('node2').slice(0, 6)} (3)`, 'node2 qqqqqq (1)'])
    await userEvent.selectOptions(author, 'node1 (3,000)')
    await expect.poll(() => bodies().at(-1)).toBe('message 3000')
    node.forget(3_000)
    node.deliver({ author: 'node3', body: 'mine' })
    await expect.element(screen.getByText(/^No message matches/)).toBeVisible()
    await expect.poll(options, { timeout: 5_000 }).toContain('node1 (0)')
    await expect.element(author).toHaveValue(`${fakePeerId('node1')} node1`)
  })
})
