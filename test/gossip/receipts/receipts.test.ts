import { describe, expect, it } from 'vitest'
import { logIdOf, type VerifiedBlock } from '../../../client/gossip/wire/block.ts'
import { gossipLimits } from '../../../client/gossip/bounds/limits.ts'
import { startCores } from '../start-cores.ts'

const start = (count: number, topology: 'line' | 'ring' = 'line', limits = {}) => {
  const { network, at } = startCores(count, { topology, limits, announces: true, latencyMs: 20 })
  network.pass(3_000)
  const ask = (by: number, block: VerifiedBlock): void =>
    network.handle(at(by), { type: 'ask', log: logIdOf(block), seq: block.firstSeq })
  const known = (by: number, block: VerifiedBlock) => at(by).core.receipts(logIdOf(block), block.height)
  const names = (by: number, block: VerifiedBlock): string[] =>
    known(by, block)
      .receipts.map(({ name }) => name)
      .sort()
  return { network, at, ask, known, names }
}

describe('receipts', () => {
  it('come from all nodes that have the block, each with the path of the block [Q1] [Q2] [Q3]', () => {
    const { network, at, ask, known, names } = start(5)
    const block = network.publish(at(0), 'text')
    ask(0, block)
    network.pass(2_000)
    expect(names(0, block)).toEqual(['node0', 'node1', 'node2', 'node3', 'node4'])
    const { receipts, askedSeqs } = known(0, block)
    expect([...askedSeqs]).toEqual([1])
    expect(receipts[0]).toMatchObject({ name: 'node0', hops: [], copies: [] })
    const path = receipts.find(({ name }) => name === 'node4')?.hops.map(({ name }) => name)
    expect(path).toEqual(['node0', 'node1', 'node2', 'node3'])
    // Only the asker gets the receipts.
    expect(names(2, block)).toEqual(['node2'])
    expect(known(2, block).askedSeqs.size).toBe(0)
  })

  it('return only along the path of the request [Q3]', () => {
    const { network, at, ask } = start(5)
    const block = network.publish(at(0), 'text')
    network.pass(1_000)
    const before = { ...network.sent }
    ask(2, block)
    network.pass(2_000)
    // The request passes each link once. Each step collects receipts: from node0 and node1, from node3 and node4.
    expect((network.sent['ask'] ?? 0) - (before['ask'] ?? 0)).toBe(4)
    expect((network.sent['receipts'] ?? 0) - (before['receipts'] ?? 0)).toBeLessThanOrEqual(6)
  })

  it('count the dropped copies by the neighbour that sent them', () => {
    const { network, at, ask, known } = start(3, 'ring')
    const block = network.publish(at(0), 'the first block goes around both ways')
    ask(0, block)
    network.pass(2_000)
    const copies = known(0, block).receipts.map(({ name, copies: dropped }) => [name, dropped])
    expect(copies).toContainEqual(['node1', [{ from: 'node2', count: 1 }]])
    expect(copies).toContainEqual(['node2', [{ from: 'node1', count: 1 }]])
  })

  it('come later from a node that gets the block while the request is alive [Q2]', () => {
    const { network, at, ask, names } = start(3)
    network.reaches = (from, to, type) =>
      from + to !== 3 || ['hello', 'heartbeat', 'announce', 'ask', 'receipts'].includes(type)
    const block = network.publish(at(0), 'text')
    ask(0, block)
    network.pass(2_000)
    expect(names(0, block)).toEqual(['node0', 'node1'])
    network.reaches = () => true
    network.pass(6_000)
    expect(names(0, block)).toEqual(['node0', 'node1', 'node2'])
  })

  it('are requested only if the block is held, and at a bounded rate [Q1]', () => {
    const { network, at, ask, known } = start(2)
    const blocks = Array.from({ length: 20 }, (_, index) => network.publish(at(0), `text ${index}`))
    const [first] = blocks
    if (!first) throw new Error('no block')
    ask(1, { ...first, firstSeq: 99, height: 99 })
    expect(known(1, { ...first, height: 99 }).askedSeqs.size).toBe(0)
    for (const block of blocks) ask(0, block)
    const asked = blocks.filter((block) => known(0, block).askedSeqs.size > 0)
    expect(asked).toHaveLength(gossipLimits.askBurst)
    network.pass(2_000)
    expect(network.drops['too-many-notices']).toBeUndefined()
  })

  it('[P6] are kept for a bounded number of blocks', () => {
    const { network, at, ask, known } = start(2, 'line', { maxAsked: 3, askBurst: 100 })
    const blocks = Array.from({ length: 6 }, (_, index) => network.publish(at(0), `text ${index}`))
    for (const block of blocks) ask(0, block)
    expect(blocks.map((block) => known(0, block).askedSeqs.size)).toEqual([0, 0, 0, 1, 1, 1])
  })

  it('are lost if a link of the path is gone, and come after a new request [Q3]', () => {
    const { network, at, ask, names } = start(3)
    const block = network.publish(at(0), 'text')
    network.pass(1_000)
    ask(0, block)
    network.pass(25)
    network.cut(at(0), at(1))
    network.pass(3_000)
    expect(names(0, block)).toEqual(['node0'])
    network.link(at(0), at(1))
    network.pass(1_000)
    ask(0, block)
    network.pass(3_000)
    expect(names(0, block)).toEqual(['node0', 'node1', 'node2'])
  })
})
