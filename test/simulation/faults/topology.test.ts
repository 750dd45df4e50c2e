import { describe, expect, it } from 'vitest'
import { createRandom } from '../../../client/node/faults/random.ts'
import { type Edge, type TopologyName, createTopology, topologyNames } from './topology.ts'

const create = (name: TopologyName, nodes: number, degree = 4): Edge[] =>
  createTopology(name, nodes, degree, createRandom(1, 'test'))

const neighboursOf = (edges: readonly Edge[], nodes: number): number[][] => {
  const neighbours: number[][] = Array.from({ length: nodes }, () => [])
  for (const { dialler, upstream } of edges) {
    neighbours[dialler]?.push(upstream)
    neighbours[upstream]?.push(dialler)
  }
  return neighbours
}

/** Hops from node 0 to the farthest node; Infinity if a node can’t be reached. */
const depthOf = (edges: readonly Edge[], nodes: number): number => {
  const neighbours = neighboursOf(edges, nodes)
  const reached = new Set([0])
  let depth = 0
  for (let tier = [0]; reached.size < nodes; depth += 1) {
    tier = tier.flatMap((node) => neighbours[node] ?? []).filter((node) => !reached.has(node))
    if (tier.length === 0) return Infinity
    for (const node of tier) reached.add(node)
  }
  return depth
}

describe('createTopology', () => {
  it.each(topologyNames)('%s connects all nodes, with no repeated link and no link to itself', (name) => {
    for (const nodes of [5, 6, 7, 25, 26, 60]) {
      const edges = create(name, nodes)
      const keys = edges.map(({ dialler, upstream }) => `${upstream}-${dialler}`)
      expect(depthOf(edges, nodes)).toBeLessThan(nodes)
      expect(new Set(keys).size).toBe(edges.length)
      expect(edges.every(({ dialler, upstream }) => upstream >= 0 && upstream < dialler && dialler < nodes)).toBe(true)
    }
  })

  it.each(topologyNames)('%s of one node has no links, of two nodes one', (name) => {
    expect(create(name, 1)).toEqual([])
    expect(create(name, 2)).toEqual([{ dialler: 1, upstream: 0 }])
  })

  it('grid of 25 has five rows of five', () => {
    const edges = create('grid', 25)
    expect(edges).toHaveLength(40)
    const degrees = neighboursOf(edges, 25).map(({ length }) => length)
    expect(degrees.filter((degree) => degree === 2)).toHaveLength(4)
    expect(degrees.filter((degree) => degree === 3)).toHaveLength(12)
    expect(degrees.filter((degree) => degree === 4)).toHaveLength(9)
    expect(depthOf(edges, 25)).toBe(8)
  })

  it('grid fills its last row with the nodes that are left', () => {
    expect(create('grid', 5)).toEqual([
      { dialler: 1, upstream: 0 },
      { dialler: 2, upstream: 1 },
      { dialler: 4, upstream: 3 },
      { dialler: 3, upstream: 0 },
      { dialler: 4, upstream: 1 },
    ])
  })

  it('tree4 of 25 is three hops deep', () => {
    const edges = create('tree4', 25)
    expect(edges).toHaveLength(24)
    expect(neighboursOf(edges, 25)[0]).toEqual([1, 2, 3, 4])
    expect(neighboursOf(edges, 25)[1]).toEqual([0, 5, 6, 7, 8])
    expect(depthOf(edges, 25)).toBe(3)
  })

  it('star has its centre at the first node, and total has a link for every pair', () => {
    expect(depthOf(create('star', 9), 9)).toBe(1)
    expect(create('star', 9)).toHaveLength(8)
    expect(create('total', 9)).toHaveLength(36)
  })

  it('random gives nearly every node the requested degree, and no node more', () => {
    const degrees = neighboursOf(create('random', 1_000, 6), 1_000).map(({ length }) => length)
    expect(Math.max(...degrees)).toBe(6)
    expect(degrees.filter((degree) => degree < 6).length).toBeLessThan(10)
  })
})
