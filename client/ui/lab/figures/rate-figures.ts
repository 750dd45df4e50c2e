import { bytesPerSecond, countPerSecond, percent } from '../../words/figure-words.ts'
import { bytesPlot, deliveredPlot, duplicatesPlot, type PlotDescription } from './plot-description.ts'
import type { RateKey } from './rate-record.ts'

/** One row of a figure's table. */
export interface RateLine {
  readonly key: RateKey
  readonly name: string
  readonly words: (value: number) => string
  /** The line in the plot; absent if this figure is not plotted. */
  readonly paint?: 'first' | 'second'
}

export interface RateFigure {
  readonly id: string
  readonly title: string
  readonly note: string
  readonly description: PlotDescription
  readonly lines: readonly RateLine[]
}

/** The figures per second, in the order in which the page shows them. */
export const rateFigures: readonly RateFigure[] = [
  {
    id: 'messages',
    title: 'Messages per second',
    note: 'Messages delivered to this tab, including its own.',
    description: deliveredPlot,
    lines: [{ key: 'delivered', name: 'Delivered', words: countPerSecond, paint: 'first' }],
  },
  {
    id: 'bytes',
    title: 'Bytes per second',
    note: 'All links together, including heartbeats.',
    description: bytesPlot,
    lines: [
      { key: 'bytesIn', name: 'In', words: bytesPerSecond, paint: 'first' },
      { key: 'bytesOut', name: 'Out', words: bytesPerSecond, paint: 'second' },
    ],
  },
  {
    id: 'duplicates',
    title: 'Duplicates',
    note: 'Copies of blocks that this tab already held, as a share of all blocks received: the cost of redundant paths.',
    description: duplicatesPlot,
    lines: [
      { key: 'duplicateShare', name: 'Share', words: percent, paint: 'first' },
      { key: 'duplicates', name: 'Number', words: countPerSecond },
    ],
  },
]
