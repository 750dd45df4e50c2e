/**
 * Measures whether a page grows or slows: `npm run soak -- [--minutes 30] [--rate 198] [--every 60]`. Three tabs in a
 * line, in real Chromium, each with its page drawn and its lab open; all three publish. Prints, per minute, what the
 * middle tab holds after a garbage collection, and what a message needs from the first tab to the last. Exits with 1 if,
 * after the fifth minute, one of these figures differs by more than 10 % from its mean.
 */
import { readFileSync } from 'node:fs'
import type { CDPSession } from 'playwright'
import type { Tab } from '../browser/tabs/tab.ts'
import { readArguments } from '../support/command-line.ts'
import { withLineOfTabs } from './line-of-tabs.ts'
import { median } from './reference.ts'

const fail = (message: string): never => {
  console.error(message)
  process.exit(1)
}

const given = readArguments({
  options: {
    minutes: { type: 'string', default: '30' },
    rate: { type: 'string', default: '198' },
    every: { type: 'string', default: '60' },
  },
})
const values = typeof given === 'string' ? fail(given) : given.values

const amount = (name: keyof typeof values): number => {
  const value = Number(values[name])
  return value > 0 && value <= 10_000 ? value : fail(`--${name} must be a number above 0, at most 10000`)
}

const setting = {
  minutes: amount('minutes'),
  /** Messages per second of all three tabs together. */
  perSecond: amount('rate'),
  /**
   * The number of a tab's messages that share a block, however busy the machine is. With it the ledger reaches its
   * limit of bytes within the first minutes, and holds the same number of messages from then on.
   */
  atOnce: 16,
  everySeconds: amount('every'),
  /** Minutes in which ledger, record and picture fill up. The judged time begins after them. */
  warmUpMinutes: 5,
  /**
   * The minimum of this many minutes counts: rows and garbage exist for a moment only, and other load on the machine delays
   * messages.
   */
  floorOfMinutes: 5,
  /** The share of its mean by which a figure may differ from the mean. */
  tolerance: 0.1,
}

/** The figures of one page, after a garbage collection. */
interface Sample {
  readonly minutes: number
  readonly entries: number
  readonly heapMb: number
  readonly nodes: number
  readonly listeners: number
  /** Memory of the renderer's process; 0 where the system has no /proc. */
  readonly residentMb: number
  /** The median of the milliseconds from the first tab to the last, of all messages since the sample before. */
  readonly twoHopsMs: number
}

const figures = ['heapMb', 'nodes', 'listeners', 'residentMb', 'twoHopsMs'] as const

const residentMbOf = (processId: number): number => {
  try {
    const [, kilobytes = '0'] = /^VmRSS:\s*(\d+)/m.exec(readFileSync(`/proc/${processId}/status`, 'utf8')) ?? []
    return Number(kilobytes) / 1_024
  } catch {
    return 0
  }
}

/** From now on the tab records what the messages of node1 need to arrive. All tabs of a browser share a clock. */
const recordDelays = (tab: Tab): Promise<void> =>
  tab.page.evaluate(() => {
    const delays: number[] = []
    Object.assign(window, { delays })
    window.grapevine?.on('entry', ({ author, body }) => {
      const sentAt =
        author === 'node1' && typeof body === 'object' && body && 'at' in body ? Number(body.at) : undefined
      if (sentAt !== undefined) delays.push(performance.timeOrigin + performance.now() - sentAt)
    })
  })

/** What was recorded since the last call. */
const takeDelays = (tab: Tab): Promise<readonly number[]> =>
  tab.page.evaluate(() => (window as unknown as { readonly delays: number[] }).delays.splice(0))

interface Soaked {
  readonly middle: Tab
  readonly last: Tab
  readonly session: CDPSession
  readonly processId: number
  readonly begunAt: number
}

const sampleOf = async ({ middle, last, session, processId, begunAt }: Soaked): Promise<Sample> => {
  const delays = await takeDelays(last)
  // The second collection frees what finalizers release after the first.
  await session.send('HeapProfiler.collectGarbage')
  await session.send('HeapProfiler.collectGarbage')
  const { usedSize } = await session.send('Runtime.getHeapUsage')
  const { nodes, jsEventListeners } = await session.send('Memory.getDOMCounters')
  return {
    minutes: (performance.now() - begunAt) / 60_000,
    entries: await middle.page.evaluate(() => window.grapevine?.entries().length ?? 0),
    heapMb: usedSize / 1_048_576,
    nodes,
    listeners: jsEventListeners,
    residentMb: residentMbOf(processId),
    twoHopsMs: median(delays),
  }
}

const publishForEver = (tab: Tab, perSecond: number): Promise<void> =>
  tab.page.evaluate(
    ({ everyMs, atOnce }) => {
      let published = 0
      setInterval(() => {
        for (const end = published + atOnce; published < end; published += 1) {
          void window.grapevine?.publish({
            text: `message ${published}`,
            at: performance.timeOrigin + performance.now(),
          })
        }
      }, everyMs)
    },
    { everyMs: (1_000 * setting.atOnce) / perSecond, atOnce: setting.atOnce },
  )

const row = (cells: readonly (string | number)[]): string =>
  cells.map((cell) => (typeof cell === 'number' ? cell.toFixed(1) : cell).padStart(12)).join('')

/** The figures whose minima differ from their mean by more than the tolerance. */
const growing = (samples: readonly Sample[]): readonly string[] => {
  const spans = new Map<number, Sample[]>()
  for (const sample of samples.filter(({ minutes }) => minutes >= setting.warmUpMinutes)) {
    const span = Math.floor(sample.minutes / setting.floorOfMinutes)
    spans.set(span, [...(spans.get(span) ?? []), sample])
  }
  const judged = [...spans.values()]
  return figures.filter((figure) => {
    const floors = judged.map((span) => Math.min(...span.map((sample) => sample[figure])))
    const mean = floors.reduce((sum, floor) => sum + floor, 0) / floors.length
    return floors.some((floor) => Math.abs(floor - mean) > setting.tolerance * mean)
  })
}

await withLineOfTabs(async (tabs, profile) => {
  const [, middle, last] = tabs
  const session = await profile.newCDPSession(middle.page)
  const processId = await middle.rendererProcess()
  await recordDelays(last)
  const begunAt = performance.now()
  await Promise.all(tabs.map((tab) => publishForEver(tab, setting.perSecond / tabs.length)))
  console.log(row(['minutes', 'entries', 'heap MB', 'DOM nodes', 'listeners', 'resident MB', '2 hops, ms']))
  const samples: Sample[] = []
  while (performance.now() - begunAt < setting.minutes * 60_000) {
    await middle.page.waitForTimeout(setting.everySeconds * 1_000)
    const sample = await sampleOf({ middle, last, session, processId, begunAt })
    samples.push(sample)
    console.log(row(Object.values(sample)))
  }
  const grown = growing(samples)
  if (grown.length > 0) {
    console.error(`not flat within ±${setting.tolerance * 100} %: ${grown.join(', ')}`)
    process.exitCode = 1
  }
})
