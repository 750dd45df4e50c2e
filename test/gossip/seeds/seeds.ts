import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { scenarioNames } from './scenarios.ts'
import { parseSeedsCommand, type SeedRange, seedsCommandOf, seedsHelp } from './seeds-command.ts'
import type { SeedsResult, SeedsTask } from './seeds-worker.ts'

/** The number of seeds that a thread plays between two reports: half a second of work. */
const seedsPerTask = 50
/** Milliseconds between two lines of the progress display. */
const progressEveryMs = 5_000

const tasksOf = ({ scenario, first, count }: SeedRange): SeedsTask[] => {
  const tasks: SeedsTask[] = []
  for (let start = first; start < first + count; start += seedsPerTask) {
    const size = Math.min(seedsPerTask, first + count - start)
    for (const name of scenario === 'all' ? scenarioNames : [scenario]) {
      tasks.push({ scenario: name, first: start, count: size })
    }
  }
  return tasks
}

/** Gives each worker tasks until none is left. Rejects if a task ends its thread. */
const playAll = (tasks: SeedsTask[], onResult: (result: SeedsResult) => void): Promise<void> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(fileURLToPath(new URL('../../run-script.js', import.meta.url)), {
      argv: [fileURLToPath(new URL('seeds-worker.ts', import.meta.url))],
    })
    const next = (): void => {
      const task = tasks.shift()
      if (task) worker.postMessage(task, [])
      else worker.terminate().then(() => resolve(), reject)
    }
    worker.on('message', (result: SeedsResult) => {
      onResult(result)
      next()
    })
    worker.on('error', reject)
    next()
  })

const run = async (range: SeedRange): Promise<boolean> => {
  const tasks = tasksOf(range)
  const total = tasks.length
  const startedAt = performance.now()
  let [done, failed, reportedAt] = [0, 0, startedAt]
  const report = ({ scenario, failures }: SeedsResult): void => {
    done += 1
    failed += failures.length
    for (const { seed, broken } of failures) {
      console.log(`seed ${seed} of ${scenario}: ${broken.join('; ')}`)
      console.log(`  ${seedsCommandOf({ scenario, first: seed, count: 1 })}`)
    }
    if (performance.now() - reportedAt < progressEveryMs) return
    reportedAt = performance.now()
    console.error(`${Math.floor((100 * done) / total)} %, ${failed} failed`)
  }
  const threads = Math.min(availableParallelism(), total)
  await Promise.all(Array.from({ length: threads }, () => playAll(tasks, report)))
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1)
  const names = range.scenario === 'all' ? scenarioNames.join(', ') : range.scenario
  const verdict = failed === 0 ? `all promises held in ${names}` : `${failed} broke a promise`
  console.log(`${range.count} seeds from ${range.first}, ${verdict} (${seconds} s on ${threads} threads)`)
  return failed === 0
}

const command = parseSeedsCommand(process.argv.slice(2))
switch (command.type) {
  case 'help':
    console.log(seedsHelp())
    break
  case 'usage-error':
    console.error(`${command.message} \`npm run seeds -- --help\` lists the flags.`)
    process.exitCode = 2
    break
  case 'run':
    process.exitCode = (await run(command.range)) ? 0 : 1
    break
}
