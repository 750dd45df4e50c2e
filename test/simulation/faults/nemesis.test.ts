import { describe, expect, it } from 'vitest'
import { type FaultName, faultNames, faultPeriods } from './nemesis.ts'
import { createRandom } from '../random.ts'
import { simulate } from '../simulation.ts'

const run = (nemesis: readonly FaultName[], seed: number) =>
  simulate({
    nodes: 9,
    ratePerSecond: 20,
    latencyMs: 20,
    timeLimitS: 12,
    nemesisIntervalS: 3,
    recoveryS: 10,
    nemesis,
    seed,
  })

describe('faultPeriods', () => {
  it('ends the last fault at the end of the whole period, and faults never overlap', () => {
    for (let seed = 0; seed < 50; seed += 1) {
      const periods = faultPeriods({ fromMs: 1_000, untilMs: 61_000 }, 5_000, createRandom(seed, 'test'))
      expect(periods.at(-1)?.untilMs).toBe(61_000)
      let beforeMs = 1_000
      for (const { fromMs, untilMs } of periods) {
        expect(fromMs).toBeGreaterThanOrEqual(beforeMs)
        expect(untilMs).toBeGreaterThan(fromMs)
        beforeMs = untilMs
      }
    }
  })
})

describe('a nemesis', () => {
  it.each(faultNames)('%s leaves all links up and all nodes running', async (fault) => {
    for (const seed of [1, 2, 3]) {
      const result = await run([fault], seed)
      expect(result.linksBackAfterHealMs).not.toBeNull()
      expect(result.linksBackAfterHealMs).toBeLessThan(5_000)
    }
  })

  it('partition and one-way lose envelopes and no links', async () => {
    for (const fault of ['partition', 'one-way'] as const) {
      const result = await run([fault], 1)
      expect(result.vanished).toBeGreaterThan(0)
      expect(result.linkDeaths).toBe(0)
    }
  })

  it('cut kills links', async () => {
    expect((await run(['cut'], 1)).linkDeaths).toBeGreaterThan(0)
  })

  it('churn restarts nodes', async () => {
    expect((await run(['churn'], 1)).restarts).toBeGreaterThan(0)
  })

  it('slow fills send windows', async () => {
    const result = await simulate({
      topology: 'line',
      nemesis: ['slow'],
      timeLimitS: 10,
      signatures: 'fake',
      recoveryS: 1,
    })
    expect(result.drops['window-full']).toBeGreaterThan(0)
  })

  it('can apply all its faults at once', async () => {
    const result = await run(faultNames, 1)
    expect(result.linksBackAfterHealMs).not.toBeNull()
    expect(result.restarts).toBeGreaterThan(0)
    expect(result.linkDeaths).toBeGreaterThan(0)
    expect(result.vanished).toBeGreaterThan(0)
  })
})
