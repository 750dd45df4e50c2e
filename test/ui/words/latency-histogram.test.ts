import { array, assert, double, property } from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { estimateLatencyMs, histogramLimits, LatencyHistogram } from '../../../client/ui/words/latency-histogram.ts'
import { hopsAlong } from '../fake-network.ts'

/** The exact quantile by nearest rank, from all values. */
const exactQuantile = (values: readonly number[], share: number): number => {
  const sorted = [...values].sort((one, other) => one - other)
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0
}

describe('the latency of a message', () => {
  it('is the sum of the holding times of all nodes and half the round trips of all links', () => {
    expect(estimateLatencyMs([...hopsAlong(['node1'], 2, 10), ...hopsAlong(['node2'], 5, 3)])).toBe(2 + 5 + 5 + 1.5)
    expect(estimateLatencyMs([])).toBe(0)
  })
})

describe('the histogram', () => {
  let histogram: LatencyHistogram

  beforeEach(() => {
    histogram = new LatencyHistogram()
  })

  it('has a row for each path length, the shortest first', () => {
    for (const length of [3, 1, 3, 2, 3]) histogram.add(length, 10 * length)
    expect(histogram.rows().map(({ pathLength, count }) => [pathLength, count])).toEqual([
      [1, 1],
      [2, 1],
      [3, 3],
    ])
  })

  it('gives minimum, maximum, median and p99 within 4 % of the exact values', () => {
    const values = array(double({ min: 0.5, max: 1e9, noNaN: true }), { minLength: 100, maxLength: 300 })
    assert(
      property(values, (latencies) => {
        const histogram = new LatencyHistogram()
        for (const latency of latencies) histogram.add(1, latency)
        const [row] = histogram.rows()
        for (const [given, exact] of [
          [row?.leastMs ?? 0, exactQuantile(latencies, 0)],
          [row?.mostMs ?? 0, exactQuantile(latencies, 1)],
          [row?.medianMs ?? 0, exactQuantile(latencies, 0.5)],
          [row?.p99Ms ?? 0, exactQuantile(latencies, 0.99)],
        ] as const) {
          expect(Math.abs(given / exact - 1)).toBeLessThanOrEqual(0.04)
        }
      }),
    )
  })

  it('gives no median of four messages, and no p99 of ninety-nine', () => {
    for (let count = 0; count < 4; count += 1) histogram.add(1, 9)
    for (let count = 0; count < 99; count += 1) histogram.add(2, 9)
    const [few, many] = histogram.rows()
    expect([few?.medianMs, few?.p99Ms]).toEqual([undefined, undefined])
    expect([many?.medianMs, many?.p99Ms]).toEqual([expect.closeTo(9, 0), undefined])
  })

  it('counts 0 as 0; p99 ignores one outlier in a thousand, but not two in a hundred', () => {
    for (let count = 0; count < 999; count += 1) histogram.add(1, 0)
    histogram.add(1, 5_000)
    expect(histogram.rows()[0]).toMatchObject({ count: 1_000, medianMs: 0, p99Ms: 0 })
    for (let count = 0; count < 98; count += 1) histogram.add(2, 1)
    for (let count = 0; count < 2; count += 1) histogram.add(2, 5_000)
    expect(histogram.rows()[1]?.p99Ms).toBeGreaterThan(4_800)
  })

  it('[P6] keeps at most 64 path lengths', () => {
    for (let length = -5; length < 200; length += 1) histogram.add(length, Infinity)
    const rows = histogram.rows()
    expect(rows).toHaveLength(histogramLimits.pathLengths)
    expect(rows.at(-1)).toMatchObject({ pathLength: 64, count: 200 - 64 })
    expect(rows.every(({ leastMs, mostMs }) => Number.isFinite(leastMs) && Number.isFinite(mostMs))).toBe(true)
    histogram.add(1, NaN)
    expect(histogram.rows()[0]?.count).toBe(2)
  })
})
