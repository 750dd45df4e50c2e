import { bytesPerSecond, countPerSecond, durationWords, percent } from '../../words/figure-words.ts'
import type { LatencyRow } from '../../words/latency-histogram.ts'
import { keptMs, type RateKey, type RateSample } from './rate-record.ts'

type Range = [min: number, max: number]

interface PlotAxis {
  /** What is shown, from the least and the greatest value; both are null where there are no values. */
  range(min: number | null, max: number | null): Range
  /** Where there are lines and words; left to the plot if absent. */
  readonly splits?: (min: number, max: number) => number[]
  words(value: number): string
}

/** How a plot looks; a constant, so that new data does not make a new plot. */
export interface PlotDescription {
  readonly series: readonly { readonly paint: 'first' | 'second'; readonly hasPoints: boolean }[]
  readonly x: PlotAxis
  readonly y: PlotAxis
}

/** The x values, then the y values of each series; null where there is none. */
export type PlotData = readonly (readonly (number | null)[])[]

const one = { paint: 'first', hasPoints: false } as const
const other = { paint: 'second', hasPoints: false } as const

const secondsKept = keptMs / 1_000

/** Whole minutes, as many as there are samples for: the first minute fills the plot. */
const ago: PlotAxis = {
  range: (min) => [-Math.min(secondsKept, Math.max(60, Math.ceil(-(min ?? 0) / 60) * 60)), 0],
  splits: (min) => {
    const step = min < -60 ? 60 : 15
    return Array.from({ length: -min / step + 1 }, (_, index) => min + index * step)
  },
  words: (seconds) => {
    if (seconds === 0) return 'now'
    return seconds % 60 === 0 ? `−${-seconds / 60} min` : `−${-seconds} s`
  },
}

/** From 0 to a tenth above the greatest, but to `least` at least: a flat line at 0 is at the bottom. */
const upwards = (least: number, words: (value: number) => string): PlotAxis => ({
  range: (_min, max) => [0, Math.max(least, (max ?? 0) * 1.1)],
  words,
})

export const deliveredPlot: PlotDescription = { series: [one], x: ago, y: upwards(2, countPerSecond) }
export const bytesPlot: PlotDescription = { series: [one, other], x: ago, y: upwards(200, bytesPerSecond) }
export const duplicatesPlot: PlotDescription = { series: [one], x: ago, y: upwards(0.02, percent) }

/** `now` on the clock of the samples. */
export const rateData = (samples: readonly RateSample[], now: number, ...keys: readonly RateKey[]): PlotData => [
  samples.map(({ at }) => (at - now) / 1_000),
  ...keys.map((key) => samples.map(({ rates }) => rates[key])),
]

/** Latencies run from a millisecond to the hours that a message waited for a link: plotted are powers of ten. */
export const latencyPlot: PlotDescription = {
  series: [
    { paint: 'first', hasPoints: true },
    { paint: 'second', hasPoints: true },
  ],
  x: {
    range: (min, max) => [Math.min(0.5, (min ?? 1) - 0.5), Math.max(3.5, (max ?? 1) + 0.5)],
    splits: (min, max) => wholeNumbers(Math.ceil(min), Math.floor(max), 8),
    words: (pathLength) => (pathLength === 1 ? '1 link' : String(pathLength)),
  },
  y: {
    range: (min, max) => [Math.floor(min ?? 0), Math.max(Math.floor(min ?? 0) + 2, Math.ceil(max ?? 0))],
    splits: (min, max) => wholeNumbers(min, max, 6),
    words: (power) => durationWords(10 ** power),
  },
}

/** The least that the axis shows, milliseconds; 0 has no power of ten. */
const leastShownMs = 0.1

export const latencyData = (rows: readonly LatencyRow[]): PlotData => [
  rows.map(({ pathLength }) => pathLength),
  rows.map(({ medianMs }) => powerOf(medianMs)),
  rows.map(({ p99Ms }) => powerOf(p99Ms)),
]

const powerOf = (ms: number | undefined): number | null =>
  ms === undefined ? null : Math.log10(Math.max(leastShownMs, ms))

/** All from `first` to `last`, or each second, third … of them so that there are at most so many. */
const wholeNumbers = (first: number, last: number, atMost: number): number[] => {
  const step = Math.max(1, Math.ceil((last - first + 1) / atMost))
  return Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, index) => first + index * step)
}
