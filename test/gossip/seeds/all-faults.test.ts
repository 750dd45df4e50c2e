import { describe, expect, it } from 'vitest'
import { play, scenarioNames } from './scenarios.ts'

/** A few seeds. `seeds-command.test.ts` plays the next 10, and `npm run seeds` many more. */
const seeds = 20

describe('[S1] [L2] the scenario liars', () => {
  it.each([[2105, 'two neighbours are shown the same older blocks at different times']])(
    'breaks no promise with the seed %i: %s',
    (seed) => {
      expect(play('liars', seed)).toEqual([])
    },
  )
})

describe('[F1] the scenario forks', () => {
  it.each([
    [862, 'a head above a fork that was found lower'],
    [1155, 'a head above a fork that was found lower, at two nodes'],
  ])('breaks no promise with the seed %i: %s', (seed) => {
    expect(play('forks', seed)).toEqual([])
  })
})

describe.each(scenarioNames)('[P1] [P2] [P3] the scenario %s', (name) => {
  it(`breaks no promise with the seeds 1 to ${seeds}`, () => {
    const broken = Array.from({ length: seeds }, (_, index) => [index + 1, play(name, index + 1)] as const)
    expect(broken.filter(([, promises]) => promises.length > 0)).toEqual([])
  })
})
