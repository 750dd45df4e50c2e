import { describe, expect, it } from 'vitest'
import { type CoreNode, startCores } from '../core-network.ts'

const texts = ({ core }: CoreNode) => core.entries().map(({ body }) => body)

describe('an author who signs two blocks for one height', () => {
  it('is shown as forked everywhere, at the same height, and digests become equal again [F1]', () => {
    const { network, nodes, at } = startCores(4)
    for (const index of [1, 2, 3]) network.link(at(index), at(index - 1))
    network.pass(500)
    const first = network.publish(at(0), 'one')
    network.pass(500)
    const two = network.signing.block(at(0), { height: 2, hash: 'two', prev: first.hash, body: 'two' })
    const other = network.signing.block(at(0), { height: 2, hash: 'other', prev: first.hash, body: 'other' })
    const push = (block: typeof two) => ({
      type: 'push' as const,
      blocks: [{ bytes: block.bytes, signature: block.signature, hops: [], heldMs: 0, model: undefined }],
    })
    network.link(at(3), at(0))
    network.pass(500)
    network.inject(at(0), at(1), push(two))
    network.inject(at(0), at(3), push(other))
    network.pass(10_000)
    const log = `${first.author}/${first.epoch}` as never
    expect(nodes.map(({ core }) => core.logs().get(log)?.fork?.height)).toEqual([2, 2, 2, 2])
    expect(network.digests()).toBe(1)
    const late = network.add()
    network.link(late, at(2))
    network.pass(5_000)
    expect(texts(late)).toEqual(['one'])
    expect(network.digests()).toBe(1)
    expect(network.drops['misnumbered-block'] ?? 0).toBe(0)
  })
})
