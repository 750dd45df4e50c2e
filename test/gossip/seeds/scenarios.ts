import { allFaults } from './all-faults.ts'
import { forkedLogs } from '../forked-logs.ts'
import { liars } from './liars.ts'

/** Plays the run of a seed, and returns descriptions of the promises that it broke. */
export type Scenario = (seed: number) => readonly string[]

const scenarios = { faults: allFaults, forks: forkedLogs, liars } as const satisfies Record<string, Scenario>

export type ScenarioName = keyof typeof scenarios

export const scenarioNames = Object.keys(scenarios) as ScenarioName[]

/** An exception counts as a broken promise. */
export const play = (name: ScenarioName, seed: number): readonly string[] => {
  try {
    return scenarios[name](seed)
  } catch (error) {
    return [error instanceof Error ? (error.stack ?? error.message) : String(error)]
  }
}
