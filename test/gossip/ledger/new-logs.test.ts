import { describe, expect, it } from 'vitest'
import { logIdOf, type VerifiedBlock } from '../../../client/gossip/wire/block.ts'
import { NewLogs } from '../../../client/gossip/ledger/new-logs.ts'
import { gossipLimits } from '../../../client/gossip/bounds/limits.ts'
import { fakePeerId } from '../../simulation/node/fake-signatures.ts'
import { type CoreNode, CoreNetwork } from '../core-network.ts'

const { newLogsBurst, newLogsPerSecond, namedLogsBurst } = gossipLimits

/** The first blocks of unknown authors. */
const firstBlocks = (network: CoreNetwork, count: number, height = 1): VerifiedBlock[] =>
  Array.from({ length: count }, (_, index) => {
    const author = {
      index: 10_000 + index,
      peerId: fakePeerId(10_000 + index),
      epoch: `1-${index.toString(16).padStart(16, '0')}`,
    }
    return network.signing.block(author, {
      height,
      hash: `${index}_${height}`,
      prev: height > 1 ? 'x' : '',
      body: 'first',
    })
  })

const carried = ({ bytes, signature, name }: VerifiedBlock) => ({
  bytes,
  signature,
  hops: [{ name, heldMs: 0, rttMs: 0 }],
  heldMs: 0,
  model: undefined,
})

const inPieces = <Item>(items: readonly Item[], size: number): Item[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size))

/** `victim` has two neighbours: `mallory` and `bystander`. */
const start = () => {
  const network = new CoreNetwork(1)
  const [victim, mallory, bystander] = [network.add(), network.add(), network.add()]
  network.link(victim, mallory)
  network.link(victim, bystander)
  network.pass(1_000)
  const send = (blocks: readonly VerifiedBlock[], type: 'push' | 'blocks'): void => {
    for (const piece of inPieces(blocks, gossipLimits.maxBlocksPerEnvelope)) {
      const page = piece.map(carried)
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
      network.inject(mallory, victim, { type: 'fork', one: carried(one), other: carried(other) })
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
    expect([admits(1), admits(1), admits(2), admits(1), admits(3), admits(2)]).toEqual([
      true,
      false,
      true,
      false,
      true,
      true,
    ])
  })
})

describe('[P1] no honest log is lost to that bound', () => {
  it('if 1,000 authors behind one link publish for the first time at once', () => {
    const { network, victim, send } = start()
    const blocks = firstBlocks(network, 1_000)
    const mallory = network.nodes[1]
    // The relay holds them: it pushes them, and this node can request them.
    for (const block of blocks) mallory?.core.restore(block, [{ name: block.name, heldMs: 0, rttMs: 0 }], 0, 0)
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
    for (const block of firstBlocks(network, count)) {
      old.core.restore(block, [{ name: block.name, heldMs: 0, rttMs: 0 }], 0, 0)
    }
    network.link(old, late)
    network.pass(withinMs)
    expect(logsOf(late)).toBe(count)
    expect(network.digests()).toBe(1)
  })

  it('if there are more logs than a node may hold: each comes once, and the newest stay', () => {
    const network = new CoreNetwork(1, { maxLogs: 200, maxLinks: 4 })
    const [one, other] = [network.add(), network.add()]
    for (const [index, block] of firstBlocks(network, 400).entries()) {
      const networkMs = index < 300 ? -7_200_000 : -3_600_000
      const node = index < 200 ? one : other
      node.core.restore(block, [{ name: block.name, heldMs: 0, rttMs: 0 }], networkMs, 0)
    }
    network.link(one, other)
    network.pass(120_000)
    const keys = one.delivered.map(({ peerId }) => peerId)
    expect(new Set(keys).size).toBe(keys.length)
    // The share of one neighbour.
    const newest = new Set(
      firstBlocks(network, 400)
        .slice(300)
        .map(({ author }) => author as string),
    )
    expect(one.core.entries().filter(({ peerId }) => newest.has(peerId))).toHaveLength(50)
    expect(other.core.entries().filter(({ peerId }) => newest.has(peerId))).toHaveLength(100)
  })

  it('in a class of 60 that starts at once around one teacher: no log is refused', () => {
    const network = new CoreNetwork(1)
    const teacher = network.add()
    const pupils = Array.from({ length: 60 }, () => network.add())
    for (const pupil of pupils) network.link(pupil, teacher)
    for (const pupil of pupils) network.publish(pupil, 'here')
    network.pass(5_000)
    expect(pupils.map(({ delivered }) => delivered.length)).toEqual(pupils.map(() => 60))
    expect(network.drops['too-many-new-logs']).toBeUndefined()
  })
})
