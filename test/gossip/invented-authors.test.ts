import { describe, expect, it } from 'vitest'
import type { VerifiedBlock } from '../../client/gossip/wire/block.ts'
import type { GossipLimits } from '../../client/gossip/bounds/limits.ts'
import { fakePeerId } from '../simulation/node/fake-signatures.ts'
import { CoreNetwork } from './core-network.ts'
import type { CoreNode } from './core-node.ts'
import { carriedBlock } from './fake-signing.ts'
import { bodiesOf } from './start-cores.ts'

/** A block of an invented author, or of one key in an invented page load. */
interface Invention {
  readonly author: number
  readonly load?: number
  readonly bytes?: number
}

/**
 * Honest authors on both sides of a line of relays, `near` – `middle` – `far`; `mallory` is linked to `near`. Their blocks have
 * 100 bytes.
 */
const start = (limits: Partial<GossipLimits>, entriesEach: number) => {
  const network = new CoreNetwork(1, { entryBytes: 0, newLogsBurst: 10_000, namedLogsBurst: 10_000, ...limits }, true)
  const [near, middle, far, mallory] = [network.add(), network.add(), network.add(), network.add()]
  network.link(near, middle)
  network.link(middle, far)
  network.link(mallory, near)
  const authors = [near, near, near, far, far, far].map((relay) => {
    const author = network.add()
    network.link(author, relay)
    return author
  })
  network.pass(2_000)
  for (let count = 1; count <= entriesEach; count += 1) {
    for (const author of authors) network.publish(author, `text ${count}`)
  }
  network.pass(5_000)

  const invent = (from: CoreNode, inventions: readonly Invention[], to = near): void => {
    const blocks = inventions.map((invention) => inventBlock(network, invention))
    for (let at = 0; at < blocks.length; at += 32) {
      const piece = blocks.slice(at, at + 32).map((block) => carriedBlock(block))
      network.inject(from, to, { type: 'push', blocks: piece })
      network.pass(100)
    }
    network.pass(30_000)
  }
  /** Of each honest author, how many entries each relay holds. */
  const held = (): number[][] =>
    [near, middle, far].map((node) => authors.map((author) => bodiesOf(node, author).length))
  const all = [near, middle, far].map(() => authors.map(() => entriesEach))
  return { network, near, middle, far, mallory, authors, invent, held, all }
}

const inventBlock = (network: CoreNetwork, { author, load = 1, bytes = 100 }: Invention): VerifiedBlock => {
  const key = { index: author, peerId: fakePeerId(author), epoch: `${load}-0000000000000000` }
  return network.signing.block(key, { height: 1, hash: `${author}_${load}`, prev: '', body: 'invented', bytes })
}

const inventAuthors = (count: number, bytes = 100, first = 10_000): Invention[] =>
  Array.from({ length: count }, (_, index) => ({ author: first + index, bytes }))

const logsOf = ({ core }: CoreNode): number => core.logs().size

describe('[P1] [P6] [R1] nobody’s block is lost at any node', () => {
  it('to invented authors of one block of 49 KB each, and none to a late joiner', () => {
    // A 400th of the default bytes: honest authors hold together what nine invented ones hold.
    const { near, mallory, authors, invent, held, all, network } = start({ maxHeldBytes: 83_886, maxLinks: 16 }, 18)
    invent(mallory, inventAuthors(150, 1_200))
    expect(held()).toEqual(all)
    // The room is full.
    expect(logsOf(near)).toBeGreaterThan(60)
    expect(logsOf(near)).toBeLessThan(70)
    for (const author of authors) network.publish(author, 'afterwards')
    const late = network.add()
    network.link(late, near)
    network.pass(10_000)
    expect(held()).toEqual(all.map((node) => node.map((count) => count + 1)))
    expect(authors.map((author) => bodiesOf(late, author).length)).toEqual(authors.map(() => 19))
  })

  it.each([
    ['invented logs', inventAuthors(400)],
    ['invented page loads of one key', Array.from({ length: 600 }, (_, at) => ({ author: 10_000, load: at + 1 }))],
  ])('to thousands of %s where there is room for hundreds', (_what, inventions) => {
    const { near, middle, far, mallory, invent, held, all } = start({ maxLogs: 128 }, 1)
    invent(mallory, inventions)
    expect(held()).toEqual(all)
    for (const node of [near, middle, far]) expect(logsOf(node)).toBe(128)
  })

  it('although its author came after invented ones and is two hops away', () => {
    const { network, near, middle, far, mallory, invent } = start({ maxLogs: 64 }, 1)
    invent(mallory, inventAuthors(100))
    const newcomer = network.add()
    network.link(newcomer, near)
    network.pass(5_000)
    network.publish(newcomer, 'hello')
    network.pass(1_000)
    invent(mallory, inventAuthors(100, 100, 20_000))
    expect([near, middle, far].map((node) => bodiesOf(node, newcomer))).toEqual([['hello'], ['hello'], ['hello']])
  })

  it('to many authors that come, write what a 30th of the room holds, and go', () => {
    const { network, near, held, all } = start({ maxHeldBytes: 30_000, maxLinks: 16 }, 18)
    for (let visit = 0; visit < 40; visit += 1) {
      const visitor = network.add()
      network.link(visitor, near)
      network.pass(500)
      for (let count = 0; count < 10; count += 1) network.publish(visitor, 'once')
      network.pass(500)
      network.kill(visitor)
    }
    network.pass(10_000)
    expect(held()).toEqual(all)
    // The room is full.
    expect(near.core.entries()).toHaveLength(300)
  })

  it('to those of an older author while authors that have left hold more', () => {
    const { network, near, far, authors } = start({ maxHeldBytes: 30_000, maxLinks: 16 }, 10)
    const visit = (count: number): CoreNode => {
      const visitor = network.add()
      network.link(visitor, near)
      network.pass(2_000)
      for (let entry = 0; entry < count; entry += 1) network.publish(visitor, 'once')
      network.pass(2_000)
      return visitor
    }
    for (let visitor = 0; visitor < 12; visitor += 1) network.kill(visit(18))
    const newcomer = visit(18)
    for (let count = 0; count < 6; count += 1) for (const author of authors) network.publish(author, 'more')
    network.pass(20_000)
    expect(far.core.entries()).toHaveLength(300)
    expect(bodiesOf(far, newcomer)).toHaveLength(18)
  })
})

it('[R1] nodes that hold different invented logs stop requesting them', () => {
  const { network, mallory, far, invent } = start({ maxLogs: 64 }, 1)
  const accomplice = network.add()
  network.link(accomplice, far)
  network.pass(1_000)
  invent(mallory, inventAuthors(200))
  invent(accomplice, inventAuthors(200, 100, 20_000), far)
  expect(network.digests()).toBeGreaterThan(1)
  network.pass(60_000)
  const requests = network.sent['iwant']
  network.pass(60_000)
  expect(network.sent['iwant']).toBe(requests)
})

describe('[P6] [R1] a node with hostile neighbours', () => {
  const blocks = 100
  /** `victim` has a neighbour that wrote `blocks` entries. */
  const startVictim = () => {
    const network = new CoreNetwork(1, { maxBlocks: 2 * blocks }, true)
    const [victim, honest] = [network.add(), network.add()]
    network.link(honest, victim)
    network.pass(1_000)
    for (let count = 0; count < blocks; count += 1) network.publish(honest, 'text')
    network.pass(1_000)
    const flood = (from: CoreNode): void => {
      for (let count = 0; count < 300; count += 1) network.publish(from, 'flood')
      network.pass(1_000)
    }
    return { network, victim, honest, flood }
  }

  it.each([1, 2, 3])('loses to %d of them up to their equal share of its room', (hostile) => {
    const { network, victim, honest, flood } = startVictim()
    const mallories = Array.from({ length: hostile }, () => network.add())
    for (const mallory of mallories) network.link(mallory, victim)
    network.pass(1_000)
    for (const mallory of mallories) flood(mallory)
    expect(bodiesOf(victim, honest)).toHaveLength(Math.ceil((2 * blocks) / (hostile + 1)))
  })

  it('loses nothing more to one that comes back under new keys', () => {
    const { network, victim, honest, flood } = startVictim()
    for (let key = 0; key < 8; key += 1) {
      const mallory = network.add()
      network.link(mallory, victim)
      network.pass(1_000)
      flood(mallory)
      network.kill(mallory)
      network.pass(1_000)
    }
    expect(bodiesOf(victim, honest)).toHaveLength(blocks)
  })
})
