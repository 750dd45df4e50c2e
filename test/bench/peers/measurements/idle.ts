import { readFileSync } from 'node:fs'
import { Line } from '../line.ts'
import { type LineBrowser, launchDrawn } from '../line-browser.ts'
import type { Sample, Turn } from './sample.ts'

const setting = { tabs: 10, settleSeconds: 8, seconds: 20 }

const pause = (seconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1_000 * seconds))

/** Seconds of CPU time of all processes of the browser. */
const cpuSeconds = async (browser: LineBrowser): Promise<number> =>
  (await browser.processes()).reduce((sum, { cpuTime }) => sum + cpuTime, 0)

/** Bytes of memory of this process; what it shares counts by its share. 0 where the system has no /proc. */
const residentBytes = (processId: number): number => {
  try {
    const text = readFileSync(`/proc/${processId}/smaps_rollup`, 'utf8')
    return [...text.matchAll(/^Pss:\s*(\d+) kB/gm)].reduce((sum, [, kb]) => sum + 1_024 * Number(kb), 0)
  } catch {
    return 0
  }
}

/** Tabs in a line that nobody uses. All are drawn. */
export const measureIdle = async ({ venue, chromePath, isQuick }: Turn): Promise<Sample> => {
  const browser = await launchDrawn(chromePath)
  try {
    const line = new Line(venue, browser)
    for (let tab = 0; tab < (isQuick ? 3 : setting.tabs); tab += 1) await line.extend()
    await pause(isQuick ? 1 : setting.settleSeconds)
    const [cpuBefore, begin] = [await cpuSeconds(browser), performance.now()]
    await pause(isQuick ? 1 : setting.seconds)
    const cores = (1_000 * ((await cpuSeconds(browser)) - cpuBefore)) / (performance.now() - begin)
    for (const tab of line.tabs) await tab.collectGarbage()
    const renderers = (await browser.processes()).filter(({ type }) => type === 'renderer')
    const bytes = renderers.reduce((sum, { id }) => sum + residentBytes(id), 0)
    return { 'idle cores': cores, ...(bytes > 0 && { memory: bytes / 1e6 / line.tabs.length }) }
  } finally {
    await browser.close()
  }
}
