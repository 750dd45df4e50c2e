import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Entry } from '../../../client/gossip/wire/entry.ts'
import { entryChanges } from '../../../client/ui/shared/entry-changes.ts'
import { MessageRows } from '../../../client/ui/messages/message-rows.ts'
import { fakeEntry } from '../fake-network.ts'

const entryOf = (seq: number): Entry => fakeEntry({ seq, body: `message ${seq}` })

/** Changes of a ledger, step by step: entries are added at the end, and the oldest or any others are removed. */
const histories = fc.array(
  fc.record({ come: fc.nat(5), oldestGo: fc.nat(4), gone: fc.array(fc.nat(20), { maxLength: 2 }) }),
  { minLength: 1, maxLength: 12 },
)

const play = (history: readonly { come: number; oldestGo: number; gone: number[] }[]): (readonly Entry[])[] => {
  let held: readonly Entry[] = []
  let seq = 0
  return history.map(({ come, oldestGo, gone }) => {
    const newest = Array.from({ length: come }, () => entryOf((seq += 1)))
    held = [...held.filter((_, index) => index >= oldestGo && !gone.includes(index)), ...newest]
    return held
  })
}

describe('the changes between two lists of entries', () => {
  it('are the added and the removed entries, whichever were removed', () => {
    fc.assert(
      fc.property(histories, (history) => {
        let before: readonly Entry[] = []
        for (const after of play(history)) {
          const { added, removed } = entryChanges(before, after)
          expect(added).toEqual(after.filter((entry) => !before.includes(entry)))
          expect(removed).toEqual(before.filter((entry) => !after.includes(entry)))
          before = after
        }
      }),
    )
  })
})

describe('the rows', () => {
  it('are those of the held entries that match the filter, each with its original key', () => {
    fc.assert(
      fc.property(histories, fc.boolean(), (history, isFiltered) => {
        const rows = new MessageRows()
        if (isFiltered) rows.filter = { author: '', text: '3' }
        const keys = new Map<Entry, number>()
        for (const held of play(history)) {
          rows.update(held)
          const shown = held.filter(({ body }) => !isFiltered || (typeof body === 'string' && body.includes('3')))
          expect(rows.shown.map(({ entry }) => entry)).toEqual(shown)
          expect(rows.total).toBe(held.length)
          for (const { entry, key } of rows.shown) {
            expect(key).toBe(keys.get(entry) ?? key)
            keys.set(entry, key)
          }
        }
      }),
    )
  })
})
