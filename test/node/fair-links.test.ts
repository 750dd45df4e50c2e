import { describe, expect, it } from 'vitest'
import type { CarriedBlock } from '../../client/gossip/wire/envelope.ts'
import { encodeFrame } from '../../client/gossip/codec/codec.ts'
import { fakePeerId } from '../simulation/node/fake-signatures.ts'
import { type MemoryNode, startNodes } from '../simulation/network/memory-network.ts'
import { alice, by, Chain, greeting, linkMallory, push } from './hostile-neighbour.ts'

/** One megabyte per second, and the delay of a path within one country. */
const wire = { bytesPerMs: 1_000, windowBytes: 262_144 }
const latencyMs = 25
/** Twice what a wire carries. */
const flood = { seconds: 3, everyMs: 6, bodyBytes: 12_000 }
const pingEveryMs = 240

/** Milliseconds in which the wires carry the rest of the flood. */
const equalWithinMs = 10_000

type NextBlock = () => Promise<CarriedBlock>

/** The blocks of one log. */
const ownLog = (): NextBlock => {
  const chain = new Chain()
  return () => chain.next('x'.repeat(flood.bodyBytes))
}

/** Each block has another author. */
const madeUpAuthors = (): NextBlock => {
  let count = 0
  return () => {
    count += 1
    return new Chain(fakePeerId(10_000 + count), `1-${count.toString(16).padStart(16, '0')}`).next(
      'x'.repeat(flood.bodyBytes),
    )
  }
}

/** Milliseconds from publishing to arrival, at every other honest node, shortest first. */
const watchPings = (nodes: readonly MemoryNode[], now: () => number) => {
  const sentAt = new Map<string, number>()
  const latencies: number[] = []
  let rounds = 0
  for (const { node, peerId } of nodes) {
    node.on('entry', (entry) => {
      const at = sentAt.get(`${entry.peerId} ${entry.seq}`)
      if (entry.peerId !== peerId && at !== undefined) latencies.push(now() - at)
    })
  }
  return {
    pingAll: () => {
      rounds += 1
      for (const { node, peerId } of nodes) {
        sentAt.set(`${peerId} ${rounds}`, now())
        void node.ping()
      }
    },
    p99: () => {
      expect(latencies).toHaveLength(rounds * nodes.length * (nodes.length - 1))
      return latencies.sort((one, other) => one - other)[Math.floor(0.99 * latencies.length)] ?? Infinity
    },
  }
}

type Shape = 'line' | 'triangle'

/** Pings of all nodes, while Mallory floods the first one. */
const ping = async (shape: Shape, nextBlock: NextBlock | undefined) => {
  const { clock, network, nodes } = await startNodes(['node1', 'node2', 'node3'], latencyMs)
  const [node1, node2, node3] = nodes
  network.link(node1, node2, wire)
  network.link(node2, node3, wire)
  if (shape === 'triangle') network.link(node3, node1, wire)
  const { link: hostile, ends } = linkMallory(clock, node1)
  hostile.send(encodeFrame(greeting))
  await clock.pass(1_000)
  const pings = watchPings(nodes, () => clock.now())
  for (let ms = 0; ms < flood.seconds * 1_000; ms += flood.everyMs) {
    if (ms % pingEveryMs === 0) pings.pingAll()
    if (nextBlock) hostile.send(push(by(await nextBlock(), alice)))
    await clock.pass(flood.everyMs)
  }
  // Valid blocks are no reason to cut her.
  expect(ends).toEqual([])
  await clock.pass(equalWithinMs)
  return { p99: pings.p99(), nodes }
}

describe.each<Shape>(['line', 'triangle'])('[P6] [P7] [T4] in a %s, beside a neighbour that floods', (shape) => {
  const calm = ping(shape, undefined)

  it.each([
    ['its own log', ownLog],
    ['blocks of made-up authors', madeUpAuthors],
  ])('%s, honest messages take at most four times as long, and nothing is lost', async (_, blocks) => {
    const { p99, nodes } = await ping(shape, blocks())
    expect(p99).toBeLessThanOrEqual(4 * (await calm).p99)
    const [node1] = nodes
    expect(node1.node.stats().drops['queue-full']).toBeGreaterThan(0)
    for (const { node } of nodes) {
      expect(node.digest()).toBe(node1.node.digest())
      expect(node.entries().length).toBe(node1.node.entries().length)
    }
  })
})

describe('[P7] a burst of one node', () => {
  it('keeps a link busy while nothing competes', async () => {
    const { clock, network, nodes } = await startNodes(['node1', 'node2'], latencyMs)
    const [node1, node2] = nodes
    network.link(node1, node2, wire)
    await clock.pass(1_000)
    const begun = clock.now()
    let lastAt = begun
    node2.node.on('entry', () => {
      lastAt = clock.now()
    })
    const before = node1.node.stats().bytesSent
    for (let count = 0; count < 3_000; count += 1) void node1.node.publish(`${count} ${'x'.repeat(200)}`)
    await clock.pass(5_000)
    expect(node2.node.entries()).toHaveLength(3_000)
    expect(node1.node.stats().drops).toEqual({})
    const carryMs = (node1.node.stats().bytesSent - before) / wire.bytesPerMs
    expect(lastAt - begun).toBeLessThan(1.05 * carryMs + 2 * latencyMs)
  })
})
