/**
 * The cost of drawing while 200 messages a second arrive and 10,000 are held: three tabs in a line, in real Chromium.
 * The middle tab draws each of its views in turn; the two others never draw. There are two references: the middle tab
 * with its page removed from the document, and with a moving square in its place. The square shows the least that any
 * drawing costs on this machine.
 */
import type { Tab } from '../browser/tabs/tab.ts'
import { waitUntil } from '../browser/tabs/wait.ts'
import { quantilesOf } from '../simulation/result/quantiles.ts'
import { withLineOfTabs } from './line-of-tabs.ts'

const setting = {
  /** The number of messages that the tabs hold before the measurement begins. */
  held: 10_000,
  perSecond: 200,
  /**
   * Seconds of each phase, and how often the scenes take turns. Because they take turns, other load on the machine
   * affects all alike.
   */
  phaseSeconds: 6,
  turns: 3,
  /** Milliseconds per frame at 60 Hz. */
  frameMs: 1_000 / 60,
}

const scenes = ['nothing', 'a moving square', 'Network', 'Figures', 'Wire', 'Connection'] as const
type Scene = (typeof scenes)[number]

/** Shows this scene in the tab's document. */
const show = async (tab: Tab, scene: Scene): Promise<void> => {
  await tab.page.evaluate((scene) => {
    const kept = window as Window & { keptPage?: Element | undefined; square?: HTMLElement | undefined }
    kept.keptPage ??= document.querySelector('grapevine-page') ?? undefined
    kept.square?.remove()
    kept.square = undefined
    if (scene !== 'nothing' && scene !== 'a moving square') {
      if (kept.keptPage && !kept.keptPage.isConnected) document.body.append(kept.keptPage)
      return
    }
    kept.keptPage?.remove()
    if (scene === 'nothing') return
    const square = document.createElement('div')
    Object.assign(square.style, { inlineSize: '100px', blockSize: '100px', background: 'purple' })
    document.body.append(square)
    kept.square = square
    const move = (now: number): void => {
      square.style.marginInlineStart = `${now % 100}px`
      if (square.isConnected) requestAnimationFrame(move)
    }
    requestAnimationFrame(move)
  }, scene)
  if (scene !== 'nothing' && scene !== 'a moving square') await tab.page.getByRole('tab', { name: scene }).click()
}

const entryCount = (tab: Tab): Promise<number> => tab.page.evaluate(() => window.grapevine?.entries().length ?? 0)

const fill = async (author: Tab, tabs: readonly Tab[]): Promise<void> => {
  for (let filled = 0; filled < setting.held; filled += 500) {
    await author.page.evaluate(async (from) => {
      // Publishes one message after the other, so that each is a separate block, like the messages of people.
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
  /** Milliseconds from the publication in the first tab to the delivery in the last tab. */
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
        // Messages that are in flight at the end still count.
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

const points = ['0.5', '0.95', '0.99']

const quantiles = (values: readonly number[]): number[] => {
  const all = quantilesOf(values)
  return points.map((point) => all[point] ?? Number.NaN)
}

const columns = (values: readonly (number | string)[], digits = 1): string =>
  values.map((value) => (typeof value === 'number' ? value.toFixed(digits) : value).padStart(8)).join('')

const report = (measured: ReadonlyMap<Scene, readonly Phase[]>): void => {
  const floor = quantiles((measured.get('nothing') ?? []).flatMap(({ delays }) => delays))
  console.log(`  ${setting.held} messages held, ${setting.perSecond} a second arrive; milliseconds`)
  console.log(
    `  ${'the middle tab shows'.padEnd(22)}${columns(['frame', 'p95', 'p99', '% late', 'relay', 'p95', 'p99', 'by p50', 'by p99'])}`,
  )
  for (const [scene, phases] of measured) {
    const frames = phases.flatMap((phase) => phase.frames)
    // The clock of a display jitters, so a frame that is half a millisecond late counts as punctual.
    const late = (100 * frames.filter((ms) => ms > setting.frameMs + 0.5).length) / frames.length
    const relayed = quantiles(phases.flatMap(({ delays }) => delays))
    const ratios = [0, 2].map((at) => (relayed[at] ?? Number.NaN) / (floor[at] ?? Number.NaN))
    console.log(`  ${scene.padEnd(22)}${columns([...quantiles(frames), late, ...relayed])}${columns(ratios, 2)}`)
  }
}

export const run = (): Promise<void> =>
  withLineOfTabs(async ([author, middle, last]) => {
    await show(author, 'nothing')
    await show(last, 'nothing')
    await fill(author, [middle, last])
    const measured = new Map<Scene, Phase[]>(scenes.map((scene) => [scene, []]))
    for (let turn = 0; turn < setting.turns; turn += 1) {
      for (const scene of scenes) {
        await show(middle, scene)
        measured.get(scene)?.push(await measure(author, middle, last))
      }
    }
    report(measured)
  })
