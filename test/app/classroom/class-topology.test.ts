import { describe, expect, it } from 'vitest'
import { classLimits, maxSizeOf } from '../../../client/app/classroom/class-plan.ts'
import { type ClassPlan, type Shape, shapes, upstreamSeats } from '../../../client/app/classroom/class-topology.ts'
import { addressLimits } from '../../../client/app/address/config.ts'

const planOf = (shape: Shape, size: number, seed = 1): ClassPlan =>
  shape === 'random' ? { shape, size, seed } : { shape, size }

const seatsOf = ({ size }: ClassPlan): readonly number[] => Array.from({ length: size }, (_, index) => index + 1)

const upstreamsOf = (plan: ClassPlan): readonly (readonly number[])[] =>
  seatsOf(plan).map((seat) => upstreamSeats(plan, seat))

const sizesOf = (shape: Shape): readonly number[] =>
  Array.from({ length: maxSizeOf(shape) - classLimits.minSize + 1 }, (_, index) => classLimits.minSize + index)

/** How many links a shape of that size has. */
const links: Record<Shape, (size: number) => number> = {
  line: (size) => size - 1,
  ring: (size) => (size > 2 ? size : 1),
  star: (size) => size - 1,
  grid: (size) => {
    const columns = Math.ceil(Math.sqrt(size))
    return 2 * size - columns - Math.ceil(size / columns)
  },
  mesh: (size) => (size * (size - 1)) / 2,
  random: (size) => 2 * size - 3,
}

describe.each(shapes)('a class as %s', (shape) => {
  const plans = sizesOf(shape).flatMap((size) =>
    (shape === 'random' ? [1, 7, 999] : [1]).map((seed) => planOf(shape, size, seed)),
  )

  it('links each seat to earlier ones only, to none twice, and to no more than an address can name', () => {
    const isFit = (upstreams: readonly number[], seat: number): boolean =>
      new Set(upstreams).size === upstreams.length &&
      upstreams.length <= addressLimits.upstreams &&
      upstreams.every((upstream) => upstream >= 1 && upstream < seat)
    for (const plan of plans) {
      expect(upstreamsOf(plan).filter((upstreams, index) => !isFit(upstreams, index + 1))).toEqual([])
    }
  })

  // With only earlier ones dialled, this is what connects the first so many, however many there are.
  it('connects each seat but the first to an earlier one, so that an incomplete class is connected', () => {
    for (const plan of plans) {
      const lonely = seatsOf(plan).filter((seat) => upstreamSeats(plan, seat).length === 0)
      expect(lonely).toEqual([1])
    }
  })

  it('has the right number of links', () => {
    for (const plan of plans) expect(upstreamsOf(plan).flat()).toHaveLength(links[shape](plan.size))
  })
})

describe('the shapes', () => {
  it('match their names', () => {
    expect(upstreamsOf(planOf('line', 4))).toEqual([[], [1], [2], [3]])
    expect(upstreamsOf(planOf('ring', 4))).toEqual([[], [1], [2], [3, 1]])
    expect(upstreamsOf(planOf('star', 4))).toEqual([[], [1], [1], [1]])
    expect(upstreamsOf(planOf('grid', 6))).toEqual([[], [1], [2], [1], [4, 2], [5, 3]])
    expect(upstreamsOf(planOf('mesh', 4))).toEqual([[], [1], [1, 2], [1, 2, 3]])
  })

  it('close a ring of every size but two', () => {
    expect(upstreamSeats(planOf('ring', 2), 2)).toEqual([1])
    for (const size of [3, 12, 60]) expect(upstreamSeats(planOf('ring', size), size)).toEqual([size - 1, 1])
  })

  it('differ by seed if they are random, and are the same for every tab that knows it', () => {
    const drawn = [1, 2, 3, 4, 5].map((seed) => JSON.stringify(upstreamsOf(planOf('random', 20, seed))))
    expect(new Set(drawn).size).toBe(5)
    expect(JSON.stringify(upstreamsOf(planOf('random', 20, 1)))).toBe(drawn[0])
    // Pinned: pages of two versions must agree on it.
    expect(upstreamsOf(planOf('random', 6, 7))).toEqual([[], [1], [1, 2], [1, 2], [1, 3], [1, 3]])
  })

  it('spread the links of a random network over its seats', () => {
    const upstreams = upstreamsOf(planOf('random', 60, 1))
    const degrees = upstreams.map(
      (dialled, index) => dialled.length + upstreams.flat().filter((upstream) => upstream === index + 1).length,
    )
    expect(Math.max(...degrees)).toBeLessThan(16)
  })
})
