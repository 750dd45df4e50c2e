import { nothing, svg, type SVGTemplateResult } from 'lit'
import { endsOf, segment } from './link-mark.ts'
import type { TraceHop } from '../trace/trace.ts'
import type { Point, Positions } from '../graph/positions.ts'

/** The share of a hop's playing time for which the sender still holds the message. */
const heldPart = 0.35
/** Pixels between a node and the arrows that end at it, so that arrows stay outside the rings around the node. */
const gap = 8
/** Pixels of the arrowhead. */
const head = { length: 11, half: 6.5 }
/** Pixels across the round number of a hop. */
export const hopNumberWidth = 19

export const between = (from: Point, to: Point, part: number): Point => ({
  x: from.x + (to.x - from.x) * part,
  y: from.y + (to.y - from.y) * part,
})

/** The share of the link that the message has travelled: 0 while it is held. */
const travelled = ({ start, end }: TraceHop, position: number): number => {
  const departure = start + (end - start) * heldPart
  return Math.min(1, Math.max(0, (position - departure) / Math.max(1, end - departure)))
}

/** The part of a hop that the message has travelled: an arrow in its direction. */
export const hopMark = (
  hop: TraceHop,
  at: Positions,
  radius: number,
  position: number,
): SVGTemplateResult | typeof nothing => {
  const [from, to] = [at.get(hop.from), at.get(hop.to)]
  const part = travelled(hop, position)
  const ends = from && to && endsOf(from, to, radius + gap)
  if (!ends || part === 0) return nothing
  const [start, end] = ends
  return arrowMark(start, between(start, end, part))
}

/** An arrow; if there is no room for a line, only the arrowhead. */
export const arrowMark = (start: Point, tip: Point): SVGTemplateResult => {
  const run = Math.hypot(tip.x - start.x, tip.y - start.y)
  const [ux, uy] = run === 0 ? [1, 0] : [(tip.x - start.x) / run, (tip.y - start.y) / run]
  const foot = { x: tip.x - ux * head.length, y: tip.y - uy * head.length }
  const left = { x: foot.x - uy * head.half, y: foot.y + ux * head.half }
  const right = { x: foot.x + uy * head.half, y: foot.y - ux * head.half }
  const points = [tip, left, right].map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ')
  const hasLine = run > head.length
  return svg`${hasLine ? svg`<path class="hop-line" d=${segment(start, foot)} />` : nothing}<polygon class="hop-head" points=${points} />`
}

/**
 * The hop's number in the order of arrival, shown once the message is half way: at the middle of the line, or further
 * back if it would cover the arrowhead there.
 */
export const hopNumber = (
  hop: TraceHop,
  index: number,
  at: Positions,
  radius: number,
  position: number,
): SVGTemplateResult | typeof nothing => {
  const [from, to] = [at.get(hop.from), at.get(hop.to)]
  if (!from || !to || travelled(hop, position) < 0.5) return nothing
  const run = Math.hypot(to.x - from.x, to.y - from.y)
  const beforeHead = run - radius - gap - head.length - hopNumberWidth / 2
  const { x, y } = between(from, to, Math.min(0.5, beforeHead / run))
  return svg`<g transform="translate(${x.toFixed(1)} ${y.toFixed(1)})">${numberDisc(index + 1)}</g>`
}

export const numberDisc = (number: number): SVGTemplateResult =>
  svg`<g class="hop-number"><circle r=${hopNumberWidth / 2} /><text y="4">${number}</text></g>`

/** The message itself, while it is held for the hop or travels along it. */
export const tokenMark = (hop: TraceHop, at: Positions, position: number): SVGTemplateResult | typeof nothing => {
  const [from, to] = [at.get(hop.from), at.get(hop.to)]
  if (!from || !to || position <= hop.start || position >= hop.end) return nothing
  const { x, y } = between(from, to, travelled(hop, position))
  return svg`<circle class="token" r="6" cx=${x.toFixed(1)} cy=${y.toFixed(1)} />`
}

/** A ring around a node that has the message, broad at the author. `radius` covers the node and the marks around it. */
export const haloMark = (radius: number, isSender: boolean): SVGTemplateResult =>
  svg`<circle class="halo ${isSender ? 'sender' : ''}" r=${radius + (isSender ? 1 : 0)} />`
