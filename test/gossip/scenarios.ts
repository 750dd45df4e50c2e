import { allFaults } from './all-faults.ts'
import { forkedLogs } from './forked-logs.ts'

/** Plays what follows from a seed, and gives the promises that it broke, in words. */
export type Scenario = (seed: number) => readonly string[]

const scenarios = { faults: allFaults, forks: forkedLogs } as const satisfies Record<string, Scenario>

export type ScenarioName = keyof typeof scenarios

export const scenarioNames = Object.keys(scenarios) as ScenarioName[]

/** A throw is a broken promise like any other. */
export const play = (name: ScenarioName, seed: number): readonly string[] => {
  try {
    return scenarios[name](seed)
  } catch (error) {
    return [error instanceof Error ? (error.stack ?? error.message) : String(error)]
  }
}
