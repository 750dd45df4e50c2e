import { describe, expect, it } from 'vitest'
import { randomBelow } from '../../../client/node/faults/random.ts'
import type { CoreNode } from '../core-node.ts'
import { bodiesOf, startCores } from '../start-cores.ts'

const copies = (nodes: readonly CoreNode[]): number => nodes.reduce((sum, { duplicates }) => sum + duplicates, 0)

describe('broadcast trees', () => {
  it('send no duplicate if the network is a tree [T1]', () => {
    const { network, nodes, at } = startCores(10, { topology: 'tree2' })
    network.pass(1_000)
    for (let count = 0; count < 50; count += 1) {
      network.publish(at(count % 10), `text ${count}`)
      network.pass(40)
    }
    network.pass(5_000)
    expect(copies(nodes)).toBe(0)
    expect(nodes.map(({ delivered }) => delivered.length)).toEqual(Array(10).fill(50))
  })

  it('form in a mesh: after the first block of a log at most 5 % of its blocks come twice [T2] [T3]', () => {
    const { network, nodes } = startCores(25, { topology: 'grid' })
    network.pass(1_000)
    for (const node of nodes) network.publish(node, 'first')
    network.pass(5_000)
    const before = copies(nodes)
    for (let round = 0; round < 6; round += 1) {
      for (const node of nodes) network.publish(node, `round ${round}`)
      network.pass(1_500)
    }
    expect(copies(nodes) - before).toBeLessThanOrEqual(0.05 * 150 * 24)
    expect(network.digests()).toBe(1)
  })

  it('are repaired by announcements when a link dies [A2]', () => {
    const { network, nodes, at } = startCores(3, { topology: 'ring' })
    network.pass(1_000)
    for (let count = 0; count < 3; count += 1) {
      network.publish(at(0), `before ${count}`)
      network.pass(1_000)
    }
    network.cut(at(0), at(2))
    network.publish(at(0), 'after')
    network.pass(5_000)
    expect(nodes.map((node) => bodiesOf(node).includes('after'))).toEqual([true, true, true])
  })

  it('begin as copies in a large network, so that few first blocks flood [T2]', () => {
    const { network, nodes, at } = startCores(60)
    for (let index = 1; index < 60; index += 1) {
      network.link(at(index), at(index - 1))
      network.link(at(index), at(randomBelow(network.random, index)))
    }
    network.pass(1_000)
    for (let index = 0; index < 40; index += 1) {
      network.publish(at(index), 'text')
      network.pass(500)
    }
    const before = copies(nodes)
    for (let index = 40; index < 60; index += 1) {
      network.publish(at(index), 'text')
      network.pass(500)
    }
    expect(copies(nodes) - before).toBeLessThan(0.05 * 20 * 59)
    network.pass(5_000)
    expect(nodes.map(({ delivered }) => delivered.length)).toEqual(Array(60).fill(60))
  })

  it('announce what was not pushed once a second, to six neighbours in turn [A1]', () => {
    const { network, at } = startCores(12, { topology: 'star' })
    network.pass(1_000)
    // Without the digests of heartbeats, nothing else brings the block.
    network.reaches = (_from, _to, type) => type !== 'heartbeat'
    network.publish(at(1), 'pushed on to two of the other ten')
    const ihaves: number[] = []
    for (let second = 0; second < 3; second += 1) {
      const before = network.sent['ihave'] ?? 0
      network.pass(1_100)
      ihaves.push((network.sent['ihave'] ?? 0) - before)
    }
    expect(ihaves).toEqual([6, 2, 0])
  })
})
