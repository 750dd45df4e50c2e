import { describe, expect, it } from 'vitest'
import { gossipLimits } from '../../../client/gossip/bounds/limits.ts'
import { RoundTrips } from '../../../client/gossip/links/round-trips.ts'

const measured = (...samples: readonly (readonly [ms: number, lateMs: number])[]): RoundTrips => {
  const roundTrips = new RoundTrips(gossipLimits)
  for (const [ms, lateMs] of samples) roundTrips.add(ms, lateMs)
  return roundTrips
}

describe('the round trips of a link', () => {
  it('are unknown until the first answer', () => {
    expect(measured().figures).toBeUndefined()
    expect(measured().typicalMs).toBeUndefined()
  })

  it('have the latest, the least and the greatest of the last measurements', () => {
    const { figures } = measured([12, 0], [2, 0], [5, 0], [3, 0])
    expect(figures).toEqual({ latestMs: 3, leastMs: 2, mostMs: 12, count: 4, isBusy: false })
  })

  it('leave out those that waited in this tab, and show this while the latest one waited', () => {
    const roundTrips = measured([2, 0], [800, 790])
    expect(roundTrips.figures).toEqual({ latestMs: 2, leastMs: 2, mostMs: 2, count: 1, isBusy: true })
    roundTrips.add(3, 0)
    expect(roundTrips.figures).toEqual({ latestMs: 3, leastMs: 2, mostMs: 3, count: 2, isBusy: false })
  })

  it('show a busy start only until the first answer that did not wait', () => {
    const roundTrips = measured([900, 850], [800, 790])
    expect(roundTrips.figures).toEqual({ latestMs: 800, leastMs: 800, mostMs: 900, count: 2, isBusy: true })
    roundTrips.add(2, 0)
    expect(roundTrips.figures).toEqual({ latestMs: 2, leastMs: 2, mostMs: 2, count: 1, isBusy: false })
  })

  it('forget the oldest measurements', () => {
    const many = Array.from({ length: gossipLimits.roundTripSamples }, () => [4, 0] as const)
    expect(measured([700, 0], ...many).figures).toMatchObject({ mostMs: 4, count: gossipLimits.roundTripSamples })
  })

  it('have a median, the typical value, which one slow answer does not change', () => {
    expect(measured([3, 0], [2, 0], [600, 0], [4, 0], [2, 0]).typicalMs).toBe(3)
  })
})
