import { Line, type Latencies } from '../line.ts'
import { launchDrawn } from '../line-browser.ts'
import { quantile } from '../quantile.ts'
import { floodSizes } from '../rows.ts'
import { stepNames } from '../tab/steps.ts'
import type { Sample, Turn } from './sample.ts'

/**
 * Messages in each direction, and the milliseconds between two of them: so few that on an idle machine none waits for
 * another. Where others load
 * the machine, a contestant that can't keep up shows a queue.
 */
const pings = {
  small: { bytes: 100, count: 200, everyMs: 20 },
  large: { bytes: 16_384, count: 100, everyMs: 40 },
  /** Sent first, so that the code is compiled. */
  warmUp: { bytes: 100, count: 50, everyMs: 20 },
}
const floodSeconds = 2

/** The mean of both directions: the difference between the clocks of two tabs cancels out. */
const bothWays = ({ there, back }: Latencies, point: number): number =>
  (quantile(there, point) + quantile(back, point)) / 2

/** No number, and so no figure, if there are none. */
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

/** The middle of three tabs relays: latencies first, since a flood leaves history behind. */
export const measureHops = async ({ venue, chromePath, isQuick, note }: Turn): Promise<Sample> => {
  const browser = await launchDrawn(chromePath)
  try {
    const sample: Record<string, number> = {}
    const line = new Line(venue, browser)
    const ping = async (kind: 'small' | 'large'): Promise<Latencies> => {
      await line.ping(isQuick ? { ...pings.warmUp, count: 10 } : pings.warmUp)
      return line.ping(isQuick ? { ...pings[kind], count: 20 } : pings[kind])
    }
    const flood = async (hops: string): Promise<void> => {
      for (const bytes of floodSizes) {
        const { perSecond, lost } = await line.flood({ bytes, seconds: isQuick ? 1 : floodSeconds })
        sample[`${hops} flood ${bytes}`] = perSecond
        if (lost > 0) note(`${hops}, ${bytes} B: ${(100 * lost).toFixed(1)} % of the flood did not arrive`)
      }
    }

    await line.extend()
    const greetings = [await line.extend()]
    await line.connected()
    const oneHop = await ping('small')
    sample['one hop p50 100 B'] = bothWays(oneHop, 0.5)
    sample['one hop p99 100 B'] = bothWays(oneHop, 0.99)
    await flood('one hop')

    greetings.push(await line.extend())
    await line.connected()
    const twoHops = await ping('small')
    sample['two hops p50 100 B'] = bothWays(twoHops, 0.5)
    sample['two hops p99 100 B'] = bothWays(twoHops, 0.99)
    sample['clock'] = Math.abs(quantile(twoHops.there, 0.5) - quantile(twoHops.back, 0.5)) / 2
    sample['two hops p50 16 KiB'] = bothWays(await ping('large'), 0.5)
    await flood('two hops')
    for (const step of ['arrived', ...stepNames] as const) {
      sample[`greeting ${step}`] = mean(greetings.flatMap((greeting) => greeting?.[step] ?? []))
    }
    return sample
  } finally {
    await browser.close()
  }
}
