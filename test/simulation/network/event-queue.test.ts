import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EventQueue } from './event-queue.ts'

const drain = <Item>(queue: EventQueue<Item>): (Item | undefined)[] => {
  const items: (Item | undefined)[] = []
  while (queue.size > 0) items.push(queue.pop())
  return items
}

describe('EventQueue', () => {
  it('gives the earliest item first, and items of the same time in the order of insertion', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 300 }), (times) => {
        const queue = new EventQueue<{ at: number; order: number }>()
        for (const [order, at] of times.entries()) queue.push(at, { at, order })
        // A stable sort keeps the order of equal times.
        const sorted = times.map((at, order) => ({ at, order })).sort((one, other) => one.at - other.at)
        expect(drain(queue)).toEqual(sorted)
      }),
    )
  })

  it('keeps that order when items are added while others are removed', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.integer({ min: 0, max: 9 })), { maxLength: 300 }), (steps) => {
        const queue = new EventQueue<[number, number]>()
        let waiting: [number, number][] = []
        for (const [order, at] of steps.entries()) {
          if (at === null) {
            const [next] = waiting.toSorted((one, other) => one[0] - other[0] || one[1] - other[1])
            expect(queue.nextAt()).toBe(next?.[0] ?? Infinity)
            expect(queue.pop()).toEqual(next)
            waiting = waiting.filter((item) => item !== next)
          } else {
            const item: [number, number] = [at, order]
            queue.push(at, item)
            waiting.push(item)
          }
        }
      }),
    )
  })

  it('grows beyond its initial capacity', () => {
    const queue = new EventQueue<number>()
    for (let item = 5_000; item > 0; item -= 1) queue.push(item, item)
    expect(drain(queue)).toEqual(Array.from({ length: 5_000 }, (_, index) => index + 1))
  })

  it('gives nothing when it is empty', () => {
    const queue = new EventQueue<number>()
    expect(queue.nextAt()).toBe(Infinity)
    expect(queue.pop()).toBeUndefined()
  })
})
