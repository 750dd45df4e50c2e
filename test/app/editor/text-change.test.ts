import { array, assert, constantFrom, nat, property } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Doc, type YTextEvent } from 'yjs'
import { changeBetween, type DeltaStep, movedBy } from '../../../client/app/editor/text-change.ts'

/** Few letters, so that texts have much in common; pairs of surrogates with a common first or second half. */
const text = array(constantFrom('a', 'b', '\n', '\u{1F40A}', '\u{1F40B}', '\u{1F80A}')).map((parts) => parts.join(''))

describe('what a person has changed in a text', () => {
  it('is one replacement that leads from one text to the other, and splits no character', () => {
    assert(
      property(text, text, (before, after) => {
        const { index, deleted, inserted } = changeBetween(before, after) ?? { index: 0, deleted: 0, inserted: '' }
        const kept = [before.slice(0, index), before.slice(index + deleted)]
        expect(kept.join(inserted)).toBe(after)
        expect([...kept, inserted].every((part) => part.isWellFormed())).toBe(true)
      }),
    )
  })

  it('is as small as it can be', () => {
    expect(changeBetween('one two', 'one new two')).toEqual({ index: 4, deleted: 0, inserted: 'new ' })
    expect(changeBetween('aaa', 'aa')).toEqual({ index: 2, deleted: 1, inserted: '' })
    expect(changeBetween('same', 'same')).toBeUndefined()
  })
})

describe('a place in a text', () => {
  it('stays between the characters that it was between, or where they have gone', () => {
    assert(
      property(text, text, nat(), (before, after, seed) => {
        const doc = new Doc()
        const shared = doc.getText()
        shared.insert(0, before)
        const place = seed % (before.length + 1)
        let delta: DeltaStep[] = []
        shared.observe((event: YTextEvent) => {
          delta = event.delta
        })
        const change = changeBetween(before, after) ?? { index: 0, deleted: 0, inserted: '' }
        doc.transact(() => {
          shared.delete(change.index, change.deleted)
          shared.insert(change.index, change.inserted)
        })
        const end = change.index + change.deleted
        const moved = movedBy(place, delta)
        if (place <= change.index) expect(moved).toBe(place)
        else if (place > end) expect(after.length - moved).toBe(before.length - place)
        else expect(moved === change.index || moved === change.index + change.inserted.length).toBe(true)
      }),
    )
  })
})
