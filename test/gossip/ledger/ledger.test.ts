import { describe, expect, it } from 'vitest'
import { logIdOf, type VerifiedBlock } from '../../../client/gossip/wire/block.ts'
import { type GossipLimits, gossipLimits } from '../../../client/gossip/bounds/limits.ts'
import { Ledger } from '../../../client/gossip/ledger/ledger.ts'
import { Room } from '../../../client/gossip/ledger/room.ts'
import type { PeerId } from '../../../client/gossip/wire/peer-id.ts'
import { nameOf } from '../../links/network-node.ts'
import { createRandom, randomBelow } from '../../../client/node/faults/random.ts'
import { fakePeerId } from '../../simulation/node/fake-signatures.ts'

/** A block of 100 bytes with so many entries, which name its author and its height. */
const blockOf = (author: number, height: number, entries = 1, firstSeq = 1 + (height - 1) * entries): VerifiedBlock =>
  ({
    log: logIdOf({ author: fakePeerId(author), epoch: '1-0000000000000001' }),
    author: fakePeerId(author),
    name: nameOf(`node${author}`),
    epoch: '1-0000000000000001',
    height,
    firstSeq,
    prev: height === 1 ? '' : `${author} ${height - 1}`,
    hash: `${author} ${height}`,
    entries: Array.from({ length: entries }, () => ({ time: 0, body: `${author} ${height}` })),
    bytes: new Uint8Array(100),
    signature: new Uint8Array(64),
  }) as unknown as VerifiedBlock

const arrival = { hops: [], from: undefined, byPush: false, model: undefined }

/** With `neighbours` linked, behind which nobody is in the network. Without any, the ledger does not know who is. */
const ledgerOf = (limits: Partial<GossipLimits> = {}, neighbours: readonly PeerId[] = []) => {
  const all: string[] = []
  const time = { ms: 0 }
  const bounds = { ...gossipLimits, ...limits }
  const room = new Room(fakePeerId(99_999), bounds)
  for (const neighbour of neighbours) room.open(neighbour)
  if (neighbours.length > 0) room.setPresent(new Set())
  const ledger = new Ledger(nameOf('here'), {
    limits: bounds,
    time,
    room,
    hash: (text) => text,
    parseBody: () => undefined,
  })
  /** Author and height of each evicted block. */
  const evicted = (): readonly string[] => {
    all.push(...ledger.losses.drainEvicted().map(({ log, height }) => `${log} ${height}`))
    return all
  }
  const seqsOf = (author: number): number[] =>
    ledger
      .entries()
      .filter(({ peerId }) => peerId === fakePeerId(author))
      .map(({ seq }) => seq)
  /** Makes the first block of a log, at that time. */
  const addAt = (ms: number, author: number, from: PeerId): void => {
    time.ms = ms
    ledger.add(blockOf(author, 1), { ...arrival, from }, 0)
  }
  return { ledger, time, evicted, seqsOf, addAt }
}

const heldBytes = (ledger: Ledger): number => [...ledger.logs.values()].reduce((sum, log) => sum + log.heldBytes, 0)

const authorsIn = (ledger: Ledger): string[] => [...new Set(ledger.entries().map(({ author }) => author))]

describe('the entries of a ledger', () => {
  it.each([1, 2, 3])('are in the order of delivery, whatever blocks were evicted: seed %d', (seed) => {
    const random = createRandom(seed, 'authors')
    const { ledger, evicted } = ledgerOf({ maxBlocks: 30, maxLogs: 4 })
    const heads = new Map<number, { height: number; seq: number }>()
    const delivered: { readonly body: string; readonly block: string }[] = []
    for (let step = 0; step < 200; step += 1) {
      const author = 1 + randomBelow(random, 4)
      const head = heads.get(author) ?? { height: 0, seq: 0 }
      const height = head.height + 1
      // As many entries as the height has digits in base 2.
      const entries = height.toString(2).length
      heads.set(author, { height, seq: head.seq + entries })
      const before = ledger.entries()
      const count = before.length
      const body = `${author} ${height}`
      for (let entry = 0; entry < entries; entry += 1) {
        delivered.push({ body, block: `${fakePeerId(author)}/1-0000000000000001 ${height}` })
      }
      ledger.add(blockOf(author, height, entries, head.seq + 1), arrival, step)
      // Lists that were returned before stay unchanged.
      expect(before).toHaveLength(count)
      const held = delivered.filter(({ block }) => !evicted().includes(block))
      expect(ledger.entries().map((entry) => entry.body)).toEqual(held.map((entry) => entry.body))
    }
    expect(200 - evicted().length).toBeLessThanOrEqual(30)
  })
})

describe('[P6] the ledger', () => {
  it('holds a bounded number of blocks and evicts the oldest', () => {
    const { ledger, seqsOf, evicted } = ledgerOf({ maxBlocks: 3 })
    for (let height = 1; height <= 5; height += 1) ledger.add(blockOf(1, height), arrival, 0)
    expect(seqsOf(1)).toEqual([3, 4, 5])
    expect(evicted()).toHaveLength(2)
  })

  it('holds a bounded number of bytes', () => {
    const { ledger, seqsOf } = ledgerOf({ maxHeldBytes: 250, entryBytes: 0 })
    for (let height = 1; height <= 5; height += 1) ledger.add(blockOf(1, height), arrival, 0)
    expect(seqsOf(1)).toEqual([4, 5])
  })

  it('counts the memory of entries, however many share a block, and evicts from the author that holds most', () => {
    const { ledger, seqsOf } = ledgerOf({ maxHeldBytes: 10_000, entryBytes: 100 })
    for (let height = 1; height <= 10; height += 1) ledger.add(blockOf(1, height), arrival, 0)
    for (let height = 1; height <= 20; height += 1) ledger.add(blockOf(2, height, 10), arrival, 0)
    expect(heldBytes(ledger)).toBeLessThanOrEqual(10_000)
    expect([seqsOf(1).length, seqsOf(2).length]).toEqual([10, 70])
  })

  it('lets a flood by one author evict that author’s blocks, and nobody else’s [R1]', () => {
    const { ledger, seqsOf } = ledgerOf({ maxBlocks: 100 })
    for (let height = 1; height <= 20; height += 1) ledger.add(blockOf(1, height), arrival, 0)
    for (let height = 1; height <= 500; height += 1) ledger.add(blockOf(2, height), arrival, 0)
    expect(seqsOf(1)).toHaveLength(20)
    expect(seqsOf(2)).toHaveLength(80)
    expect(seqsOf(2).at(-1)).toBe(500)
  })

  it('accepts the reported age of a log of which only the fork is known, but not small changes of that age', () => {
    const { ledger, time } = ledgerOf()
    time.ms = 3_600_000
    const one = blockOf(1, 1)
    const other = { ...one, hash: 'other' }
    const log = ledger.addLog(one, undefined, undefined)
    ledger.fork(log, { one: [one], other: [other] })
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
    const [honest, mallory] = [fakePeerId(100), fakePeerId(101)]
    const { ledger, addAt } = ledgerOf({ maxHeldBytes: 1_000, entryBytes: 0 }, [honest, mallory])
    for (let author = 1; author <= 3; author += 1) addAt(author, author, honest)
    for (let author = 10; author <= 60; author += 1) addAt(author, author, mallory)
    expect(heldBytes(ledger)).toBeLessThanOrEqual(1_000)
    expect(authorsIn(ledger)).toEqual(expect.arrayContaining(['node1', 'node2', 'node3', 'node60']))
  })

  it('lets a neighbour that brings thousands of invented authors evict only logs that it brought [R1]', () => {
    const [honest, mallory] = [fakePeerId(100_001), fakePeerId(100_002)]
    const { ledger, addAt } = ledgerOf({}, [honest, mallory])
    // Most of the logs, and those idle for longest, came from the honest neighbour.
    for (let author = 1; author <= 3_000; author += 1) addAt(0, author, honest)
    for (let author = 10_001; author <= 15_000; author += 1) addAt(author, author, mallory)
    expect(ledger.logs.size).toBe(gossipLimits.maxLogs)
    const brought = [...ledger.logs.values()].filter(({ broughtBy }) => broughtBy === honest)
    expect(brought).toHaveLength(3_000)
    expect(authorsIn(ledger)).toContain('node15000')
  })

  it('has room for a neighbour that brings few logs although another neighbour has filled the ledger [R1]', () => {
    const [honest, mallory] = [fakePeerId(100_001), fakePeerId(100_002)]
    const { ledger, addAt } = ledgerOf({}, [honest, mallory])
    for (let author = 10_001; author <= 15_000; author += 1) addAt(author, author, mallory)
    for (let author = 1; author <= 60; author += 1) addAt(0, author, honest)
    const brought = [...ledger.logs.values()].filter(({ broughtBy }) => broughtBy === honest)
    expect(brought).toHaveLength(60)
    expect(ledger.logs.size).toBe(gossipLimits.maxLogs)
  })
})
