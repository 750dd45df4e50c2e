import { describe, expect, it } from 'vitest'
import type { VerifiedBlock } from '../../client/gossip/wire/block.ts'
import { parseEnvelope } from '../../client/gossip/wire/envelope-fields.ts'
import { Ledger } from '../../client/gossip/ledger/ledger.ts'
import { type GossipLimits, gossipLimits } from '../../client/gossip/bounds/limits.ts'
import type { LinkId } from '../../client/gossip/wire/link.ts'
import type { PeerId } from '../../client/gossip/wire/peer-id.ts'
import type { GossipEffect } from '../../client/gossip/gossip-effect.ts'
import { GossipCore } from '../../client/gossip/core.ts'
import { nameOf } from '../links/network-node.ts'
import { fakePeerId } from '../simulation/node/fake-signatures.ts'

const blockOf = (height: number, author = 1, epoch = 1): VerifiedBlock =>
  ({
    author: fakePeerId(author),
    name: nameOf(`node${author}`),
    epoch: `${epoch}-0000000000000001`,
    height,
    firstSeq: height,
    prev: height === 1 ? '' : `${author} ${height - 1}`,
    hash: `${author} ${height}`,
    entries: [{ time: 0, body: height }],
    bytes: new Uint8Array(100),
    signature: new Uint8Array(64),
  }) as unknown as VerifiedBlock

/** A block with several entries. */
const fullBlockOf = (height: number, author: number, size: number): VerifiedBlock => ({
  ...blockOf(height, author),
  firstSeq: 1 + (height - 1) * size,
  entries: Array.from({ length: size }, () => ({ time: 0, body: height })),
})

const arrival = { hops: [], from: undefined, byPush: false, model: undefined }

const ledgerOf = (limits: Partial<GossipLimits> = {}) => {
  const evicted: string[] = []
  const time = { ms: 0 }
  const ledger = new Ledger(
    nameOf('here'),
    { ...gossipLimits, ...limits },
    time,
    (text) => text,
    (log, height) => void evicted.push(`${log.slice(-20)} ${height}`),
  )
  const seqsOf = (author: number): number[] =>
    ledger
      .entries()
      .filter(({ peerId }) => peerId === fakePeerId(author))
      .map(({ seq }) => seq)
  /** Makes the first block of a log, at that time. */
  const addAt = (ms: number, author: number, from: PeerId): void => {
    time.ms = ms
    ledger.add(blockOf(1, author), { ...arrival, from }, 0)
  }
  return { ledger, time, evicted, seqsOf, addAt }
}

const authorsIn = (ledger: Ledger): string[] => [...new Set(ledger.entries().map(({ author }) => author))]

describe('[P6] the ledger', () => {
  it('holds a bounded number of blocks and evicts the oldest', () => {
    const { ledger, seqsOf, evicted } = ledgerOf({ maxBlocks: 3 })
    for (let height = 1; height <= 5; height += 1) ledger.add(blockOf(height), arrival, 0)
    expect(seqsOf(1)).toEqual([3, 4, 5])
    expect(evicted).toHaveLength(2)
  })

  it('holds a bounded number of bytes', () => {
    const { ledger, seqsOf } = ledgerOf({ maxHeldBytes: 250, entryBytes: 0 })
    for (let height = 1; height <= 5; height += 1) ledger.add(blockOf(height), arrival, 0)
    expect(seqsOf(1)).toEqual([4, 5])
  })

  it('counts the memory of entries, however many share a block, and evicts from the author that holds most', () => {
    const { ledger, seqsOf } = ledgerOf({ maxHeldBytes: 10_000, entryBytes: 100 })
    for (let height = 1; height <= 10; height += 1) ledger.add(blockOf(height, 1), arrival, 0)
    for (let height = 1; height <= 20; height += 1) ledger.add(fullBlockOf(height, 2, 10), arrival, 0)
    expect(ledger.heldBytes).toBeLessThanOrEqual(10_000)
    expect([seqsOf(1).length, seqsOf(2).length]).toEqual([10, 70])
  })

  it('lets a flood by one author evict that author’s blocks, and nobody else’s [R1]', () => {
    const { ledger, seqsOf } = ledgerOf({ maxBlocks: 100 })
    for (let height = 1; height <= 20; height += 1) ledger.add(blockOf(height, 1), arrival, 0)
    for (let height = 1; height <= 500; height += 1) ledger.add(blockOf(height, 2), arrival, 0)
    expect(seqsOf(1)).toHaveLength(20)
    expect(seqsOf(2)).toHaveLength(80)
    expect(seqsOf(2).at(-1)).toBe(500)
  })

  it('has a digest that does not depend on the order of delivery', () => {
    const [one, other] = [ledgerOf().ledger, ledgerOf().ledger]
    one.add(blockOf(1, 1), arrival, 0)
    one.add(blockOf(1, 2), arrival, 0)
    other.add(blockOf(1, 2), arrival, 0)
    expect(one.digest()).not.toBe(other.digest())
    other.add(blockOf(1, 1), arrival, 0)
    expect(one.digest()).toBe(other.digest())
  })

  it('accepts the reported age of a log of which only the fork is known, but not small changes of that age', () => {
    const { ledger, time } = ledgerOf()
    time.ms = 3_600_000
    const one = blockOf(1)
    const other = { ...one, hash: 'other' }
    const log = ledger.addLog(one, undefined, undefined)
    ledger.fork(log, { one, other })
    ledger.noteAge(log, 3_599_000)
    const { changes } = ledger
    // Each reported age is too low by the latency of a link. Two nodes that report to each other would add up these
    // errors.
    for (let agoMs = 1_050; agoMs < 2_000; agoMs += 50) ledger.noteAge(log, time.ms - agoMs)
    expect([ledger.changes, log.activeAt]).toEqual([changes, 1_000])
    ledger.noteAge(log, 0)
    expect(log.activeAt).toBe(3_600_000)
  })

  it('holds a bounded number of bytes even if every log has one large block', () => {
    const { ledger, addAt } = ledgerOf({ maxHeldBytes: 1_000, entryBytes: 0 })
    const [honest, mallory] = [fakePeerId(100), fakePeerId(101)]
    for (let author = 1; author <= 3; author += 1) addAt(author, author, honest)
    for (let author = 10; author <= 60; author += 1) addAt(author, author, mallory)
    expect(ledger.heldBytes).toBeLessThanOrEqual(1_000)
    expect(authorsIn(ledger)).toEqual(expect.arrayContaining(['node1', 'node2', 'node3', 'node60']))
  })

  it('lets a neighbour that brings thousands of invented authors evict only logs that it brought [R1]', () => {
    const { ledger, addAt } = ledgerOf()
    const [honest, mallory] = [fakePeerId(100_001), fakePeerId(100_002)]
    // Most of the logs, and those idle for longest, came from the honest neighbour.
    for (let author = 1; author <= 3_000; author += 1) addAt(0, author, honest)
    for (let author = 10_001; author <= 15_000; author += 1) addAt(author, author, mallory)
    expect(ledger.logs.size).toBe(gossipLimits.maxLogs)
    const brought = [...ledger.logs.values()].filter(({ broughtBy }) => broughtBy === honest)
    expect(brought).toHaveLength(3_000)
    expect(authorsIn(ledger)).toContain('node15000')
  })

  it('has room for a neighbour that brings few logs although another neighbour has filled the ledger [R1]', () => {
    const { ledger, addAt } = ledgerOf()
    const [honest, mallory] = [fakePeerId(100_001), fakePeerId(100_002)]
    for (let author = 10_001; author <= 15_000; author += 1) addAt(author, author, mallory)
    for (let author = 1; author <= 60; author += 1) addAt(0, author, honest)
    const brought = [...ledger.logs.values()].filter(({ broughtBy }) => broughtBy === honest)
    expect(brought).toHaveLength(60)
    expect(ledger.logs.size).toBe(gossipLimits.maxLogs)
  })
})

describe('[P6] the core', () => {
  it('accepts a bounded number of links', () => {
    const core = new GossipCore({
      name: nameOf('node1'),
      epoch: '1-0000000000000001',
      hash: () => 'abc',
      random: () => 0.5,
      limits: { maxLinks: 2 },
    })
    const linkUp = (link: number, peer = link): readonly GossipEffect[] =>
      core.handle(
        {
          type: 'link-up',
          neighbour: { link: link as LinkId, peerId: fakePeerId(peer), name: nameOf('x'), direction: 'downstream' },
        },
        0,
      )
    for (const link of [1, 2]) expect(linkUp(link).map(({ type }) => type)).toEqual(['send'])
    expect(linkUp(3)).toContainEqual({ type: 'cut', link: 3, reason: 'too-many-links' })
    // A neighbour may come back before its old link has ended.
    expect(linkUp(4, 1).map(({ type }) => type)).toEqual(['send'])
  })

  it('accepts no path and no list that exceeds its maximum length', () => {
    const push = (hops: number, blocks = 1) => {
      const hop = ['node1', 0, 0]
      const way = Array.from({ length: hops }, () => hop)
      const block = [new Uint8Array(1), new Uint8Array(64), way, 0, '']
      return parseEnvelope([1, Array.from({ length: blocks }, () => block)])
    }
    expect(push(gossipLimits.maxPathNames - 2)).toBeDefined()
    expect(push(gossipLimits.maxPathNames - 1)).toBeUndefined()
    expect(push(0, gossipLimits.maxBlocksPerEnvelope)).toBeDefined()
    expect(push(0, gossipLimits.maxBlocksPerEnvelope + 1)).toBeUndefined()
  })
})
