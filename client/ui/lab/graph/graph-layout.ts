import {
  forceCollide,
  forceLink,
  forceManyBody,
  forceSimulation,
  forceX,
  forceY,
  type SimulationLinkDatum,
  type SimulationNodeDatum,
} from 'd3-force'
import { aspectOf, bend } from './bend.ts'
import { forceBeside } from './force-beside.ts'
import { scaleDistances } from './graph-distance.ts'
import { type Graph, type GraphLink, type GraphNode, linkId, replacementsOf } from '../../words/network-graph.ts'
import { countCrossings, type Point, type Positions } from './positions.ts'

interface Body extends SimulationNodeDatum {
  readonly id: string
  x: number
  y: number
  /** The earlier position; undefined for a new node. */
  readonly home: Point | undefined
}

/** The length of a link in the layout; the picture scales it to its box. */
const linkLength = 100

/**
 * Steps of the simulation. A small network is cheap and gets as many steps as it needs. Two nodes begin at their distance:
 * most pages start with them, and have other work then. For hundreds of nodes the distances already give good positions,
 * and the steps only make room.
 */
const stepsFor = (count: number): number => (count <= 2 ? 0 : count <= 30 ? 300 : count <= 100 ? 110 : 50)

/** If at most this many earlier nodes stay, a new node may turn the picture: it is small and quick to read again. */
const smallCount = 2

/** A link longer than this many link lengths spoils a picture, if a fresh layout is better by a third. */
const maxLinkLengths = 2.2
/** Above this number of links some cross in any picture, and nobody sees one crossing less. */
const maxCountedLinks = 120
/** A picture is spoiled as well if its length is this many times its width. */
const maxAspect = 5

/**
 * The positions of the nodes of a picture, up to scale.
 * 1. The same nodes and links, added at once, get the same positions in every tab and after every reload: only their
 *    PeerIds decide.
 * 2. When a node or a link goes, nothing moves. Nothing moves either when a node replaces a node of the same name: a
 *    node that left and is awaited, or an awaited node that is back. When a few nodes come, they start beside their
 *    neighbours, and the others stay about where they are. All nodes are placed afresh if most are new, if a new link
 *    would cross the whole picture, or if a third fewer links would cross; the fresh layout is then turned so that
 *    nodes move as little as possible.
 * 3. The layout is computed at once, not step by step while the reader watches; while nothing changes it costs nothing.
 */
export class GraphLayout {
  #positions: Positions = new Map()
  #nodes: readonly GraphNode[] = []
  #links: readonly GraphLink[] = []

  get positions(): Positions {
    return this.#positions
  }

  /** Returns whether positions have changed. */
  update({ nodes, links }: Graph): boolean {
    const ids = nodes.map(({ id }) => id).sort()
    const pairs = links
      .map(({ from, to }) => (from < to ? ([from, to] as const) : ([to, from] as const)))
      .sort(([a, b], [c, d]) => (a < c || (a === c && b < d) ? -1 : 1))
    const replacements = replacementsOf(this.#nodes, nodes)
    const now = (id: string): string => replacements.get(id) ?? id
    if (replacements.size > 0) this.#positions = new Map([...this.#positions].map(([id, point]) => [now(id), point]))
    const known = new Set(this.#links.map(({ from, to }) => linkId(now(from), now(to))))
    const staying = ids.filter((id) => this.#positions.has(id))
    const hasNew = staying.length < ids.length || links.some(({ id }) => !known.has(id))
    const hasChanged = hasNew || staying.length < this.#positions.size || replacements.size > 0
    this.#nodes = nodes
    this.#links = links
    if (!hasChanged) return false
    if (!hasNew) {
      this.#positions = new Map(staying.map((id) => [id, this.#positions.get(id) ?? { x: 0, y: 0 }]))
      return true
    }
    const upstreamFirst = links.map(({ from, to }) => [from, to] as const)
    this.#positions = this.#place(ids, pairs, staying, upstreamFirst)
    return true
  }

  #place(ids: readonly string[], pairs: Pairs, staying: readonly string[], dials: Pairs): Positions {
    const isFresh = staying.length <= smallCount || staying.length <= ids.length / 2
    const cold = (): Positions => bend(coldLayout(ids, pairs), linkLength)
    if (isFresh) return orient(cold(), dials)
    const warm = warmLayout(ids, pairs, this.#positions)
    const [stretch, crossings] = [stretchOf(warm, pairs), crossingsOf(warm, pairs)]
    if (stretch <= 1 && crossings === 0) return warm
    const fresh = cold()
    const isLessStretched = stretch > 1 && stretchOf(fresh, pairs) <= (stretch * 2) / 3
    const hasFewerCrossings =
      stretchOf(fresh, pairs) <= 1 && crossingsOf(fresh, pairs) <= (crossings * 2) / 3 && crossings > 0
    return isLessStretched || hasFewerCrossings ? turnTowards(fresh, this.#positions, staying) : warm
  }
}

/** How far a picture exceeds the longest link or the aspect allowed: above 1, a fresh layout is worth a try. */
const stretchOf = (positions: Positions, pairs: Pairs): number =>
  Math.max(longestLink(positions, pairs) / (maxLinkLengths * linkLength), aspectOf([...positions.values()]) / maxAspect)

/** The number of crossing links; 0 above `maxCountedLinks` links, where nobody sees the difference. */
const crossingsOf = (positions: Positions, pairs: Pairs): number =>
  pairs.length <= maxCountedLinks ? countCrossings(positions, pairs) : 0

type Pairs = readonly (readonly [string, string])[]

const coldLayout = (ids: readonly string[], pairs: Pairs): Positions => {
  const indices = new Map(ids.map((id, index) => [id, index]))
  const links = pairs.map(([a, b]) => [indices.get(a) ?? 0, indices.get(b) ?? 0] as const)
  const scaled = scaleDistances({ size: ids.length, links }, (index) =>
    seededFraction(`${ids[index % ids.length] ?? ''}${index < ids.length ? '' : ' y'}`),
  )
  const bodies = ids.map((id, index): Body => {
    const [x, y] = scaled[index] ?? [0, 0]
    // A tiny offset of its own for each node, so that no two nodes share a position and a straight line can bend.
    const [dx, dy] = [seededFraction(id) - 0.5, seededFraction(`${id} y`) - 0.5]
    return { id, x: x * linkLength + dx, y: y * linkLength + dy, home: undefined }
  })
  return settle(bodies, pairs, 1)
}

const warmLayout = (ids: readonly string[], pairs: Pairs, before: Positions): Positions => {
  const bodies: Body[] = []
  for (const id of ids) {
    const home = before.get(id)
    if (home) bodies.push({ id, ...home, home })
  }
  const placed = new Map(bodies.map((body) => [body.id, body]))
  const centre = meanOf(bodies)
  for (const id of ids) {
    if (placed.has(id)) continue
    const neighbours = pairs.flatMap(([a, b]) => {
      const other = a === id ? placed.get(b) : b === id ? placed.get(a) : undefined
      return other ? [other] : []
    })
    const near = neighbours.length > 0 ? meanOf(neighbours) : centre
    // A new node starts away from the centre, where there is room, and a little to one side.
    const outwards = Math.atan2(near.y - centre.y, near.x - centre.x) + (seededFraction(id) - 0.5) * 1.5
    const away = neighbours.length > 1 ? linkLength / 4 : linkLength
    const body: Body = {
      id,
      x: near.x + Math.cos(outwards) * away,
      y: near.y + Math.sin(outwards) * away,
      home: undefined,
    }
    bodies.push(body)
    placed.set(id, body)
  }
  return settle(bodies, pairs, 0.4)
}

const settle = (bodies: readonly Body[], pairs: Pairs, alpha: number): Positions => {
  const isWarm = bodies.some(({ home }) => home !== undefined)
  const links = pairs.map(([source, target]): SimulationLinkDatum<Body> => ({ source, target }))
  const hold = isWarm ? 0.5 : 0
  const degrees = new Map<string, number>()
  for (const id of pairs.flat()) degrees.set(id, (degrees.get(id) ?? 0) + 1)
  const simulation = forceSimulation([...bodies])
    .alpha(alpha)
    .alphaDecay(1 - 0.01 ** (1 / stepsFor(bodies.length)))
    .velocityDecay(0.45)
    .force(
      'link',
      forceLink<Body, SimulationLinkDatum<Body>>(links)
        .id(({ id }) => id)
        .distance(({ source, target }) =>
          lengthBetween(degrees.get(idOf(source)) ?? 1, degrees.get(idOf(target)) ?? 1),
        ),
    )
    .force(
      'repel',
      forceManyBody<Body>()
        .strength(-170)
        .distanceMax(linkLength * 5),
    )
    .force('beside', forceBeside<Body>(pairs, linkLength * 0.4))
    .force('room', forceCollide<Body>(linkLength * 0.42))
    .force(
      'x',
      forceX<Body>(({ home }) => home?.x ?? 0).strength(({ home }) => (home ? hold : 0.012)),
    )
    .force(
      'y',
      forceY<Body>(({ home }) => home?.y ?? 0).strength(({ home }) => (home ? hold : 0.02)),
    )
    .stop()
  simulation.tick(stepsFor(bodies.length))
  return new Map(bodies.map(({ id, x, y }) => [id, { x, y }]))
}

const idOf = (end: Body | string | number): string => (typeof end === 'object' ? end.id : String(end))

/** This many leaves fit around a hub at the normal distance. More need a wider circle, at most four times as wide. */
const leavesAround = 6.5

const lengthBetween = (a: number, b: number): number =>
  linkLength * (Math.min(a, b) > 2 ? 1 : Math.min(4, Math.max(1, Math.max(a, b) / leavesAround)))

const meanOf = (points: readonly Point[]): Point => {
  const count = Math.max(1, points.length)
  return {
    x: points.reduce((sum, { x }) => sum + x, 0) / count,
    y: points.reduce((sum, { y }) => sum + y, 0) / count,
  }
}

const longestLink = (positions: Positions, pairs: Pairs): number =>
  pairs.reduce((longest, [a, b]) => {
    const [start, end] = [positions.get(a), positions.get(b)]
    return start && end ? Math.max(longest, Math.hypot(start.x - end.x, start.y - end.y)) : longest
  }, 0)

/** Mirrors a layout so that upstreams tend to be on the left and at the top, or without upstreams the first node. */
const orient = (positions: Positions, dials: Pairs): Positions => {
  const lean = (axis: 'x' | 'y'): number => {
    const sum = dials.reduce((total, [from, to]) => {
      const [start, end] = [positions.get(from), positions.get(to)]
      return start && end ? total + start[axis] - end[axis] : total
    }, 0)
    if (Math.abs(sum) > linkLength / 4) return sum > 0 ? 1 : -1
    const [first] = positions.values()
    return first && first[axis] > meanOf([...positions.values()])[axis] ? -1 : 1
  }
  const [flipX, flipY] = [lean('x'), lean('y')]
  return new Map([...positions].map(([id, { x, y }]) => [id, { x: x * flipX, y: y * flipY }]))
}

/** Turns and mirrors a layout so that the staying nodes move least (orthogonal Procrustes, in the plane). */
const turnTowards = (positions: Positions, before: Positions, staying: readonly string[]): Positions => {
  const at = (from: Positions): readonly Point[] => staying.map((id) => from.get(id) ?? { x: 0, y: 0 })
  const [now, then] = [at(positions), at(before)]
  const [centreNow, centreThen] = [meanOf(now), meanOf(then)]
  const fit = (mirror: 1 | -1): { readonly gain: number; readonly cos: number; readonly sin: number } => {
    let [dot, cross] = [0, 0]
    for (const [index, point] of now.entries()) {
      const goal = then[index]
      if (!goal) continue
      const [x, y] = [point.x - centreNow.x, (point.y - centreNow.y) * mirror]
      const [u, v] = [goal.x - centreThen.x, goal.y - centreThen.y]
      dot += x * u + y * v
      cross += x * v - y * u
    }
    const gain = Math.hypot(dot, cross)
    return gain === 0 ? { gain, cos: 1, sin: 0 } : { gain, cos: dot / gain, sin: cross / gain }
  }
  const [plain, mirrored] = [fit(1), fit(-1)]
  const mirror = mirrored.gain > plain.gain * 1.001 ? -1 : 1
  const { cos, sin } = mirror === 1 ? plain : mirrored
  return new Map(
    [...positions].map(([id, point]) => {
      const [x, y] = [point.x - centreNow.x, (point.y - centreNow.y) * mirror]
      return [id, { x: x * cos - y * sin + centreThen.x, y: x * sin + y * cos + centreThen.y }]
    }),
  )
}

/** FNV-1a with a final mix: every tab computes the same fraction, from 0 to 1, for the same text. */
const seededFraction = (text: string): number => {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39)
  return ((hash ^ (hash >>> 15)) >>> 0) / 0x1_0000_0000
}
