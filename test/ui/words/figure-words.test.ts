import { describe, expect, it } from 'vitest'
import { bytesPerSecond, countPerSecond, durationWords, percent } from '../../../client/ui/words/figure-words.ts'
import { bytesPlot, latencyData, latencyPlot, rateData } from '../../../client/ui/lab/figures/plot-description.ts'

describe('figures in words', () => {
  it('have three digits and a unit', () => {
    expect([0, 0.52, 11.34, 250, 3_400, 720_000, 18_720_000].map(durationWords).join(', ')).toBe(
      '0 ms, 0.52 ms, 11.3 ms, 250 ms, 3.4 s, 12 min, 5.2 h',
    )
    expect([0, 412, 3_412, 1_234_567].map(bytesPerSecond)).toEqual(['0 B/s', '412 B/s', '3.41 KB/s', '1.23 MB/s'])
    expect([0, 1.5, 12_345].map(countPerSecond)).toEqual(['0/s', '1.5/s', '12,345/s'])
    expect([0, 0.0123, 1].map(percent)).toEqual(['0 %', '1.2 %', '100 %'])
  })
})

describe('the axes', () => {
  it('of time show one to five whole minutes', () => {
    const { x } = bytesPlot
    expect([null, -3, -61, -299].map((min) => x.range(min, 0)[0])).toEqual([-60, -60, -120, -300])
    expect([null, -3, -61, -299].map((min) => x.range(min, 0)[1])).toEqual([0, 0, 0, 0])
    const labels = (min: number): string | undefined =>
      x
        .splits?.(min, 0)
        .map((value) => x.words(value))
        .join(', ')
    expect(labels(-60)).toBe('−1 min, −45 s, −30 s, −15 s, now')
    expect(labels(-300)).toBe('−5 min, −4 min, −3 min, −2 min, −1 min, now')
  })

  it('of latency have ticks at powers of ten, and not too many', () => {
    const { x, y } = latencyPlot
    const range = { leastMs: 0, mostMs: 1_000 }
    const rows = [
      { pathLength: 1, count: 200, ...range, medianMs: 0, p99Ms: 1_000 },
      { pathLength: 2, count: 7, ...range, medianMs: 10, p99Ms: undefined },
      { pathLength: 3, count: 1, ...range, medianMs: undefined, p99Ms: undefined },
    ]
    expect(latencyData(rows)).toEqual([
      [1, 2, 3],
      [-1, 1, null],
      [3, null, null],
    ])
    expect(y.range(-1, 3)).toEqual([-1, 3])
    expect(y.range(null, null)).toEqual([0, 2])
    expect(y.splits?.(-1, 3).map((value) => y.words(value))).toEqual(['0.1 ms', '1 ms', '10 ms', '100 ms', '1 s'])
    expect(x.splits?.(0.5, 64.5).length).toBeLessThanOrEqual(9)
  })

  it('have the samples by their age', () => {
    const rates = { delivered: 3, bytesIn: 4, bytesOut: 5, accepted: 0, duplicates: 0, duplicateShare: 0 }
    expect(rateData([{ at: 5_000, overMs: 1_000, rates }], 7_000, 'bytesIn', 'bytesOut')).toEqual([[-2], [4], [5]])
  })
})
