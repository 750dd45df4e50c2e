import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Entry } from '../../../client/gossip/wire/entry.ts'
import { MirroredEntries } from '../../../client/node/mirror/mirrored-entries.ts'

const entryOf = (author: string, seq: number): Entry => ({
  author,
  peerId: author,
  epoch: '1',
  seq,
  time: 0,
  body: null,
  path: [author],
})

const action = fc.record({
  author: fc.constantFrom('alice', 'bob'),
  seq: fc.integer({ min: 1, max: 30 }),
  isEviction: fc.boolean(),
})

it('mirrored entries keep each log in order, history directly before what follows it, and lose what is evicted', () => {
  fc.assert(
    fc.property(fc.array(action, { maxLength: 80 }), (actions) => {
      const mirrored = new MirroredEntries()
      let model: Entry[] = []
      for (const { author, seq, isEviction } of actions) {
        const entry = entryOf(author, seq)
        if (isEviction) {
          mirrored.evict(entry)
          model = model.filter((held) => held.author !== author || held.seq > seq)
        } else if (!model.some((held) => held.author === author && held.seq === seq)) {
          mirrored.add(entry, [{ name: author as never, heldMs: seq, rttMs: 0 }])
          const next = model.findIndex((held) => held.author === author && held.seq > seq)
          model.splice(next < 0 ? model.length : next, 0, entry)
        }
        expect(mirrored.all().map(({ author: by, seq: at }) => [by, at])).toEqual(
          model.map((held) => [held.author, held.seq]),
        )
        expect(mirrored.size).toBe(model.length)
      }
      for (const held of model) expect(mirrored.hops(held)?.[0]?.heldMs).toBe(held.seq)
      expect(mirrored.hops(entryOf('carol', 1))).toBeUndefined()
    }),
  )
})
