import { describe, expect, it } from 'vitest'
import { FairRate } from '../../../client/gossip/bounds/fair-rate.ts'

/** How many of so many pieces of 10 the sender may send at once. */
const spend = (rate: FairRate<string>, sender: string, pieces: number, now: number): number =>
  Array.from({ length: pieces }, () => rate.spend(sender, 10, now)).filter((isAdmitted) => isAdmitted).length

describe('[P6] a rate that senders share [E4]', () => {
  it('gives one sender all of it, and one that begins later in the same second an equal share', () => {
    const rate = new FairRate<string>(1_000)
    expect(spend(rate, 'mallory', 200, 0)).toBe(100)
    expect(spend(rate, 'alice', 100, 500)).toBe(50)
    expect(spend(rate, 'mallory', 1, 999)).toBe(0)
  })

  it('keeps for each sender what it sent in the second before, so the sum stays within the rate', () => {
    const rate = new FairRate<string>(1_000)
    expect(spend(rate, 'alice', 20, 0)).toBe(20)
    expect(spend(rate, 'mallory', 200, 1_000)).toBe(75)
    expect(spend(rate, 'alice', 25, 1_500)).toBe(25)
    expect(spend(rate, 'mallory', 1, 1_999)).toBe(0)
    expect(spend(rate, 'mallory', 200, 9_000)).toBe(100)
  })
})
