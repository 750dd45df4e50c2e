/**
 * Runs benchmarks: `npm run bench -- NAME`, or all of them in turn. A benchmark neither passes nor fails.
 * `--quick`: runs so little that the figures show only that the benchmark works. `--json`: figures for a program. Not
 * every benchmark knows both flags. `--contestants`, `--rows`, `--repetitions`: see `peers.ts`.
 */

import { readArguments } from '../support/command-line.ts'

interface Options {
  readonly isQuick: boolean
  readonly isJson: boolean
  readonly contestants: string | undefined
  readonly rows: string | undefined
  readonly repetitions: string | undefined
}

/** One file per benchmark. Each prints its results with units. */
export const benchmarks: Readonly<
  Record<string, () => Promise<{ readonly run: (options: Options) => Promise<void> }>>
> = {
  core: () => import('./core.ts'),
  history: () => import('./history.ts'),
  page: () => import('./page.ts'),
  peers: () => import('./peers.ts'),
  signalling: () => import('./signalling.ts'),
}

const fail: (sentence: string) => never = (sentence) => {
  console.error(`${sentence} Usage: npm run bench -- [${Object.keys(benchmarks).join('] [')}] [--quick] [--json]`)
  process.exit(2)
}

const given = readArguments({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    contestants: { type: 'string' },
    rows: { type: 'string' },
    repetitions: { type: 'string' },
  },
})
if (typeof given === 'string') fail(given)
const { positionals: chosen, values } = given
const { quick: isQuick, json: isJson, contestants, rows, repetitions } = values
const options: Options = { isQuick, isJson, contestants, rows, repetitions }
for (const name of chosen) if (!(name in benchmarks)) fail(`There is no benchmark ${name}.`)
for (const [name, load] of Object.entries(benchmarks)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue
  if (!options.isJson) console.log(`${name}:`)
  const { run } = await load()
  await run(options)
}
