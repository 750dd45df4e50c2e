import { describe, expect, it } from 'vitest'
import { Backoff } from '../../../client/links/dialling/backoff.ts'
import { networkLimits } from '../../../client/links/shared/limits.ts'

const pauses = (backoff: Backoff, count: number): number[] => Array.from({ length: count }, () => backoff.nextMs())

describe('the pause before a redial', () => {
  it('doubles up to the cap, and after many tries up to the long cap', () => {
    const backoff = new Backoff(networkLimits, () => 1)
    expect(pauses(backoff, 14)).toEqual([
      250, 500, 1_000, 2_000, 4_000, 4_000, 4_000, 4_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000,
    ])
  })

  it('is random by half, so that nodes do not redial at the same moment', () => {
    expect(pauses(new Backoff(networkLimits, () => 0), 3)).toEqual([125, 250, 500])
  })

  it('starts small again after a reset', () => {
    const backoff = new Backoff(networkLimits, () => 1)
    pauses(backoff, 10)
    backoff.reset()
    expect(backoff.nextMs()).toBe(250)
  })
})
