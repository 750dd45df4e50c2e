/** Measures: `npm run bench -- NAME`, or all of them, one after the other. Nothing here passes or fails. */

/** One file per benchmark; each prints what it found, with units. */
export const benchmarks: Readonly<Record<string, () => Promise<{ readonly run: () => Promise<void> }>>> = {
  page: () => import('./page.ts'),
}

const chosen = process.argv.slice(2)
const unknown = chosen.filter((name) => !(name in benchmarks))
if (unknown.length > 0) {
  console.error(`no benchmark is called ${unknown.join(', ')}; there are: ${Object.keys(benchmarks).join(', ')}`)
  process.exit(1)
}
for (const [name, load] of Object.entries(benchmarks)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue
  console.log(`${name}:`)
  const { run } = await load()
  await run()
}
