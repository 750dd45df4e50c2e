import { describe, expect, it } from 'vitest'
import type { Entry } from '../../client/gossip/entry.ts'
import { pickAfter, pickWindow, windowLimits } from '../../client/ui/message-window.ts'

const limit = windowLimits.entriesInView

const entries = (count: number): readonly Entry[] =>
  Array.from({ length: count }, (_, index) => ({
    author: 'alice',
    peerId: 'a'.repeat(43),
    epoch: '1-0123456789abcdef',
    seq: index + 1,
    time: 0,
    body: '',
    path: ['alice'],
  }))

describe('the window of messages', () => {
  it('is all of them while they are few', () => {
    expect(pickWindow(entries(0))).toEqual({ start: 0, end: 0 })
    expect(pickWindow(entries(limit))).toEqual({ start: 0, end: limit })
  })

  it('is the newest of many', () => {
    expect(pickWindow(entries(limit + 7))).toEqual({ start: 7, end: limit + 7 })
  })

  it('stays where a reader scrolled up, and never grows past the limit', () => {
    const many = entries(3 * limit)
    expect(pickWindow(many, many[100])).toEqual({ start: 100, end: 100 + limit })
  })

  it('lets new ones in below while there is room', () => {
    const few = entries(limit - 1)
    expect(pickWindow(few, few[0])).toEqual({ start: 0, end: limit - 1 })
  })

  it('is the newest again when what the reader held on to is gone', () => {
    const [gone] = entries(1)
    expect(pickWindow(entries(limit + 5), gone)).toEqual({ start: 5, end: limit + 5 })
  })

  it('tells what came after an entry', () => {
    const five = entries(5)
    expect(pickAfter(five, five[2])).toEqual(five.slice(3))
    expect(pickAfter(five, undefined)).toEqual(five)
  })
})
