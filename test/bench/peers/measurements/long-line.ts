import { Line } from '../line.ts'
import { launchDrawn, launchHidden } from '../line-browser.ts'
import { quantile } from '../quantile.ts'
import { lineLengths, visibilities } from '../rows.ts'
import type { Sample, Turn } from './sample.ts'

/** 200 messages, half of them in each direction, 17 a second. */
const pings = { count: 100, bytes: 100, everyMs: 60 }

/** The share of messages that must arrive: without it the figure would be that of the fastest messages. */
const leastShare = 0.95

const measureLine = async (
  { venue, chromePath, isQuick }: Turn,
  length: number,
  visibility: (typeof visibilities)[number],
): Promise<number> => {
  const hidden = visibility === 'hidden' ? await launchHidden(chromePath) : undefined
  const browser = hidden ?? (await launchDrawn(chromePath))
  try {
    const line = new Line(venue, browser)
    for (let tab = 0; tab < length; tab += 1) await line.extend()
    await hidden?.hideAll()
    await line.connected()
    const count = isQuick ? 10 : pings.count
    const { there, back } = await line.ping({ ...pings, count })
    const delays = [...there, ...back]
    if (delays.length < 2 * count * leastShare)
      throw new Error(`only ${delays.length} of ${2 * count} messages arrived`)
    return quantile(delays, 0.5)
  } finally {
    await browser.close()
  }
}

/** Long lines on one machine. A figure is absent if the line did not come up, or did not carry the messages. */
export const measureLongLines = async (turn: Turn): Promise<Sample> => {
  const sample: Record<string, number> = {}
  for (const length of turn.isQuick ? [4] : lineLengths) {
    for (const visibility of visibilities) {
      const row = `line ${length} ${visibility}`
      try {
        sample[row] = await measureLine(turn, length, visibility)
      } catch (error) {
        turn.note(`${row}: gave up: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`)
      }
    }
  }
  return sample
}
