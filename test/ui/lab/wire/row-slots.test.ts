import { describe, expect, it } from 'vitest'
import { RowSlots } from '../../../../client/ui/lab/wire/row-slots.ts'

const shownBy = (slots: RowSlots, ids: readonly number[]): number[] => {
  slots.show(ids)
  return ids.map((id) => slots.of(id))
}

describe('the elements of a sliding list', () => {
  it('belong to a row while it is in the list, and then to a new row', () => {
    const slots = new RowSlots()
    const [first, second, third] = shownBy(slots, [1, 2, 3])
    expect(shownBy(slots, [2, 3, 4])).toEqual([second, third, first])
    expect(shownBy(slots, [2, 4])).toEqual([second, first])
  })

  it('never belong to two rows, however the list changes', () => {
    const slots = new RowSlots()
    for (const ids of [[1, 2, 3], [4, 5, 6, 7], [], [6, 7], [1, 6, 7, 8, 9]]) {
      expect(new Set(shownBy(slots, ids)).size).toBe(ids.length)
    }
  })
})
