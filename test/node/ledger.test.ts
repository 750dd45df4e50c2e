import { describe, expect, it } from 'vitest'
import type { Entry } from '../../client/gossip/wire/entry.ts'
import { type MemoryNode, MemoryStore, startLine, startNodes } from '../simulation/network/memory-network.ts'

const bodies = ({ node }: MemoryNode): string[] => node.entries().map(({ body }) => body as string)

const publish = async ({ node }: MemoryNode, ...texts: string[]): Promise<void> => {
  for (const text of texts) await node.publish(text)
}

const digests = (...nodes: readonly MemoryNode[]) => new Set(nodes.map(({ node }) => node.digest())).size

describe('[P1] nothing is lost', () => {
  it('by a node that joins late: it gets the history, in order, each entry once', async () => {
    const { clock, network, nodes } = await startLine(['node1', 'node2'])
    const [node1, node2] = nodes
    const node3 = await network.start('node3')
    const texts = Array.from({ length: 200 }, (_, index) => `text ${index}`)
    await publish(node1, ...texts)
    const delivered: Entry[] = []
    node3.node.on('entry', (entry) => void delivered.push(entry))
    network.link(node3, node2)
    await clock.pass(2_000)
    expect(bodies(node3)).toEqual(texts)
    expect(delivered).toHaveLength(200)
    expect(delivered[0]?.path).toEqual(['node1', 'node2', 'node3'])
    expect(digests(node1, node2, node3)).toBe(1)
  })

  it('by two halves that were apart: both get the other’s entries', async () => {
    const { clock, network, nodes } = await startNodes(['node1', 'node2'])
    const [node1, node2] = nodes
    await publish(node1, 'a', 'b')
    await publish(node2, 'c')
    network.link(node2, node1)
    await clock.pass(2_000)
    expect(bodies(node1).sort()).toEqual(['a', 'b', 'c'])
    expect(bodies(node2).sort()).toEqual(['a', 'b', 'c'])
    expect(digests(node1, node2)).toBe(1)
  })

  it('when frames vanish in a silence that ends', async () => {
    const { clock, nodes, links } = await startLine(['node1', 'node2'])
    const [node1, node2] = nodes
    for (const link of links) link.lose()
    await publish(node1, 'a', 'b')
    await publish(node2, 'c')
    await clock.pass(10_000)
    for (const link of links) link.resume()
    await clock.pass(4_000)
    expect(bodies(node1).sort()).toEqual(['a', 'b', 'c'])
    expect(bodies(node2).sort()).toEqual(['a', 'b', 'c'])
  })

  it('when one frame vanishes: the next heartbeats show it', async () => {
    const { clock, nodes, links } = await startLine(['node1', 'node2'])
    const [node1, node2] = nodes
    for (const link of links) link.lose()
    await publish(node1, 'lost')
    await clock.pass(20)
    for (const link of links) link.resume()
    await clock.pass(5_000)
    expect(bodies(node2)).toEqual(['lost'])
  })

  it('by a reload: the stored ledger is restored before the first link, without events', async () => {
    const store = new MemoryStore()
    const { clock, network, nodes } = await startNodes(['node1'])
    const [node1] = nodes
    const node2 = await network.start('node2', 1, store)
    network.link(node2, node1)
    await clock.pass(100)
    await publish(node1, 'a')
    await publish(node2, 'b')
    await clock.pass(100)
    await node2.node.stop()
    const again = await network.start('node2', 2, store, node2.peerId)
    expect(bodies(again)).toEqual(bodies(node2))
    expect(again.node.entries().map(({ path }) => path.join('>'))).toEqual(['node2', 'node1>node2'])
    expect(again.node.stats().delivered).toBe(0)
    expect(again.node.digest()).toBe(node1.node.digest())
  })
})

describe('what gossip costs', () => {
  it('is one small block for a ping, and few for a burst', async () => {
    const { clock, nodes } = await startLine(['node1', 'node2'])
    const [node1, node2] = nodes
    const before = node1.node.stats().sent
    await node1.node.ping()
    expect(node1.node.stats().sent - before).toBe(1)
    await Promise.all(Array.from({ length: 500 }, (_, index) => node1.node.publish(index)))
    expect(node1.node.stats().sent - before).toBeLessThan(10)
    await clock.pass(1_000)
    expect(node2.node.entries()).toHaveLength(501)
  })

  it('is no copy at all in a ring, once the tree has formed', async () => {
    const { clock, network, nodes } = await startLine(['node1', 'node2', 'node3'])
    const [first, , last] = nodes
    network.link(last, first)
    await clock.pass(1_000)
    await first.node.ping()
    await clock.pass(2_000)
    const copies = (): number => nodes.reduce((sum, { node }) => sum + node.stats().duplicates, 0)
    const before = copies()
    for (let count = 0; count < 20; count += 1) {
      await first.node.ping()
      await clock.pass(100)
    }
    expect(copies()).toBe(before)
    expect(nodes.map(({ node }) => node.entries().length)).toEqual([21, 21, 21])
  })
})
