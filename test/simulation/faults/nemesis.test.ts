import { describe, expect, it } from 'vitest'
import { type FaultName, faultNames, faultPeriods } from './nemesis.ts'
import { createRandom } from '../../../client/node/faults/random.ts'
import { simulate } from '../simulation.ts'

const run = (nemesis: readonly FaultName[]) =>
  simulate({
    nodes: 9,
    topology: 'ring',
    ratePerSecond: 80,
    latencyMs: 20,
    timeLimitS: 12,
    nemesisIntervalS: 3,
    recoveryS: 10,
    signatures: 'fake',
    nemesis,
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
  it.each([
    ['partition', 'loses envelopes', { envelopesLost: true, linkDeaths: false }],
    ['one-way', 'loses envelopes', { envelopesLost: true, linkDeaths: false }],
    ['cut', 'ends links', { linkDeaths: true }],
    ['churn', 'restarts nodes', { restarts: true }],
    ['slow', 'fills send windows', { fullWindows: true }],
    ['all faults', 'act together', { envelopesLost: true, linkDeaths: true, restarts: true, fullWindows: true }],
  ] as const)('%s: %s, and in the end all links are up', async (name, _what, effects) => {
    const result = await run(name === 'all faults' ? faultNames : [name])
    const { envelopesLost, linkDeaths, restarts, drops, linksBackAfterHealMs } = result
    const fullWindows = (drops['window-full'] ?? 0) > 0
    const happened = {
      envelopesLost: envelopesLost > 0,
      linkDeaths: linkDeaths > 0,
      restarts: restarts > 0,
      fullWindows,
    }
    expect(happened).toMatchObject(effects)
    expect(linksBackAfterHealMs).not.toBeNull()
    expect(linksBackAfterHealMs).toBeLessThan(5_000)
  })
})
