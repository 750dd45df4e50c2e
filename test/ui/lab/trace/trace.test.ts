import { describe, expect, it } from 'vitest'
import type { Entry } from '../../../../client/gossip/wire/entry.ts'
import type { Hop } from '../../../../client/gossip/wire/hop.ts'
import type { Receipt } from '../../../../client/node/api/grapevine.ts'
import { type Graph, graphOf } from '../../../../client/ui/words/network-graph.ts'
import { describeReach, traceOf, pathTo } from '../../../../client/ui/lab/trace/trace.ts'
import {
  fakeEntry,
  fakeLink,
  fakePeerId,
  hopsAlong,
  lineNetwork,
  networkOf,
  nodeNames,
  receiptOf,
} from '../../fake-network.ts'

const entryOf = (author: string): Entry => fakeEntry({ author, seq: 3 })

/** A line of nodes, seen from node1. */
const line = (count: number) => graphOf(lineNetwork(count), [])

const trace = (author: string, count: number, receipts: readonly Receipt[], route: readonly Hop[] | undefined = []) =>
  traceOf(entryOf(author), line(count), route, { isAsked: true, receipts })

const steps = ({ hops }: ReturnType<typeof trace>): readonly string[] =>
  hops.map(({ fromName, toName }) => `${fromName}>${toName}`)

describe('a trace', () => {
  it('follows the route to this node: each hop is the time held and half of the round trip', () => {
    const route = [...hopsAlong(['node3'], 3, 2), ...hopsAlong(['node2'], 8, 4)]
    const traced = trace('node3', 3, [], route)
    expect(traced.hops.map(({ fromName, toName, ms, afterMs }) => ({ fromName, toName, ms, afterMs }))).toEqual([
      { fromName: 'node3', toName: 'node2', ms: 4, afterMs: 4 },
      { fromName: 'node2', toName: 'node1', ms: 10, afterMs: 14 },
    ])
    expect(pathTo(traced, fakePeerId('node1')).map(({ toName }) => toName)).toEqual(['node2', 'node1'])
    expect(describeReach(traced)).toBe('reached 3 of 3 known nodes')
  })

  it('calls a node without a receipt unknown', () => {
    const traced = trace('node1', 5, [receiptOf('node2', ['node1']), receiptOf('node4', ['node1', 'node2', 'node3'])])
    expect(traced.unknown).toEqual(['node5'])
    expect(describeReach(traced)).toBe('reached 4 of 5 known nodes, 1 unknown')
  })

  it('counts nodes that have the message but are unknown here separately', () => {
    const traced = trace('node1', 2, [receiptOf('node2', ['node1']), receiptOf('node9', ['node1', 'node2'])])
    expect(describeReach(traced)).toBe('reached 2 of 2 known nodes, and 1 more')
  })

  it('counts each node on the path of another node as having the message', () => {
    const traced = trace('node1', 4, [receiptOf('node4', ['node1', 'node2', 'node3'])])
    expect(steps(traced)).toEqual(['node1>node2', 'node2>node3', 'node3>node4'])
    expect(traced.stops.map(({ name, isReceipt }) => [name, isReceipt])).toEqual([
      ['node1', true],
      ['node2', false],
      ['node3', false],
      ['node4', true],
    ])
  })

  it('prefers the path in a node’s own receipt to its path in other receipts', () => {
    const traced = trace('node1', 4, [receiptOf('node4', ['node1', 'node3']), receiptOf('node3', ['node1', 'node2'])])
    expect(steps(traced)).toEqual(['node1>node2', 'node2>node3', 'node3>node4'])
  })

  it('numbers and plays hops in the order of arrival, although short hops are played slower', () => {
    const names = nodeNames(7)
    const short = names.slice(0, 6).flatMap((name) => hopsAlong([name], 20, 0))
    const traced = trace('node1', 8, [
      { ...receiptOf('node8', ['node1']), hops: hopsAlong(['node1'], 172, 0) },
      { ...receiptOf('node7', names.slice(0, 6)), hops: short },
    ])
    expect(steps(traced).at(-1)).toBe('node1>node8')
    const ends = traced.hops.map(({ end }) => end)
    expect(ends).toEqual(ends.toSorted((a, b) => a - b))
    expect(traced.duration).toBe(ends.at(-1))
  })

  it('lists the dropped copies by neighbour', () => {
    const traced = trace('node1', 3, [receiptOf('node3', ['node1', 'node2'], [{ from: 'node1', count: 2 }])])
    expect(traced.stops.find(({ name }) => name === 'node3')?.copies).toEqual([{ from: 'node1', count: 2 }])
  })

  it('plays hops in proportion to their times, and none too short to see', () => {
    const slow = [...hopsAlong(['node3'], 1, 0), ...hopsAlong(['node2'], 30, 0)]
    const { hops, duration } = trace('node3', 3, [], slow)
    const [first, second] = hops.map(({ start, end }) => end - start)
    expect(first).toBeGreaterThanOrEqual(300)
    expect(second).toBeGreaterThan(2 * (first ?? 0))
    expect(duration).toBe(hops.at(-1)?.end)
    expect(hops[1]?.start).toBe(hops[0]?.end)
  })

  it('keeps its playback speed while it grows', () => {
    const first = trace('node1', 3, [receiptOf('node2', ['node1'])])
    const receipts = [
      receiptOf('node2', ['node1']),
      { ...receiptOf('node3', []), hops: hopsAlong(['node1', 'node2'], 90) },
    ]
    const later = traceOf(entryOf('node1'), line(3), [], { isAsked: true, receipts }, first.scale)
    expect(later.hops[0]?.end).toBe(first.hops[0]?.end)
  })

  it('does not count an author that has left as a known node, and starts at it', () => {
    const traced = trace('node9', 2, [], hopsAlong(['node9', 'node2']))
    expect(traced.hops[0]).toMatchObject({ from: fakePeerId('node9'), to: fakePeerId('node2') })
    expect(describeReach(traced)).toBe('reached 2 of 2 known nodes')
  })

  describe('once a relay has left', () => {
    const names = ['node1', 'node3'] as const
    const route = hopsAlong(['node3', 'node2'])
    const receipts = [receiptOf('node1', ['node3', 'node2']), receiptOf('node2', ['node3'])]
    const waitsFor = (peer: string) => fakeLink(peer, { state: 'waiting', reason: 'not-there' })

    const traceIn = (graph: Graph, all: readonly Receipt[] = receipts) =>
      traceOf(entryOf('node3'), graph, route, { isAsked: true, receipts: all })

    it('shows it once: its receipt and the routes of other nodes mean the same node', () => {
      const traced = traceIn(graphOf(networkOf(names, []), []))
      expect(steps(traced)).toEqual(['node3>node2', 'node2>node1'])
      expect(pathTo(traced, fakePeerId('node1')).map(({ to }) => to)).toEqual([
        fakePeerId('node2'),
        fakePeerId('node1'),
      ])
      expect(describeReach(traced)).toBe('reached 2 of 2 known nodes, and 1 more')
    })

    it('shows it once, at its awaited node in the picture', () => {
      const traced = traceIn(graphOf(networkOf(names, []), [waitsFor('node2')]))
      expect(traced.hops.map(({ from, to }) => [from, to])).toEqual([
        [fakePeerId('node3'), 'name:node2'],
        ['name:node2', fakePeerId('node1')],
      ])
      expect(describeReach(traced)).toBe('reached 2 of 2 known nodes, and 1 more')
    })

    it('shows an author that left once, even if the author has a receipt', () => {
      const graph = graphOf(networkOf(['node1'], []), [waitsFor('node3')])
      const traced = traceIn(graph, [...receipts, receiptOf('node3', [])])
      expect(traced.stops.map(({ name }) => name)).toEqual(['node3', 'node2', 'node1'])
    })

    it('distinguishes two keys under its name', () => {
      const other = { ...receiptOf('node2', ['node3', 'node1']), peerId: fakePeerId('other') }
      const stopsOn = (graph: Graph): readonly string[] =>
        traceIn(graph, [...receipts, other])
          .stops.filter(({ name }) => name === 'node2')
          .map(({ id }) => id)
      expect(stopsOn(graphOf(networkOf(names, []), []))).toEqual([fakePeerId('node2'), fakePeerId('other')])
      expect(stopsOn(graphOf(networkOf(names, []), [waitsFor('node2')]))).toEqual(['name:node2', fakePeerId('other')])
    })
  })

  it('ends on false routes: circles, a node itself, and endless ones', () => {
    const circle = [receiptOf('node2', ['node1', 'node3']), receiptOf('node3', ['node1', 'node2'])]
    const traced = trace('node1', 3, circle)
    expect(pathTo(traced, fakePeerId('node3')).length).toBeLessThanOrEqual(3)
    const self = trace('node1', 3, [
      receiptOf('node2', ['node2', 'node2']),
      receiptOf('node3', Array<string>(5_000).fill('node1')),
    ])
    expect(self.hops.length).toBeLessThanOrEqual(3)
    expect(self.hops.every(({ from, to }) => from !== to)).toBe(true)
  })

  it('knows only the author if no route and no receipt is known', () => {
    const traced = traceOf(entryOf('node2'), line(3), undefined, { isAsked: true, receipts: [] })
    expect(traced.hops).toEqual([])
    expect(traced.unknown).toEqual(['node1', 'node3'])
    expect(traced.duration).toBe(0)
  })
})
