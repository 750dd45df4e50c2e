import { describe, expect, it } from 'vitest'
import { type CoreNode, CoreNetwork } from './core-network.ts'

const start = (count: number, limits = {}) => {
  const network = new CoreNetwork(1, limits)
  const nodes = Array.from({ length: count }, () => network.add())
  const at = (index: number): CoreNode => {
    const node = nodes[index]
    if (!node) throw new Error(`no node ${index}`)
    return node
  }
  return { network, nodes, at }
}

const copies = (nodes: readonly CoreNode[]): number => nodes.reduce((sum, { duplicates }) => sum + duplicates, 0)

const texts = ({ core }: CoreNode) => core.entries().map(({ body }) => body)

describe('broadcast trees', () => {
  it('send not one copy where the network is a tree [T1]', () => {
    const { network, nodes, at } = start(10)
    for (let index = 1; index < 10; index += 1) network.link(at(index), at(Math.floor((index - 1) / 2)))
    network.pass(1_000)
    for (let count = 0; count < 50; count += 1) {
      network.publish(at(count % 10), `text ${count}`)
      network.pass(40)
    }
    network.pass(5_000)
    expect(copies(nodes)).toBe(0)
    expect(nodes.map(({ delivered }) => delivered.length)).toEqual(Array(10).fill(50))
  })

  it('form in a mesh: after its first block a log costs at most 5 % of copies [T2] [T3]', () => {
    const { network, nodes, at } = start(25)
    for (let row = 0; row < 5; row += 1) {
      for (let column = 0; column < 5; column += 1) {
        const index = row * 5 + column
        if (column < 4) network.link(at(index), at(index + 1))
        if (row < 4) network.link(at(index), at(index + 5))
      }
    }
    network.pass(1_000)
    for (const node of nodes) network.publish(node, 'first')
    network.pass(5_000)
    const before = copies(nodes)
    for (let round = 0; round < 10; round += 1) {
      for (const node of nodes) network.publish(node, `round ${round}`)
      network.pass(1_500)
    }
    expect(copies(nodes) - before).toBeLessThanOrEqual(0.05 * 250 * 24)
    expect(network.digests()).toBe(1)
  })

  it('are mended when a link dies, by the announcements of others [A2]', () => {
    const { network, nodes, at } = start(3)
    for (const [one, other] of [
      [0, 1],
      [1, 2],
      [2, 0],
    ] as const) {
      network.link(at(one), at(other))
    }
    network.pass(1_000)
    for (let count = 0; count < 3; count += 1) {
      network.publish(at(0), `before ${count}`)
      network.pass(1_000)
    }
    network.cut(at(0), at(2))
    network.publish(at(0), 'after')
    network.pass(5_000)
    expect(nodes.map((node) => texts(node).includes('after'))).toEqual([true, true, true])
  })

  it('are not formed anew for every log in a large network: a log begins with the tree of another [T2]', () => {
    const { network, nodes, at } = start(60)
    for (let index = 1; index < 60; index += 1) {
      network.link(at(index), at(index - 1))
      network.link(at(index), at(Math.floor(network.random() * index)))
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
})

describe('anti-entropy', () => {
  it('gives a late joiner the history from one neighbour, not from each', () => {
    const { network, at } = start(4)
    network.link(at(0), at(1))
    network.link(at(1), at(2))
    network.pass(500)
    for (let count = 0; count < 300; count += 1) network.publish(at(0), `text ${count}`)
    network.pass(2_000)
    for (const index of [0, 1, 2]) network.link(at(3), at(index))
    network.pass(5_000)
    expect(texts(at(3))).toHaveLength(300)
    expect(at(3).duplicates).toBeLessThan(30)
  })

  it('costs an equal ledger one digest [S1]', () => {
    const { network, at } = start(2)
    network.link(at(0), at(1))
    for (let count = 0; count < 20; count += 1) network.publish(at(0), `text ${count}`)
    network.pass(3_000)
    network.cut(at(0), at(1))
    const before = { ...network.sent }
    network.link(at(0), at(1))
    network.pass(1_000)
    expect(network.sent['frontier']).toBe(before['frontier'])
    expect(network.sent['blocks']).toBe(before['blocks'])
  })

  it('names in a frontier only the logs that changed since the last [S1]', () => {
    const { network, at } = start(40)
    for (let index = 1; index < 40; index += 1) network.link(at(index), at(0))
    network.pass(500)
    for (let index = 2; index < 40; index += 1) network.publish(at(index), 'text')
    network.pass(5_000)
    const named = network.frontierEntries
    // One envelope is lost, so that two digests differ.
    network.reaches = (from, to) => !(from === 0 && to === 1)
    network.publish(at(2), 'lost on its way')
    network.pass(100)
    network.reaches = () => true
    network.pass(4_000)
    expect(network.digests()).toBe(1)
    // The log that changed, once on each link at most; the other 37 logs are not told of again.
    expect(network.frontierEntries - named).toBeLessThanOrEqual(39)
  })

  it('takes a suffix from its oldest block on, where the rest is retained no longer', () => {
    const { network, at } = start(2, { maxBlocks: 50, keptPerLog: 10 })
    for (let count = 1; count <= 80; count += 1) network.publish(at(0), `text ${count}`)
    network.link(at(0), at(1))
    network.pass(5_000)
    expect(texts(at(1))).toEqual(texts(at(0)))
    expect(texts(at(1))[0]).toBe('text 31')
    expect(network.digests()).toBe(1)
  })

  it('[P6] serves one neighbour so many bytes: an endless iwant can not eat a node', () => {
    const { network, at } = start(2, { serveBurstBytes: 1_000, serveBytesPerSecond: 0 })
    network.link(at(0), at(1))
    network.pass(500)
    const block = network.publish(at(0), 'text')
    network.pass(500)
    const log = `${block.author}/${block.epoch}` as never
    for (let count = 0; count < 100; count += 1) {
      network.inject(at(1), at(0), { type: 'iwant', wants: [{ log, height: 1 }], graft: false })
    }
    expect(network.drops['too-many-requests']).toBeGreaterThan(80)
    expect(network.sent['blocks']).toBeLessThan(20)
  })

  it('keeps a log though the first to bring it lies about its age [R2]', () => {
    const { network, at } = start(3)
    const [victim, mallory, honest] = [at(0), at(1), at(2)]
    network.link(victim, mallory)
    network.pass(500)
    const { bytes, signature, author, epoch, name } = network.publish(honest, 'fresh')
    const hops = [{ name, heldMs: 1_000_000_000, rttMs: 0 }]
    network.inject(mallory, victim, {
      type: 'push',
      blocks: [{ bytes, signature, hops, heldMs: 0, model: undefined }],
    })
    network.link(victim, honest)
    network.pass(120_000)
    expect(texts(victim)).toEqual(['fresh'])
    expect(victim.delivered).toHaveLength(1)
    expect(victim.core.logs().has(`${author}/${epoch}` as never)).toBe(true)
    expect(victim.core.digest()).toBe(honest.core.digest())
  })

  it('forgets no log for the age of its first blocks while the others are on their way [R2]', () => {
    const ages = { logFadesAfterMs: 60_000, logForgottenAfterMs: 61_000, ageEveryMs: 1_000 }
    const { network, at } = start(2, { ...ages, maxBlocksPerEnvelope: 4, envelopesPerAnswer: 1 })
    for (let count = 1; count <= 200; count += 1) {
      network.publish(at(0), `text ${count}`)
      network.pass(1_000)
    }
    network.link(at(0), at(1))
    network.pass(10_000)
    expect(at(1).delivered.map(({ seq }) => seq)).toEqual(Array.from({ length: 200 }, (_, index) => index + 1))
    expect(network.digests()).toBe(1)
  })
})

describe('an author who signs two blocks for one height', () => {
  it('is forked everywhere, at the same height, and digests are equal again [F1]', () => {
    const { network, nodes, at } = start(4)
    for (const index of [1, 2, 3]) network.link(at(index), at(index - 1))
    network.pass(500)
    const first = network.publish(at(0), 'one')
    network.pass(500)
    const two = network.seals.block(at(0), { height: 2, hash: 'two', prev: first.hash, body: 'two' })
    const other = network.seals.block(at(0), { height: 2, hash: 'other', prev: first.hash, body: 'other' })
    const push = (block: typeof two) => ({
      type: 'push' as const,
      blocks: [{ bytes: block.bytes, signature: block.signature, hops: [], heldMs: 0, model: undefined }],
    })
    network.link(at(3), at(0))
    network.pass(500)
    network.inject(at(0), at(1), push(two))
    network.inject(at(0), at(3), push(other))
    network.pass(10_000)
    const log = `${first.author}/${first.epoch}` as never
    expect(nodes.map(({ core }) => core.logs().get(log)?.fork?.height)).toEqual([2, 2, 2, 2])
    expect(network.digests()).toBe(1)
    const late = network.add()
    network.link(late, at(2))
    network.pass(5_000)
    expect(texts(late)).toEqual(['one'])
    expect(network.digests()).toBe(1)
    expect(network.drops['misnumbered-block'] ?? 0).toBe(0)
  })
})
