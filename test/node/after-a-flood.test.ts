import { describe, expect, it } from 'vitest'
import { encodeFrame } from '../../client/gossip/codec/codec.ts'
import { fakePeerId } from '../simulation/node/fake-signatures.ts'
import { startNodes } from '../simulation/network/memory-network.ts'
import { alice, by, Chain, greeting, linkMallory, push } from './hostile-neighbour.ts'

/** A wire, and a flood of made-up authors that is more than it carries: the rest of five seconds takes four to carry. */
const wire = { bytesPerMs: 600, windowBytes: 262_144 }
const flood = { seconds: 5, blocksPerSecond: 40, bodyBytes: 24_000 }

/** Milliseconds. */
const equalWithinMs = 6_000

describe('[P1] [P6] after a flood', () => {
  it('nodes whose links could not carry it hold the same as soon as the wire allows [S5]', async () => {
    const { clock, network, nodes } = await startNodes(['node1', 'node2', 'node3'])
    const [node1, node2, node3] = nodes
    network.link(node1, node2, wire)
    network.link(node2, node3, wire)
    network.link(node3, node1, wire)
    const { link: hostile } = linkMallory(clock, node1)
    hostile.send(encodeFrame(greeting))
    await clock.pass(1_000)

    for (let count = 0; count < flood.seconds * flood.blocksPerSecond; count += 1) {
      // Links that are never idle: their heartbeats are 10 s apart, and bring no repair in time.
      if (count % 15 === 0) for (const { node } of nodes) void node.ping()
      const author = new Chain(fakePeerId(10_000 + count), `1-${count.toString(16).padStart(16, '0')}`)
      hostile.send(push(by(await author.next('x'.repeat(flood.bodyBytes)), alice)))
      await clock.pass(1_000 / flood.blocksPerSecond)
    }
    hostile.close()
    expect(node1.node.stats().drops['queue-full']).toBeGreaterThan(0)

    for (let ms = 0; ms < equalWithinMs; ms += 500) {
      if (ms < equalWithinMs - 1_000) for (const { node } of nodes) void node.ping()
      await clock.pass(500)
    }
    const [digest, ...others] = nodes.map(({ node }) => node.digest())
    expect(others).toEqual([digest, digest])
    const authors = new Set(node3.node.entries().map(({ peerId }) => peerId))
    expect(authors.size).toBeGreaterThan(flood.seconds * flood.blocksPerSecond)
  })
})
