import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Entry } from '../../../client/gossip/wire/entry.ts'
import { entryChanges } from '../../../client/ui/shared/entry-changes.ts'
import { MessageRows } from '../../../client/ui/messages/message-rows.ts'
import { fakeEntry } from '../fake-network.ts'

interface Step {
  /** The logs of new entries at the end. */
  readonly come: readonly number[]
  /** For some logs, how many entries come directly before the oldest held one. */
  readonly older: readonly { readonly log: number; readonly count: number }[]
  readonly oldestGo: number
  /** Places of other entries that go. */
  readonly gone: readonly number[]
}

const logs = 3

/** Changes of a ledger, step by step. */
const steps = fc.array(
  fc.record({
    come: fc.array(fc.nat(logs - 1), { maxLength: 5 }),
    older: fc.array(fc.record({ log: fc.nat(logs - 1), count: fc.integer({ min: 1, max: 4 }) }), { maxLength: 2 }),
    oldestGo: fc.nat(4),
    gone: fc.array(fc.nat(20), { maxLength: 2 }),
  }),
  { minLength: 1, maxLength: 12 },
)

/** The held entries after each step, and the entries that came as history, if they came in a step of their own. */
const play = (
  changes: readonly Step[],
): { readonly held: readonly Entry[]; readonly history: ReadonlySet<Entry> }[] => {
  let held: readonly Entry[] = []
  const history = new Set<Entry>()
  const newest = Array.from({ length: logs }, () => 1_000)
  const oldest = Array.from({ length: logs }, () => 1_000)
  const entryOf = (log: number, seq: number): Entry => fakeEntry({ author: `node${log}`, seq, body: `message ${seq}` })
  return changes.map(({ come, older, oldestGo, gone }) => {
    const stays = held.filter((_, index) => index >= oldestGo && !gone.includes(index))
    held = [...stays, ...come.map((log) => entryOf(log, (newest[log] = (newest[log] ?? 0) + 1)))]
    for (const { log, count } of older) {
      const place = held.findIndex(({ author }) => author === `node${log}`)
      if (place < 0) continue
      const first = (oldest[log] ?? 0) - count
      const entries = Array.from({ length: count }, (_, index) => entryOf(log, first + index))
      oldest[log] = first
      held = held.toSpliced(place, 0, ...entries)
      for (const entry of entries) history.add(entry)
    }
    return { held, history: new Set(history) }
  })
}

const hasThree = ({ body }: Entry): boolean => typeof body === 'string' && body.includes('3')

describe('the changes between two lists of entries', () => {
  it('are the added and the removed entries, whichever were removed and wherever they were added', () => {
    fc.assert(
      fc.property(steps, (changes) => {
        let before: readonly Entry[] = []
        for (const { held: after } of play(changes)) {
          const { added, removed, isAppended } = entryChanges(before, after)
          expect(added).toEqual(after.filter((entry) => !before.includes(entry)))
          expect(removed).toEqual(before.filter((entry) => !after.includes(entry)))
          if (isAppended) expect(after.slice(after.length - added.length)).toEqual(added)
          before = after
        }
      }),
    )
  })
})

describe('the rows', () => {
  it('are those of the held entries that match the filter, in their order, each with its original key', () => {
    fc.assert(
      fc.property(steps, fc.boolean(), (changes, isFiltered) => {
        const rows = new MessageRows()
        if (isFiltered) rows.filter = { author: '', text: '3' }
        const matches = (entry: Entry): boolean => !isFiltered || hasThree(entry)
        const keys = new Map<Entry, number>()
        let before: readonly Entry[] = []
        for (const { held, history } of play(changes)) {
          const { version } = rows
          const { added, removed } = rows.update(held, (entry) => history.has(entry))
          expect(rows.shown.map(({ entry }) => entry)).toEqual(held.filter(matches))
          expect(rows.total).toBe(held.length)
          expect(added.map(({ entry }) => entry)).toEqual(
            held.filter((entry) => matches(entry) && !before.includes(entry)),
          )
          expect(removed.map(({ entry }) => entry)).toEqual(before.filter((entry) => !held.includes(entry)))
          if (added.length > 0) expect(rows.version).toBeGreaterThan(version)
          for (const { entry, key, isHistory } of rows.shown) {
            if (!keys.has(entry)) expect([...keys.values()]).not.toContain(key)
            expect(key).toBe(keys.get(entry) ?? key)
            keys.set(entry, key)
            expect(isHistory).toBe(history.has(entry))
          }
          const places = rows.shown.map(({ place }) => place)
          expect(places).toEqual([...new Set(places)].sort((one, other) => one - other))
          before = held
        }
      }),
    )
  })

  it('that came since a moment are counted without history, whichever match the filter', () => {
    fc.assert(
      fc.property(steps, fc.nat(12), fc.boolean(), (changes, moment, isFiltered) => {
        const rows = new MessageRows()
        if (isFiltered) rows.filter = { author: '', text: '3' }
        let [key, known]: [number, readonly Entry[]] = [0, []]
        for (const [index, { held, history }] of play(changes).entries()) {
          rows.update(held, (entry) => history.has(entry))
          if (index <= moment) [key, known] = [rows.lastKey, held]
          const news = held.filter((entry) => !history.has(entry) && !known.includes(entry))
          expect(rows.newsSince(key)).toBe(isFiltered ? news.filter(hasThree).length : news.length)
        }
      }),
    )
  })

  it('give a removed row a place directly before the row that followed it', () => {
    const [one, two, three, four, five] = [1, 2, 3, 4, 5].map((seq) => fakeEntry({ seq }))
    const history = [fakeEntry({ author: 'node2', seq: 1 }), fakeEntry({ author: 'node2', seq: 2 })]
    const rows = new MessageRows()
    const held = [one, two, three, four, five].filter((entry) => entry !== undefined)
    rows.update(held, () => false)
    const { removed } = rows.update([...held.slice(0, 1), ...history, ...held.slice(3, 4)], () => false)
    const [, , , kept] = rows.shown
    expect(kept?.entry).toBe(four)
    expect(removed.map(({ entry }) => entry)).toEqual([two, three, five])
    const isBetween = (place: number, low = 0, high = Infinity): boolean => place > low && place < high
    const [first, second, last] = removed.map(({ place }) => place)
    expect(isBetween(first ?? 0, rows.shown[2]?.place, kept?.place)).toBe(true)
    expect(isBetween(second ?? 0, rows.shown[2]?.place, kept?.place)).toBe(true)
    expect(last).toBeGreaterThan(kept?.place ?? Infinity)
  })
})
