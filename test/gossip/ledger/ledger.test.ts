import { describe, expect, it } from 'vitest'
import type { VerifiedBlock } from '../../../client/gossip/wire/block.ts'
import { Ledger } from '../../../client/gossip/ledger/ledger.ts'
import { gossipLimits } from '../../../client/gossip/bounds/limits.ts'
import { nameOf } from '../../links/network-node.ts'
import { fakePeerId } from '../../simulation/node/fake-signatures.ts'
import { createRandom, randomBelow } from '../../simulation/random.ts'

const authors = [1, 2, 3, 4].map(fakePeerId)
const logOf = (author: number): string => `${authors[author - 1]}/1-0000000000000001`

/** Each block holds as many entries as its height has digits in base 2. */
const countAt = (height: number): number => height.toString(2).length

const blockOf = (author: number, height: number): VerifiedBlock => {
  const firstSeq = Array.from({ length: height - 1 }, (_, before) => countAt(before + 1)).reduce((a, b) => a + b, 1)
  return {
    author: authors[author - 1],
    name: nameOf(`node${author}`),
    epoch: '1-0000000000000001',
    height,
    firstSeq,
    prev: height === 1 ? '' : `${author} ${height - 1}`,
    hash: `${author} ${height}`,
    entries: Array.from({ length: countAt(height) }, () => ({ time: 0, body: `${author} ${height}` })),
    bytes: new Uint8Array(50 + author * 20),
    signature: new Uint8Array(64),
  } as unknown as VerifiedBlock
}

describe('the entries of a ledger', () => {
  it.each([1, 2, 3])('are in the order of delivery, whatever blocks were evicted: seed %d', (seed) => {
    const random = createRandom(seed, 'authors')
    const limits = { ...gossipLimits, maxBlocks: 30, keptPerLog: 2, maxLogs: 4 }
    const held = new Set<string>()
    const ledger = new Ledger(
      nameOf('here'),
      limits,
      { ms: 0 },
      (text) => text,
      (log, height) => held.delete(`${log} ${height}`),
    )
    const heights = new Map<number, number>()
    const delivered: string[] = []
    for (let step = 0; step < 200; step += 1) {
      const author = 1 + randomBelow(random, 4)
      const height = (heights.get(author) ?? 0) + 1
      heights.set(author, height)
      const block = blockOf(author, height)
      const before = ledger.entries()
      const count = before.length
      held.add(`${logOf(author)} ${height}`)
      ledger.add(block, { hops: [], from: undefined, byPush: false, model: undefined }, step)
      for (const { body } of block.entries) delivered.push(body as string)
      // Lists that were returned before stay unchanged.
      expect(before).toHaveLength(count)
      const isHeld = (text: string): boolean => {
        const [by, at] = text.split(' ')
        return held.has(`${logOf(Number(by))} ${at}`)
      }
      expect(ledger.entries().map(({ body }) => body)).toEqual(delivered.filter(isHeld))
    }
    expect(held.size).toBeLessThanOrEqual(30)
  })
})
