import { beforeEach, describe, expect, it } from 'vitest'
import { page as screen } from 'vitest/browser'
import { fakePeerId, hopsAlong } from '../fake-network.ts'
import { FakeNode } from '../fake-node.ts'
import { announced, mountNode, mountPage, newestShown, nextFrames, shown } from '../mounted-page.ts'

const attributes = (element: Element): Record<string, string> =>
  Object.fromEntries(Array.from(element.attributes, ({ name, value }) => [name, value]))

const distanceToEnd = (): number => {
  const log = shown.log.element()
  return log.scrollHeight - log.scrollTop - log.clientHeight
}

describe('the messages', () => {
  let node: FakeNode

  beforeEach(async () => {
    node = await mountNode([900, 700], { name: 'node3' })
  })

  const deliverHundred = async (): Promise<void> => {
    node.deliverMany(100)
    await expect.poll(newestShown).toBe(100)
  }

  it('have attributes for author, key, epoch, seq, text and path', async () => {
    node.deliver({ author: 'node1', body: 'hello', path: ['node1', 'node2', 'node3'], seq: 7 })
    await expect.element(shown.messages).toBeVisible()
    expect(attributes(shown.messages.element())).toMatchObject({
      'data-author': 'node1',
      'data-peer-id': fakePeerId('node1'),
      'data-epoch': '1-0123456789abcdef',
      'data-seq': '7',
      'data-text': 'hello',
      'data-path': 'node1>node2>node3',
      'aria-posinset': '1',
      'aria-setsize': '1',
    })
    expect(shown.messages.element().textContent.replaceAll(/\s+/g, ' ')).toContain('node1 › node2 › node3')
  })

  it('show their topic if they have one', async () => {
    node.deliver({ author: 'node1', body: 'no topic' })
    node.deliver({ author: 'node1', body: 'an update', topic: 'shared notes' })
    await expect.element(shown.messages.nth(1)).toHaveTextContent('shared notes')
    expect(shown.messages.elements().map((item) => item.dataset['topic'])).toEqual([undefined, 'shared notes'])
    expect(shown.messages.nth(0).element().querySelector('.topic')).toBeNull()
  })

  it('from the future are shown with their time of receipt, and with the time of their author’s clock', async () => {
    const receivedAt = Date.UTC(2026, 4, 17, 9, 5, 7)
    node.deliver({ author: 'node2', body: 'from the future', time: Date.UTC(2049, 5, 1, 12), receivedAt })
    await expect.element(shown.messages).toBeVisible()
    const time = shown.messages.element().querySelector('time')
    expect(time?.dateTime).toBe(new Date(receivedAt).toISOString())
    expect(time?.title).toMatch(/^Received .*2026.* ahead: .*2049/)
    expect(time?.textContent).not.toContain('2049')
  })

  it('are marked as late by the durations of their path, and do not look new then', async () => {
    // Messages look new only if they arrive after the first update of the page.
    node.link({ peer: 'node2', direction: 'upstream', state: 'up' })
    await nextFrames()
    node.deliverBy(hopsAlong(['node1'], 40, 4), { author: 'node1', seq: 1, body: 'live' })
    await expect.element(shown.messages).toHaveClass('new')
    await expect.element(shown.messages).not.toHaveTextContent('late')
    // When the animation has ended, the log is calm again, so the next message would look new if it were not late.
    await expect.poll(() => shown.messages.element().getAnimations()).toEqual([])
    node.deliverBy(hopsAlong(['node1'], 16_000, 4), { author: 'node1', seq: 2, body: 'delayed' })
    await expect.element(shown.messages.nth(1)).toHaveTextContent('≈ 16 s late')
    expect(shown.messages.nth(1).element().classList.contains('new')).toBe(false)
  })

  it('are marked if they are the reader’s own', async () => {
    node.deliver({ body: 'mine' })
    node.deliver({ author: 'node1', body: 'yours' })
    await expect.element(shown.messages.nth(1)).toBeVisible()
    expect(shown.messages.elements().map((item) => /\byou\b/.test(item.textContent))).toEqual([true, false])
  })

  it('show short keys if two authors share a name', async () => {
    node.deliver({ author: 'node1', body: 'one' })
    node.deliver({ author: 'node2', body: 'two' })
    node.deliver({ author: 'node1', peerId: 'q'.repeat(43), body: 'impostor' })
    await expect.element(shown.messages.nth(2)).toHaveTextContent('qqqqqq')
    expect(shown.messages.nth(0).element().textContent).toContain('node1x')
    expect(shown.messages.nth(1).element().textContent).not.toContain('node2x')
  })

  it('leave nothing in the document once they are out of view, however many arrive', async () => {
    await deliverHundred()
    const list = shown.messages.first().element().parentElement
    const nodesPerRow = (): number => (list?.childNodes.length ?? 0) / (list?.children.length ?? 1)
    const before = nodesPerRow()
    for (let count = 200; count <= 1_000; count += 100) {
      node.deliverMany(100)
      await expect.poll(newestShown).toBe(count)
    }
    expect(nodesPerRow()).toBeLessThan(before * 1.1)
  })

  it('keep the newest in view when the log becomes smaller', async () => {
    await deliverHundred()
    await screen.viewport(500, 400)
    await nextFrames()
    await expect.poll(distanceToEnd).toBeLessThan(2)
    node.deliver({ body: 'one more' })
    await expect.poll(newestShown).toBe(101)
    await expect.poll(distanceToEnd).toBeLessThan(2)
  })

  it('keep the newest in view when the log becomes smaller before the last scroll event has arrived', async () => {
    await deliverHundred()
    const log = shown.log.element()
    const { host } = log.getRootNode() as ShadowRoot
    host.setAttribute('style', 'block-size: 12rem')
    log.dispatchEvent(new Event('scroll'))
    await nextFrames()
    await expect.poll(distanceToEnd).toBeLessThan(2)
  })

  it('stay in place for a reader who scrolled up, while new ones are counted', async () => {
    await deliverHundred()
    shown.log.element().scrollTop = 0
    await nextFrames()
    node.deliverMany(3)
    const newMessages = screen.getByRole('button', { name: '3 new messages' })
    await expect.element(newMessages).toBeVisible()
    expect(shown.log.element().scrollTop).toBe(0)
    await newMessages.click()
    await expect.poll(distanceToEnd).toBeLessThan(2)
    await expect.element(newMessages).not.toBeInTheDocument()
  })

  it('follow again once the reader is back at the end', async () => {
    await deliverHundred()
    const log = shown.log.element()
    log.scrollTop = 0
    await nextFrames()
    log.scrollTop = log.scrollHeight
    await nextFrames()
    node.deliver({ body: 'one more' })
    await expect.poll(newestShown).toBe(101)
    await expect.poll(distanceToEnd).toBeLessThan(2)
  })

  it('stay in place for a reader who unfolds one at the end', async () => {
    node.deliverMany(100)
    node.deliver({ author: 'node2', body: 'a very long story\n'.repeat(200) })
    await expect.poll(newestShown).toBe(101)
    await expect.poll(distanceToEnd).toBeLessThan(2)
    // Relative to the screen: rows above are measured only now, which changes the scroll position of the log.
    const topOfStory = (): number => shown.messages.elements().at(-1)?.getBoundingClientRect().top ?? NaN
    const before = topOfStory()
    await screen.getByText(/^Show all/).click()
    await nextFrames()
    expect(Math.abs(topOfStory() - before)).toBeLessThan(5)
    node.deliver({ author: 'node2', body: 'meanwhile' })
    await expect.element(screen.getByRole('button', { name: '1 new message' })).toBeVisible()
  })

  it('look new from the first one on, unless they were restored from storage', async () => {
    const restoring = new FakeNode({ name: 'node3', state: { status: 'starting' } })
    await mountPage(restoring)
    restoring.deliver({ author: 'node2', body: 'stored' })
    restoring.become({ status: 'online' })
    await expect.element(shown.messages).toBeVisible()
    restoring.deliver({ author: 'node2', body: 'live' })
    await expect.element(shown.messages.nth(1)).toBeVisible()
    expect(shown.messages.elements().map((item) => item.classList.contains('new'))).toEqual([false, true])
    await expect.poll(() => announced()?.textContent, { timeout: 5_000 }).toBe('node2: live')
  })

  it('are announced in groups, and not by the log itself', async () => {
    expect(shown.log.element().getAttribute('aria-live')).toBe('off')
    node.deliver({ body: 'mine' })
    await nextFrames()
    node.deliverMany(20)
    await expect
      .poll(() => announced()?.textContent, { timeout: 5_000 })
      .toBe('20 new messages, the newest from node2: message 21')
  })
})
