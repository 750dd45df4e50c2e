import { nothing, svg, type SVGTemplateResult } from 'lit'
import type { Point } from '../graph/positions.ts'

/** Where a name stands from its node's centre. */
export interface NamePlace extends Point {
  readonly text: string
  /** A second line below the name. */
  readonly note: string | undefined
  readonly anchor: 'start' | 'middle' | 'end'
}

/** Lines of text, as a share of the letters' size. */
export const lineHeight = 1.15

/** A node's name beside it, and below that what is to be said of it, once it is true. */
export const nameMark = (
  { text, note, x, y, anchor }: NamePlace,
  fontSize: number,
  isNoted: boolean,
): SVGTemplateResult => svg`
  <text class="name" x=${x} y=${y} text-anchor=${anchor} font-size=${fontSize}>${text}</text>
  ${
    note !== undefined && isNoted
      ? svg`<text class="note" x=${x} y=${y + fontSize * lineHeight} text-anchor=${anchor} font-size=${fontSize}>${note}</text>`
      : nothing
  }
`
