import { describe, expect, it } from 'vitest'
import { logIdOf } from '../../../client/gossip/wire/block.ts'
import { bodiesOf, startCores } from '../start-cores.ts'
import { carriedBlock } from '../fake-signing.ts'

describe('anti-entropy', () => {
  it('brings a late joiner the history from one neighbour, not from each neighbour', () => {
    const { network, at } = startCores(4)
    network.link(at(0), at(1))
    network.link(at(1), at(2))
    network.pass(500)
    for (let count = 0; count < 300; count += 1) network.publish(at(0), `text ${count}`)
    network.pass(2_000)
    for (const index of [0, 1, 2]) network.link(at(3), at(index))
    network.pass(5_000)
    expect(bodiesOf(at(3))).toHaveLength(300)
    expect(at(3).duplicates).toBeLessThan(30)
  })

  it('sends only digests between equal ledgers [S1]', () => {
    const { network, at } = startCores(2, { topology: 'line' })
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
    const { network, at } = startCores(40, { topology: 'star' })
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
    // On each link a frontier names the changed log at most once. No frontier names the other 37 logs again.
    expect(network.frontierEntries - named).toBeLessThanOrEqual(39)
  })

  it('accepts a log from the oldest block that the neighbour retains [L2]', () => {
    const { network, at } = startCores(2, { limits: { maxBlocks: 50 } })
    for (let count = 1; count <= 80; count += 1) network.publish(at(0), `text ${count}`)
    network.link(at(0), at(1))
    network.pass(5_000)
    expect(bodiesOf(at(1))).toEqual(bodiesOf(at(0)))
    expect(bodiesOf(at(1))[0]).toBe('text 31')
    expect(network.digests()).toBe(1)
  })

  it('[P6] serves one neighbour a bounded number of bytes, however often it sends iwant', () => {
    const limits = { serveBurstBytes: 1_000, serveBytesPerSecond: 0 }
    const { network, at } = startCores(2, { topology: 'line', limits })
    network.pass(500)
    const log = logIdOf(network.publish(at(0), 'text'))
    network.pass(500)
    for (let count = 0; count < 100; count += 1) {
      network.inject(at(1), at(0), { type: 'iwant', wants: [{ log, height: 1, isOlder: false }], graft: false })
    }
    expect(network.drops['too-many-requests']).toBeGreaterThan(80)
    expect(network.sent['blocks']).toBeLessThan(20)
  })

  it('[P6] asks one neighbour for a bounded number of proofs, however many heads it contradicts', () => {
    const { network, at } = startCores(42, { topology: 'star', limits: { proofRequestBurst: 5 } })
    const [victim, mallory] = [at(0), at(1)]
    network.pass(500)
    const blocks = Array.from({ length: 40 }, (_, index) => network.publish(at(index + 2), 'text'))
    network.pass(5_000)
    const entries = blocks.map((block) => ({
      log: logIdOf(block),
      height: 1,
      hash: 'other',
      idleMs: 0,
      forkHeight: 0,
      oldest: 1,
    }))
    const before = network.sent['iwant'] ?? 0
    for (let count = 0; count < 20; count += 1) {
      network.inject(mallory, victim, { type: 'frontier', entries, base: 0, changes: 1, seen: 0, isAnswer: true })
    }
    expect((network.sent['iwant'] ?? 0) - before).toBe(5)
    expect(network.drops['too-many-forks']).toBe(20 * 40 - 5)
  })

  it('keeps a log although the first neighbour that sends it lies about its age [R2]', () => {
    const { network, at } = startCores(3)
    const [victim, mallory, honest] = [at(0), at(1), at(2)]
    network.link(victim, mallory)
    network.pass(500)
    const block = network.publish(honest, 'fresh')
    const old = carriedBlock(block, [{ name: block.name, heldMs: 1_000_000_000, rttMs: 0 }])
    network.inject(mallory, victim, { type: 'push', blocks: [old] })
    network.link(victim, honest)
    network.pass(120_000)
    expect(bodiesOf(victim)).toEqual(['fresh'])
    expect(victim.delivered).toHaveLength(1)
    expect(victim.core.logs().has(logIdOf(block))).toBe(true)
    expect(victim.core.digest()).toBe(honest.core.digest())
  })

  it('deletes no log because of the age of its first blocks while its newest blocks are in flight [R2]', () => {
    const ages = { logExpiresAfterMs: 60_000, logDeletedAfterMs: 61_000, ageReportedWithinMs: 1_000, ageEveryMs: 1_000 }
    const { network, at } = startCores(2, { limits: { ...ages, maxBlocksPerEnvelope: 4, envelopesPerAnswer: 1 } })
    for (let count = 1; count <= 200; count += 1) {
      network.publish(at(0), `text ${count}`)
      network.pass(1_000)
    }
    network.link(at(0), at(1))
    network.pass(10_000)
    expect(at(1).delivered.map(({ seq }) => seq)).toEqual(Array.from({ length: 200 }, (_, index) => index + 1))
    expect(network.digests()).toBe(1)
  })

  it('answers a request with four envelopes of 16 KiB at most; the rest is requested again [S3]', () => {
    const { network, at } = startCores(2)
    for (let count = 1; count <= 1_000; count += 1) network.publish(at(0), `text ${count}`)
    network.link(at(0), at(1))
    network.pass(5_000)
    const { blocks = 0, iwant = 0 } = network.sent
    expect(bodiesOf(at(1))).toHaveLength(1_000)
    expect(iwant).toBeGreaterThan(1)
    expect(blocks).toBeLessThanOrEqual(4 * iwant)
  })
})
