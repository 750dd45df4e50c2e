import { nothing, svg, type SVGTemplateResult } from 'lit'
import type { Point, Positions } from './graph-layout.ts'
import { segment } from './picture-marks.ts'
import type { TraceHop } from './trace.ts'

/** The part of a hop, as played, for which the message is still held. */
const heldPart = 0.35

export const between = (from: Point, to: Point, part: number): Point => ({
  x: from.x + (to.x - from.x) * part,
  y: from.y + (to.y - from.y) * part,
})

/** How far along the link the message is: held first, then on its way. */
const travelled = ({ start, end }: TraceHop, position: number): number => {
  const sets = start + (end - start) * heldPart
  return Math.min(1, Math.max(0, (position - sets) / Math.max(1, end - sets)))
}

/** What a message has put behind it of one hop. */
export const hopMark = (hop: TraceHop, at: Positions, position: number): SVGTemplateResult | typeof nothing => {
  const [from, to] = [at.get(hop.from), at.get(hop.to)]
  const part = travelled(hop, position)
  if (!from || !to || part === 0) return nothing
  return svg`<path class="way" d=${segment(from, between(from, to, part))} />`
}

/** The message itself, while it is held for the next hop or on its way. */
export const tokenMark = (hop: TraceHop, at: Positions, position: number): SVGTemplateResult | typeof nothing => {
  const [from, to] = [at.get(hop.from), at.get(hop.to)]
  if (!from || !to || position <= hop.start || position >= hop.end) return nothing
  const { x, y } = between(from, to, travelled(hop, position))
  return svg`<circle class="token" r="6" cx=${x.toFixed(1)} cy=${y.toFixed(1)} />`
}
