import { describe, expect, it } from 'vitest'
import type { LinkFault } from '../../../client/node/api/link-fault.ts'
import { startLine } from '../../simulation/network/memory-network.ts'

const digestsOf = (nodes: readonly { readonly node: { digest(): string } }[]): number =>
  new Set(nodes.map(({ node }) => node.digest())).size

describe('a node whose links are disturbed', () => {
  it('loses nothing to a cut of 10 s: the halves differ, and are equal 4 s after its end [P1] [P2]', async () => {
    const { clock, nodes } = await startLine(['node1', 'node2', 'node3', 'node4'])
    const [node1, node2, node3, node4] = nodes
    node2.node.disturb([{ peer: 'node3', kind: 'cut' }])
    expect(node2.node.faults()).toEqual([{ peer: 'node3', kind: 'cut' }])
    for (const { node } of [node1, node4]) for (let count = 0; count < 10; count += 1) await node.ping()
    await clock.pass(10_000)
    expect(nodes.map(({ node }) => node.entries().length)).toEqual([10, 10, 10, 10])
    expect(digestsOf([node1, node2])).toBe(1)
    expect(digestsOf([node3, node4])).toBe(1)
    expect(digestsOf(nodes)).toBe(2)
    expect(node2.node.links().find(({ peer }) => peer === 'node3')?.state).toBe('quiet')
    expect(node2.node.stats().drops['lost-by-fault']).toBeGreaterThan(0)

    node2.node.disturb([])
    await clock.pass(4_000)
    expect(nodes.map(({ node }) => node.entries().length)).toEqual([20, 20, 20, 20])
    expect(digestsOf(nodes)).toBe(1)
    expect(node2.node.links().find(({ peer }) => peer === 'node3')?.state).toBe('up')
  })

  it.each<LinkFault>([
    { peer: 'node3', kind: 'cut', direction: 'out' },
    { peer: 'node3', kind: 'cut', direction: 'in' },
    { peer: 'node3', kind: 'delay', ms: 300, spread: 'exponential' },
    { peer: 'node3', kind: 'loss', share: 0.3 },
    { peer: 'node3', kind: 'duplicate', share: 0.5 },
    { peer: 'node3', kind: 'reorder', share: 0.3, ms: 500 },
    { peer: 'node3', kind: 'bandwidth', bytesPerSecond: 5_000 },
  ])('loses nothing to %j, delivers nothing twice, and is equal 4 s after its end [P1] [P7]', async (fault) => {
    const { clock, nodes } = await startLine(['node1', 'node2', 'node3', 'node4'])
    const [node1, node2, , node4] = nodes
    node2.node.disturb([fault])
    for (let count = 0; count < 60; count += 1) {
      for (const { node } of [node1, node4]) await node.publish(`text ${count}`)
      await clock.pass(150)
    }
    node2.node.disturb([])
    await clock.pass(4_000)
    expect(nodes.map(({ node }) => node.stats().delivered)).toEqual([120, 120, 120, 120])
    expect(digestsOf(nodes)).toBe(1)
  })

  it('tells its listeners what is broken', async () => {
    const { nodes } = await startLine(['node1', 'node2'])
    const [node1] = nodes
    const heard: unknown[] = []
    node1.node.on('faults', (faults) => heard.push(faults))
    node1.node.disturb([{ peer: 'node2', kind: 'loss', share: 1 }])
    node1.node.disturb([])
    expect(heard).toEqual([[{ peer: 'node2', kind: 'loss', share: 1 }], []])
  })
})

describe('a fault that is malformed', () => {
  it.each<[unknown, string]>([
    [undefined, 'disturb needs a list of faults; an empty one ends all'],
    [[7], 'faults[0].kind must be one of cut, delay, loss, duplicate, reorder, bandwidth, not undefined'],
    [[{ kind: 'cut', peer: 'a b' }], 'faults[0].peer must be the name of a neighbour, not “a b”'],
    [
      [
        { kind: 'cut', peer: 'a' },
        { kind: 'loss', peer: 'a' },
      ],
      'faults[1].share must be a number from 0 to 1, not undefined',
    ],
    [[{ kind: 'loss', peer: 'a', share: 1.5 }], 'faults[0].share must be a number from 0 to 1, not 1.5'],
    [[{ kind: 'delay', peer: 'a', ms: NaN }], 'faults[0].ms must be a number of milliseconds from 0 to 60000, not NaN'],
    [[{ kind: 'cut', peer: 'a', ms: 5 }], 'faults[0]: a cut has no ms'],
    [[{ kind: 'cut', peer: 'a', direction: 'both' }], 'faults[0].direction must be absent, “out” or “in”, not “both”'],
    [Array.from({ length: 65 }, () => ({ kind: 'cut', peer: 'a' })), '65 faults; a node has at most 64'],
  ])('is refused with its place, and changes nothing: %j', async (faults, message) => {
    const { nodes } = await startLine(['node1', 'node2'])
    const [{ node }] = nodes
    node.disturb([{ peer: 'node2', kind: 'cut' }])
    expect(() => node.disturb(faults as LinkFault[])).toThrow(message)
    expect(node.faults()).toEqual([{ peer: 'node2', kind: 'cut' }])
  })
})
