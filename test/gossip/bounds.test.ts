import { describe, expect, it } from 'vitest'
import type { VerifiedBlock } from '../../client/gossip/block.ts'
import { parseEnvelope } from '../../client/gossip/envelope.ts'
import { Ledger } from '../../client/gossip/ledger.ts'
import { gossipLimits } from '../../client/gossip/limits.ts'
import type { LinkId } from '../../client/gossip/link.ts'
import { type GossipEffect, GossipNode } from '../../client/gossip/node.ts'
import { SeenCache } from '../../client/gossip/seen-cache.ts'
import { nameOf } from '../network/network-node.ts'
import { fakePeerId } from '../simulation/fake-signatures.ts'

const blockOf = (height: number, bytes = 100): VerifiedBlock =>
  ({
    author: fakePeerId(1),
    name: nameOf('node1'),
    epoch: '1-0000000000000001',
    height,
    firstSeq: height,
    entries: [{ time: 0, body: height }],
    bytes: new Uint8Array(bytes),
    signature: new Uint8Array(64),
  }) as unknown as VerifiedBlock

describe('[P6] the seen cache', () => {
  it('holds so many ids and forgets the oldest', () => {
    const seen = new SeenCache(3)
    for (const id of ['a', 'b', 'c', 'd']) seen.add(id)
    expect(seen.size).toBe(3)
    expect(['a', 'b', 'c', 'd'].map((id) => seen.has(id))).toEqual([false, true, true, true])
  })
})

describe('[P6] the ledger', () => {
  const ledgerOf = (limits: { maxEntries: number; maxHeldBytes: number }) => new Ledger(limits, (text) => text)

  it('holds so many entries and forgets the oldest', () => {
    const ledger = ledgerOf({ maxEntries: 3, maxHeldBytes: 1e9 })
    for (let height = 1; height <= 5; height += 1) ledger.add(blockOf(height), ['node1'])
    expect(ledger.entries().map(({ seq }) => seq)).toEqual([3, 4, 5])
  })

  it('holds so many bytes', () => {
    const ledger = ledgerOf({ maxEntries: 100, maxHeldBytes: 250 })
    for (let height = 1; height <= 5; height += 1) ledger.add(blockOf(height), ['node1'])
    expect(ledger.entries().map(({ seq }) => seq)).toEqual([4, 5])
  })

  it('has a digest that does not depend on the order of delivery', () => {
    const [one, other] = [ledgerOf(gossipLimits), ledgerOf(gossipLimits)]
    for (const height of [1, 2, 3]) one.add(blockOf(height), ['node1'])
    expect(one.digest()).not.toBe(other.digest())
    for (const height of [3, 1, 2]) other.add(blockOf(height), ['node1'])
    expect(one.digest()).toBe(other.digest())
  })
})

describe('[P6] the core', () => {
  it('takes so many links', () => {
    const core = new GossipNode({
      name: nameOf('node1'),
      epoch: '1-0000000000000001',
      hash: (text) => text,
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
    // One that comes back before its old link has ended takes its own place.
    expect(linkUp(4, 1).map(({ type }) => type)).toEqual(['send'])
  })

  it('takes no path longer than the longest with its two ends', () => {
    const push = (names: number) =>
      parseEnvelope([1, new Uint8Array(1), new Uint8Array(64), Array(names).fill('node1')])
    expect(push(gossipLimits.maxPathNames - 2)).toBeDefined()
    expect(push(gossipLimits.maxPathNames - 1)).toBeUndefined()
  })
})
