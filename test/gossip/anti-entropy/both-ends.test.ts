import { describe, expect, it } from 'vitest'
import { logIdOf } from '../../../client/gossip/wire/block.ts'
import type { HeldBlock } from '../../../client/gossip/ledger/held-block.ts'
import { randomBelow } from '../../../client/node/faults/random.ts'
import { CoreNetwork } from '../core-network.ts'
import type { CoreNode } from '../core-node.ts'
import { startCores } from '../start-cores.ts'

/** Blocks 1 to `count` of one author that has left, as a node holds them that got half of them in runs, then each by push. */
const history = (network: CoreNetwork, count: number): readonly HeldBlock[] => {
  const [author, reader] = [network.add(), network.add()]
  for (let height = 1; height <= count; height += 1) {
    if (height === Math.ceil(count / 2)) network.link(author, reader)
    network.publish(author, `${height}`)
    if (network.areLinked(author, reader)) network.pass(100)
  }
  network.pass(2_000)
  for (const node of [author, reader]) network.kill(node)
  return reader.stored
}

/** A node whose storage holds the blocks between these heights, and those that the signature of the last one covers. */
const holderOf = (network: CoreNetwork, blocks: readonly HeldBlock[], from = 1, to = blocks.length): CoreNode => {
  const node = network.add()
  const top = blocks.findIndex(({ block }) => block.height >= to && block.signature)
  node.stored = blocks.slice(from - 1, top + 1)
  network.start(node, true)
  return node
}

const seqsOf = ({ core }: CoreNode): readonly number[] => core.entries().map(({ seq }) => seq)

const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index + 1)

describe('a log', () => {
  it('[L2] is filled up backwards from a neighbour that holds more, in the order of its entries', () => {
    const { network } = startCores(0)
    const blocks = history(network, 300)
    const [newest, all, joiner] = [holderOf(network, blocks, blocks.length), holderOf(network, blocks), network.add()]
    network.link(joiner, newest)
    network.pass(10_000)
    expect(seqsOf(joiner)).toEqual([300])
    network.link(joiner, all)
    const isWhole = (node: CoreNode) => () => node.core.entries().length === 300
    expect(network.passUntil(isWhole(joiner))).toBeLessThan(4_000)
    expect(seqsOf(joiner)).toEqual(upTo(300))
    // Whoever linked the truncated node first gets the rest by the others.
    expect(network.passUntil(isWhole(newest))).toBeLessThan(4_000)
    const late = network.add()
    network.link(late, newest)
    expect(network.passUntil(isWhole(late))).toBeLessThan(4_000)
    expect(joiner.delivered.map(({ seq }) => seq)[0]).toBe(300)
    expect(joiner.delivered.filter(({ isBackfill }) => isBackfill)).toHaveLength(299)
  })

  it('[L2] passes on whole what came with one signature for many blocks', () => {
    const { network, at } = startCores(3)
    for (let height = 1; height <= 400; height += 1) network.publish(at(0), `${height}`)
    network.link(at(0), at(1))
    network.pass(5_000)
    network.verifications = 0
    network.link(at(1), at(2))
    network.pass(5_000)
    expect(seqsOf(at(2))).toEqual(upTo(400))
    expect(network.verifications).toBeLessThan(20)
    expect(network.drops).toEqual({})
  })

  it('[L2] stops exchanging frontiers, although nodes retain different blocks for good', () => {
    const { network } = startCores(0, { limits: { maxBlocks: 100 } })
    const blocks = history(network, 90)
    const nodes = [31, 61, 1].map((from) => holderOf(network, blocks, from))
    const [one, two, three] = nodes
    if (!one || !two || !three) throw new Error('three nodes')
    network.link(one, two)
    network.link(two, three)
    network.pass(10_000)
    // Three quarters of a hundred: the first answer that reaches them is the last.
    for (const node of nodes) expect(node.core.entries().length).toBeGreaterThanOrEqual(60)
    network.sent = {}
    network.pass(60_000)
    expect(network.sent['frontier'] ?? 0).toBe(0)
    expect(network.sent['iwant'] ?? 0).toBe(0)
  })

  it.each(upTo(30).map((seed) => ({ seed })))(
    '[P1] [L2] ends as the union of what all nodes hold: seed $seed',
    ({ seed }) => {
      const network = new CoreNetwork(seed)
      const { random } = network
      const blocks = history(network, 200)
      // Windows that overlap, so that all of it is there, in any order of meeting.
      const nodes: CoreNode[] = []
      const cuts = upTo(3)
        .map(() => 1 + randomBelow(random, 198))
        .sort((one, other) => one - other)
      for (const [index, cut] of [0, ...cuts].entries()) {
        nodes.push(holderOf(network, blocks, cut + 1, Math.min(200, (cuts[index] ?? 200) + randomBelow(random, 20))))
      }
      for (let count = randomBelow(random, 3); count > 0; count -= 1) nodes.push(network.add())
      const links = nodes.flatMap((node, index) => {
        const parent = nodes[randomBelow(random, index)]
        return index > 0 && parent ? [[node, parent] as const] : []
      })
      while (links.length > 0) {
        const [pair] = links.splice(randomBelow(random, links.length), 1)
        if (pair) network.link(...pair)
        network.pass(randomBelow(random, 4_000))
      }
      network.pass(4_000 * nodes.length)
      for (const node of nodes) expect(seqsOf(node)).toEqual(upTo(200))
      expect(Object.keys(network.drops).filter((reason) => reason !== 'duplicate' && reason !== 'gap')).toEqual([])
      network.sent = {}
      network.pass(60_000)
      expect(network.sent['frontier'] ?? 0).toBe(0)
    },
  )
})

describe('a neighbour that lies', () => {
  it('about the oldest block costs one request, and others bring the history', () => {
    const { network } = startCores(0)
    const blocks = history(network, 50)
    const [mallory, joiner, honest] = [
      network.add(),
      holderOf(network, blocks, blocks.length),
      holderOf(network, blocks),
    ]
    network.link(joiner, mallory)
    network.pass(1_000)
    const head = blocks.at(-1)?.block
    if (!head) throw new Error('blocks')
    const entry = { log: logIdOf(head), height: 50, hash: head.hash.slice(0, 11), idleMs: 0, forkHeight: 0, oldest: 1 }
    network.inject(mallory, joiner, {
      type: 'frontier',
      entries: [entry],
      base: 0,
      changes: 5,
      seen: 0,
      isAnswer: true,
    })
    network.link(joiner, honest)
    expect(network.passUntil(() => joiner.core.entries().length === 50)).toBeLessThan(4_000)
  })
})
