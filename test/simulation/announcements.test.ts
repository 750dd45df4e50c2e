import { describe, expect, it } from 'vitest'
import { simulate } from './simulation.ts'

const options = {
  nodes: 9,
  topology: 'grid',
  ratePerSecond: 40,
  timeLimitS: 5,
  latencyMs: 20,
  signatures: 'fake',
} as const

describe('--announcements on', () => {
  it('does not change how messages spread, and costs less than they do', async () => {
    const without = await simulate(options)
    const result = await simulate({ ...options, announcements: 'on' })
    expect(result.isValid).toBe(true)
    const { announce, ...others } = result.envelopesByType
    expect(others).toEqual(without.envelopesByType)
    expect(result.lastDeliveryLatencies).toEqual(without.lastDeliveryLatencies)
    expect(result.msgsPerOpWithoutUpkeep).toBe(without.msgsPerOpWithoutUpkeep)
    expect(announce).toBeLessThan(0.6 * (without.envelopesByType['push'] ?? 0))
    // The nine nodes make at most five announcements a second. Each of the eight other nodes verifies one once.
    const verified = result.verifications - without.verifications
    expect(verified).toBeLessThan(8 * 9 * (options.timeLimitS + 3))
  })
})
