import { expect, it } from 'vitest'
import { TokenBucket } from '../../../signal-server/shared/token-bucket.ts'

const takeAll = (bucket: TokenBucket): number => {
  let taken = 0
  while (bucket.consume()) taken += 1
  return taken
}

it('admits a burst and then the rate', () => {
  let now = 0
  const bucket = new TokenBucket({ burst: 5, perSecond: 2 }, () => now)
  expect(takeAll(bucket)).toBe(5)
  now = 1_000
  expect(takeAll(bucket)).toBe(2)
  now = 1_400
  expect(takeAll(bucket)).toBe(0)
  now = 1_500
  expect(takeAll(bucket)).toBe(1)
})

it('accumulates no more than a burst', () => {
  let now = 0
  const bucket = new TokenBucket({ burst: 5, perSecond: 2 }, () => now)
  takeAll(bucket)
  now = 3_600_000
  expect(takeAll(bucket)).toBe(5)
})

it('consumes nothing for a refused request', () => {
  const bucket = new TokenBucket({ burst: 5, perSecond: 0 }, () => 0)
  expect(bucket.consume(6)).toBe(false)
  expect(bucket.consume(5)).toBe(true)
})
