import { describe, expect, it } from 'vitest'
import { CoreNetwork } from '../core-network.ts'
import type { CoreNode } from '../core-node.ts'
import { filledLedger } from './filled-ledger.ts'

const snapshot = { topic: 'notes', supersedes: true } as const

describe('[R1] [L4] of an account, superseded blocks', () => {
  const setUp = () => {
    const filled = filledLedger({ maxBlocks: 200, maxLinks: 40 })
    filled.link(1)
    filled.setPresent(10, 20, 30)
    return filled
  }

  it('go first: the newest snapshot stays, and the history of others, of which there is more', () => {
    const { bring, blocksOf, logsOf } = setUp()
    bring({ from: 1, author: 10, blocks: 150 })
    bring({ from: 1, author: 20, blocks: 500, extras: snapshot })
    expect(blocksOf(10, 20)).toEqual([150, 50])
    expect(logsOf(20)[0]?.height).toBe(500)
    // Others displace them, down to the snapshot that nothing supersedes.
    bring({ from: 1, author: 30, blocks: 49 })
    expect(blocksOf(10, 20, 30)).toEqual([150, 1, 49])
    bring({ from: 1, author: 30, blocks: 10 })
    expect(blocksOf(10, 20, 30)).toEqual([140, 1, 59])
  })

  it.each([
    ['of another topic', { topic: 'files' }],
    ['without a topic', {}],
  ])('are not those %s: they go as any other', (_, extras) => {
    const { bring, blocksOf } = setUp()
    bring({ from: 1, author: 20, blocks: 60, extras })
    bring({ from: 1, author: 10, blocks: 139 })
    bring({ from: 1, author: 20, extras: snapshot })
    bring({ from: 1, author: 30, blocks: 20 })
    expect(blocksOf(10, 20, 30)).toEqual([119, 61, 20])
  })

  it('are those of earlier page loads too, but for the heads of their logs', () => {
    const { bring, blocksOf, logsOf } = setUp()
    bring({ from: 1, author: 20, blocks: 30, load: 9, extras: { topic: 'notes' } })
    bring({ from: 1, author: 20, blocks: 1, load: 10, extras: snapshot })
    // A log of an earlier page load may come later.
    bring({ from: 1, author: 20, blocks: 30, load: 8, extras: { topic: 'notes' } })
    bring({ from: 1, author: 20, blocks: 10, load: 11, extras: { topic: 'notes' } })
    bring({ from: 1, author: 10, blocks: 129 })
    bring({ from: 1, author: 30, blocks: 58 })
    expect(blocksOf(10, 20, 30)).toEqual([129, 13, 58])
    expect(logsOf(20).map(({ size }) => size)).toEqual([1, 1, 1, 10])
    bring({ from: 1, author: 30 })
    expect(blocksOf(10, 20, 30)).toEqual([128, 13, 59])
  })

  it('stay while there is room', () => {
    const { bring, blocksOf } = setUp()
    bring({ from: 1, author: 20, blocks: 200, extras: snapshot })
    expect(blocksOf(20)).toEqual([200])
  })
})

describe('a network with small ledgers', () => {
  const bodiesOf = (node: CoreNode, of: CoreNode): unknown[] =>
    node.core
      .entries()
      .filter(({ peerId }) => peerId === of.peerId)
      .map(({ body }) => body)

  it('[R1] [L4] keeps the newest snapshot and all else, and comes to rest', () => {
    const network = new CoreNetwork(1, { maxBlocks: 60 })
    const [alice, bob, carol, dave] = [network.add(), network.add(), network.add(), network.add()]
    for (const [one, other] of [
      [alice, bob],
      [bob, carol],
      [carol, dave],
      [dave, alice],
    ] as const) {
      network.link(one, other)
    }
    network.pass(2_000)
    for (let count = 0; count < 150; count += 1) {
      network.publish(alice, `snapshot ${count}`, snapshot)
      if (count % 10 === 0) network.publish(bob, `bob ${count}`)
      if (count % 10 === 5) network.publish(carol, `carol ${count}`)
      network.pass(100)
    }
    network.pass(5_000)
    const late = network.add()
    network.link(late, dave)
    network.pass(30_000)
    for (const node of network.nodes) {
      expect(bodiesOf(node, alice).at(-1)).toBe('snapshot 149')
      expect(bodiesOf(node, bob)).toHaveLength(15)
      expect(bodiesOf(node, carol)).toHaveLength(15)
    }
    expect(network.digests()).toBe(1)
    const { frontier = 0, summary = 0, iwant = 0, blocks = 0, push = 0 } = network.sent
    network.pass(60_000)
    expect(network.sent).toMatchObject({ frontier, iwant, blocks, push })
    expect(network.sent['summary'] ?? 0).toBe(summary)
  })
})
