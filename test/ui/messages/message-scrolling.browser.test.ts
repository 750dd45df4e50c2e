import { beforeEach, describe, expect, it } from 'vitest'
import { page as screen } from 'vitest/browser'
import { scrollerLimits } from '../../../client/ui/messages/message-scroller.ts'
import type { FakeNode } from '../fake-node.ts'
import { mountNode, newestShown, nextFrames, shown } from '../mounted-page.ts'

const positions = (): number[] => shown.messages.elements().map((item) => Number(item.getAttribute('aria-posinset')))

/** The upper edge of a message on the screen, in pixels; undefined if the message is not in the document. */
const topOf = (position: number): number | undefined =>
  shown.messages
    .elements()
    .find((item) => item.getAttribute('aria-posinset') === String(position))
    ?.getBoundingClientRect().top

/** The position of the first message in view. */
const firstInView = (): number => {
  const { top } = shown.log.element().getBoundingClientRect()
  const item = shown.messages.elements().find((item) => item.getBoundingClientRect().bottom > top)
  return Number(item?.getAttribute('aria-posinset'))
}

const scrollTo = async (scrollTop: number): Promise<void> => {
  shown.log.element().scrollTop = scrollTop
  await nextFrames(3)
}

/** Texts of one to twelve lines; some are folded. */
const textOf = (index: number): string =>
  Array.from({ length: 1 + ((index * 7) % 12) }, () => `text ${index}`).join('\n')

describe('ten thousand messages', () => {
  let node: FakeNode

  beforeEach(async () => {
    node = await mountNode([900, 700], { name: 'node3' })
    node.deliverMany(10_000)
    await expect.poll(newestShown).toBe(10_000)
  })

  it('are in the document only if they are in view, with some around them', async () => {
    const inView = shown.log.element().clientHeight / (shown.messages.elements()[0]?.clientHeight ?? 1)
    expect(positions().length).toBeLessThanOrEqual(Math.ceil(inView) + 1 + 2 * scrollerLimits.overscan)
    expect(positions().length).toBeGreaterThanOrEqual(Math.floor(inView))
    expect(shown.messages.elements()[0]?.getAttribute('aria-setsize')).toBe('10000')
    expect(shown.messages.elements().at(-1)?.getAttribute('data-text')).toBe('message 10000')
  })

  it('use the elements of earlier ones that have left the document', async () => {
    const elements = new Set(shown.messages.elements())
    node.deliverMany(1_000)
    await expect.poll(newestShown).toBe(11_000)
    const kept = shown.messages.elements().filter((element) => elements.has(element))
    // A drawing in between may show fewer rows.
    expect(kept.length).toBeGreaterThan(elements.size / 2)
  })

  it('are always present and in their place while they are in view, however a reader scrolls', async () => {
    const log = shown.log.element()
    for (const part of [0, 0.1, 0.5, 0.500_1, 0.93, 0.2, 1]) {
      await scrollTo(part * log.scrollHeight)
      const [first, ...rest] = positions()
      expect(rest).toEqual(rest.map((_, index) => (first ?? 0) + index + 1))
      const [top, bottom] = [shown.messages.elements()[0], shown.messages.elements().at(-1)]
      expect(top?.getBoundingClientRect().top).toBeLessThanOrEqual(log.getBoundingClientRect().top + 1)
      expect(bottom?.getBoundingClientRect().bottom).toBeGreaterThanOrEqual(log.getBoundingClientRect().bottom - 1)
      expect(Math.abs(firstInView() - part * 10_000)).toBeLessThan(30)
    }
    expect(newestShown()).toBe(10_000)
  })

  it('stay in place for a reader in the middle while new ones arrive', async () => {
    await scrollTo(shown.log.element().scrollHeight / 2)
    const position = firstInView()
    const top = topOf(position)
    for (let burst = 1; burst <= 20; burst += 1) {
      node.deliverMany(25)
      await nextFrames(1)
    }
    await expect.element(screen.getByRole('button', { name: '500 new messages' })).toBeVisible()
    expect(Math.abs((topOf(position) ?? Number.NaN) - (top ?? Number.NaN))).toBeLessThan(1)
  })

  it('stay in place for a reader in the middle when retention removes the oldest', async () => {
    await scrollTo(shown.log.element().scrollHeight / 2)
    const position = firstInView()
    const top = topOf(position)
    node.forget(3_000)
    node.deliver({ author: 'node2', body: 'one more' })
    await expect.poll(() => shown.messages.elements()[0]?.getAttribute('aria-setsize')).toBe('7001')
    await nextFrames()
    expect(topOf(position - 3_000)).toBeCloseTo(top ?? Number.NaN, 0)
  })

  it('show the oldest remaining one to a reader whose messages retention removes', async () => {
    await scrollTo(0)
    node.forget(4_000)
    node.deliver({ author: 'node2', body: 'one more' })
    await expect.poll(() => shown.messages.elements()[0]?.getAttribute('data-text')).toBe('message 4001')
    expect(shown.log.element().scrollTop).toBe(0)
  })
})

describe('messages of different heights', () => {
  let node: FakeNode

  beforeEach(async () => {
    node = await mountNode([900, 700], { name: 'node3' })
    for (let index = 1; index <= 1_000; index += 1) node.deliver({ author: 'node2', seq: index, body: textOf(index) })
    await expect.poll(newestShown).toBe(1_000)
  })

  it('do not jump while a reader scrolls up', async () => {
    const log = shown.log.element()
    for (let step = 0; step < 40; step += 1) {
      const position = firstInView()
      const before = topOf(position) ?? Number.NaN
      log.scrollTop -= 90
      await nextFrames(1)
      expect(topOf(position), `step ${step}`).toBeCloseTo(before + 90, 0)
    }
  })

  it('stay in place while one is unfolded, and are still unfolded when they return to view', async () => {
    await scrollTo(shown.log.element().scrollHeight / 2)
    const summary = shown.log
      .getByText(/^Show all/)
      .elements()
      .find((element) => element.getBoundingClientRect().top > 300)
    const item = summary?.closest('li')
    const position = Number(item?.getAttribute('aria-posinset'))
    const [top, height] = [topOf(position), item?.clientHeight ?? 0]
    if (summary instanceof HTMLElement) summary.click()
    await nextFrames(3)
    expect(item?.clientHeight).toBeGreaterThan(height)
    expect(topOf(position)).toBe(top)
    const { scrollTop } = shown.log.element()
    await scrollTo(0)
    expect(topOf(position)).toBeUndefined()
    await scrollTo(scrollTop)
    const again = shown.messages.elements().find((row) => row.getAttribute('aria-posinset') === String(position))
    expect(again?.querySelector('details')?.open).toBe(true)
    expect(again?.clientHeight).toBeGreaterThan(height)
  })

  it('keep their place when the window becomes narrow', async () => {
    await scrollTo(shown.log.element().scrollHeight / 2)
    const position = firstInView()
    await screen.viewport(500, 700)
    await nextFrames(4)
    expect(Math.abs(firstInView() - position)).toBeLessThanOrEqual(1)
  })

  it('keep the focus in the log when the focused message leaves the document', async () => {
    await scrollTo(shown.log.element().scrollHeight / 2)
    const summary = shown.log.element().querySelector('summary')
    summary?.focus({ preventScroll: true })
    await scrollTo(0)
    expect(summary?.isConnected).toBe(false)
    expect((shown.log.element().getRootNode() as ShadowRoot).activeElement).toBe(shown.log.element())
  })

  it('stop following for a reader who scrolls up slowly while others arrive', async () => {
    const log = shown.log.element()
    for (let step = 0; step < 20; step += 1) {
      log.scrollTop -= 3
      node.deliver({ author: 'node2', body: 'meanwhile' })
      await nextFrames(1)
    }
    await expect.element(screen.getByRole('button', { name: /new messages$/ })).toBeVisible()
    expect(newestShown()).toBeUndefined()
  })
})
