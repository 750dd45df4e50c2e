import { beforeEach, describe, expect, it } from 'vitest'
import { GraphLayout } from '../../../../client/ui/lab/graph/graph-layout.ts'
import { type Graph, graphOf } from '../../../../client/ui/words/network-graph.ts'
import { createScene, pickTransposed, type Size } from '../../../../client/ui/lab/picture/picture-scene.ts'
import { createRandom } from '../../../../client/node/faults/random.ts'
import {
  type FakeLink,
  fakePeerId,
  gridLinks,
  grownLinks,
  lineLinks,
  networkOf,
  nodeNames,
  ringLinks,
} from '../../fake-network.ts'
import { countCrossings, type Positions } from '../../../../client/ui/lab/graph/positions.ts'

const graphWith = (names: readonly string[], links: readonly FakeLink[]): Graph => graphOf(networkOf(names, links), [])

/** A network of `count` nodes whose links depend on their names. */
const shape = (count: number, linksOf: (names: readonly string[]) => readonly FakeLink[]): Graph =>
  graphWith(nodeNames(count), linksOf(nodeNames(count)))

const shapes = {
  'two nodes': shape(2, lineLinks),
  'three in line': shape(3, lineLinks),
  'ten in line': shape(10, lineLinks),
  'ten in a ring': shape(10, ringLinks),
  'a grid of 25': shape(25, (names) => gridLinks(names, 5)),
  'sixty that grew': shape(60, (names) => grownLinks(names, createRandom(7, 'grown links'))),
  'a star of 13': shape(13, (names) => names.slice(1).map((from) => ({ from, to: 'node1' }))),
  'five that are not linked': shape(5, () => []),
}

const place = (graph: Graph): Positions => {
  const layout = new GraphLayout()
  layout.update(graph)
  return layout.positions
}

const at = (positions: Positions, id: string) => positions.get(id) ?? { x: Number.NaN, y: Number.NaN }

const distance = (positions: Positions, a: string, b: string): number =>
  Math.hypot(at(positions, a).x - at(positions, b).x, at(positions, a).y - at(positions, b).y)

const crossings = ({ links }: Graph, positions: Positions): number =>
  countCrossings(
    positions,
    links.map(({ from, to }) => [from, to]),
  )

const moved = (before: Positions, after: Positions): number =>
  Math.max(
    ...[...before]
      .filter(([id]) => after.has(id))
      .map(([id, { x, y }]) => Math.hypot(x - at(after, id).x, y - at(after, id).y)),
  )

const linkLength = 100

describe('a layout', () => {
  it.each(Object.entries(shapes))('is the same for the same network, in any order: %s', (_, graph) => {
    const shuffled = { ...graph, nodes: [...graph.nodes].reverse(), links: [...graph.links].reverse() }
    const [one, two] = [place(graph), place(shuffled)]
    expect(moved(one, two)).toBeLessThan(1e-6)
  })

  it.each(Object.entries(shapes))('keeps nodes apart: %s', (_, graph) => {
    const positions = place(graph)
    const ids = [...positions.keys()]
    const nearest = Math.min(...ids.flatMap((a) => ids.filter((b) => b > a).map((b) => distance(positions, a, b))))
    expect(nearest).toBeGreaterThan(linkLength / 3)
  })

  it.each(['ten in line', 'ten in a ring', 'a grid of 25'] as const)(
    'unfolds shapes so that no lines cross: %s',
    (name) => {
      expect(crossings(shapes[name], place(shapes[name]))).toBe(0)
    },
  )

  it.each(['two nodes', 'three in line', 'ten in a ring', 'a grid of 25', 'a star of 13'] as const)(
    'puts no node on a link between other nodes: %s',
    (name) => {
      const positions = place(shapes[name])
      for (const { from, to } of shapes[name].links) {
        const [a, b] = [at(positions, from), at(positions, to)]
        const run = Math.hypot(b.x - a.x, b.y - a.y)
        for (const [id, point] of positions) {
          if (id === from || id === to) continue
          const along = ((point.x - a.x) * (b.x - a.x) + (point.y - a.y) * (b.y - a.y)) / run ** 2
          const across = Math.abs((point.x - a.x) * (b.y - a.y) - (point.y - a.y) * (b.x - a.x)) / run
          expect(along > 0 && along < 1 && across < 20, `${id} on ${from} ${to}`).toBe(false)
        }
      }
    },
  )

  it('puts upstreams to the left', () => {
    const names = nodeNames(3)
    const xs = (links: readonly FakeLink[]): readonly number[] => {
      const graph = graphWith(names, links)
      const positions = place(graph)
      return graph.nodes.map(({ id }) => at(positions, id).x)
    }
    const [first, , last] = xs(lineLinks(names))
    expect(first).toBeLessThan(last ?? 0)
    const turned = lineLinks(names).map(({ from, to }) => ({ from: to, to: from }))
    const [end, , start] = xs(turned)
    expect(end).toBeGreaterThan(start ?? 0)
  })
})

describe('a change of the network', () => {
  const names = nodeNames(10)
  let layout: GraphLayout

  beforeEach(() => {
    layout = new GraphLayout()
    layout.update(shapes['ten in a ring'])
  })

  it('moves nothing when a node or a link goes', () => {
    const before = layout.positions
    expect(layout.update(graphWith(names.slice(0, 9), lineLinks(names.slice(0, 9))))).toBe(true)
    expect(layout.positions.size).toBe(9)
    expect(moved(before, layout.positions)).toBe(0)
  })

  it('moves nothing when only the state of a node changes', () => {
    const quiet = networkOf(names, ringLinks(names), { node4: { presence: 'quiet', isInSync: false, entries: 99 } })
    expect(layout.update(graphOf(quiet, []))).toBe(false)
  })

  it.each([
    ['two', nodeNames(2), lineLinks(nodeNames(2))],
    ['three in line', nodeNames(3), lineLinks(nodeNames(3))],
    ['six in a ring', nodeNames(6), ringLinks(nodeNames(6))],
  ] as const)('moves nothing when an upstream leaves, and hardly anything when it returns: %s', (_, others, links) => {
    const [upstream = '', self = ''] = others
    const ordered = [self, ...others.filter((name) => name !== self)]
    const staying = ordered.filter((name) => name !== upstream)
    const waiting = { peer: upstream, direction: 'upstream', state: 'waiting' } as const
    const whole = graphWith(ordered, links)
    const without = graphOf(
      networkOf(
        staying,
        links.filter(({ from, to }) => from !== upstream && to !== upstream),
      ),
      [waiting],
    )
    layout = new GraphLayout()
    const placesOf = (graph: Graph): Positions => {
      layout.update(graph)
      return new Map(graph.nodes.map(({ id, name }) => [name, at(layout.positions, id)]))
    }
    const before = placesOf(whole)
    expect(moved(before, placesOf(without))).toBe(0)
    expect(moved(before, placesOf(whole))).toBeLessThan(linkLength / 20)
  })

  it('moves the other nodes little when a node comes, and starts the new node beside its neighbour', () => {
    const before = layout.positions
    const eleven = graphWith([...names, 'node11'], [...ringLinks(names), { from: 'node11', to: 'node4' }])
    layout.update(eleven)
    expect(moved(before, layout.positions)).toBeLessThan(linkLength / 2)
    const [node4, node11] = ['node4', 'node11'].map((name) => eleven.nodes.find((node) => node.name === name)?.id ?? '')
    expect(distance(layout.positions, node4 ?? '', node11 ?? '')).toBeLessThan(1.6 * linkLength)
  })

  it('draws a ring as a ring even if its last link comes after all the others', () => {
    layout = new GraphLayout()
    for (let count = 1; count <= 10; count += 1) {
      layout.update(graphWith(names.slice(0, count), lineLinks(names.slice(0, count))))
    }
    const ring = graphWith(names, ringLinks(names))
    layout.update(ring)
    const longest = Math.max(...ring.links.map(({ from, to }) => distance(layout.positions, from, to)))
    expect(longest).toBeLessThan(2 * linkLength)
  })
})

describe('a ring that grows', () => {
  it.each([1, 2, 3, 4, 5])('is untangled once it is closed, in any order of its links: order %d', (seed) => {
    const names = nodeNames(6)
    const random = createRandom(seed, 'layout')
    const rest = [...ringLinks(names)]
    const links: FakeLink[] = []
    const layout = new GraphLayout()
    while (rest.length > 0) {
      links.push(...rest.splice(Math.floor(random() * rest.length), 1))
      const present = names.filter((name) => links.some(({ from, to }) => from === name || to === name))
      layout.update(graphWith(present, links))
    }
    expect(crossings(graphWith(names, links), layout.positions)).toBe(0)
  })
})

describe('a scene', () => {
  const sizes: readonly Size[] = [
    { width: 300, height: 240 },
    { width: 480, height: 360 },
    { width: 360, height: 620 },
    { width: 900, height: 500 },
  ]
  const cases = Object.entries(shapes).flatMap(([name, graph]) => sizes.map((size) => ({ name, graph, size })))
  const sceneOf = (graph: Graph, size: Size) => {
    const positions = place(graph)
    return createScene({
      nodes: graph.nodes,
      links: graph.links,
      positions,
      size,
      isTransposed: pickTransposed(positions, size, undefined),
      first: new Set(),
      notes: new Map(),
      ringWidth: 0,
    })
  }

  it.each(cases)('fits $name into $size.width by $size.height', ({ graph, size }) => {
    for (const { x, y } of sceneOf(graph, size).centres.values()) {
      expect(x).toBeGreaterThan(20)
      expect(x).toBeLessThan(size.width - 20)
      expect(y).toBeGreaterThan(15)
      expect(y).toBeLessThan(size.height - 15)
    }
  })

  it.each(cases)(
    'writes no name over another name or over a node: $name in $size.width by $size.height',
    ({ graph, size }) => {
      const { names, centres, fontSize, radius } = sceneOf(graph, size)
      const boxes = [...names].map(([id, { text, x, y, anchor }]) => {
        const centre = at(centres, id)
        // The estimate for narrow letters: half of the font size.
        const width = text.length * fontSize * 0.5
        const left = centre.x + x - (anchor === 'start' ? 0 : anchor === 'middle' ? width / 2 : width)
        return { id, left, right: left + width, top: centre.y + y - fontSize * 0.7, bottom: centre.y + y }
      })
      for (const [index, one] of boxes.entries()) {
        for (const two of boxes.slice(index + 1)) {
          const isOver = one.left < two.right && two.left < one.right && one.top < two.bottom && two.top < one.bottom
          expect(isOver, `${one.id} over ${two.id}`).toBe(false)
        }
        for (const [id, { x, y }] of centres) {
          // The name of this node is always there, even without room.
          if (id === one.id || one.id === fakePeerId('node1')) continue
          const dx = Math.max(one.left - x, 0, x - one.right)
          const dy = Math.max(one.top - y, 0, y - one.bottom)
          expect(Math.hypot(dx, dy), `${one.id} over the node ${id}`).toBeGreaterThan(radius - 1)
        }
      }
    },
  )

  it('names every node of a small network, and always this node', () => {
    for (const name of ['two nodes', 'three in line', 'ten in a ring', 'ten in line'] as const) {
      expect(sceneOf(shapes[name], { width: 480, height: 320 }).names.size, name).toBe(shapes[name].nodes.length)
    }
    const sixty = shapes['sixty that grew']
    expect(sceneOf(sixty, { width: 240, height: 180 }).names.has(sixty.nodes[0]?.id ?? '')).toBe(true)
    expect(sceneOf(sixty, { width: 520, height: 460 }).names.size).toBeGreaterThan(50)
  })

  it('turns a line upright in a tall box, and keeps it upright in an almost square box', () => {
    const line = place(shapes['three in line'])
    expect(pickTransposed(line, { width: 300, height: 600 }, undefined)).toBe(true)
    expect(pickTransposed(line, { width: 600, height: 300 }, undefined)).toBe(false)
    expect(pickTransposed(line, { width: 420, height: 400 }, true)).toBe(true)
  })
})
