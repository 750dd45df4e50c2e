import { describe, expect, inject, onTestFinished } from 'vitest'
import { it } from '../tabs/browser-test.ts'
import { RawBrowser, type RawTab } from '../browsers/raw-browser.ts'

/** The mean interval in milliseconds of a timer that is set to 10 ms. The first tick of a hidden tab comes early. */
const timerPeriod = `new Promise((resolve) => {
  let begin
  let periods = -1
  const timer = setInterval(() => {
    begin ??= performance.now()
    periods += 1
    if (periods < 2) return
    clearInterval(timer)
    resolve((performance.now() - begin) / periods)
  }, 10)
})`

const isUp = (...peers: string[]): string =>
  `JSON.stringify(grapevine.links().filter(({ state }) => state === 'up').map(({ peer }) => peer).sort()) ===
    '${JSON.stringify(peers)}'`

/** Answers every call of node1. */
const answer = `void grapevine.on('entry', ({ author, body }) => {
  if (author === 'node1') void grapevine.publish('answer to ' + body)
})`

/**
 * Sends calls one by one, each after the answer to the previous one, and returns the milliseconds of all calls
 * together. Uses no timer.
 */
const roundTrips = (count: number): string => `(async () => {
  const begin = performance.now()
  for (let call = 0; call < ${count}; call += 1) {
    await new Promise((resolve) => {
      const undo = grapevine.on('entry', ({ body }) => {
        if (body !== 'answer to call ' + call) return
        undo()
        resolve()
      })
      void grapevine.publish('call ' + call)
    })
  }
  return performance.now() - begin
})()`

describe('really hidden tabs', () => {
  it('relay at full speed although their timers fire only once a second', async ({ network }) => {
    const rawBrowser = await RawBrowser.launch(inject('chromePath'))
    onTestFinished(() => rawBrowser.close())
    const open = async (query: string): Promise<RawTab> => {
      const tab = await rawBrowser.open(network.address(query))
      await tab.waitFor(`grapevine.state().status === 'online'`)
      return tab
    }
    const node1 = await open('id=node1')
    const node2 = await open('id=node2&peer=node1')
    const node3 = await open('id=node3&peer=node2')
    await rawBrowser.open('about:blank')
    await node1.waitFor(isUp('node2'))
    await node2.waitFor(isUp('node1', 'node3'))
    await node3.waitFor(isUp('node2'))
    for (const tab of [node1, node2, node3]) {
      expect(await tab.evaluate('document.visibilityState')).toBe('hidden')
      await expect.poll(() => tab.evaluate(timerPeriod), { timeout: 30_000 }).toBeGreaterThan(900)
    }

    await node3.evaluate(answer)
    // Forty crossings of node2: if each call or answer waited for a timer, they would take some 40 s.
    expect(await node1.evaluate(roundTrips(20))).toBeLessThan(20_000)
  })
})
