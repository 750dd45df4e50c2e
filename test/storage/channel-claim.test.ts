import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { storageLimits } from '../../client/storage/limits.ts'
import { Browser, Tab, always, isClaimed } from './claiming-tabs.ts'

const { objectionMs, askAgainMs, heldElsewhereMs, silentHolderMs, renewMarkMs } = storageLimits
const takeoverMs = 2 * askAgainMs + silentHolderMs + objectionMs

/** A browser in which one tab holds the name. */
const openHolder = async (delayMs?: () => number) => {
  const browser = new Browser(delayMs)
  const first = new Tab(browser)
  await browser.clock.pass(objectionMs)
  return { browser, first }
}

describe('a claim over a BroadcastChannel', () => {
  it('is held once the time to object is over', async () => {
    const browser = new Browser()
    const tab = new Tab(browser)
    await browser.clock.pass(objectionMs - 1)
    expect(tab.holds).toBe(false)
    await browser.clock.pass(1)
    expect(tab.claim?.by).toBe('channel')
    expect(tab.timesHeldElsewhere).toBe(0)
  })

  it('waits while another tab holds the name, and reports that once', async () => {
    const { browser, first } = await openHolder()
    const second = new Tab(browser)
    await browser.clock.pass(5)
    // The holder may be the former document of this tab, which is being unloaded.
    expect(second.timesHeldElsewhere).toBe(0)
    await browser.clock.pass(heldElsewhereMs)
    expect(second.timesHeldElsewhere).toBe(1)
    await browser.clock.pass(60_000)
    expect([first.holds, second.holds]).toEqual([true, false])
    expect(second.timesHeldElsewhere).toBe(1)
  })

  it('is taken over when the holder releases it', async () => {
    const { browser, first } = await openHolder()
    const second = new Tab(browser)
    await browser.clock.pass(100)
    first.release()
    await browser.clock.pass(objectionMs + 1)
    expect(second.holds).toBe(true)
  })

  it('is taken over some seconds after the holder crashed', async () => {
    const { browser, first } = await openHolder()
    const second = new Tab(browser)
    await browser.clock.pass(100)
    first.isDead = true
    await browser.clock.pass(takeoverMs)
    expect(second.holds).toBe(true)
  })

  it('goes to the tab that began first, then to the next', async () => {
    const browser = new Browser()
    const tabs: Tab[] = []
    for (let index = 0; index < 4; index += 1) {
      tabs.push(new Tab(browser))
      await browser.clock.pass(10)
    }
    for (const tab of tabs) {
      await browser.clock.pass(objectionMs + 10)
      expect(tabs.filter(({ holds }) => holds)).toEqual([tab])
      tab.release()
    }
  })

  it('goes to the lower random number if two begin in the same millisecond', async () => {
    const browser = new Browser()
    const [high, low] = [new Tab(browser, () => 0.9), new Tab(browser, () => 0.1)]
    await browser.clock.pass(objectionMs + 10)
    expect([high.holds, low.holds]).toEqual([false, true])
  })

  it('can be aborted while it waits', async () => {
    const { browser, first } = await openHolder()
    const second = new Tab(browser)
    await browser.clock.pass(10)
    second.abort()
    await browser.clock.pass(0)
    expect(second.error).toEqual(new Error('stopped'))
    first.release()
    await browser.clock.pass(takeoverMs)
    expect(second.holds).toBe(false)
  })

  it('goes at once to a tab that yielded, after the other tab aborts its claim', async () => {
    const browser = new Browser()
    const first = new Tab(browser)
    await browser.clock.pass(10)
    const second = new Tab(browser)
    await browser.clock.pass(10)
    first.abort()
    await browser.clock.pass(objectionMs + 1)
    expect(second.holds).toBe(true)
  })

  it('ignores an abort once it is held, and a second release', async () => {
    const { browser, first } = await openHolder()
    first.abort()
    const second = new Tab(browser)
    await browser.clock.pass(objectionMs)
    expect(second.holds).toBe(false)
    const claim = first.claim
    first.release()
    await browser.clock.pass(objectionMs + 10)
    claim?.release()
    await browser.clock.pass(takeoverMs)
    expect(second.holds).toBe(true)
  })

  it.each([[null], ['held'], [{ kind: 'held' }], [{ kind: 'stolen', since: 0, nonce: 0 }]])(
    'ignores %j',
    async (data) => {
      const browser = new Browser()
      const tab = new Tab(browser)
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a BroadcastChannel has one origin
      browser.openChannel(always).postMessage(data)
      await browser.clock.pass(objectionMs)
      expect(tab.holds).toBe(true)
    },
  )

  it('does not report a holder before its slow answer, and leaves it the name', async () => {
    const { browser, first: holder } = await openHolder(() => 3 * objectionMs)
    expect(holder.holds).toBe(true)
    const late = new Tab(browser)
    await browser.clock.pass(6 * objectionMs - 1)
    expect([late.holds, late.timesHeldElsewhere]).toEqual([false, 0])
    await browser.clock.pass(60_000)
    expect([holder.holds, late.holds, late.timesHeldElsewhere, holder.timesLost]).toEqual([true, false, 1, 0])
  })

  it('reports a rival that is ahead only once it holds the name', async () => {
    const browser = new Browser()
    const first = new Tab(browser)
    await browser.clock.pass(10)
    const second = new Tab(browser)
    await browser.clock.pass(objectionMs - 11)
    expect([first.holds, second.timesHeldElsewhere]).toEqual([false, 0])
    await browser.clock.pass(2 * heldElsewhereMs)
    expect([first.holds, second.timesHeldElsewhere]).toEqual([true, 1])
  })

  it('passes from a holder that stalls for long, which loses the name when it runs again', async () => {
    const { browser, first } = await openHolder()
    first.standStill()
    const second = new Tab(browser)
    await browser.clock.pass(silentHolderMs - 1)
    expect([second.holds, second.timesHeldElsewhere]).toEqual([false, 0])
    await browser.clock.pass(objectionMs)
    expect(second.holds).toBe(true)
    first.moveAgain()
    await browser.clock.pass(10)
    expect([first.holds, first.timesLost]).toEqual([false, 1])
    expect([second.holds, second.timesLost]).toEqual([true, 0])
    // The mark now belongs to the second tab.
    expect(await isClaimed(browser)).toBe(true)
  })

  it('does not pass to a tab that itself stalled while the holder answered', async () => {
    const { browser, first: holder } = await openHolder(() => objectionMs + 1)
    const late = new Tab(browser)
    late.standStill()
    await browser.clock.pass(silentHolderMs)
    // The timer that waits for an answer fires before the answer, which arrived meanwhile, is handled.
    late.moveAgain()
    await browser.clock.pass(3 * objectionMs)
    expect([holder.holds, holder.timesLost, late.holds, late.timesHeldElsewhere]).toEqual([true, 0, false, 1])
  })

  it('is left to one of two tabs whose messages were late and which had no marks', async () => {
    const browser = new Browser(() => 2 * objectionMs)
    const tabs = [0.1, 0.9].map((nonce) => new Tab(browser, () => nonce, { hasMarks: false }))
    await browser.clock.pass(objectionMs)
    expect(tabs.map(({ holds }) => holds)).toEqual([true, true])
    await browser.clock.pass(2 * objectionMs)
    expect(tabs.map(({ holds }) => holds)).toEqual([false, true])
    await browser.clock.pass(2 * renewMarkMs)
    expect(tabs.map(({ timesLost }) => timesLost)).toEqual([1, 0])
  })

  it('does not wait for the mark of a tab that crashed long ago', async () => {
    const { browser, first } = await openHolder()
    first.isDead = true
    await browser.clock.pass(storageLimits.markLifeMs)
    const second = new Tab(browser)
    await browser.clock.pass(objectionMs)
    expect(second.holds).toBe(true)
  })

  it('is held by exactly one tab, however tabs start, leave and crash', async () => {
    const arrival = fc.record({
      pauseMs: fc.oneof(fc.constantFrom(0, 1), fc.nat(400)),
      event: fc.constantFrom('nothing', 'nothing', 'release', 'crash', 'abort'),
      nonce: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    })
    const delays = fc.array(fc.nat(60), { minLength: 1, maxLength: 20 })
    await fc.assert(
      fc.asyncProperty(fc.array(arrival, { minLength: 2, maxLength: 6 }), delays, async (arrivals, delayMs) => {
        let message = 0
        const browser = new Browser(() => {
          message += 1
          return delayMs[message % delayMs.length] ?? 0
        })
        const tabs: Tab[] = []
        const expectOneAtMost = (): void => expect(tabs.filter(({ holds }) => holds).length).toBeLessThanOrEqual(1)
        for (const { pauseMs, event, nonce } of arrivals) {
          await browser.clock.pass(pauseMs)
          expectOneAtMost()
          const tab = tabs.find(({ holds }) => holds) ?? tabs[0]
          if (event === 'release') tab?.release()
          if (event === 'abort') tab?.abort()
          if (event === 'crash' && tab) tab.isDead = true
          tabs.push(new Tab(browser, () => nonce))
        }
        for (let passed = 0; passed < 3 * takeoverMs; passed += 250) {
          await browser.clock.pass(250)
          expectOneAtMost()
        }
        expect(tabs.filter(({ holds }) => holds)).toHaveLength(1)
      }),
      { numRuns: 40 },
    )
  }, 30_000)
})
