import { beforeEach, describe, expect, it } from 'vitest'
import { page as screen, userEvent } from 'vitest/browser'
import type { LinkSnapshot, LinkState } from '../../../client/node/api/grapevine.ts'
import { expectNoViolations } from '../axe.ts'
import { FakeNode, fakePeerId } from '../fake-node.ts'
import { mountPage, nextFrames, shown } from '../mounted-page.ts'

const link = (peer: string, parts: Partial<LinkSnapshot> = {}): LinkSnapshot => ({
  peer,
  peerId: fakePeerId(peer),
  direction: 'upstream',
  state: 'up',
  ...parts,
})

const data = (element: Element): Record<string, string | undefined> =>
  Object.fromEntries(Object.entries((element as HTMLElement).dataset))

describe('the status', () => {
  it('tells name, state, digest and number of entries', async () => {
    const node = new FakeNode()
    await mountPage(node)
    node.deliver({ body: 'one' })
    await expect.element(shown.status).toHaveAttribute('data-entries', '1')
    expect(data(shown.status.element())).toEqual({
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
    const node = new FakeNode()
    await mountPage(node)
    node.become(state)
    await expect.element(shown.status).toHaveAttribute('data-state', state.status)
    expect(shown.status.element().textContent).toContain(word)
  })

  it('changes no words for a new message, so that none is announced', async () => {
    const node = new FakeNode()
    await mountPage(node)
    const words = shown.status.element().textContent
    node.deliver({ body: 'one' })
    await expect.element(shown.status).toHaveAttribute('data-entries', '1')
    expect(shown.status.element().textContent).toBe(words)
  })

  it('shows the whole key on demand', async () => {
    const node = new FakeNode()
    await mountPage(node)
    const key = screen.getByText(node.peerId, { exact: true })
    await expect.element(key).not.toBeVisible()
    await screen.getByText('key', { exact: false }).first().click()
    await expect.element(key).toBeVisible()
  })
})

describe('the composer', () => {
  let node: FakeNode

  beforeEach(async () => {
    node = new FakeNode()
    await mountPage(node)
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
    // The composing has ended by then: https://bugs.webkit.org/show_bug.cgi?id=165004
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

  it('does not send what is empty', async () => {
    await shown.field.fill('  ')
    await shown.send.click()
    await userEvent.keyboard('{Enter}')
    await nextFrames()
    expect(node.entries()).toEqual([])
  })

  it('keeps the text of a rejected publication, and says why', async () => {
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

describe('the links', () => {
  let node: FakeNode

  beforeEach(async () => {
    node = new FakeNode()
    await mountPage(node)
  })

  it('carry peer, direction, state and round trip', async () => {
    node.link(link('node2', { rttMs: 12.6 }), link('node3', { direction: 'downstream', state: 'quiet' }))
    await expect.element(shown.links.nth(1)).toBeVisible()
    expect(shown.links.elements().map(data)).toEqual([
      { peer: 'node2', direction: 'upstream', state: 'up', rttMs: '13' },
      { peer: 'node3', direction: 'downstream', state: 'quiet' },
    ])
  })

  it.each([
    ['dialling', 'Dialling'],
    ['waiting', 'Waiting'],
    ['up', 'Up'],
    ['quiet', 'Quiet'],
    ['down', 'Down'],
  ] as [LinkState, string][])('say %s by a word and a shape', async (state, word) => {
    node.link(link('node2', { state }))
    await expect.element(shown.links).toHaveAttribute('data-state', state)
    const shownState = shown.links.element().querySelector('.state')
    expect(shownState?.textContent.trim()).toBe(word)
    expect(shownState?.querySelector('svg')).not.toBeNull()
  })

  it('have their shapes all different', async () => {
    const states: LinkState[] = ['dialling', 'waiting', 'up', 'quiet', 'down']
    node.link(...states.map((state) => link(state, { state })))
    await expect.element(shown.links.nth(4)).toBeVisible()
    const shapes = shown.links
      .elements()
      .map((item) => item.querySelector('.state svg')?.innerHTML.replaceAll(/<!--.*?-->/g, ''))
    expect(new Set(shapes).size).toBe(states.length)
  })

  it('show short keys where two share a name', async () => {
    node.link(link('node2'), link('node2', { peerId: 'q'.repeat(43), direction: 'downstream' }), link('node3'))
    await expect.element(shown.links.nth(2)).toBeVisible()
    const texts = shown.links.elements().map((item) => item.textContent)
    expect(texts.map((text) => /node2x|qqqqqq|node3x/.exec(text)?.[0])).toEqual(['node2x', 'qqqqqq', undefined])
  })

  it('let a person trust a new key', async () => {
    node.link(link('node2', { state: 'waiting', reason: 'key-changed' }))
    await shown.links.getByRole('button', { name: 'Trust the new key' }).click()
    expect(node.trusted).toEqual(['node2'])
  })

  it('disappear when removed', async () => {
    node.link(link('node2'))
    await expect.element(shown.links).toBeVisible()
    node.link()
    await expect.element(shown.links).not.toBeInTheDocument()
  })

  it('offer a downstream tab, above all to a node that is alone', async () => {
    await expect.element(shown.downstream).toHaveAttribute('href', '/?peer=node1&net=class-7')
    await expect.element(shown.downstream).toHaveAttribute('target', '_blank')
    await expect.element(shown.downstream).toHaveAttribute('rel', 'noopener')
    await expect.element(shown.downstream).toHaveClass('primary')
    node.link(link('node2'))
    await expect.element(shown.downstream).not.toHaveClass('primary')
  })

  it('say who has left and what happens next, not that nobody has ever been there', async () => {
    node.link(link('node2', { direction: 'downstream' }))
    await expect.element(shown.links).toBeVisible()
    node.link()
    await expect.element(screen.getByText(/^No links now\. node2 was linked until .*\. It reconnects/)).toBeVisible()
    await expect.element(shown.downstream).not.toHaveClass('primary')
    await expect.element(screen.getByText('Three steps to the first message')).not.toBeInTheDocument()
    node.link(link('node2', { direction: 'downstream' }))
    node.link(link('node2', { direction: 'upstream', state: 'waiting', reason: 'said-bye' }))
    await expect.element(screen.getByText(/^No links now/)).not.toBeInTheDocument()
  })

  it('offer a seat of a class the next seat, not a node beside the class', async () => {
    await screen.viewport(1440, 900)
    const page = await mountPage(node)
    page.seat = { plan: { shape: 'ring', size: 12 }, seat: 1 }
    const next = screen.getByRole('link', { name: 'Open the next seat' })
    await expect.element(next).toHaveAttribute('href', expect.stringMatching(/\/\?class=ring-12&net=class-7$/))
    await expect.element(shown.downstream).not.toBeInTheDocument()
    await expect.element(screen.getByText('Each tab that opens the class gets the next one')).toBeVisible()
    await expect
      .element(screen.getByRole('link', { name: 'Open another tab' }))
      .toHaveAttribute('href', expect.stringMatching(/class=ring-12/))
    await screen.getByRole('button', { name: 'Share' }).click()
    const address = screen.getByRole('textbox', { name: 'Address of this class' })
    await expect.element(address).toHaveValue(expect.stringMatching(/class=ring-12/))
  })

  it('let a student type a name, which stands beside the number for everybody', async () => {
    await screen.viewport(1440, 900)
    const page = await mountPage(node)
    page.seat = { plan: { shape: 'ring', size: 12 }, seat: 7 }
    await screen.getByRole('button', { name: 'Add your name' }).click()
    const field = screen.getByRole('textbox', { name: 'Your name' })
    expect(field.element().matches(':focus')).toBe(true)
    await field.fill('Ana Lucía')
    await userEvent.keyboard('{Enter}')
    await expect.element(shown.messages).toHaveTextContent('is called Ana Lucía')
    expect(shown.messages.element().getAttribute('data-text')).toBe('{"grapevine:name":"Ana Lucía"}')
    await expect.element(screen.getByText('Ana Lucía', { exact: true }).first()).toBeVisible()
    const change = screen.getByRole('button', { name: 'Change your name' })
    expect(change.element().matches(':focus')).toBe(true)
    node.deliver({ author: 'node2', body: { 'grapevine:name': '<b>Bo</b>' } })
    node.link(link('node2'))
    await expect.element(shown.links).toHaveTextContent('<b>Bo</b>')
    await change.click()
    await userEvent.keyboard('{Escape}')
    expect(change.element().matches(':focus')).toBe(true)
    expect(node.entries()).toHaveLength(2)
    await expectNoViolations()
  })

  it('show the latest round trip with its spread, and when this tab is busy', async () => {
    const roundTrips = { latestMs: 2, leastMs: 1, mostMs: 40, count: 8, isBusy: false }
    node.link(link('node2', { rttMs: 2, roundTrips }))
    await expect.element(shown.links).toHaveTextContent(/2 ms round trip\s*1 to 40 ms in the last 8/)
    await expect.element(shown.links).not.toHaveTextContent('this tab is busy')
    node.link(link('node2', { rttMs: 2, roundTrips: { ...roundTrips, isBusy: true } }))
    await expect.element(shown.links).toHaveTextContent('this tab is busy')
  })

  it('send nobody to a tab that no server would introduce', async () => {
    node.become({ status: 'offline', reason: 'server-unreachable' })
    await expect.element(shown.downstream).not.toHaveClass('primary')
    await expect.element(screen.getByText(/^No links. The server is unreachable/)).toBeVisible()
    await expect.element(screen.getByText('Three steps to the first message')).not.toBeInTheDocument()
    await expect.element(screen.getByRole('link', { name: 'Open another tab' })).not.toBeInTheDocument()
    node.become({ status: 'online' })
    await expect.element(screen.getByText('Three steps to the first message')).toBeVisible()
  })
})

describe('the notices', () => {
  it('offer another name when this one is taken', async () => {
    const node = new FakeNode()
    await mountPage(node)
    const alternative = { name: 'node1-2', href: '/?id=node1-2&net=class-7' }
    node.become({ status: 'error', reason: 'name-taken', name: 'node1', alternative })
    const use = screen.getByRole('link', { name: 'Use node1-2 instead', exact: true })
    await expect.element(use).toHaveAttribute('href', alternative.href)
  })

  it('tell of an upstream that is not open, with its address in this network', async () => {
    const node = new FakeNode()
    await mountPage(node)
    node.link(link('node9', { state: 'waiting', reason: 'not-there' }))
    await expect
      .element(screen.getByRole('link', { name: 'Open node9' }))
      .toHaveAttribute('href', expect.stringMatching(/\/\?id=node9&net=class-7$/))
  })

  it('tell of a bad address, where there is no node', async () => {
    await mountPage(undefined, { problems: [{ severity: 'error', kind: 'bad-name', value: 'no de' }] })
    await expect
      .element(screen.getByRole('link', { name: 'Open without that name' }))
      .toHaveAttribute('href', '/?peer=node2')
    await expect.element(shown.status).toHaveAttribute('data-state', 'error')
    await expect.element(shown.ping).toBeDisabled()
  })

  it('say that this page has used up its connections when it turns somebody away', async () => {
    const node = new FakeNode()
    await mountPage(node)
    node.drop('duplicate')
    node.drop('out-of-connections')
    node.drop('out-of-connections')
    await expect.element(screen.getByRole('button', { name: 'Reload' })).toBeVisible()
    expect(shown.notices.element().textContent.match(/used up its connections/g)).toHaveLength(1)
  })

  it('go when the trouble goes', async () => {
    const node = new FakeNode()
    await mountPage(node)
    node.become({ status: 'offline', reason: 'server-unreachable' })
    await expect.element(shown.notices).toHaveTextContent(/can’t be reached/)
    node.become({ status: 'online' })
    await expect.poll(() => shown.notices.element().textContent.trim()).toBe('')
  })
})

describe('the page', () => {
  it('asks for the digest once when it draws, however many entries have come', async () => {
    const node = new FakeNode()
    await mountPage(node)
    await nextFrames()
    node.digests = 0
    for (let burst = 1; burst <= 5; burst += 1) {
      node.deliverMany(50)
      // In the next frame, or once the last drawing has been rested from.
      await expect.poll(() => node.digests).toBe(burst)
    }
  })

  it('asks for no digest when only a link changes', async () => {
    const node = new FakeNode()
    await mountPage(node)
    node.digests = 0
    node.link(link('node2', { rttMs: 1 }))
    await expect.element(shown.links).toBeVisible()
    expect(node.digests).toBe(0)
  })

  it('follows another node in place of the first: a page that came back from the cache', async () => {
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

  it('takes its listeners back when it leaves the document, and follows again when it returns', async () => {
    const node = new FakeNode()
    const page = await mountPage(node)
    page.remove()
    expect(node.listenerCount).toBe(0)
    node.deliver({ body: 'meanwhile' })
    document.body.append(page)
    await expect.element(shown.messages).toHaveAttribute('data-text', 'meanwhile')
  })

  it('names its tab', async () => {
    await mountPage(new FakeNode({ name: 'node7' }))
    expect(document.title).toBe('node7 · Grapevine')
  })

  it.each([
    [360, 740],
    [768, 1024],
    [1440, 860],
    [320, 256],
  ])('fits a window %d wide without scrolling sideways', async (width, height) => {
    await screen.viewport(width, height)
    const node = new FakeNode({ name: 'A-name-with-thirty-two-letters-x' })
    await mountPage(node)
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
