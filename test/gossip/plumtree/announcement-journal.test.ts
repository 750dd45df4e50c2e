import { expect, it } from 'vitest'
import { AnnouncementJournal } from '../../../client/gossip/plumtree/announcement-journal.ts'
import type { LogId } from '../../../client/gossip/wire/block.ts'
import { createRandom, randomBelow } from '../../../client/node/faults/random.ts'

it.each([1, 2, 3])(
  'every neighbour is told the newest head of each log once, whenever it reads [A1]: seed %d',
  (seed) => {
    const random = createRandom(seed, 'journal')
    const journal = new AnnouncementJournal()
    const heights = new Map<LogId, number>()
    const neighbours = Array.from({ length: 4 }, () => ({ cursor: journal.end, told: new Map<LogId, number>() }))
    const read = (neighbour: (typeof neighbours)[number], most: number): void => {
      const { heads, cursor } = journal.after(neighbour.cursor, most, () => false)
      expect(heads.length).toBeLessThanOrEqual(most)
      for (const { log, height } of heads) {
        expect(neighbour.told.get(log) ?? 0).toBeLessThan(height)
        neighbour.told.set(log, height)
      }
      neighbour.cursor = cursor
    }
    for (let step = 0; step < 3_000; step += 1) {
      const log = `log ${randomBelow(random, 20)}` as LogId
      heights.set(log, (heights.get(log) ?? 0) + 1)
      journal.add(log, heights.get(log) ?? 0)
      const neighbour = neighbours[randomBelow(random, neighbours.length)]
      if (neighbour && random() < 0.3) read(neighbour, 1 + randomBelow(random, 8))
      if (random() < 0.05) journal.trim(Math.min(...neighbours.map(({ cursor }) => cursor)))
    }
    for (const neighbour of neighbours) {
      while (neighbour.cursor < journal.end) read(neighbour, 5)
      expect(neighbour.told).toEqual(heights)
    }
  },
)
