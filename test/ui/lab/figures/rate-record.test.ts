import { beforeEach, describe, expect, it } from 'vitest'
import { keptMs, RateRecord } from '../../../../client/ui/lab/figures/rate-record.ts'

const counters = (delivered: number, bytesReceived = 0, bytesSent = 0, duplicates = 0, accepted = 0) =>
  ({ delivered, bytesReceived, bytesSent, duplicates, accepted }) as const

describe('rates', () => {
  let record: RateRecord

  beforeEach(() => {
    record = new RateRecord()
  })

  it('are the differences of the counters, divided by the time between samples', () => {
    record.sample(0, counters(100, 5_000, 7_000, 3, 40))
    expect(record.samples).toEqual([])
    expect(record.summary('delivered')).toBeUndefined()
    record.sample(1_000, counters(110, 5_500, 7_100, 8, 43))
    expect(record.samples[0]?.rates).toEqual({
      delivered: 10,
      bytesIn: 500,
      bytesOut: 100,
      accepted: 3,
      duplicates: 5,
      duplicateShare: 5 / 8,
    })
  })

  it('are averages over the elapsed time if a tab samples late', () => {
    record.sample(0, counters(0))
    record.sample(4_000, counters(40))
    expect(record.samples[0]).toMatchObject({ overMs: 4_000, rates: { delivered: 10 } })
  })

  it('are summarized as now, the last minute weighted by duration, and the peak', () => {
    record.sample(0, counters(0))
    // 1,000 messages in one second, which at the end is more than a minute ago.
    record.sample(1_000, counters(1_000))
    let delivered = 1_000
    for (let second = 2; second <= 91; second += 1) {
      delivered += second > 61 ? 20 : 10
      record.sample(second * 1_000, counters(delivered))
    }
    expect(record.summary('delivered')).toEqual({ now: 20, lastMinute: 15, peak: 1_000 })
    record.sample(151_000, counters(delivered + 60))
    expect(record.summary('delivered')?.lastMinute).toBe(1)
  })

  it('have a duplicate share of 0 if no block came, and of 1 if all blocks were duplicates', () => {
    record.sample(0, counters(5))
    record.sample(1_000, counters(5))
    expect(record.summary('duplicateShare')).toEqual({ now: 0, lastMinute: 0, peak: 0 })
    record.sample(2_000, counters(5, 0, 0, 4))
    expect(record.summary('duplicateShare')).toEqual({ now: 1, lastMinute: 1, peak: 1 })
  })

  it('ignore a clock that stands still', () => {
    record.sample(5, counters(0))
    record.sample(5, counters(10))
    record.sample(1_005, counters(10))
    expect(record.samples.map(({ rates }) => rates.delivered)).toEqual([10])
  })

  it('[P6] are kept for five minutes', () => {
    for (let second = 0; second <= 1_000; second += 1) record.sample(second * 1_000, counters(second))
    expect(record.samples).toHaveLength(keptMs / 1_000)
    record.sample(1_000_000 + keptMs, counters(1_001))
    expect(record.samples).toHaveLength(1)
    for (let tenth = 1; tenth <= 5_000; tenth += 1) record.sample(2_000_000 + tenth * 100, counters(2_000))
    expect(record.samples.length).toBeLessThanOrEqual(keptMs / 1_000)
  })
})
