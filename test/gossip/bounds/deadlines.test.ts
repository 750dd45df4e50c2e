import { describe, expect, it } from 'vitest'
import { Deadlines } from '../../../client/gossip/bounds/deadlines.ts'
import { createRandom, randomBelow } from '../../../client/node/faults/random.ts'

describe('deadlines', () => {
  it.each([1, 2, 3])('run once each, in the order of their times, however often they move: seed %d', (seed) => {
    const random = createRandom(seed, 'deadlines')
    const deadlines = new Deadlines()
    const dueAt: number[] = Array.from({ length: 40 }, () => Infinity)
    let now = 0
    const ran: number[] = []
    const all = dueAt.map((_, index) =>
      deadlines.create(() => {
        ran.push(index)
        dueAt[index] = Infinity
      }),
    )
    for (let step = 0; step < 3_000; step += 1) {
      const index = randomBelow(random, all.length)
      const at = random() < 0.1 ? Infinity : now + randomBelow(random, 100)
      if (random() < 0.3) {
        all[index]?.setBy(at)
        dueAt[index] = Math.min(dueAt[index] ?? Infinity, at)
      } else {
        all[index]?.set(at)
        dueAt[index] = at
      }
      expect(deadlines.next()).toBe(Math.min(...dueAt))
      if (random() < 0.7) continue
      now += randomBelow(random, 30)
      const due = [...dueAt.keys()].filter((place) => (dueAt[place] ?? Infinity) <= now)
      const times = new Map(due.map((place) => [place, dueAt[place] ?? Infinity]))
      ran.length = 0
      while (deadlines.runFirst(now));
      expect([...ran].sort((one, other) => one - other)).toEqual(due)
      const ranAt = ran.map((place) => times.get(place) ?? Infinity)
      expect(ranAt).toEqual([...ranAt].sort((one, other) => one - other))
    }
  })

  it('may become due anew while they run', () => {
    const deadlines = new Deadlines()
    const ran: number[] = []
    const later = deadlines.create((now) => void ran.push(now))
    const first = deadlines.create(() => later.set(5))
    first.set(3)
    while (deadlines.runFirst(10));
    expect(ran).toEqual([10])
    expect(deadlines.next()).toBe(Infinity)
  })
})
