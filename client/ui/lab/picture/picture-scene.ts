import { type NamePlace, lineHeight } from './name-mark.ts'
import type { GraphNode } from '../../words/network-graph.ts'
import type { Point, Positions } from '../graph/positions.ts'

export interface Size {
  readonly width: number
  readonly height: number
}

/** All lengths are in pixels of the picture. */
export interface Scene {
  readonly size: Size
  readonly radius: number
  readonly fontSize: number
  readonly centres: Positions
  /** The position of each name, relative to the centre of its node; a node whose name has no room is absent. */
  readonly names: ReadonlyMap<string, NamePlace>
  /** The ids of the links whose text has room at the middle of the line. */
  readonly linkTexts: ReadonlySet<string>
}

export interface SceneInput {
  readonly nodes: readonly GraphNode[]
  readonly links: readonly SceneLink[]
  readonly positions: Positions
  readonly size: Size
  readonly isTransposed: boolean
  /** Nodes whose names are placed before those of other nodes. */
  readonly first: ReadonlySet<string>
  /** The text below a node's name. */
  readonly notes: ReadonlyMap<string, string>
  /** Pixels of the rings around a node. */
  readonly ringWidth: number
}

export interface SceneLink {
  readonly id: string
  readonly from: string
  readonly to: string
  /** Pixels of the text at the middle of the link. */
  readonly textWidth?: number
}

/** Pixels around the outermost nodes that stay free for their names. */
const margin = { inline: 42, top: 26, bottom: 34 }
/** The most pixels for a link of normal length: in a small network longer links only make the picture look empty. */
const longestLink = 175
/** How much more one axis may be stretched than the other to fill the box. */
const mostStretch = 1.4
const layoutLink = 100
const nameChars = 16

interface Box {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

const overlap = (a: Box, b: Box): boolean =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom

const boundsOf = (points: readonly Point[]): Box => ({
  left: Math.min(...points.map(({ x }) => x)),
  right: Math.max(...points.map(({ x }) => x)),
  top: Math.min(...points.map(({ y }) => y)),
  bottom: Math.max(...points.map(({ y }) => y)),
})

const room = ({ width, height }: Size): Size => ({
  width: Math.max(40, width - 2 * margin.inline),
  height: Math.max(40, height - margin.top - margin.bottom),
})

/** Whether swapped axes use the box much better, for example for a long line in a tall box. */
export const pickTransposed = (positions: Positions, size: Size, before: boolean | undefined): boolean => {
  if (positions.size < 2) return false
  const bounds = boundsOf([...positions.values()])
  const [width, height] = [bounds.right - bounds.left + 1, bounds.bottom - bounds.top + 1]
  const free = room(size)
  const scale = (w: number, h: number): number => Math.min(free.width / w, free.height / h)
  const gain = Math.log(scale(height, width) / scale(width, height))
  // An existing picture stays as it is, unless swapped axes are better by half; a first picture swaps from 15 % on.
  const sticky = before === undefined ? Math.log(1.15) : Math.log(1.5)
  return before ? gain > -sticky : gain > sticky
}

const fit = (positions: Positions, size: Size, isTransposed: boolean): Positions => {
  const points = [...positions].map(([id, { x, y }]) => ({ id, x: isTransposed ? y : x, y: isTransposed ? x : y }))
  if (points.length === 0) return new Map()
  const bounds = boundsOf(points)
  const free = room(size)
  const most = longestLink / layoutLink
  const scaleX = Math.min(most, free.width / Math.max(1, bounds.right - bounds.left))
  const scaleY = Math.min(most, free.height / Math.max(1, bounds.bottom - bounds.top))
  const least = Math.min(scaleX, scaleY)
  const [sx, sy] = [Math.min(scaleX, least * mostStretch), Math.min(scaleY, least * mostStretch)]
  const [midX, midY] = [(bounds.left + bounds.right) / 2, (bounds.top + bounds.bottom) / 2]
  const [atX, atY] = [size.width / 2, (size.height + margin.top - margin.bottom) / 2]
  return new Map(points.map(({ id, x, y }) => [id, { x: atX + (x - midX) * sx, y: atY + (y - midY) * sy }]))
}

const shortName = (label: string): string => (label.length <= nameChars ? label : `${label.slice(0, nameChars - 1)}…`)

/** Places everything in a box. A text without room is left out: it would cover something else. */
export const createScene = (input: SceneInput): Scene => {
  const { nodes, links, positions, size, isTransposed, first, notes, ringWidth } = input
  const centres = fit(positions, size, isTransposed)
  const count = Math.max(1, nodes.length)
  const radius = Math.min(16, Math.max(5.5, 0.11 * Math.sqrt((size.width * size.height) / count)))
  const fontSize = count > 30 ? 11 : count > 6 ? 12 : 13
  const taken: Box[] = [...centres.values()].map((centre) => around(centre, radius + 2 + ringWidth))
  const segments = links.flatMap(({ from, to }) => {
    const [a, b] = [centres.get(from), centres.get(to)]
    return a && b ? [[a, b] as const] : []
  })
  const names = new Map<string, NamePlace>()
  const order = nodes
    .map((node) => ({ node, rank: node.isSelf ? 0 : first.has(node.id) ? 1 : 2 }))
    .sort((a, b) => a.rank - b.rank)
  for (const { node, rank } of order) {
    const centre = centres.get(node.id)
    if (!centre) continue
    const called = shortName(node.called ?? node.label)
    const text = node.isSelf ? `${called} (you)` : called
    const note = notes.get(node.id)
    const width = Math.max(text.length * (node.isSelf ? 0.67 : 0.61), (note ?? '').length * 0.64) * fontSize
    let best: { readonly cost: number; readonly place: NamePlace; readonly box: Box } | undefined
    for (const [index, ideal] of namePlaces(
      text,
      note,
      radius + ringWidth + (node.isSelf ? 6 : 3),
      fontSize,
    ).entries()) {
      const place = ideal.anchor === 'middle' ? pushedInside(ideal, centre, width, size) : ideal
      const box = nameBox(centre, place, width, fontSize)
      const isOut = box.left < 2 || box.right > size.width - 2 || box.top < 0 || box.bottom > size.height
      const collisions = taken.filter((other) => overlap(box, other)).length
      if ((isOut || collisions > 0) && rank === 2) continue
      const crossings = segments.filter(([a, b]) => crosses(a, b, box)).length
      const cost = index * 0.4 + crossings * 2 + collisions * 8 + (isOut ? 50 : 0)
      if (!best || cost < best.cost) best = { cost, place, box }
    }
    if (!best) continue
    names.set(node.id, best.place)
    taken.push(best.box)
  }
  return { size, radius, fontSize, centres, names, linkTexts: placeLinkTexts(links, centres, radius, taken) }
}

const around = ({ x, y }: Point, reach: number): Box => ({
  left: x - reach,
  right: x + reach,
  top: y - reach,
  bottom: y + reach,
})

const namePlaces = (text: string, note: string | undefined, radius: number, fontSize: number): readonly NamePlace[] => {
  // A note hangs below its name. If there is one, a name above or beside the node is placed higher.
  const lift = note === undefined ? 0 : fontSize * lineHeight
  const aside = radius + 6
  const baseline = fontSize * 0.35
  const slant = radius * 0.75 + 4
  return [
    { text, note, x: 0, y: radius + fontSize + 2, anchor: 'middle' },
    { text, note, x: 0, y: -radius - 6 - lift, anchor: 'middle' },
    { text, note, x: aside, y: baseline - lift / 2, anchor: 'start' },
    { text, note, x: -aside, y: baseline - lift / 2, anchor: 'end' },
    { text, note, x: slant, y: radius + fontSize - 2, anchor: 'start' },
    { text, note, x: -slant, y: radius + fontSize - 2, anchor: 'end' },
    { text, note, x: slant, y: -radius - 2 - lift, anchor: 'start' },
    { text, note, x: -slant, y: -radius - 2 - lift, anchor: 'end' },
  ]
}

/** Shifts a name above or below its node sideways if it would leave the box. */
const pushedInside = (place: NamePlace, centre: Point, width: number, size: Size): NamePlace => {
  const [least, most] = [width / 2 + 3 - centre.x, size.width - width / 2 - 3 - centre.x]
  return { ...place, x: Math.max(least, Math.min(most, place.x)) }
}

const nameBox = (centre: Point, { x, y, anchor, note }: NamePlace, width: number, fontSize: number): Box => {
  const lines = note === undefined ? 0 : fontSize * lineHeight
  const left = centre.x + x - (anchor === 'start' ? 0 : anchor === 'middle' ? width / 2 : width)
  return {
    left,
    right: left + width,
    top: centre.y + y - fontSize * 0.85,
    bottom: centre.y + y + fontSize * 0.25 + lines,
  }
}

/** Whether a line from `a` to `b` passes through the box (Liang and Barsky). */
const crosses = (a: Point, b: Point, box: Box): boolean => {
  const [dx, dy] = [b.x - a.x, b.y - a.y]
  let [enter, leave] = [0, 1]
  for (const [p, q] of [
    [-dx, a.x - box.left],
    [dx, box.right - a.x],
    [-dy, a.y - box.top],
    [dy, box.bottom - a.y],
  ] as const) {
    if (p === 0) {
      if (q < 0) return false
      continue
    }
    const at = q / p
    if (p < 0) enter = Math.max(enter, at)
    else leave = Math.min(leave, at)
    if (enter > leave) return false
  }
  return true
}

const placeLinkTexts = (
  links: SceneInput['links'],
  centres: Positions,
  radius: number,
  taken: Box[],
): ReadonlySet<string> => {
  const placed = new Set<string>()
  for (const { id, from, to, textWidth: width } of links) {
    const [a, b] = [centres.get(from), centres.get(to)]
    if (!a || !b || width === undefined) continue
    const middle = { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 }
    const box: Box = {
      left: middle.x - width / 2,
      right: middle.x + width / 2,
      top: middle.y - 8,
      bottom: middle.y + 8,
    }
    // A part of the line must stay visible on both sides of the text.
    const run = Math.hypot(b.x - a.x, b.y - a.y)
    const across = Math.abs(b.x - a.x) / run
    if (run < width * across + 16 * (1 - across) + 2 * radius + 24 || taken.some((other) => overlap(box, other)))
      continue
    placed.add(id)
    taken.push(box)
  }
  return placed
}
