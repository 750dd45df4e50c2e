import { describe, expect, it } from 'vitest'
import { encodeFrame } from '../../../client/gossip/codec/codec.ts'
import type { Envelope } from '../../../client/gossip/wire/envelope.ts'
import { fakePeerId } from '../../simulation/node/fake-signatures.ts'
import type { CoreNetwork } from '../core-network.ts'
import type { CoreNode } from '../core-node.ts'
import { startCores } from '../start-cores.ts'

/** Restores a log of one block or two. */
const restoreLog = (network: CoreNetwork, { core }: CoreNode, log: number, height: 1 | 2): void => {
  const author = { index: log + 10, peerId: fakePeerId(log + 10), epoch: '1-9f86d081884c7d65' }
  const [first, second] = ['first', 'second'].map((name) => `${log}_${name}_`.padEnd(43, 'x')) as [string, string]
  const blocks = [
    network.signing.block(author, { height: 1, hash: first, prev: '', body: 'first' }),
    network.signing.block(author, { height: 2, hash: second, prev: first, body: 'second' }),
  ]
  for (const block of blocks.slice(0, height)) core.restore(block, [{ name: block.name, heldMs: 0, rttMs: 0 }], 0, 0)
}

/** Two nodes with so many logs are linked. Of the first `differing` logs one of the two holds one block, the other two. */
const meet = (logs: number, differing: number) => {
  const { network, at } = startCores(2)
  for (let log = 0; log < logs; log += 1) {
    for (const index of [0, 1]) restoreLog(network, at(index), log, log < differing && log % 2 === index ? 2 : 1)
  }
  /** By type, as the wire would carry them. */
  const bytes: Record<string, number> = {}
  const encode = network.signing.encodeFrame.bind(network.signing)
  network.signing.encodeFrame = (envelope: Envelope) => {
    bytes[envelope.type] = (bytes[envelope.type] ?? 0) + encodeFrame(envelope).length
    return encode(envelope)
  }
  network.link(at(0), at(1))
  const spent = (): number => (bytes['summary'] ?? 0) + (bytes['frontier'] ?? 0)
  return { network, at, bytes, spent }
}

describe('a new link between large ledgers [S1]', () => {
  it.each([
    [1_000, 1, 5_000],
    [1_000, 10, 8_000],
    [1_000, 100, 40_000],
    [1_000, 1_000, 170_000],
    [4_096, 10, 21_000],
    [31, 10, 5_500],
  ])('of %i logs of which %i differ makes them equal for less than %i bytes', (logs, differing, bytes) => {
    const { network, spent } = meet(logs, differing)
    expect(network.passUntil(() => network.digests() === 1)).toBeLessThan(1_000)
    expect(spent()).toBeLessThan(bytes)
  })

  it('is followed by frontiers of only what changes later', () => {
    const { network, at, bytes } = meet(1_000, 10)
    network.pass(5_000)
    const before = { ...bytes }
    network.reaches = (_from, _to, type) => type !== 'push' && type !== 'ihave'
    network.publish(at(0), 'lost on its way')
    network.pass(10_000)
    expect(network.digests()).toBe(1)
    expect(bytes['summary']).toBe(before['summary'])
    expect((bytes['frontier'] ?? 0) - (before['frontier'] ?? 0)).toBeLessThan(300)
  })

  it.each(['summary', 'frontier'])('makes them equal although each %s of one node is lost for a second', (lost) => {
    for (const from of [0, 1]) {
      const { network } = meet(200, 10)
      network.reaches = (sender, _to, type) => !(sender === from && type === lost)
      network.pass(1_000)
      network.reaches = () => true
      expect(network.passUntil(() => network.digests() === 1)).toBeLessThan(4_000)
    }
  })

  it('[P6] answers a bounded number of summaries, however often a neighbour sends one', () => {
    const { network, at } = meet(200, 0)
    network.pass(1_000)
    const before = { ...network.sent }
    const cells = new Uint8Array(2)
    for (let count = 0; count < 100; count += 1) {
      network.inject(at(1), at(0), { type: 'summary', saltOne: 1, saltOther: 2, cells, isAnswer: false })
    }
    expect(network.drops['too-many-requests']).toBeGreaterThan(90)
    expect((network.sent['summary'] ?? 0) - (before['summary'] ?? 0)).toBeLessThanOrEqual(1)
    expect((network.sent['frontier'] ?? 0) - (before['frontier'] ?? 0)).toBeLessThanOrEqual(4)
  })
})
