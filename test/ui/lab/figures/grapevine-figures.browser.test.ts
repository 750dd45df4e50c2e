import { beforeEach, describe, expect, it } from 'vitest'
import { page as screen } from 'vitest/browser'
import { GrapevineFigures } from '../../../../client/ui/lab/figures/grapevine-figures.ts'
import { fakePeerId, hopsAlong } from '../../fake-network.ts'
import { FakeNode } from '../../fake-node.ts'
import { nextFrames } from '../../mounted-page.ts'
import { expectNoViolationsInAnyFrame, mount } from '../../token-frame.ts'

const table = (name: string) => screen.getByRole('table', { name, exact: true })
const cellsOf = (name: string): string[][] =>
  table(name)
    .getByRole('row')
    .elements()
    .slice(1)
    .map((row) => [...row.children].map(({ textContent }) => textContent.trim()))

/** Milliseconds. A sample is taken once a second. */
const soon = { timeout: 5_000 }

describe('the figures', () => {
  let node: FakeNode
  let view: GrapevineFigures

  beforeEach(async () => {
    await screen.viewport(1_000, 900)
    node = new FakeNode()
    view = new GrapevineFigures()
    view.node = node
    await mount(view)
  })

  /** Delivers five messages, enough for a median. */
  const deliverFive = (): void => {
    for (let seq = 1; seq <= 5; seq += 1) {
      node.deliverBy(hopsAlong(['node2'], 8, 4), { author: 'node2', seq, body: 'x' })
    }
  }

  it('show that there are none yet', async () => {
    await expect.element(screen.getByText(/^No message of another node has arrived since/)).toBeVisible()
    expect(screen.getByText('The first figures appear in a second.').elements()).toHaveLength(3)
  })

  it('show count, range, median and p99 of the estimated latency by path length, and start again', async () => {
    node.deliver({ body: 'one’s own, which came by no link' })
    for (let seq = 1; seq <= 200; seq += 1) {
      node.deliverBy(hopsAlong(['node2'], seq === 1 ? 9_000 : 8, 4), { author: 'node2', seq, body: 'x' })
    }
    node.deliverBy([...hopsAlong(['node3'], 5, 10), ...hopsAlong(['node2'], 20, 30)], {
      author: 'node3',
      seq: 1,
      body: 'x',
    })
    await expect
      .poll(() => cellsOf('Delivery latency by path length'), soon)
      .toEqual([
        [
          '1',
          '200',
          expect.stringMatching(/^≈ (9\.[6-9]\d?|10(\.[0-3])?) ms to (8\.[6-9]|9)[.\d]* s$/),
          expect.stringMatching(/^≈ (9\.[6-9]\d?|10(\.[0-3])?) ms$/),
          expect.stringMatching(/^≈ (9\.[6-9]\d?|10(\.[0-3])?) ms$/),
        ],
        // A single message has no median and no p99.
        ['2', '1', expect.stringMatching(/^≈ 4[3-6](\.\d)? ms$/), 'from 5', 'from 100'],
      ])
    await screen.getByRole('button', { name: 'Start again' }).click()
    await expect.element(screen.getByText(/^No message of another node has arrived since/)).toBeVisible()
  })

  it('do not count the latency of history', async () => {
    node.deliverBy(hopsAlong(['node2'], 8, 4), { author: 'node2', seq: 3, body: 'x' })
    for (const seq of [1, 2]) {
      node.setRoute(
        { peerId: fakePeerId('node2'), epoch: '1-0123456789abcdef', seq },
        ...hopsAlong(['node2'], 90_000, 4),
      )
    }
    node.backfill(2, 'node2')
    await expect.poll(() => cellsOf('Delivery latency by path length')[0]?.slice(0, 2), soon).toEqual(['1', '1'])
  })

  it('show messages, bytes and duplicates: now, in the last minute, and at the peak', async () => {
    await expect.poll(() => cellsOf('Messages per second'), soon).toEqual([['Delivered', '0/s', '0/s', '0/s']])
    node.statsOverrides = { delivered: 300, accepted: 30, bytesReceived: 60_000, bytesSent: 90_000, duplicates: 10 }
    const nowOf = (name: string, line: number): number => Number.parseFloat(cellsOf(name)[line]?.[1] ?? '')
    const peakOf = (name: string, line: number): string => cellsOf(name)[line]?.[3] ?? ''
    await expect.poll(() => peakOf('Duplicates', 0), soon).toBe('25 %')
    expect(peakOf('Bytes per second', 1)).toMatch(/^\d+(\.\d)? KB\/s$/)
    // The peak stays when the rate falls.
    await expect.poll(() => nowOf('Messages per second', 0), soon).toBe(0)
    expect(Number.parseFloat(peakOf('Messages per second', 0))).toBeGreaterThan(5)
    expect(Number.parseFloat(peakOf('Bytes per second', 1))).toBeGreaterThan(
      Number.parseFloat(peakOf('Bytes per second', 0)),
    )
  })

  it('have named plots in the colours of the scheme', async () => {
    deliverFive()
    const plots = screen.getByRole('img', { name: /^Plot of/ })
    await expect.poll(() => plots.elements().length, soon).toBe(4)
    const inked = (index: number): number => {
      const canvas = plots.elements()[index]?.shadowRoot?.querySelector('canvas')
      const pixels = canvas?.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? []
      return pixels.filter((value, place) => place % 4 === 3 && value > 0).length
    }
    await expect.poll(() => [0, 1, 2, 3].every((index) => inked(index) > 100), soon).toBe(true)
  })

  it('fit their plots to the available width', async () => {
    const widths = (): number[] =>
      screen
        .getByRole('img', { name: /^Plot of/ })
        .elements()
        .map((plot) => plot.shadowRoot?.querySelector('.uplot')?.clientWidth ?? 0)
    await expect.poll(() => widths().length, soon).toBe(3)
    await screen.viewport(360, 700)
    await expect.poll(() => widths().every((width) => width > 100 && width < 330), soon).toBe(true)
    await screen.viewport(1_000, 700)
    await expect.poll(() => widths().every((width) => width > 330), soon).toBe(true)
  })

  it('are statsOverrides while they are hidden, and drawn when they are shown again', async () => {
    view.isShown = false
    await view.updateComplete
    node.deliverBy(hopsAlong(['node2'], 8, 4), { author: 'node2', seq: 1, body: 'x' })
    await nextFrames()
    expect(table('Delivery latency by path length').elements()).toHaveLength(0)
    view.isShown = true
    await expect.poll(() => cellsOf('Delivery latency by path length')[0]?.[1], soon).toBe('1')
  })

  it('stop following their node when they are removed', () => {
    expect(node.listenerCount).toBe(1)
    view.remove()
    expect(node.listenerCount).toBe(0)
  })

  it('break no rule of accessibility, wide or narrow, light or dark', async () => {
    deliverFive()
    await expect.poll(() => screen.getByRole('img', { name: /^Plot of/ }).elements().length, soon).toBe(4)
    await expectNoViolationsInAnyFrame(view)
  })
})
