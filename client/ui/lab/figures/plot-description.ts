import { bytesPerSecond, countPerSecond, durationWords, percent } from '../../words/figure-words.ts'
import type { LatencyRow } from '../../words/latency-histogram.ts'
import { keptMs, type RateKey, type RateSample } from './rate-record.ts'

type Range = [min: number, max: number]

interface PlotAxis {
  /** The range to show, from the least and the greatest value; both are null if there are no values. */
  range(min: number | null, max: number | null): Range
  /** Where grid lines and labels are; if absent, the plot chooses. */
  readonly splits?: (min: number, max: number) => number[]
  words(value: number): string
}

/** How a plot looks. It is a constant, so that new data does not create a new plot. */
export interface PlotDescription {
  readonly series: readonly { readonly paint: 'first' | 'second'; readonly hasPoints: boolean }[]
  readonly x: PlotAxis
  readonly y: PlotAxis
}

/** The x values, then the y values of each series; null marks a missing value. */
export type PlotData = readonly (readonly (number | null)[])[]

const firstSeries = { paint: 'first', hasPoints: false } as const
const secondSeries = { paint: 'second', hasPoints: false } as const

const secondsKept = keptMs / 1_000

/** Whole minutes, as many as the samples cover; during the first minute the axis shows one minute. */
const timeAxis: PlotAxis = {
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

/** From 0 to a tenth above the greatest value, and at least to `least`, so that a flat line at 0 lies at the bottom. */
const valueAxis = (least: number, words: (value: number) => string): PlotAxis => ({
  range: (_min, max) => [0, Math.max(least, (max ?? 0) * 1.1)],
  words,
})

export const deliveredPlot: PlotDescription = { series: [firstSeries], x: timeAxis, y: valueAxis(2, countPerSecond) }
export const bytesPlot: PlotDescription = {
  series: [firstSeries, secondSeries],
  x: timeAxis,
  y: valueAxis(200, bytesPerSecond),
}
export const duplicatesPlot: PlotDescription = { series: [firstSeries], x: timeAxis, y: valueAxis(0.02, percent) }

/** `now` is a time on the clock of the samples. */
export const rateData = (samples: readonly RateSample[], now: number, ...keys: readonly RateKey[]): PlotData => [
  samples.map(({ at }) => (at - now) / 1_000),
  ...keys.map((key) => samples.map(({ rates }) => rates[key])),
]

/** Plots powers of ten: latencies range from a millisecond to the hours for which a message waited for a link. */
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

/** The least value that the axis shows, in milliseconds: 0 is no power of ten. */
const leastShownMs = 0.1

export const latencyData = (rows: readonly LatencyRow[]): PlotData => [
  rows.map(({ pathLength }) => pathLength),
  rows.map(({ medianMs }) => powerOf(medianMs)),
  rows.map(({ p99Ms }) => powerOf(p99Ms)),
]

const powerOf = (ms: number | undefined): number | null =>
  ms === undefined ? null : Math.log10(Math.max(leastShownMs, ms))

/** All numbers from `first` to `last`; if they are more than `atMost`, only each second, third … of them. */
const wholeNumbers = (first: number, last: number, atMost: number): number[] => {
  const step = Math.max(1, Math.ceil((last - first + 1) / atMost))
  return Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, index) => first + index * step)
}
