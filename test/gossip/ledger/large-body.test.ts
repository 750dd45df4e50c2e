import { describe, expect, it } from 'vitest'
import type { BlockEntry, VerifiedBlock } from '../../../client/gossip/wire/block.ts'
import { gossipLimits } from '../../../client/gossip/bounds/limits.ts'
import { CoreNetwork } from '../core-network.ts'
import type { CoreNode } from '../core-node.ts'
import { carriedBlock } from '../fake-signing.ts'
import { filledLedger } from './filled-ledger.ts'

const { maxBodyBytes } = gossipLimits

/** A text in so many parts. */
const textOf = (parts: number, letter: string): string => letter.repeat((parts - 1) * maxBodyBytes + 7)

const shown = (body: unknown): string => (typeof body === 'string' ? `${body.slice(0, 8)} ${body.length}` : '')

/** The entries that a node holds, in its order. */
const heldBy = (node: CoreNode): string[] => node.core.entries().map(({ seq, body }) => `${seq} ${shown(body)}`)

const line = (network: CoreNetwork, count: number): CoreNode[] => {
  const nodes = Array.from({ length: count }, () => network.add())
  for (const [index, node] of nodes.entries()) {
    const next = nodes[index + 1]
    if (next) network.link(next, node)
  }
  network.pass(2_000)
  return nodes
}

const [three, five] = [textOf(3, 'x'), textOf(5, 'y')]
const all = ['1 before 6', `2 ${shown(three)}`, '5 between 7', `6 ${shown(five)}`, '11 after 5']

const publishAll = (network: CoreNetwork, node: CoreNode): void => {
  for (const body of ['before', three, 'between', five, 'after']) network.publish(node, body)
}

describe('[L5] a large body', () => {
  it.each([0, 0.2])(
    'is one entry with the number of its first part, delivered once, in order; lost frames: %d',
    (loss) => {
      const network = new CoreNetwork(1)
      const nodes = line(network, 3)
      const [alice] = nodes
      if (!alice) throw new Error('no nodes')
      network.loss = loss
      publishAll(network, alice)
      network.pass(2_000)
      network.loss = 0
      network.pass(30_000)
      expect(network.digests()).toBe(1)
      for (const node of nodes) {
        expect(heldBy(node)).toEqual(all)
        expect(node.delivered.map(({ seq, isBackfill }) => [seq, isBackfill])).toEqual(
          [1, 2, 5, 6, 11].map((seq) => [seq, false]),
        )
      }
      expect(network.drops['broken-body']).toBeUndefined()
    },
  )

  it('of 16 MiB arrives two hops away', () => {
    const network = new CoreNetwork(1)
    const nodes = line(network, 3)
    const text = 'z'.repeat(gossipLimits.maxLargeBodyBytes)
    if (nodes[0]) network.publish(nodes[0], text)
    network.pass(2_000)
    for (const { delivered } of nodes) expect(delivered.map(({ body }) => body === text)).toEqual([true])
  })

  it('is history for a node that comes later, and is restored as one from its storage', () => {
    const network = new CoreNetwork(2)
    const [alice, bob] = line(network, 2)
    if (!alice || !bob) throw new Error('no nodes')
    publishAll(network, alice)
    network.pass(2_000)
    const carol = network.add()
    network.link(carol, bob)
    network.pass(10_000)
    expect(heldBy(carol)).toEqual(all)
    expect(carol.delivered).toHaveLength(5)
    network.kill(carol)
    network.start(carol, true)
    expect(heldBy(carol)).toEqual(all)
    expect(carol.delivered).toEqual([])
  })

  it('comes whole whatever part of it came first', () => {
    const network = new CoreNetwork(3)
    const [alice, bob] = line(network, 2)
    if (!alice || !bob) throw new Error('no nodes')
    const blocks: VerifiedBlock[] = []
    network.reaches = (_from, _to, type) => type !== 'push'
    for (const body of ['before', three, 'after']) network.publish(alice, body)
    for (const { block } of alice.stored) blocks.push(block)
    // A pushed block of an unknown log is requested from its oldest one on, so the answers are what is mixed up.
    const answer = (from: number, to: number): void => {
      const carried = blocks.slice(from - 1, to).map((block) => carriedBlock(block, []))
      network.inject(alice, bob, { type: 'blocks', blocks: carried, more: false })
    }
    answer(4, 4)
    answer(5, 5)
    answer(3, 3)
    answer(1, 1)
    expect(bob.core.entries().map(({ seq }) => seq)).toEqual([5])
    network.reaches = () => true
    network.pass(10_000)
    expect(heldBy(bob)).toEqual(['1 before 6', `2 ${shown(three)}`, '5 after 5'])
    expect(new Map(bob.delivered.map(({ seq, isBackfill }) => [seq, isBackfill]))).toEqual(
      new Map([
        [5, false],
        [2, true],
        [1, true],
      ]),
    )
    expect(bob.delivered).toHaveLength(3)
  })

  it('is gone when its first part is evicted, and newcomers do not get it', () => {
    const network = new CoreNetwork(4, { maxBlocks: 6 })
    const [alice, bob] = line(network, 2)
    if (!alice || !bob) throw new Error('no nodes')
    network.publish(alice, three)
    for (const body of ['a', 'b', 'c']) network.publish(alice, body)
    network.pass(1_000)
    expect(heldBy(bob)).toEqual([`1 ${shown(three)}`, '4 a 1', '5 b 1', '6 c 1'])
    network.publish(alice, 'd')
    network.pass(1_000)
    const carol = network.add()
    network.link(carol, bob)
    network.pass(10_000)
    for (const node of [alice, bob, carol]) expect(heldBy(node)).toEqual(['4 a 1', '5 b 1', '6 c 1', '7 d 1'])
    expect(carol.delivered.some(({ seq }) => seq < 4)).toBe(false)
    expect(network.digests()).toBe(1)
  })

  it('[R1] leaves the rest of its parts to be evicted before what others wrote', () => {
    const { link, setPresent, bring, blocksOf } = filledLedger({ maxBlocks: 200, maxLinks: 40 })
    link(1)
    setPresent(10, 20, 30)
    const total = 80 * maxBodyBytes
    for (let index = 0; index < 80; index += 1) bring({ from: 1, author: 20, extras: { part: { index, total } } })
    bring({ from: 1, author: 10, blocks: 70 })
    bring({ from: 1, author: 30, blocks: 51 })
    expect(blocksOf(10, 20, 30)).toEqual([70, 79, 51])
    bring({ from: 1, author: 10, blocks: 75 })
    expect(blocksOf(10, 20, 30)).toEqual([145, 4, 51])
  })
})

describe('[L5] parts that are not those of one body', () => {
  const part = (index: number, total: number, extras: Partial<BlockEntry> = {}): BlockEntry => ({
    time: 0,
    body: new Uint8Array(Math.min(maxBodyBytes, total - index * maxBodyBytes)).fill(65),
    part: { index, total },
    ...extras,
  })
  const size = 2 * maxBodyBytes + 7
  const none = part(0, size)
  if (none.body instanceof Uint8Array) none.body[0] = 33
  const plain: BlockEntry = { time: 0, body: 'plain' }

  it.each<readonly [string, readonly BlockEntry[]]>([
    ['one is missing', [part(0, size), part(2, size), plain]],
    ['one comes twice', [part(0, size), part(1, size), part(1, size), part(2, size)]],
    ['something else comes between', [part(0, size), plain, part(1, size), part(2, size)]],
    ['they end early', [part(0, size), part(1, size), plain]],
    ['they do not begin', [plain, part(1, size), part(2, size)]],
    ['they report different sizes', [part(0, size), part(1, size), part(2, size + 1)]],
    ['they have different topics', [part(0, size), part(1, size, { topic: 'a' }), part(2, size)]],
    ['together they are no body', [none, part(1, size), part(2, size)]],
  ])('deliver nothing, are counted and are no strike: %s', (_, entries) => {
    const network = new CoreNetwork(6)
    const [alice, bob, carol] = line(network, 3)
    if (!alice || !bob || !carol) throw new Error('no nodes')
    const author = { author: alice.peerId, name: 'node0' as never, epoch: alice.epoch }
    const whole = [part(0, size), part(1, size), part(2, size)]
    let prev = ''
    for (const [index, entry] of [plain, ...entries, plain, ...whole].entries()) {
      const content = { ...author, height: index + 1, firstSeq: index + 1, prev, entries: [entry] }
      const bytes = network.signing.encodeBlock(content)
      const block = network.signing.parseBlock({ bytes, signature: new Uint8Array(64) }) as VerifiedBlock
      prev = block.hash
      network.inject(alice, bob, { type: 'push', blocks: [carriedBlock(block, [])] })
    }
    network.pass(10_000)
    const expected = 2 + entries.filter(({ body }) => body === 'plain').length
    for (const node of [bob, carol]) {
      const bodies = node.core.entries().map(({ body }) => shown(body))
      expect(bodies.filter((body) => body === 'plain 5')).toHaveLength(expected)
      expect(bodies).toHaveLength(expected + 1)
      expect(bodies.at(-1)).toBe(shown('A'.repeat(size)))
    }
    expect(network.drops['broken-body']).toBeGreaterThanOrEqual(2)
    expect(network.cuts).toEqual({})
  })
})
