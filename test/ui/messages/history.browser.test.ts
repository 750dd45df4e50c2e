import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { cdp, page as screen } from 'vitest/browser'
import { announceEveryMs } from '../../../client/ui/messages/announcement.ts'
import type { FakeNode } from '../fake-node.ts'
import { announced, mountNode, newestShown, nextFrames, shown } from '../mounted-page.ts'

const newMessages = screen.getByRole('button', { name: /new messages?$/ })

const textsShown = (): (string | null)[] => shown.messages.elements().map((item) => item.getAttribute('data-text'))

const itemOf = (text: string): Element | undefined =>
  shown.messages.elements().find((item) => item.getAttribute('data-text') === text)

/** The first message in view: its text, its upper edge on the screen, and its position. */
const firstInView = (): { text: string; top: number; position: number } => {
  const { top } = shown.log.element().getBoundingClientRect()
  const item = shown.messages.elements().find((item) => item.getBoundingClientRect().bottom > top)
  return {
    text: item?.getAttribute('data-text') ?? '',
    top: item?.getBoundingClientRect().top ?? Number.NaN,
    position: Number(item?.getAttribute('aria-posinset')),
  }
}

const scrollTo = async (part: number): Promise<void> => {
  const log = shown.log.element()
  log.scrollTop = part * log.scrollHeight
  await nextFrames(3)
}

const isAtEnd = (): boolean => {
  const log = shown.log.element()
  return log.scrollHeight - log.scrollTop - log.clientHeight < 2
}

const setSize = (): number => Number(shown.messages.elements()[0]?.getAttribute('aria-setsize'))

describe('history', () => {
  let node: FakeNode

  beforeEach(async () => {
    node = await mountNode([900, 700], { name: 'node3' })
    // Messages count as new only if they arrive after the first update of the page.
    node.link({ peer: 'node2', direction: 'upstream', state: 'up' })
    await nextFrames()
  })

  /** A thousand messages of node2, then ten of node1. */
  const deliverBoth = async (): Promise<void> => {
    node.deliverMany(1_000, 'node2', 5_001)
    node.deliverMany(10, 'node1', 5_001)
    await expect.poll(newestShown).toBe(1_010)
  }

  it.each([
    { where: 'in the middle', part: 0.5 },
    { where: 'at the first message', part: 0 },
  ])('does not move what a reader sees $where', async ({ part }) => {
    await deliverBoth()
    await scrollTo(part)
    const before = firstInView()
    let came = 0
    for (const count of [1, 85, 340, 200]) {
      node.backfill(count)
      came += count
      await expect.poll(setSize).toBe(1_010 + came)
      await nextFrames()
      const item = itemOf(before.text)
      expect(item?.getAttribute('aria-posinset')).toBe(String(before.position + came))
      expect(Math.abs((item?.getBoundingClientRect().top ?? Number.NaN) - before.top)).toBeLessThan(1)
    }
    expect(newMessages.query()).toBeNull()
  })

  it('does not move what a reader sees if retention removes the oldest at the same time', async () => {
    await deliverBoth()
    await scrollTo(0.5)
    const before = firstInView()
    node.forget(100)
    node.backfill(340)
    await expect.poll(setSize).toBe(1_250)
    await nextFrames()
    const { text, top, position } = firstInView()
    expect([text, position]).toEqual([before.text, before.position + 240])
    expect(Math.abs(top - before.top)).toBeLessThan(1)
  })

  it('is above the messages of its log for a reader at the end, who stays there', async () => {
    await deliverBoth()
    node.backfill(300, 'node1')
    await expect.poll(newestShown).toBe(1_310)
    expect(isAtEnd()).toBe(true)
    expect(textsShown().slice(-11)).toEqual(Array.from({ length: 11 }, (_, index) => `message ${5_000 + index}`))
    expect(shown.messages.elements().at(-11)?.getAttribute('aria-posinset')).toBe('1300')
    expect(shown.status.element().getAttribute('data-entries')).toBe('1310')
  })

  it('appears between rows in view, each in its place, and keeps the focus', async () => {
    await deliverBoth()
    const row = itemOf('message 5010')
    const trace = row?.querySelector('button')
    trace?.focus()
    node.backfill(2, 'node1')
    await expect.poll(newestShown).toBe(1_012)
    expect(itemOf('message 5010')).toBe(row)
    expect((shown.log.element().getRootNode() as ShadowRoot).activeElement).toBe(trace)
    expect(textsShown().slice(-12)).toEqual(Array.from({ length: 12 }, (_, index) => `message ${4_999 + index}`))
    const positions = shown.messages.elements().map((item) => Number(item.getAttribute('aria-posinset')))
    expect(positions).toEqual(positions.map((_, index) => 1_012 - positions.length + index + 1))
  })

  it('is not counted, announced or animated as new', async () => {
    await deliverBoth()
    await expect.poll(() => announced()?.textContent, { timeout: 2 * announceEveryMs }).toContain('1,010 new messages')
    await scrollTo(0.5)
    node.backfill(2, 'node1')
    node.deliver({ author: 'node1', seq: 5_011, body: 'news' })
    // The whole log came within one frame, its newest message first.
    node.deliver({ author: 'node9', seq: 90, body: 'first of node9' })
    node.backfill(89, 'node9')
    await expect.element(newMessages).toHaveTextContent('2 new messages')
    expect(setSize()).toBe(1_010 + 2 + 1 + 90)
    await expect
      .poll(() => announced()?.textContent, { timeout: 2 * announceEveryMs })
      .toBe('2 new messages, the newest from node9: first of node9')
    await newMessages.click()
    await expect.poll(isAtEnd).toBe(true)
    node.backfill(1, 'node9')
    await expect.poll(setSize).toBe(1_104)
    expect(shown.messages.elements().some((item) => item.classList.contains('new'))).toBe(false)
  })

  it('that matches the filter appears in its place', async () => {
    await deliverBoth()
    await screen.getByRole('searchbox', { name: 'Find in messages' }).fill('99')
    const matching = (from: number, to: number): string[] =>
      Array.from({ length: to - from + 1 }, (_, index) => `message ${from + index}`).filter((text) =>
        text.includes('99'),
      )
    const held = matching(5_001, 6_000)
    await expect.poll(setSize).toBe(held.length)
    node.backfill(340)
    const all = [...matching(4_661, 5_000), ...held]
    await expect.poll(setSize).toBe(all.length)
    expect(textsShown()).toEqual(all.slice(-textsShown().length))
    expect(isAtEnd()).toBe(true)
    await scrollTo(0)
    expect(textsShown()).toEqual(all.slice(0, textsShown().length))
    await screen.getByRole('button', { name: 'Show all' }).click()
    await expect.poll(setSize).toBe(1_350)
  })
})

describe('ten thousand older messages', () => {
  it('come in pieces, without a long task, to a page that holds twenty thousand', async () => {
    const node = await mountNode([900, 700], { name: 'node3' })
    node.deliverMany(20_000, 'node2', 20_001)
    await expect.poll(newestShown).toBe(20_000)
    await scrollTo(0.5)
    const { text } = firstInView()
    // Time of the processor: other processes on a busy machine do not count.
    await cdp().send('Performance.enable', { timeDomain: 'threadTicks' })
    onTestFinished(async () => {
      await cdp().send('Performance.disable')
    })
    const spentMs = async (): Promise<number> => {
      const { metrics } = await cdp().send('Performance.getMetrics')
      return 1_000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN)
    }
    const costs: number[] = []
    for (let [came, piece] = [0, 0]; came < 10_000; piece += 1) {
      const count = Math.min(10_000 - came, [85, 340, 170][piece % 3] ?? 0)
      const before = await spentMs()
      node.backfill(count)
      await nextFrames()
      costs.push((await spentMs()) - before)
      came += count
    }
    await expect.poll(setSize).toBe(30_000)
    // Some are longer, since the browser compiles code and collects garbage. Half of them take 4 ms at most.
    expect(costs.toSorted((one, other) => one - other)[costs.length >> 1]).toBeLessThan(50)
    expect(firstInView().text).toBe(text)
  })
})
