import { nothing, svg, type SVGTemplateResult } from 'lit'
import type { Point } from '../graph/positions.ts'

/** The position of a name, relative to the centre of its node. */
export interface NamePlace extends Point {
  readonly text: string
  /** A second line below the name. */
  readonly note: string | undefined
  readonly anchor: 'start' | 'middle' | 'end'
}

/** The height of a line of text, as a multiple of the font size. */
export const lineHeight = 1.15

/** The name of a node, and the note below it if `isNoted` is true. */
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
