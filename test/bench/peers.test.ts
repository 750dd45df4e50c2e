import { describe, expect, it } from 'vitest'
import { quantile } from './peers/quantile.ts'
import { describeTable, figureOf } from './peers/report.ts'
import { rowGroups } from './peers/rows.ts'
import { Arrivals } from './peers/tab/arrivals.ts'
import { decodeMessage, encodeMessage } from './peers/tab/message.ts'

const samples = new Map([
  ['raw', [{ ping: 1, flood: 100 }, { ping: 2, flood: 400 }, { ping: 4 }]],
  ['alice', [{ ping: 3, flood: 50 }, { ping: 2, flood: Number.NaN }, { ping: 6 }]],
])

describe('the table of the contestants', () => {
  it('has the median, the extremes, and the median of the ratios to the reference of the same repetition', () => {
    expect(figureOf(samples, 'alice', 'ping')).toEqual({ min: 2, median: 3, max: 6, ratio: 1.5 })
  })

  it('leaves out repetitions without a figure', () => {
    expect(figureOf(samples, 'alice', 'flood')).toEqual({ min: 50, median: 50, max: 50, ratio: 0.5 })
    expect(figureOf(samples, 'alice', 'bundle')).toBeUndefined()
  })

  it('is Markdown with one row per figure that was measured', () => {
    const rows = [
      { id: 'ping', title: 'one hop, ms', digits: 1 },
      { id: 'flood', title: 'messages/s', digits: 0 },
      { id: 'bundle', title: 'bundle, KB', digits: 0 },
    ]
    const contestants = [
      { id: 'raw', title: 'raw relay' },
      { id: 'alice', title: 'Alice' },
    ]
    expect(describeTable(samples, rows, contestants).split('\n')).toEqual([
      '|  | raw relay | Alice |',
      '| --- | --- | --- |',
      '| one hop, ms | 2.0 (1.0–4.0) | **1.50 ×** 3.0 (2.0–6.0) |',
      '| messages/s | 400 (100–400) | **0.50 ×** 50 |',
    ])
  })

  it('has no two rows with one id', () => {
    const ids = rowGroups.flatMap(({ rows }) => rows.map(({ id }) => id))
    expect(new Set(ids).size).toBe(ids.length)
  })
})

describe('a quantile', () => {
  it('spreads values that a coarse clock made equal over the step of the clock', () => {
    expect(quantile([0.3, 0.3, 0.3, 0.3], 0.5)).toBeCloseTo(0.3)
    expect(quantile([0.3, 0.3, 0.3, 0.4], 0.5)).toBeCloseTo(0.25 + (0.1 * 2) / 3)
    expect(quantile([0.1, 0.2, 5, 9], 0.99)).toBeCloseTo(9, 0)
  })

  it('of nothing is no number', () => {
    expect(quantile([], 0.5)).toBeNaN()
  })
})

describe('a message of the benchmark', () => {
  it('carries the time of its sending and its run in a body of the given size', () => {
    const message = encodeMessage(1_700_000_000_000.125, 7, 100)
    expect(message).toHaveLength(100)
    const shifted = new Uint8Array(104)
    shifted.set(message, 4)
    expect(decodeMessage(shifted.subarray(4))).toEqual({ sentAt: 1_700_000_000_000.125, run: 7 })
  })
})

describe('the arrivals of a flood', () => {
  it('give the rate after a warm-up, until the last arrival', () => {
    const arrivals = new Arrivals()
    // One message per millisecond, then one per 4 ms from 400 ms on, when the warm-up ends.
    for (let at = 0; at <= 400; at += 1) arrivals.add(0, 1_000 + at)
    for (let at = 404; at <= 800; at += 4) arrivals.add(0, 1_000 + at)
    expect(arrivals.report()).toMatchObject({ count: 501, perSecond: 250 })
  })

  it('have no rate if all came at once', () => {
    const arrivals = new Arrivals()
    arrivals.add(1, 5)
    expect(arrivals.report()).toEqual({ count: 1, delays: [4], perSecond: 0 })
  })
})
