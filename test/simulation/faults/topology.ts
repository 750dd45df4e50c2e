import { type Random, randomBelow, shuffled } from '../../../client/node/faults/random.ts'

export const topologyNames = ['line', 'ring', 'star', 'grid', 'tree2', 'tree3', 'tree4', 'total', 'random'] as const
export type TopologyName = (typeof topologyNames)[number]

/**
 * A link between two nodes, by their numbers from 0. The later node dials the earlier one, as when people open tabs.
 */
export interface Edge {
  readonly dialler: number
  readonly upstream: number
}

/** The links of a connected network. Grid, line, trees and total are Maelstrom's. Only `random` uses `degree`. */
export const createTopology = (name: TopologyName, nodes: number, degree: number, random: Random): Edge[] => {
  switch (name) {
    case 'line':
      return tree(nodes, 1)
    case 'ring':
      return nodes > 2 ? [...tree(nodes, 1), { dialler: nodes - 1, upstream: 0 }] : tree(nodes, 1)
    case 'star':
      return tree(nodes, nodes)
    case 'grid':
      return grid(nodes)
    case 'tree2':
      return tree(nodes, 2)
    case 'tree3':
      return tree(nodes, 3)
    case 'tree4':
      return tree(nodes, 4)
    case 'total':
      return range(nodes).flatMap((dialler) => range(dialler).map((upstream) => ({ dialler, upstream })))
    case 'random':
      return randomGraph(nodes, degree, random)
  }
}

const range = (end: number): number[] => Array.from({ length: end }, (_, index) => index)

/** A tree filled level by level; each parent has at most `children`. */
const tree = (nodes: number, children: number): Edge[] =>
  range(nodes)
    .slice(1)
    .map((dialler) => ({ dialler, upstream: Math.floor((dialler - 1) / children) }))

/** Rows of equal length, the shortest with which there are no more rows than columns. The last row may be shorter. */
const grid = (nodes: number): Edge[] => {
  const side = Math.ceil(Math.sqrt(nodes))
  const left = range(nodes).map((dialler) => ({ dialler, upstream: dialler % side > 0 ? dialler - 1 : -1 }))
  const above = range(nodes).map((dialler) => ({ dialler, upstream: dialler - side }))
  return [...left, ...above].filter(({ upstream }) => upstream >= 0)
}

/**
 * A ring through all nodes in random order, which connects them, then links between random nodes until each node has
 * `degree` links. A few nodes may keep fewer links when all nodes with room are already their neighbours.
 */
const randomGraph = (nodes: number, degree: number, random: Random): Edge[] => {
  const neighbours = range(nodes).map(() => new Set<number>())
  const edges: Edge[] = []
  const join = (one: number, other: number): boolean => {
    if (one === other || neighbours[one]?.has(other)) return false
    neighbours[one]?.add(other)
    neighbours[other]?.add(one)
    edges.push({ dialler: Math.max(one, other), upstream: Math.min(one, other) })
    return true
  }
  const order = shuffled(range(nodes), random)
  for (const [place, node] of order.entries()) join(node, order[(place + 1) % nodes] as number)
  const hasPlace = (node: number): boolean => (neighbours[node]?.size ?? 0) < degree
  const open = range(nodes).filter((node) => hasPlace(node))
  let failedTries = 0
  while (open.length > 1 && failedTries < 100 * degree) {
    const places = [randomBelow(random, open.length), randomBelow(random, open.length)]
    const [one, other] = places.map((place) => open[place] as number)
    failedTries += 1
    if (one === undefined || other === undefined || !join(one, other)) continue
    failedTries = 0
    // Remove the later index first, because the last item of the list replaces the removed one.
    for (const place of places.toSorted((a, b) => b - a)) {
      if (hasPlace(open[place] as number)) continue
      const last = open.pop() as number
      if (place < open.length) open[place] = last
    }
  }
  return edges
}
