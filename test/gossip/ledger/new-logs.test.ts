import { describe, expect, it } from 'vitest'
import { logIdOf, type VerifiedBlock } from '../../../client/gossip/wire/block.ts'
import { NewLogs } from '../../../client/gossip/ledger/new-logs.ts'
import { gossipLimits } from '../../../client/gossip/bounds/limits.ts'
import { fakePeerId } from '../../simulation/node/fake-signatures.ts'
import { CoreNetwork } from '../core-network.ts'
import type { CoreNode } from '../core-node.ts'
import { startCores } from '../start-cores.ts'
import { carriedBlock } from '../fake-signing.ts'

const { newLogsBurst, newLogsPerSecond, namedLogsBurst } = gossipLimits

/** The first blocks of unknown authors. */
const firstBlocks = (network: CoreNetwork, count: number, height = 1): VerifiedBlock[] =>
  Array.from({ length: count }, (_, index) => {
    const number = 10_000 + index
    const author = { index: number, peerId: fakePeerId(number), epoch: `1-${String(index).padStart(16, '0')}` }
    const [hash, prev] = [`${index}_${height}`, height > 1 ? 'x' : '']
    return network.signing.block(author, { height, hash, prev, body: 'first' })
  })

const inPieces = <Item>(items: readonly Item[], size: number): Item[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size))

/** The node holds these blocks as if their authors had sent them to it, each at that network time. */
const restore = ({ core }: CoreNode, blocks: readonly VerifiedBlock[], networkMs = 0): void => {
  for (const block of blocks) core.restore(block, [{ name: block.name, heldMs: 0, rttMs: 0 }], networkMs, 0)
}

/** `victim` has two neighbours: `mallory` and `bystander`. */
const start = () => {
  const network = new CoreNetwork(1)
  const [victim, mallory, bystander] = [network.add(), network.add(), network.add()]
  network.link(victim, mallory)
  network.link(victim, bystander)
  network.pass(1_000)
  const send = (blocks: readonly VerifiedBlock[], type: 'push' | 'blocks'): void => {
    for (const piece of inPieces(blocks, gossipLimits.maxBlocksPerEnvelope)) {
      const page = piece.map((block) => carriedBlock(block))
      network.inject(mallory, victim, type === 'push' ? { type, blocks: page } : { type, blocks: page, more: false })
    }
  }
  return { network, victim, mallory, bystander, send }
}

const logsOf = ({ core }: CoreNode): number => core.logs().size

describe('[P6] [S4] logs that are new here', () => {
  it.each(['push', 'blocks'] as const)(
    'are accepted from one neighbour at a bounded rate if they were not requested: %s',
    (type) => {
      const { network, victim, send } = start()
      const blocks = firstBlocks(network, 3_000)
      send(blocks, type)
      expect(logsOf(victim)).toBe(newLogsBurst)
      expect(network.drops['too-many-new-logs']).toBe(3_000 - newLogsBurst)
      network.pass(10_000)
      send(blocks.slice(-1_000), type)
      expect(logsOf(victim)).toBe(newLogsBurst + Math.min(newLogsBurst, 10 * newLogsPerSecond))
    },
  )

  it('are requested at a bounded rate, however many a neighbour announces, and forgotten if they do not come', () => {
    const { network, victim, mallory } = start()
    const blocks = firstBlocks(network, 4_000)
    const ask = (): number => network.sent['iwant'] ?? 0
    const before = ask()
    for (const page of inPieces(blocks, gossipLimits.maxLogsPerEnvelope)) {
      const heads = page.map((block) => ({ log: logIdOf(block), height: 1 }))
      network.inject(mallory, victim, { type: 'ihave', heads })
    }
    expect(victim.core.wanted).toBe(namedLogsBurst)
    network.pass(10_000)
    expect(victim.core.wanted).toBe(0)
    expect(ask() - before).toBeLessThanOrEqual(namedLogsBurst / gossipLimits.maxLogsPerEnvelope + 1)
    expect(logsOf(victim)).toBe(0)
  })

  it('count even if their second block comes first', () => {
    const { network, send } = start()
    send(firstBlocks(network, 1_000, 2), 'push')
    expect(network.drops['too-many-new-logs']).toBe(1_000 - newLogsBurst)
  })

  it('count even if only the proof of a fork comes', () => {
    const { network, victim, mallory } = start()
    for (const one of firstBlocks(network, 1_000)) {
      const author = { index: 0, peerId: one.author, epoch: one.epoch }
      const other = network.signing.block(author, { height: 1, hash: `not ${one.hash}`, prev: '', body: 'another' })
      network.inject(mallory, victim, { type: 'fork', one: [carriedBlock(one)], other: [carriedBlock(other)] })
    }
    expect(logsOf(victim)).toBe(newLogsBurst)
    expect(network.drops['too-many-new-logs']).toBe(1_000 - newLogsBurst)
  })

  it('of a neighbour that brings thousands do not delay the logs of other neighbours', () => {
    const { network, victim, bystander, send } = start()
    for (let second = 0; second < 10; second += 1) {
      send(firstBlocks(network, 1_000), 'push')
      network.pass(900)
      const sentAt = network.now
      network.publish(bystander, `text ${second}`)
      network.pass(network.latencyMs)
      expect(victim.delivered.at(-1)?.body, `after ${network.now - sentAt} ms`).toBe(`text ${second}`)
    }
  })

  it('are bounded by key: a new link does not raise the bound, and the number of keys is bounded', () => {
    const gate = new NewLogs({ ...gossipLimits, rememberedNeighbours: 2, newLogsBurst: 1 }, () => false)
    const [one] = firstBlocks(new CoreNetwork(1), 1)
    const log = one && logIdOf(one)
    if (!log) throw new Error('no log')
    const admits = (key: number): boolean => gate.admits(fakePeerId(key), log, 0)
    expect([1, 1, 2, 1, 3, 2].map(admits)).toEqual([true, false, true, false, true, true])
  })
})

describe('[P1] no honest log is lost to that bound', () => {
  it('if 1,000 authors behind one link publish for the first time at once', () => {
    const { network, victim, mallory, send } = start()
    const blocks = firstBlocks(network, 1_000)
    // The relay holds them: it pushes them, and this node can request them.
    restore(mallory, blocks)
    send(blocks, 'push')
    expect(logsOf(victim)).toBe(newLogsBurst)
    network.pass(3_000)
    expect(logsOf(victim)).toBe(1_000)
    expect(network.digests()).toBe(1)
  })

  it.each([
    ['1,000 logs at once', 1_000, {}, 3_000],
    ['more logs than it may request at once', 400, { namedLogsBurst: 100, namedLogsPerSecond: 50 }, 12_000],
  ])('when a late joiner lacks %s', (_what, count, limits, withinMs) => {
    const network = new CoreNetwork(1, limits)
    const [old, late] = [network.add(), network.add()]
    restore(old, firstBlocks(network, count))
    network.link(old, late)
    network.pass(withinMs)
    expect(logsOf(late)).toBe(count)
    expect(network.digests()).toBe(1)
  })

  it('if there are more logs than a node may hold: each comes once, and the newest stay', () => {
    const network = new CoreNetwork(1, { maxLogs: 200, maxLinks: 4 })
    const [one, other] = [network.add(), network.add()]
    const blocks = firstBlocks(network, 400)
    restore(one, blocks.slice(0, 200), -7_200_000)
    restore(other, blocks.slice(200, 300), -7_200_000)
    restore(other, blocks.slice(300), -3_600_000)
    network.link(one, other)
    network.pass(120_000)
    const keys = one.delivered.map(({ peerId }) => peerId)
    expect(new Set(keys).size).toBe(keys.length)
    // One of two shares: the other one is that of the restored logs.
    const newest = new Set<string>(blocks.slice(300).map(({ author }) => author))
    expect(one.core.entries().filter(({ peerId }) => newest.has(peerId))).toHaveLength(100)
    expect(other.core.entries().filter(({ peerId }) => newest.has(peerId))).toHaveLength(100)
  })

  it('in a class of 60 that starts at once around one teacher: no log is refused', () => {
    const { network, nodes } = startCores(61, { topology: 'star' })
    const pupils = nodes.slice(1)
    for (const pupil of pupils) network.publish(pupil, 'here')
    network.pass(5_000)
    expect(pupils.map(({ delivered }) => delivered.length)).toEqual(pupils.map(() => 60))
    expect(network.drops['too-many-new-logs']).toBeUndefined()
  })
})
