import { parentPort } from 'node:worker_threads'
import { play, type ScenarioName } from './scenarios.ts'

/** Some seeds of one scenario. */
export interface SeedsTask {
  readonly scenario: ScenarioName
  readonly first: number
  readonly count: number
}

export interface SeedsResult extends SeedsTask {
  readonly failures: readonly { readonly seed: number; readonly broken: readonly string[] }[]
}

/** One thread of `npm run seeds`: plays the seeds that it receives. */
parentPort?.on('message', ({ scenario, first, count }: SeedsTask) => {
  const seeds = Array.from({ length: count }, (_, index) => first + index)
  const failures = seeds
    .map((seed) => ({ seed, broken: play(scenario, seed) }))
    .filter(({ broken }) => broken.length > 0)
  parentPort?.postMessage({ scenario, first, count, failures } satisfies SeedsResult, [])
})
