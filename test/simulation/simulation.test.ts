import { describe, expect, it } from 'vitest'
import { faultNames } from './faults/nemesis.ts'
import { simulate } from './simulation.ts'
import type { SimulationOptions } from './simulation-options.ts'
import type { SimulationResult } from './result/simulation-result.ts'

const small: Partial<SimulationOptions> = {
  nodes: 9,
  ratePerSecond: 20,
  latencyMs: 50,
  timeLimitS: 3,
  signatures: 'fake',
}

const withoutWallTime = async (options: Partial<SimulationOptions>): Promise<Partial<SimulationResult>> => ({
  ...(await simulate({ ...small, ...options })),
  wallMs: 0,
})

describe('simulate', () => {
  it('gives the same result for the same seed, with all faults', async () => {
    const options = { nemesis: faultNames, nemesisIntervalS: 2, loss: 0.01, linkDeaths: 0.05, recoveryS: 5, seed: 7 }
    const [one, other] = [await withoutWallTime(options), await withoutWallTime(options)]
    expect(JSON.stringify(one)).toBe(JSON.stringify(other))
  })

  it('gives another result for another seed', async () => {
    const [one, other] = [await withoutWallTime({ seed: 7 }), await withoutWallTime({ seed: 8 })]
    expect(one.ops).not.toBe(other.ops)
  })

  it('runs the same operations with a nemesis as without', async () => {
    const calm = await simulate(small)
    const cut = await simulate({ ...small, nemesis: ['cut'], nemesisIntervalS: 2, recoveryS: 5 })
    expect(cut.ops).toBe(calm.ops)
    expect(cut.broadcasts).toBe(calm.broadcasts)
  })

  it('gives the same result with real and with fake signatures, except for the figures of the signatures', async () => {
    const differs = { signatures: '', command: '' }
    const real = await withoutWallTime({ signatures: 'real' })
    const fake = await withoutWallTime({ signatures: 'fake' })
    expect({ ...real, ...differs }).toEqual({ ...fake, ...differs })
  })

  it('checks one signature for each delivery elsewhere', async () => {
    const result = await simulate(small)
    expect(result.verifications).toBe(result.deliveries)
  })

  it('delivers every message everywhere in a calm network, after as many hops as the topology needs', async () => {
    const result = await simulate({ ...small, topology: 'line', nodes: 5, recoveryS: 5 })
    expect(result).toMatchObject({ isValid: true, lost: 0, deliveredTwice: 0, outOfOrder: 0 })
    expect(result.deliveries).toBe(result.broadcasts * 4)
    expect(result.lastDeliveryLatencies['1']).toBe(200)
    expect(result.lastDeliveryLatencies['0']).toBe(100)
    expect(result.stableLatencies['1']).toBeLessThan(200)
  })

  it('counts every envelope, and the envelopes of each type', async () => {
    const result = await simulate({ ...small, topology: 'tree2' })
    const sum = Object.values(result.envelopesByType).reduce((total, count) => total + count, 0)
    expect(result.envelopes).toBe(sum)
    expect(result.envelopesByType['hello']).toBe(2 * result.links)
    expect(result.msgsPerOp).toBeCloseTo(sum / result.ops, 2)
    expect(result.msgsPerOpNormalised).toBeCloseTo(sum / (2 * result.broadcasts), 2)
  })

  it('lets only the authors broadcast', async () => {
    const every = await simulate({ ...small, topology: 'star', authors: 9 })
    const one = await simulate({ ...small, topology: 'star', authors: 1, seed: 3 })
    expect(every.lastDeliveryLatencies['1']).toBe(100)
    // All messages of one author take the same path.
    expect(one.lastDeliveryLatencies['0']).toBe(one.lastDeliveryLatencies['1'])
  })

  it('reports nodes that do not become equal', async () => {
    const result = await simulate({ ...small, loss: 0.9, recoveryS: 1 })
    expect(result).toMatchObject({ isValid: false, convergedAfterHealMs: null })
    expect(result.lost).toBeGreaterThan(0)
  })

  it('reports the progress of the run', async () => {
    const shares: number[] = []
    await simulate(small, (share, phase) => void (phase === 'running' && shares.push(share)))
    expect(shares.length).toBeGreaterThan(10)
    expect(shares).toEqual(shares.toSorted((one, other) => one - other))
  })
})
