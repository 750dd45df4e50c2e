import { beforeEach, describe, expect, it } from 'vitest'
import { page as screen } from 'vitest/browser'
import { fakeLink as link } from '../fake-network.ts'
import { FakeNode } from '../fake-node.ts'
import { dataOf, mountNode, mountPage, nextFrames, shown } from '../mounted-page.ts'

let node: FakeNode

beforeEach(async () => {
  node = await mountNode()
})

describe('the status', () => {
  it('has attributes for name, state, digest and number of entries', async () => {
    node.deliver({ body: 'one' })
    await expect.element(shown.status).toHaveAttribute('data-entries', '1')
    expect(dataOf(shown.status.element())).toEqual({
      name: 'node1',
      state: 'online',
      digest: node.digest(),
      entries: '1',
    })
  })

  it.each([
    { state: { status: 'starting' }, word: 'Starting' },
    { state: { status: 'offline', reason: 'server-unreachable' }, word: 'Offline' },
    { state: { status: 'error', reason: 'webrtc-unavailable' }, word: 'Not running' },
  ] as const)('says in words that it is $state.status', async ({ state, word }) => {
    node.become(state)
    await expect.element(shown.status).toHaveAttribute('data-state', state.status)
    expect(shown.status.element().textContent).toContain(word)
  })

  it('does not change its text for a new message, so that nothing is announced', async () => {
    const words = shown.status.element().textContent
    node.deliver({ body: 'one' })
    await expect.element(shown.status).toHaveAttribute('data-entries', '1')
    expect(shown.status.element().textContent).toBe(words)
  })

  it('shows the whole key on demand', async () => {
    const key = screen.getByText(node.peerId, { exact: true })
    await expect.element(key).not.toBeVisible()
    await screen.getByText('key', { exact: false }).first().click()
    await expect.element(key).toBeVisible()
  })
})

describe('the notices', () => {
  it('offer a different name if this one is taken', async () => {
    const alternative = { name: 'node1-2', href: '/?id=node1-2&net=class-7' }
    node.become({ status: 'error', reason: 'name-taken', name: 'node1', alternative })
    const use = screen.getByRole('link', { name: 'Use node1-2 instead', exact: true })
    await expect.element(use).toHaveAttribute('href', alternative.href)
  })

  it('report an upstream that is not open, with its address in this network', async () => {
    node.link(link('node9', { state: 'waiting', reason: 'not-there' }))
    await expect
      .element(screen.getByRole('link', { name: 'Open node9' }))
      .toHaveAttribute('href', expect.stringMatching(/\/\?id=node9&net=class-7$/))
  })

  it('report an invalid address if there is no node', async () => {
    await mountPage(undefined, [{ severity: 'error', kind: 'bad-name', value: 'no de' }])
    await expect
      .element(screen.getByRole('link', { name: 'Open without that name' }))
      .toHaveAttribute('href', '/?peer=node2')
    await expect.element(shown.status).toHaveAttribute('data-state', 'error')
    await expect.element(shown.ping).toBeDisabled()
  })

  it('say that this page has no connections left when it refuses a node', async () => {
    node.drop('duplicate')
    node.drop('out-of-connections')
    node.drop('out-of-connections')
    await expect.element(screen.getByRole('button', { name: 'Reload' })).toBeVisible()
    expect(shown.notices.element().textContent.match(/used up its connections/g)).toHaveLength(1)
  })

  it('disappear when the trouble ends', async () => {
    node.become({ status: 'offline', reason: 'server-unreachable' })
    await expect.element(shown.notices).toHaveTextContent(/can’t be reached/)
    node.become({ status: 'online' })
    await expect.poll(() => shown.notices.element().textContent.trim()).toBe('')
  })
})

describe('the page', () => {
  it('computes the digest once per drawing, however many entries have arrived', async () => {
    await nextFrames()
    node.digests = 0
    for (let burst = 1; burst <= 5; burst += 1) {
      node.deliverMany(50)
      // The page draws in the next frame, or after the rest that follows the last drawing.
      await expect.poll(() => node.digests).toBe(burst)
    }
  })

  it('computes no digest when only a link changes', async () => {
    node.digests = 0
    node.link(link('node2', { rttMs: 1 }))
    await expect.element(shown.links).toBeVisible()
    expect(node.digests).toBe(0)
  })

  it('follows a different node in place of the first, as after a return from the back/forward cache', async () => {
    const first = new FakeNode({ name: 'node1' })
    const page = await mountPage(first)
    first.deliver({ body: 'before' })
    await expect.element(shown.messages).toBeVisible()
    const second = new FakeNode({ name: 'node1' })
    page.node = second
    await expect.element(shown.messages).not.toBeInTheDocument()
    expect(first.listenerCount).toBe(0)
    second.deliver({ body: 'after' })
    await expect.element(shown.messages).toHaveAttribute('data-text', 'after')
  })

  it('removes its listeners when it leaves the document, and follows again when it returns', async () => {
    const page = await mountPage(node)
    page.remove()
    expect(node.listenerCount).toBe(0)
    node.deliver({ body: 'meanwhile' })
    document.body.append(page)
    await expect.element(shown.messages).toHaveAttribute('data-text', 'meanwhile')
  })

  it('sets the title of its tab', async () => {
    await mountPage(new FakeNode({ name: 'node7' }))
    expect(document.title).toBe('node7 · Grapevine')
  })

  it.each([
    [360, 740],
    [768, 1024],
    [1440, 860],
    [320, 256],
  ])('fits a window %d wide without scrolling sideways', async (width, height) => {
    node = await mountNode([width, height], { name: 'A-name-with-thirty-two-letters-x' })
    node.link(
      link('Another-name-with-thirty-two-let', { rttMs: 1_234 }),
      link('node2', { state: 'down', reason: 'silent' }),
    )
    node.deliver({
      author: 'node2',
      body: 'x'.repeat(3_000),
      path: Array.from({ length: 64 }, (_, hop) => `hop-${hop}`),
    })
    node.deliver({ author: 'node2', body: { long: 'y'.repeat(3_000) } })
    await expect.element(shown.messages.nth(1)).toBeInTheDocument()
    await nextFrames()
    expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(width)
    const log = shown.log.element()
    expect(log.scrollWidth).toBeLessThanOrEqual(log.clientWidth)
  })
})
