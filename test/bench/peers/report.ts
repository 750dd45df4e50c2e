import { median } from '../reference.ts'
import { type Contestant, referenceId } from './contestant-list.ts'
import type { Sample } from './measurements/sample.ts'
import type { Row } from './rows.ts'

/** The samples of each contestant by its id, one for each repetition. */
export type Samples = ReadonlyMap<string, readonly Sample[]>

export interface Figure {
  readonly min: number
  readonly median: number
  readonly max: number
  /** The median of the ratios to the reference, each of one repetition; absent without a reference. */
  readonly ratio?: number
}

/** Undefined if no repetition has a figure for this row. */
export const figureOf = (samples: Samples, contestantId: string, rowId: string): Figure | undefined => {
  const reference = samples.get(referenceId) ?? []
  const values: number[] = []
  const ratios: number[] = []
  for (const [repetition, sample] of (samples.get(contestantId) ?? []).entries()) {
    const value = sample[rowId]
    if (value === undefined || Number.isNaN(value)) continue
    values.push(value)
    const beside = reference[repetition]?.[rowId]
    if (beside !== undefined && beside > 0) ratios.push(value / beside)
  }
  if (values.length === 0) return undefined
  return {
    min: Math.min(...values),
    median: median(values),
    max: Math.max(...values),
    ...(ratios.length > 0 && { ratio: median(ratios) }),
  }
}

const words = (value: number, digits: number): string =>
  value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })

const cell = (figure: Figure | undefined, digits: number, isReference: boolean): string => {
  if (!figure) return ''
  const { min, max, ratio } = figure
  const [least, middle, most] = [words(min, digits), words(figure.median, digits), words(max, digits)]
  const value = least === most ? middle : `${middle} (${least}–${most})`
  return isReference || ratio === undefined ? value : `**${ratio.toFixed(2)} ×** ${value}`
}

/** A table in Markdown: the ratio to the reference, then the median (minimum–maximum). Rows without a figure are left out. */
export const describeTable = (
  samples: Samples,
  rows: readonly Row[],
  contestants: readonly Pick<Contestant, 'id' | 'title'>[],
): string => {
  const lines = rows.flatMap(({ id, title, digits }) => {
    const cells = contestants.map((contestant) =>
      cell(figureOf(samples, contestant.id, id), digits, contestant.id === referenceId),
    )
    return cells.some(Boolean) ? [[title, ...cells]] : []
  })
  const head = ['', ...contestants.map(({ title }) => title)]
  return [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}
