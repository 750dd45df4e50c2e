/**
 * Grapevine beside other ways to spread messages through browser tabs: `npm run bench -- peers [--contestants raw,peerjs]
 * [--rows hops,line] [--repetitions 3]`. Tabs stand in a line on this machine, in real Chromium. The contestants take
 * turns, so that other load on the machine affects all alike; every ratio is to the raw relay of the same repetition.
 */
import { availableParallelism, cpus, loadavg } from 'node:os'
import { findBrowser } from '../browser/browsers/find-browser.ts'
import { type Bundle, bundleContestant } from './peers/bundles.ts'
import { type Contestant, contestants, referenceId } from './peers/contestant-list.ts'
import { installContestants } from './peers/installation.ts'
import { measureBundle } from './peers/measurements/bundle.ts'
import { measureHops } from './peers/measurements/hops.ts'
import { measureIdle } from './peers/measurements/idle.ts'
import { measureLongLines } from './peers/measurements/long-line.ts'
import { measureReload } from './peers/measurements/reload.ts'
import type { Sample, Turn } from './peers/measurements/sample.ts'
import { describeTable, figureOf, type Samples } from './peers/report.ts'
import { type RowGroup, rowGroups } from './peers/rows.ts'
import { openVenue } from './peers/venue.ts'

export interface PeersOptions {
  readonly isQuick: boolean
  readonly isJson: boolean
  /** Ids, separated by commas; all if absent. */
  readonly contestants?: string | undefined
  /** Ids of row groups, separated by commas; the light ones if absent. */
  readonly rows?: string | undefined
  readonly repetitions?: string | undefined
}

const measurements: Readonly<Record<string, (turn: Turn) => Promise<Sample>>> = {
  hops: measureHops,
  bundle: measureBundle,
  idle: measureIdle,
  reload: measureReload,
  line: measureLongLines,
}

const fail: (sentence: string) => never = (sentence) => {
  console.error(sentence)
  process.exit(2)
}

/** The items with these ids. */
const choose = <Item extends { readonly id: string }>(all: readonly Item[], ids: string): readonly Item[] => {
  const wanted = ids.split(',')
  const unknown = wanted.find((id) => all.every((item) => item.id !== id))
  if (unknown !== undefined) fail(`There is no ${unknown}. There are: ${all.map(({ id }) => id).join(', ')}.`)
  return all.filter(({ id }) => wanted.includes(id))
}

const repetitionsOf = ({ isQuick, repetitions = isQuick ? '1' : '3' }: PeersOptions): number =>
  /^[1-9]\d?$/.test(repetitions) ? Number(repetitions) : fail('--repetitions must be a number from 1 to 99.')

const takeTurn = async (
  contestant: Contestant,
  bundle: Bundle,
  group: RowGroup,
  context: Pick<Turn, 'chromePath' | 'isQuick' | 'note'>,
): Promise<Sample> => {
  const venue = await openVenue(contestant, bundle)
  try {
    return (await measurements[group.id]?.({ ...context, contestant, bundle, venue })) ?? {}
  } catch (error) {
    context.note(`${group.id}: gave up: ${error instanceof Error ? error.message : String(error)}`)
    return {}
  } finally {
    await venue.close()
  }
}

const loadWords = (): string => loadavg()[0]?.toFixed(1) ?? ''

export const run = async (options: PeersOptions): Promise<void> => {
  const groups = options.rows ? choose(rowGroups, options.rows) : rowGroups.filter(({ isDefault }) => isDefault)
  const field = options.contestants ? choose(contestants, options.contestants) : contestants
  const repetitions = repetitionsOf(options)
  const report = (line: string): void => console.error(line)
  await installContestants(report)
  const chromePath = await findBrowser()
  const bundles = new Map<Contestant, Bundle>()
  for (const contestant of field) bundles.set(contestant, await bundleContestant(contestant))

  const samples = new Map<string, Sample[]>(field.map(({ id }) => [id, []]))
  const loads: string[] = []
  for (let repetition = 0; repetition < repetitions; repetition += 1) {
    loads.push(loadWords())
    for (const [contestant, bundle] of bundles) {
      const note = (text: string): void => report(`  ${repetition + 1} ${contestant.id}: ${text}`)
      const parts: Sample[] = []
      for (const group of groups) {
        const begin = performance.now()
        parts.push(await takeTurn(contestant, bundle, group, { chromePath, isQuick: options.isQuick, note }))
        note(`${group.id}, ${((performance.now() - begin) / 1_000).toFixed(0)} s`)
      }
      samples.get(contestant.id)?.push(Object.assign({}, ...parts) as Sample)
    }
  }
  loads.push(loadWords())
  const machine = `${availableParallelism()} × ${cpus()[0]?.model ?? 'unknown processor'}`
  const rows = groups.flatMap((group) => group.rows)
  if (options.isJson) console.log(JSON.stringify(describeJson({ machine, loads, repetitions, samples }), undefined, 2))
  else {
    const clock = figureOf(samples, referenceId, 'clock')?.max
    console.log(
      `${repetitions} repetitions on ${machine}; load of the machine before each and at the end: ${loads.join(', ')}`,
    )
    if (clock !== undefined) console.log(`the clocks of two tabs differed by at most ${clock.toFixed(3)} ms`)
    console.log(`\n${describeTable(samples, rows, field)}`)
  }
}

const describeJson = (result: {
  readonly machine: string
  readonly loads: readonly string[]
  readonly repetitions: number
  readonly samples: Samples
}): object => {
  const { samples } = result
  const figures = [...samples].map(([id, all]) => {
    const rows = new Set(all.flatMap((sample) => Object.keys(sample)))
    return [id, Object.fromEntries([...rows].map((row) => [row, figureOf(samples, id, row)]))] as const
  })
  return { ...result, samples: Object.fromEntries(samples), figures: Object.fromEntries(figures) }
}
