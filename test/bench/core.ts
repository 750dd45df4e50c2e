import { execute, median, reference, root, withReference } from './reference.ts'
import { join } from './joiner.ts'
import { Relay } from './relay.ts'

const rows = [
  '--topology line --nodes 25',
  '--topology total --nodes 25',
  '--topology random --degree 6 --nodes 200 --authors 50 --time-limit 10',
] as const

/** Milliseconds that one simulation takes, in the folder of a checkout. */
const simulate = async (folder: string, flags: string): Promise<number> => {
  const script = ['test/run-script.js', 'test/simulation/simulate.ts']
  const args = ['--max-semi-space-size=128', ...script, '--signatures', 'fake', '--json', ...flags.split(' ')]
  const { stdout } = await execute(process.execPath, args, { cwd: folder, maxBuffer: 1e8 })
  return (JSON.parse(stdout) as { readonly wallMs: number }).wallMs
}

/**
 * The core's work for one relayed block with two links and with fifty, and how long simulations take beside the core before
 * it took bytes, one after the other in turns.
 */
export const run = async ({ isQuick }: { readonly isQuick: boolean }): Promise<void> => {
  const blocks = isQuick ? 200 : 10_000
  const [two, fifty] = [new Relay(2), new Relay(50)]
  for (const relay of [two, fifty]) relay.relay(blocks)
  const rounds = Array.from({ length: 5 }, () => [two, fifty].map((relay) => relay.relay(blocks / 5)))
  const [few, many] = [0, 1].map((at) => median(rounds.map((round) => round[at] ?? 0))) as [number, number]
  console.log(
    `  CPU time of one relayed block, decoded and encoded, without its signature: ${few.toFixed(1)} µs with 2 links,`,
  )
  console.log(`  ${many.toFixed(1)} µs with 50 links, of which one receives it: ${(many / few).toFixed(2)} times`)
  const joins = Array.from({ length: 5 }, () => join(blocks))
  console.log(`  of one block of ${blocks} in one log that a late joiner reads: ${median(joins).toFixed(1)} µs`)
  await withReference(async (folder) => {
    if (!folder) return console.log(`  no comparison: this clone has no commit ${reference}`)
    for (const flags of rows) {
      const [here, there]: [number[], number[]] = [[], []]
      for (let turn = 0; turn < (isQuick ? 1 : 5); turn += 1) {
        there.push(await simulate(folder, flags))
        here.push(await simulate(root, flags))
      }
      const [now, before] = [median(here), median(there)]
      console.log(
        `  simulate ${flags}: ${now.toFixed(0)} ms, before ${before.toFixed(0)} ms, ratio ${(now / before).toFixed(2)}`,
      )
    }
  })
}
