import { nothing, svg, type SVGTemplateResult } from 'lit'
import type { Point } from '../graph/positions.ts'

export interface LinkMark {
  readonly from: Point
  readonly to: Point
  /** The radius of the nodes, in pixels. */
  readonly radius: number
  /** CSS classes: the state of the link, and whether the link is this node's own or one of the selected node. */
  readonly kind: string
  /** Which ends have the mark of an end that dialled. */
  readonly dialled: 'none' | 'from' | 'both'
}

/** Pixels between a node and the lines that end at it. */
const gap = 3
/** Pixels: the radius of the mark at an end that dialled, and the distance from the line's end to the mark's centre. */
const dial = { radius: 3, inset: 3 }

/** A line between two nodes. It has no arrowhead, because gossip flows both ways. A dot marks an end that dialled. */
export const linkMark = ({ from, to, radius, kind, dialled }: LinkMark): SVGTemplateResult => {
  const ends = endsOf(from, to, radius + gap)
  const dot = ({ x, y }: Point): SVGTemplateResult =>
    svg`<circle class="dial ${kind}" r=${dial.radius} cx=${x.toFixed(1)} cy=${y.toFixed(1)} />`
  const inner = ends && endsOf(from, to, radius + gap + dial.inset)
  return svg`<path class="link ${kind}" d=${ends ? segment(...ends) : ''} />${
    inner && dialled !== 'none' ? [dot(inner[0]), dialled === 'both' ? dot(inner[1]) : nothing] : nothing
  }`
}

/** The ends of a line that keeps this distance from both points; undefined if no line is left. */
export const endsOf = (from: Point, to: Point, distance: number): readonly [Point, Point] | undefined => {
  const run = Math.hypot(to.x - from.x, to.y - from.y)
  if (run <= 2 * distance + 2) return undefined
  const [ux, uy] = [(to.x - from.x) / run, (to.y - from.y) / run]
  return [
    { x: from.x + ux * distance, y: from.y + uy * distance },
    { x: to.x - ux * distance, y: to.y - uy * distance },
  ]
}

export const segment = (from: Point, to: Point): string => `M${at(from)}L${at(to)}`

const at = ({ x, y }: Point): string => `${x.toFixed(1)} ${y.toFixed(1)}`

/** An estimate in pixels; an exact width would need a layout by the browser. */
export const linkTextWidth = (text: string): number => text.length * 6.6 + 12

/** The text at the middle of a link, on a background that covers the line. */
export const linkText = (text: string, from: Point, to: Point): SVGTemplateResult => {
  const [x, y] = [(from.x + to.x) / 2, (from.y + to.y) / 2]
  const width = linkTextWidth(text)
  return svg`<g class="fact" transform="translate(${x.toFixed(1)} ${y.toFixed(1)})"><rect x=${-width / 2} y="-8" width=${width} height="16" rx="8" /><text y="4">${text}</text></g>`
}
