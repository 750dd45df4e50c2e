import { launchDrawn } from '../line-browser.ts'
import type { Sample, Turn } from './sample.ts'

const blocks = 10_000

/** Publishes one message after the other, so that each has a block of its own. */
const fill = (count: number): string => `(async () => {
  await harness.ready()
  for (let text = grapevine.entries().length; text < ${count}; text += 1) await grapevine.publish('message ' + text)
})()`

/** Milliseconds from the navigation until the node holds all messages again, and the longest task until a second later. */
const restored = (count: number): string => `(async () => {
  let longest = 50
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) longest = Math.max(longest, duration)
  })
  observer.observe({ type: 'longtask', buffered: true })
  const reloadMs = await new Promise((resolve) => {
    const look = () => {
      if ((globalThis.grapevine?.entries().length ?? 0) < ${count}) setTimeout(look, 5)
      else resolve(performance.now())
    }
    look()
  })
  await new Promise((resolve) => setTimeout(resolve, 1000))
  return { reloadMs, longest }
})()`

/** The reload of a tab that has stored many messages. Only Grapevine stores messages. */
export const measureReload = async ({ contestant, venue, chromePath, isQuick }: Turn): Promise<Sample> => {
  if (!contestant.id.startsWith('grapevine-')) return {}
  const count = isQuick ? 200 : blocks
  const browser = await launchDrawn(chromePath)
  try {
    const tab = await browser.open(venue.address('node1', undefined), venue.script)
    await tab.evaluate(fill(count))
    // What the page writes late to its storage.
    await new Promise((resolve) => setTimeout(resolve, 2_000))
    await tab.reload()
    const { reloadMs, longest } = (await tab.evaluate(restored(count))) as { reloadMs: number; longest: number }
    return { reload: reloadMs, 'reload task': longest }
  } finally {
    await browser.close()
  }
}
