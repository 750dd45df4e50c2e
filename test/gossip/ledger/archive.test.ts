import { describe, expect, it } from 'vitest'
import { CoreNetwork } from '../core-network.ts'
import type { CoreNode } from '../core-node.ts'
import { bodiesOf } from '../start-cores.ts'

const minute = 60_000

/** Envelopes that carry or request history, sent while some minutes pass. */
const exchanged = (network: CoreNetwork, minutes: number): number => {
  network.sent = {}
  network.pass(minutes * minute)
  const { frontier = 0, summary = 0, iwant = 0, blocks = 0, graft = 0 } = network.sent
  return frontier + summary + iwant + blocks + graft
}

describe('[R2] a log that an archive keeps for longer than others', () => {
  it('stays in its ledger and leaves its digest, and a new node gets what is within its own limits', () => {
    const ages = {
      logExpiresAfterMs: minute,
      logDeletedAfterMs: 2 * minute,
      ageReportedWithinMs: minute,
      ageEveryMs: 1_000,
    }
    const network = new CoreNetwork(1, ages)
    const [archive, alice] = [network.add({ logDeletedAfterMs: 1_000 * minute }), network.add()]
    network.link(alice, archive)
    network.publish(alice, 'old')
    network.pass(3 * minute)
    network.kill(alice)
    const bob = network.add()
    network.link(bob, archive)
    network.publish(bob, 'young')
    network.pass(5_000)
    network.kill(bob)
    const carol = network.add()
    network.link(carol, archive)
    network.pass(5_000)
    expect(bodiesOf(archive)).toEqual(['old', 'young'])
    expect(bodiesOf(carol)).toEqual(['young'])
    expect(carol.core.digest()).toBe(archive.core.digest())
    expect(exchanged(network, 10)).toBe(0)
    expect(bodiesOf(archive)).toEqual(['old', 'young'])
  })
})

/** An author comes, publishes these texts, and goes. */
const visit = (network: CoreNetwork, archive: CoreNode, texts: readonly string[]): void => {
  const author = network.add()
  network.link(author, archive)
  for (const text of texts) network.publish(author, text)
  network.pass(500)
  network.kill(author)
}

describe('[R1] an archive with more room than a new node', () => {
  it('fills it with the newest blocks, and comes to rest', () => {
    const network = new CoreNetwork(1, { maxBlocks: 40 })
    const archive = network.add({ maxBlocks: 10_000 })
    for (const author of ['a', 'b', 'c', 'd', 'e']) {
      const texts = Array.from({ length: 40 }, (_, index) => `${author}${index + 1}`)
      visit(network, archive, texts)
    }
    expect(bodiesOf(archive)).toHaveLength(200)
    const late = network.add()
    network.link(late, archive)
    network.pass(minute)
    expect(bodiesOf(late)).toHaveLength(40)
    expect(bodiesOf(late)).toEqual(expect.arrayContaining(['a40', 'b40', 'c40', 'd40', 'e40']))
    expect(exchanged(network, 10)).toBe(0)
    expect(network.cuts).toEqual({})
  })

  it.each([{ maxLogs: 40 }, { maxBlocks: 40 }, { maxHeldBytes: 40_000, maxBlockBytes: 1_000 }])(
    'exchanges hardly anything with a node that has no room for the heads of all its logs: %j [S1]',
    (limits) => {
      const network = new CoreNetwork(1, limits)
      const archive = network.add({ maxBlocks: 10_000, maxLogs: 10_000, maxHeldBytes: 10_000_000 })
      for (let author = 0; author < 100; author += 1) visit(network, archive, ['text'])
      const late = network.add()
      network.link(late, archive)
      network.pass(minute)
      const held = late.core.logs().size
      expect(held).toBeGreaterThan(30)
      expect(held).toBeLessThan(100)
      // Heartbeats would show the difference a thousand times.
      expect(exchanged(network, 30)).toBeLessThan(120)
      expect(late.core.logs().size).toBe(held)
      expect(network.cuts).toEqual({})
    },
  )
})
