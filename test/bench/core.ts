import { execFile } from 'node:child_process'
import { mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Relay } from './relay.ts'

/** The last commit before the core was rebuilt around bytes and deadlines. */
const reference = '4b68ffe'

const root = fileURLToPath(new URL('../..', import.meta.url))

const rows = [
  '--topology line --nodes 25',
  '--topology total --nodes 25',
  '--topology random --degree 6 --nodes 200 --authors 50 --time-limit 10',
] as const

const execute = promisify(execFile)

const median = (values: readonly number[]): number =>
  [...values].sort((one, other) => one - other)[values.length >> 1] ?? 0

/** Milliseconds that one simulation takes, in the folder of a checkout. */
const simulate = async (folder: string, flags: string): Promise<number> => {
  const script = ['test/run-script.js', 'test/simulation/simulate.ts']
  const args = ['--max-semi-space-size=128', ...script, '--signatures', 'fake', '--json', ...flags.split(' ')]
  const { stdout } = await execute(process.execPath, args, { cwd: folder, maxBuffer: 1e8 })
  return (JSON.parse(stdout) as { readonly wallMs: number }).wallMs
}

/** A checkout of the reference beside this one, with the same packages. Undefined: this clone has no such commit. */
const checkOut = async (): Promise<string | undefined> => {
  const folder = join(await mkdtemp(join(tmpdir(), 'grapevine-bench-')), 'reference')
  try {
    await execute('git', ['-C', root, 'worktree', 'add', '--detach', folder, reference])
  } catch {
    return undefined
  }
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
  return folder
}

/**
 * The core's work for one relayed block with two links and with fifty, and how long simulations take beside the core before
 * it took bytes, one after the other in turns.
 */
export const run = async ({ isQuick }: { readonly isQuick: boolean }): Promise<void> => {
  const blocks = isQuick ? 200 : 10_000
  const [two, fifty] = [new Relay(2), new Relay(50)]
  for (const relay of [two, fifty]) relay.relay(blocks)
  const [few, many] = [two.relay(blocks), fifty.relay(blocks)]
  console.log(`  one relayed block, decoded and encoded, without its signature: ${few.toFixed(1)} µs with 2 links,`)
  console.log(`  ${many.toFixed(1)} µs with 50 links, of which one receives it: ${(many / few).toFixed(2)} times`)
  const folder = await checkOut()
  if (!folder) return console.log(`  no comparison: this clone has no commit ${reference}`)
  try {
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
  } finally {
    await execute('git', ['-C', root, 'worktree', 'remove', '--force', folder])
    await rm(join(folder, '..'), { recursive: true, force: true })
  }
}
