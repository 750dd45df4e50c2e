/**
 * What drawing costs while 200 messages a second arrive and 10,000 are held: three tabs in a line, in real Chromium. The
 * middle one draws, then its page is taken out of the document, in turn; the two others never draw.
 */
import { launchBrowser } from '../browser/browser-launch.ts'
import { findBrowser } from '../browser/find-browser.ts'
import { openWindow } from '../browser/browser-window.ts'
import { TestServer } from '../browser/server.ts'
import { Tab } from '../browser/tab.ts'
import { waitUntil } from '../browser/wait.ts'
import { quantilesOf } from '../simulation/quantiles.ts'

const setting = {
  /** Messages held before anything is measured. */
  held: 10_000,
  perSecond: 200,
  /** Seconds of each phase, and how often both kinds take turns: other load on the machine then meets both alike. */
  phaseSeconds: 8,
  turns: 3,
  /** Milliseconds of a frame at 60 Hz. */
  frameMs: 1_000 / 60,
}

/** The page in and out of the document. */
const draw = (tab: Tab, isDrawing: boolean): Promise<void> =>
  tab.page.evaluate((isDrawing) => {
    const kept = window as Window & { keptPage?: Element | undefined }
    kept.keptPage ??= document.querySelector('grapevine-page') ?? undefined
    if (isDrawing && kept.keptPage) document.body.append(kept.keptPage)
    else kept.keptPage?.remove()
  }, isDrawing)

const entryCount = (tab: Tab): Promise<number> => tab.page.evaluate(() => window.grapevine?.entries().length ?? 0)

const fill = async (author: Tab, tabs: readonly Tab[]): Promise<void> => {
  for (let filled = 0; filled < setting.held; filled += 500) {
    await author.page.evaluate(async (from) => {
      // One after the other, so that each is a block of its own, as people's messages are.
      for (let text = from; text < from + 500; text += 1) await window.grapevine?.publish(`message ${text}`)
    }, filled)
  }
  for (const tab of tabs) {
    await waitUntil(
      `${setting.held} entries`,
      () => entryCount(tab),
      (count) => count >= setting.held,
      { withinMs: 120_000 },
    )
  }
}

interface Phase {
  /** Milliseconds from one frame of the middle tab to the next. */
  readonly frames: readonly number[]
  /** Milliseconds from the first tab's publishing to the last tab's delivery. */
  readonly delays: readonly number[]
}

const measure = async (author: Tab, middle: Tab, last: Tab): Promise<Phase> => {
  const durationMs = setting.phaseSeconds * 1_000
  const frames = middle.page.evaluate(
    (durationMs) =>
      new Promise<number[]>((resolve) => {
        const begin = performance.now()
        const deltas: number[] = []
        let before: number | undefined
        const frame = (now: number): void => {
          if (before !== undefined) deltas.push(now - before)
          before = now
          if (now - begin < durationMs) requestAnimationFrame(frame)
          else resolve(deltas)
        }
        requestAnimationFrame(frame)
      }),
    durationMs,
  )
  const delays = last.page.evaluate(
    (durationMs) =>
      new Promise<number[]>((resolve) => {
        const seen: number[] = []
        const undo = window.grapevine?.on('entry', ({ body }) => {
          const sentAt = typeof body === 'object' && body && 'at' in body ? Number(body.at) : undefined
          if (sentAt !== undefined) seen.push(performance.timeOrigin + performance.now() - sentAt)
        })
        // What is on its way at the end still counts.
        setTimeout(() => {
          undo?.()
          resolve(seen)
        }, durationMs + 1_000)
      }),
    durationMs,
  )
  await author.page.evaluate(
    ({ durationMs, everyMs }) =>
      new Promise<void>((resolve) => {
        const begin = performance.now()
        let published = 0
        const timer = setInterval(() => {
          const elapsed = performance.now() - begin
          if (elapsed >= durationMs) {
            clearInterval(timer)
            resolve()
          }
          for (; published < Math.min(elapsed, durationMs) / everyMs; published += 1) {
            void window.grapevine?.publish({
              text: `message ${published}`,
              at: performance.timeOrigin + performance.now(),
            })
          }
        }, everyMs)
      }),
    { durationMs, everyMs: 1_000 / setting.perSecond },
  )
  return { frames: await frames, delays: await delays }
}

const three = (values: readonly number[]): number[] => {
  const quantiles = quantilesOf(values)
  return ['0.5', '0.95', '0.99'].map((point) => quantiles[point] ?? Number.NaN)
}

const words = (values: readonly number[]): string =>
  three(values)
    .map((value, index) => `p${[50, 95, 99][index]} ${value.toFixed(1)}`)
    .join(' · ')

export const run = async (): Promise<void> => {
  const server = await TestServer.start('0')
  const browser = await launchBrowser(await findBrowser())
  try {
    const profile = await browser.newContext({ viewport: { width: 1280, height: 800 } })
    const open = async (query: string): Promise<Tab> => {
      const tab = new Tab(await openWindow(profile))
      await tab.page.goto(`${server.origin}/?${query}`)
      return tab
    }
    const [author, middle, last] = [
      await open('id=node1'),
      await open('id=node2&peer=node1'),
      await open('id=node3&peer=node2'),
    ]
    await middle.waitForLinks({ node1: 'up', node3: 'up' })
    await draw(author, false)
    await draw(last, false)
    await fill(author, [middle, last])
    const phases: Record<'drawing' | 'not', Phase[]> = { drawing: [], not: [] }
    for (let turn = 0; turn < setting.turns; turn += 1) {
      await draw(middle, true)
      phases.drawing.push(await measure(author, middle, last))
      await draw(middle, false)
      phases.not.push(await measure(author, middle, last))
    }
    const frames = phases.drawing.flatMap((phase) => phase.frames)
    const idle = phases.not.flatMap((phase) => phase.frames)
    const late = (values: readonly number[]): string =>
      // A display's clock jitters: half a millisecond late is on time.
      `${((100 * values.filter((ms) => ms > setting.frameMs + 0.5).length) / values.length).toFixed(2)} % over 16.7 ms`
    const drawn = phases.drawing.flatMap((phase) => phase.delays)
    const plain = phases.not.flatMap((phase) => phase.delays)
    const [drawnThree, plainThree] = [three(drawn), three(plain)]
    const ratios = drawnThree.map((value, index) => (value / (plainThree[index] ?? Number.NaN)).toFixed(2))
    console.log(`  ${setting.held} messages held, ${setting.perSecond} a second arrive`)
    console.log(`  frames, drawing (ms):      ${words(frames)} · ${late(frames)} (${frames.length} frames)`)
    console.log(`  frames, page removed (ms): ${words(idle)} · ${late(idle)} (${idle.length} frames)`)
    console.log(`  through the middle tab, drawing (ms):      ${words(drawn)} (${drawn.length} messages)`)
    console.log(`  through the middle tab, page removed (ms): ${words(plain)} (${plain.length} messages)`)
    console.log(`  ratio: p50 ${ratios[0]} · p95 ${ratios[1]} · p99 ${ratios[2]}`)
  } finally {
    await browser.close()
    await server.stop()
  }
}
