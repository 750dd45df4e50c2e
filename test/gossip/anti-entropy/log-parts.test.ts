import { describe, expect, it } from 'vitest'
import type { HeldBlock } from '../../../client/gossip/ledger/held-block.ts'
import { logIdOf } from '../../../client/gossip/wire/block.ts'
import { randomBelow } from '../../../client/node/faults/random.ts'
import { CoreNetwork } from '../core-network.ts'
import type { CoreNode } from '../core-node.ts'
import { carriedBlock } from '../fake-signing.ts'
import { startCores } from '../start-cores.ts'

const seqsOf = ({ core }: CoreNode): readonly number[] => core.entries().map(({ seq }) => seq)

const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index + 1)

describe('a log of which nobody holds the middle', () => {
  /** A node whose storage holds these heights of a log whose blocks were pushed. */
  const keeperOf = (
    network: CoreNetwork,
    blocks: readonly HeldBlock[],
    windows: readonly (readonly number[])[],
  ): CoreNode => {
    const node = network.add()
    node.stored = blocks.filter(({ block: { height } }) =>
      windows.some(([from = 0, to = 0]) => height >= from && height <= to),
    )
    network.start(node, true)
    return node
  }

  /** An author that holds the newest 60 of 150 blocks and goes on, and a node that went away when there were `first`. */
  const returnAfterGap = (first: number) => {
    const { network, at } = startCores(2, { limits: { maxBlocks: 60 } })
    network.link(at(0), at(1))
    const publish = (from: number, to: number): void => {
      for (let height = from; height <= to; height += 1) {
        network.publish(at(0), `${height}`)
        network.pass(50)
      }
    }
    publish(1, first)
    network.kill(at(1))
    publish(first + 1, 150)
    network.start(at(1), true)
    network.link(at(1), at(0))
    return { network, author: at(0), returned: at(1), publish }
  }

  // With 20 blocks it has room, with 80 it is full and has evicted some itself.
  it.each([20, 80])('[P1] [L2] goes on at a node that comes back with the blocks up to %d', (first) => {
    const { network, author, returned, publish } = returnAfterGap(first)
    const isNew = (): boolean => returned.core.entries().some(({ seq }) => seq === 150)
    expect(network.passUntil(isNew)).toBeLessThan(4_000)
    publish(151, 152)
    network.pass(4_000)
    const seqs = seqsOf(returned)
    expect(seqs.slice(-2)).toEqual([151, 152])
    // The older part makes room first.
    expect(seqs).toHaveLength(60)
    expect(seqs).toEqual([...seqs].sort((one, other) => one - other))
    network.sent = {}
    network.pass(60_000)
    expect(network.sent['frontier'] ?? 0).toBe(0)
    expect(author.core.digest()).toBe(returned.core.digest())
  })

  it.each(upTo(40).map((seed) => ({ seed })))(
    '[P1] [L2] ends as the union of what all nodes hold: seed $seed',
    ({ seed }) => {
      const network = new CoreNetwork(seed)
      const { random } = network
      const [author, reader] = [network.add(), network.add()]
      network.link(author, reader)
      for (let height = 1; height <= 120; height += 1) {
        network.publish(author, `${height}`)
        network.pass(100)
      }
      for (const node of [author, reader]) network.kill(node)
      const cuts = upTo(8)
        .map(() => 1 + randomBelow(random, 120))
        .sort((one, other) => one - other)
      const windows = [0, 2, 4, 6].map((index) => [cuts[index] ?? 0, cuts[index + 1] ?? 0])
      // Each window is at one node at least, and some nodes have several or none.
      const nodes = windows.map((window) => {
        const others = windows.filter(() => random() < 0.3)
        return keeperOf(network, reader.stored, [window, ...others])
      })
      for (let count = randomBelow(random, 3); count > 0; count -= 1) nodes.push(network.add())
      for (const [index, node] of nodes.entries()) {
        const parent = nodes[randomBelow(random, index)]
        if (index > 0 && parent) network.link(node, parent)
        network.pass(randomBelow(random, 4_000))
      }
      network.pass(4_000 * nodes.length)
      const union = upTo(120).filter((seq) => windows.some(([from = 0, to = 0]) => seq >= from && seq <= to))
      for (const node of nodes) expect(seqsOf(node)).toEqual(union)
      expect(Object.keys(network.drops).filter((reason) => reason !== 'duplicate' && reason !== 'gap')).toEqual([])
      expect(network.cuts).toEqual({})
      network.sent = {}
      network.pass(60_000)
      expect(network.sent['frontier'] ?? 0).toBe(0)
    },
  )

  /** The blocks of an author, pushed to a reader that holds them all, and a proof that the author forked at a height. */
  const pushed = (network: CoreNetwork, count: number) => {
    const [author, reader] = [network.add(), network.add()]
    network.link(author, reader)
    for (let height = 1; height <= count; height += 1) {
      network.publish(author, `${height}`)
      network.pass(50)
    }
    network.pass(2_000)
    for (const node of [author, reader]) network.kill(node)
    const blocks = reader.stored
    const proofAt = (height: number) => {
      const [below, held] = blocks.slice(height - 2, height)
      if (!below || !held) throw new Error('blocks')
      const other = network.signing.block(author, { height, hash: 'other', prev: below.block.hash, body: 'other' })
      const [one, two] = [held.block, other].map((block) => carriedBlock(block, []))
      if (!one || !two) throw new Error('blocks')
      return { type: 'fork', one: [one], other: [two] } as const
    }
    return { blocks, proofAt }
  }

  it('[P1] [F1] keeps the part below a fork in the gap, and loses the one above it', () => {
    const { network } = startCores(0)
    const { blocks, proofAt } = pushed(network, 150)
    const [node, mallory] = [
      keeperOf(network, blocks, [
        [1, 40],
        [100, 150],
      ]),
      network.add(),
    ]
    network.link(mallory, node)
    network.pass(1_000)
    network.inject(mallory, node, proofAt(70))
    network.pass(1_000)
    expect(seqsOf(node)).toEqual(upTo(40))
    expect(node.stored.filter(({ block }) => block.height <= 40)).toHaveLength(40)
  })

  it('[P6] [L2] costs little if a neighbour names hundreds of parts', () => {
    const { network } = startCores(0)
    const { blocks } = pushed(network, 150)
    const [node, mallory] = [
      keeperOf(network, blocks, [
        [1, 10],
        [149, 150],
      ]),
      network.add(),
    ]
    network.link(mallory, node)
    network.pass(1_000)
    const [first] = blocks
    if (!first) throw new Error('blocks')
    const log = logIdOf(first.block)
    const entries = upTo(138).map((at) => {
      return { log, height: 10 + at, hash: 'none', idleMs: 0, forkHeight: 0, oldest: 10 + at }
    })
    for (let count = 1; count <= 16; count += 1) {
      const changes = { base: 0, changes: count, seen: 0, isAnswer: true }
      network.inject(mallory, node, { type: 'frontier', entries, ...changes })
    }
    expect(node.core.wanted).toBeLessThanOrEqual(16)
  })

  it('[L2] is filled from the author’s other chain at neither end, and is calm', () => {
    const { network } = startCores(0)
    const { blocks } = pushed(network, 150)
    const [first] = blocks
    if (!first) throw new Error('blocks')
    const author = { ...first.block, index: 0, peerId: first.block.author, epoch: logIdOf(first.block).slice(44) }
    const node = keeperOf(network, blocks, [[100, 150]])
    const others = upTo(6).map((count) => {
      const [hash, prev] = [`other_${count}`, `other_${count - 1}`]
      return network.signing.block(author, { height: 4 + count, hash, prev, body: 'other' })
    })
    for (const block of others) node.stored.unshift({ ...first, block })
    node.stored.sort((one, other) => one.block.height - other.block.height)
    network.start(node, true)
    network.link(node, keeperOf(network, blocks, [[11, 150]]))
    network.pass(30_000)
    expect(node.core.entries()).toHaveLength(140)
    network.sent = {}
    network.pass(60_000)
    expect(network.sent['iwant'] ?? 0).toBe(0)
  })
})
