import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  classPlanText,
  findSeat,
  maxSizeOf,
  parseClassPlan,
  seatName,
  seatUpstreams,
} from '../../../client/app/classroom/class-plan.ts'
import { type ClassPlan, shapes } from '../../../client/app/classroom/class-topology.ts'

const anyPlan: fc.Arbitrary<ClassPlan> = fc
  .constantFrom(...shapes)
  .chain((shape) =>
    fc
      .tuple(fc.integer({ min: 2, max: maxSizeOf(shape) }), fc.integer({ min: 1, max: 999 }))
      .map(([size, seed]) => (shape === 'random' ? { shape, size, seed } : { shape, size })),
  )

const anySeat = anyPlan.chain((plan) => fc.integer({ min: 1, max: plan.size }).map((seat) => ({ plan, seat })))

describe('a class in an address', () => {
  it.each([
    ['ring-12', { shape: 'ring', size: 12 }],
    ['line-2', { shape: 'line', size: 2 }],
    ['star-60', { shape: 'star', size: 60 }],
    ['grid-9', { shape: 'grid', size: 9 }],
    ['mesh-9', { shape: 'mesh', size: 9 }],
    ['random-20-417', { shape: 'random', size: 20, seed: 417 }],
    ['random-20', { shape: 'random', size: 20, seed: 1 }],
  ])('is read: %s', (text, plan) => {
    expect(parseClassPlan(text)).toEqual(plan)
  })

  it.each([
    'ring',
    'ring-',
    'ring-1',
    'ring-61',
    'ring-012',
    'ring-+5',
    'ring-5.0',
    'ring-1e1',
    'ring-12-1',
    'mesh-10',
    'random-20-0',
    'random-20-1000',
    'random-20-',
    'random-20-1-1',
    'Ring-12',
    'torus-12',
    '-12',
    '',
    'ring--12',
    '12',
  ])('is none: %j', (text) => {
    expect(parseClassPlan(text)).toBeUndefined()
  })

  it('parses the texts that it makes', () => {
    fc.assert(
      fc.property(anyPlan, (plan) => {
        expect(parseClassPlan(classPlanText(plan))).toEqual(plan)
      }),
    )
  })
})

describe('a seat', () => {
  it('is found by its name and its upstreams', () => {
    fc.assert(
      fc.property(anySeat, ({ plan, seat }) => {
        const upstreams = seatUpstreams(plan, seat)
        expect(findSeat(seatName(plan, seat), upstreams)).toEqual({ plan, seat })
        expect(findSeat(seatName(plan, seat), upstreams.toReversed())).toEqual({ plan, seat })
      }),
    )
  })

  it('has a name of its own in every class of one network', () => {
    fc.assert(
      fc.property(anySeat, anySeat, (one, other) => {
        fc.pre(JSON.stringify(one) !== JSON.stringify(other))
        expect(seatName(one.plan, one.seat)).not.toBe(seatName(other.plan, other.seat))
      }),
    )
  })

  it.each([
    ['node1', []],
    ['ring-12', []],
    ['ring-12-0', []],
    ['ring-12-13', ['ring-12-12']],
    ['ring-12-07', ['ring-12-6']],
    ['ring-12-7', []],
    ['ring-12-7', ['ring-12-6', 'node1']],
    ['ring-12-7', ['ring-12-5']],
    // `random-20` has the seed 1, but its seats are spelled with it.
    ['random-20-1', []],
    ['', []],
    ['-', []],
  ])('is none: %s with %j', (name, upstreams) => {
    expect(findSeat(name, upstreams)).toBeUndefined()
  })
})
