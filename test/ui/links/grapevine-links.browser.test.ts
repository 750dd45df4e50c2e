import { beforeEach, describe, expect, it } from 'vitest'
import { page as screen, userEvent } from 'vitest/browser'
import type { LinkState } from '../../../client/node/api/grapevine.ts'
import { expectNoViolations } from '../axe.ts'
import { fakeLink as link } from '../fake-network.ts'
import type { FakeNode } from '../fake-node.ts'
import { dataOf, mountNode, mountPage, shown } from '../mounted-page.ts'

describe('the links', () => {
  let node: FakeNode

  beforeEach(async () => {
    node = await mountNode()
  })

  it('carry peer, direction, state and round trip', async () => {
    node.link(link('node2', { rttMs: 12.6 }), link('node3', { direction: 'downstream', state: 'quiet' }))
    await expect.element(shown.links.nth(1)).toBeVisible()
    expect(shown.links.elements().map(dataOf)).toEqual([
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

  it('have a different shape for each state', async () => {
    const states: LinkState[] = ['dialling', 'waiting', 'up', 'quiet', 'down']
    node.link(...states.map((state) => link(state, { state })))
    await expect.element(shown.links.nth(4)).toBeVisible()
    const shapes = shown.links
      .elements()
      .map((item) => item.querySelector('.state svg')?.innerHTML.replaceAll(/<!--.*?-->/g, ''))
    expect(new Set(shapes).size).toBe(states.length)
  })

  it('show short keys if two neighbours share a name', async () => {
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

  it('offer a downstream tab, most prominently to a node that is alone', async () => {
    await expect.element(shown.downstream).toHaveAttribute('href', '/?peer=node1&net=class-7')
    await expect.element(shown.downstream).toHaveAttribute('target', '_blank')
    await expect.element(shown.downstream).toHaveAttribute('rel', 'noopener')
    await expect.element(shown.downstream).toHaveClass('primary')
    node.link(link('node2'))
    await expect.element(shown.downstream).not.toHaveClass('primary')
  })

  it('say which neighbour left and what happens next, not that there were never links', async () => {
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

  it('offer the next seat to a node that has a seat in a class, not a node outside the class', async () => {
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

  it('let a student type a name, which every node shows beside the number', async () => {
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

  it('show the latest round trip with its range, and whether this tab is busy', async () => {
    const roundTrips = { latestMs: 2, leastMs: 1, mostMs: 40, count: 8, isBusy: false }
    node.link(link('node2', { rttMs: 2, roundTrips }))
    await expect.element(shown.links).toHaveTextContent(/2 ms round trip\s*1 to 40 ms in the last 8/)
    await expect.element(shown.links).not.toHaveTextContent('this tab is busy')
    node.link(link('node2', { rttMs: 2, roundTrips: { ...roundTrips, isBusy: true } }))
    await expect.element(shown.links).toHaveTextContent('this tab is busy')
  })

  it('suggest no new tab while the server is unreachable', async () => {
    node.become({ status: 'offline', reason: 'server-unreachable' })
    await expect.element(shown.downstream).not.toHaveClass('primary')
    await expect.element(screen.getByText(/^No links. The server is unreachable/)).toBeVisible()
    await expect.element(screen.getByText('Three steps to the first message')).not.toBeInTheDocument()
    await expect.element(screen.getByRole('link', { name: 'Open another tab' })).not.toBeInTheDocument()
    node.become({ status: 'online' })
    await expect.element(screen.getByText('Three steps to the first message')).toBeVisible()
  })
})
