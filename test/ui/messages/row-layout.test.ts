import { describe, expect, it } from 'vitest'
import { guessedHeightPx, type MessageRow } from '../../../client/ui/messages/message-rows.ts'
import { RowLayout } from '../../../client/ui/messages/row-layout.ts'
import { FakeNode } from '../fake-node.ts'

const entry = new FakeNode().deliver({ body: 'text' })
const guessPx = guessedHeightPx(1)
const rowsOf = (count: number, shape = 1): readonly MessageRow[] =>
  Array.from({ length: count }, (_, index) => ({ key: index + 1, place: index + 1, entry, shape, isHistory: false }))

const layoutOf = (count: number): RowLayout => {
  const layout = new RowLayout()
  layout.rows = rowsOf(count)
  return layout
}

describe('the layout of rows', () => {
  it('begins each row at the end of the previous row', () => {
    const layout = layoutOf(100)
    expect(layout.measure(10, 200)).toBe(true)
    expect(layout.measure(10, 200)).toBe(false)
    expect([layout.startOf(10), layout.startOf(11)]).toEqual([10 * guessPx, 10 * guessPx + 200])
    expect(layout.startOf(100)).toBe(99 * guessPx + 200)
  })

  it('estimates the height of a row from the latest measured row of its shape', () => {
    const layout = layoutOf(3)
    layout.measure(0, 100)
    layout.learnShape(0)
    expect(layout.startOf(3)).toBe(300)
    layout.clear()
    expect(layout.startOf(3)).toBe(3 * guessPx)
  })

  it('finds the rows in view, and some on each side', () => {
    const layout = layoutOf(100)
    expect(layout.range(20 * guessPx, 25 * guessPx - 1, 2)).toEqual({ start: 18, end: 27 })
    expect(layout.range(0, 1, 2)).toEqual({ start: 0, end: 3 })
    expect(layout.range(1e9, 1e9 + 1, 2)).toEqual({ start: 97, end: 100 })
    expect(layoutOf(0).range(0, 640, 2)).toEqual({ start: 0, end: 0 })
  })

  it('keeps heights by key when rows are removed, until they are forgotten', () => {
    const layout = layoutOf(3)
    const [first, ...rest] = rowsOf(3)
    layout.measure(1, 200)
    layout.rows = rest
    expect(layout.startOf(1)).toBe(200)
    if (rest[0]) layout.forget(rest[0])
    layout.rows = first ? [first, ...rest] : rest
    expect(layout.startOf(3)).toBe(3 * guessPx)
  })
})
