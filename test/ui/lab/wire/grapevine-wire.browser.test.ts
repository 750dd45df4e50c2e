import { beforeEach, describe, expect, it } from 'vitest'
import { page as screen } from 'vitest/browser'
import { GrapevineWire } from '../../../../client/ui/lab/wire/grapevine-wire.ts'
import { fakePeerId } from '../../fake-network.ts'
import { FakeNode } from '../../fake-node.ts'
import { nextFrames } from '../../mounted-page.ts'
import { expectNoViolationsInAnyFrame, mount } from '../../token-frame.ts'

const region = screen.getByRole('region', { name: 'Envelopes' })
const rows = screen.getByRole('table', { name: 'Envelopes' }).getByRole('row')
const totals = screen.getByRole('table', { name: 'Totals by type' })
const button = (name: string | RegExp) => screen.getByRole('button', { name })

const push = (height: number, body = 'hello') => ({
  type: 'push',
  bytes: 300,
  content: {
    blocks: [{ name: 'node2', author: fakePeerId('node2'), height, entries: [{ time: 1, body }], hops: [] }],
  },
})

/** The summaries in the rows, without the head of the table. */
const summaries = (): string[] =>
  rows
    .elements()
    .flatMap((row) => Array.from(row.querySelectorAll('.summary button')))
    .map(({ textContent }) => textContent.trim())

const distanceToEnd = (): number => {
  const { scrollHeight, scrollTop, clientHeight } = region.element()
  return scrollHeight - scrollTop - clientHeight
}

const scrollUp = async (px: number): Promise<void> => {
  region.element().scrollTop -= px
  await nextFrames()
}

describe('the wire', () => {
  let node: FakeNode
  let view: GrapevineWire

  beforeEach(async () => {
    await screen.viewport(1_000, 600)
    node = new FakeNode()
    node.link(
      { peer: 'node2', direction: 'upstream', state: 'up' },
      { peer: 'node3', direction: 'downstream', state: 'up' },
    )
    view = new GrapevineWire()
    view.node = node
    await mount(view)
  })

  it('shows that nothing has passed yet', async () => {
    await expect.element(screen.getByText('No envelopes yet.')).toBeVisible()
  })

  it('has a row for each envelope: time with milliseconds, direction, neighbour, type, bytes and summary', async () => {
    node.pass({
      ...push(7),
      direction: 'out',
      peer: 'node3',
      bytes: 1_234,
      time: new Date(2026, 0, 1, 9, 8, 7, 6).getTime(),
    })
    await expect.poll(summaries).toEqual(['block 7 of node2'])
    const cells = rows.nth(1).getByRole('cell').elements()
    expect(cells.map(({ textContent }) => textContent.trim().replace(/ B$/, ''))).toEqual([
      '09:08:07.006',
      'out',
      'node3',
      'push',
      '1,234',
      'block 7 of node2',
    ])
  })

  it('opens a row to its fields, in which the text of a stranger stays text', async () => {
    node.pass(push(1, '<img src="x" onerror="alert(1)">\nheight: 99'))
    await button('block 1 of node2').click()
    const fields = screen.getByText('height: 1')
    await expect.element(fields).toBeVisible()
    expect(fields.element().textContent).toContain(
      String.raw`body: "<img src=\"x\" onerror=\"alert(1)\">\u000aheight: 99"`,
    )
    expect(region.element().querySelector('img')).toBeNull()
    await expect.element(button('block 1 of node2')).toHaveAttribute('aria-expanded', 'true')
    await button('block 1 of node2').click()
    await expect.element(fields).not.toBeInTheDocument()
  })

  it('filters by neighbour, direction and type', async () => {
    node.pass({ ...push(1), peer: 'node2' })
    node.pass({ ...push(2), peer: 'node3', direction: 'out' })
    node.pass({ type: 'bye', content: {}, peer: 'node3' })
    await expect.poll(summaries).toHaveLength(3)
    await screen.getByRole('combobox', { name: 'Link' }).selectOptions('node3')
    await expect.poll(summaries).toEqual(['block 2 of node2', 'closes the link'])
    await screen.getByRole('combobox', { name: 'Direction' }).selectOptions('Out only')
    await expect.poll(summaries).toEqual(['block 2 of node2'])
    await totals.getByRole('checkbox', { name: 'push' }).click()
    await expect.element(screen.getByText('No recorded envelope matches')).toBeVisible()
    await screen.getByRole('combobox', { name: 'Link' }).selectOptions('All links')
    await screen.getByRole('combobox', { name: 'Direction' }).selectOptions('In and out')
    await expect.poll(summaries).toEqual(['closes the link'])
  })

  it('counts by type, and clears the list', async () => {
    node.pass(push(1))
    node.pass(push(2))
    node.pass()
    await expect
      .poll(() =>
        totals
          .getByRole('row')
          .elements()
          .map(({ textContent }) => textContent.trim().split(/\s+/)),
      )
      .toEqual([
        ['Show', 'Count', 'Bytes'],
        ['push', '2', '600'],
        ['heartbeat', '1', '45'],
        ['All', '3', '645'],
      ])
    await button('Clear').click()
    await expect.element(screen.getByText('No envelopes yet.')).toBeVisible()
    expect(totals.getByRole('row').elements()).toHaveLength(2)
  })

  it('stops while paused, counts what passes, and then shows all of it', async () => {
    node.pass(push(1))
    await expect.poll(summaries).toHaveLength(1)
    await button('Pause').click()
    node.pass(push(2))
    node.pass(push(3))
    await expect.element(screen.getByText('paused, 2 more since then')).toBeVisible()
    expect(summaries()).toEqual(['block 1 of node2'])
    await button('Resume').click()
    node.pass(push(4))
    await expect
      .poll(summaries)
      .toEqual(['block 1 of node2', 'block 2 of node2', 'block 3 of node2', 'block 4 of node2'])
  })

  it('follows the newest envelope, stays in place for a reader who scrolled up, and leads back', async () => {
    for (let height = 1; height <= 60; height += 1) node.pass(push(height))
    await expect.poll(() => summaries().at(-1)).toBe('block 60 of node2')
    expect(distanceToEnd()).toBeLessThan(2)
    await scrollUp(100)
    for (let height = 61; height <= 63; height += 1) node.pass(push(height))
    await expect.element(button('3 newer')).toBeVisible()
    expect([distanceToEnd(), summaries().length]).toEqual([100, 60])
    await button('3 newer').click()
    await expect.poll(() => summaries().at(-1)).toBe('block 63 of node2')
    expect(distanceToEnd()).toBeLessThan(2)
    expect(region.element().matches(':focus')).toBe(true)
  })

  it('keeps the row with the focus, and its position', async () => {
    for (let height = 1; height <= 100; height += 1) node.pass(push(height))
    await expect.poll(() => summaries().at(-1)).toBe('block 100 of node2')
    const row = button('block 95 of node2').element() as HTMLElement
    const { top } = row.getBoundingClientRect()
    row.focus({ preventScroll: true })
    await expect.poll(summaries).toHaveLength(100)
    expect(row.getBoundingClientRect().top).toBeCloseTo(top, 0)
    for (let height = 101; height <= 800; height += 1) node.pass(push(height))
    await expect.element(button('500+ newer')).toBeVisible()
    expect(row.matches(':focus')).toBe(true)
  })

  it('[P6] has as many rows as fill the view, 100 for a reader who leaves the end, and more on request', async () => {
    for (let height = 1; height <= 900; height += 1) node.pass(push(height))
    await expect.poll(() => summaries().at(-1)).toBe('block 900 of node2')
    const { clientHeight, scrollHeight } = region.element()
    expect(summaries().length).toBeLessThan(clientHeight / 19 + 9)
    expect(scrollHeight).toBeGreaterThan(clientHeight + 100)
    await scrollUp(100)
    await expect.poll(summaries).toHaveLength(100)
    expect(distanceToEnd()).toBe(100)
    region.element().scrollTop = 0
    await nextFrames()
    const oldest = button('block 801 of node2').element()
    const { top } = oldest.getBoundingClientRect()
    await button('Show 100 earlier').click()
    await expect.poll(summaries).toHaveLength(200)
    expect(oldest.getBoundingClientRect().top).toBeCloseTo(top, 0)
  })

  it('shows what passed before the view was loaded', async () => {
    view.remove()
    node.pass({ type: 'hello', content: { name: 'node2', version: 7 } })
    node.pass(push(1))
    view = new GrapevineWire()
    view.node = node
    await mount(view)
    await expect.poll(summaries).toEqual(['node2, protocol version 7', 'block 1 of node2'])
    await expect.element(screen.getByText('the last 2 envelopes', { exact: true })).toBeVisible()
  })

  it('listens to nothing while it is hidden, shows all afterwards, and releases its node when removed', async () => {
    node.pass(push(1))
    await expect.poll(summaries).toHaveLength(1)
    view.isShown = false
    await view.updateComplete
    expect(node.listenerCount).toBe(0)
    node.pass(push(2))
    view.isShown = true
    await expect.poll(summaries).toEqual(['block 1 of node2', 'block 2 of node2'])
    view.remove()
    expect(node.listenerCount).toBe(0)
  })

  it('breaks no rule of accessibility, wide or narrow, light or dark', async () => {
    node.pass(push(1))
    node.pass({ direction: 'out', peer: 'node3' })
    node.pass({ type: 'malformed-frame', bytes: 9, content: { begins: { bytes: 9, base64url: 'AAAA' } } })
    await button('block 1 of node2').click()
    await screen.getByText('What the types are for').click()
    await expect.element(screen.getByText('Not a valid envelope.', { exact: false })).toBeVisible()
    await expectNoViolationsInAnyFrame(view)
  })
})
