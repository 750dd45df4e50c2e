import { describe, expect, it } from 'vitest'
import { type HistoryEvent, checkSetFull } from './set-full.ts'

const broadcast = (value: number, atMs: number): HistoryEvent[] => [
  { type: 'broadcast', op: value, value, atMs },
  { type: 'broadcast-ok', op: value, value, atMs },
]

let reads = 1_000
const read = (atMs: number, ...values: number[]): HistoryEvent[] => {
  reads += 1
  return [
    { type: 'read', op: reads, atMs },
    { type: 'read-ok', op: reads, atMs, values: new Set(values) },
  ]
}

describe('checkSetFull', () => {
  it('calls a value stable at once if every later read sees it', () => {
    const result = checkSetFull([...broadcast(0, 10), ...read(20, 0), ...read(30, 0)])
    expect(result).toMatchObject({ lost: [], stale: [], neverRead: [], stableCount: 1, stableLatencies: { '0.5': 0 } })
  })

  it('measures the stable latency from when a value is known to the last read that misses it', () => {
    const result = checkSetFull([...broadcast(0, 10), ...read(20), ...read(462.5), ...read(470, 0)])
    expect(result).toMatchObject({ lost: [], stale: [0], stableLatencies: { '1': 452 } })
  })

  it('calls a value lost if the last read misses it', () => {
    const result = checkSetFull([...broadcast(0, 10), ...read(20, 0), ...read(30)])
    expect(result).toMatchObject({ lost: [0], stale: [], stableCount: 0, stableLatencies: {} })
  })

  it('calls a value lost if no read has ever seen it', () => {
    expect(checkSetFull([...broadcast(0, 10), ...read(20)]).lost).toEqual([0])
  })

  it('calls a value never read if it was published after the last read began', () => {
    const result = checkSetFull([...read(5), ...broadcast(0, 10)])
    expect(result).toMatchObject({ lost: [], neverRead: [0], stableCount: 0 })
  })

  it('calls a value never read if it was not acknowledged and not seen', () => {
    expect(checkSetFull([{ type: 'broadcast', op: 1, value: 0, atMs: 1 }, ...read(5)])).toMatchObject({
      lost: [],
      neverRead: [0],
    })
  })

  it('does not count a miss before the broadcast of the value has ended', () => {
    const result = checkSetFull([
      { type: 'broadcast', op: 1, value: 0, atMs: 1 },
      ...read(5),
      { type: 'broadcast-ok', op: 1, value: 0, atMs: 9 },
    ])
    expect(result).toMatchObject({ lost: [], neverRead: [0] })
  })

  it('knows a value from the first read that sees it, before its broadcast ends', () => {
    const result = checkSetFull([
      { type: 'broadcast', op: 1, value: 0, atMs: 1 },
      ...read(5, 0),
      ...read(7),
      { type: 'broadcast-ok', op: 1, value: 0, atMs: 9 },
      ...read(10, 0),
    ])
    expect(result).toMatchObject({ stale: [0], stableLatencies: { '1': 2 } })
  })

  it('orders reads by when they began, not by when they ended', () => {
    const result = checkSetFull([
      ...broadcast(0, 0),
      { type: 'read', op: 1, atMs: 10 },
      ...read(20, 0),
      { type: 'read-ok', op: 1, atMs: 30, values: new Set() },
    ])
    expect(result).toMatchObject({ lost: [], stale: [0], stableLatencies: { '1': 10 } })
  })

  it('chooses as the last miss the read that began last, even if another read ended later', () => {
    const result = checkSetFull([
      ...broadcast(0, 0),
      { type: 'read', op: 1, atMs: 10 },
      ...read(20),
      { type: 'read-ok', op: 1, atMs: 30, values: new Set() },
      ...read(40, 0),
    ])
    expect(result.stableLatencies['1']).toBe(20)
  })

  it('computes quantiles as Jepsen does: the value at the index count × point, without its fraction', () => {
    const history = [0, 1, 2, 3].flatMap((value) => broadcast(value, 0))
    const result = checkSetFull([
      ...history,
      ...read(10, 0),
      ...read(20, 0, 1),
      ...read(30, 0, 1, 2),
      ...read(40, 0, 1, 2, 3),
    ])
    expect(result.stableLatencies).toEqual({ '0': 0, '0.5': 20, '0.95': 30, '0.99': 30, '1': 30 })
  })
})
