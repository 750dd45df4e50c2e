/**
 * Measures: `npm run bench -- NAME`, or all of them, one after the other. Nothing here passes or fails.
 * `--quick`: so little that the figures say only that it runs. `--json`: figures for a program. Not all know both.
 */

interface Options {
  readonly isQuick: boolean
  readonly isJson: boolean
}

/** One file per benchmark; each prints what it found, with units. */
export const benchmarks: Readonly<
  Record<string, () => Promise<{ readonly run: (options: Options) => Promise<void> }>>
> = {
  page: () => import('./page.ts'),
  signalling: () => import('./signalling.ts'),
}

const flags: ReadonlySet<string> = new Set(['--quick', '--json'])
const given = process.argv.slice(2)
const chosen = given.filter((argument) => !flags.has(argument))
const options: Options = { isQuick: given.includes('--quick'), isJson: given.includes('--json') }
const unknown = chosen.filter((name) => !(name in benchmarks))
if (unknown.length > 0) {
  console.error(`no benchmark is called ${unknown.join(', ')}; there are: ${Object.keys(benchmarks).join(', ')}`)
  process.exit(1)
}
for (const [name, load] of Object.entries(benchmarks)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue
  if (!options.isJson) console.log(`${name}:`)
  const { run } = await load()
  await run(options)
}
