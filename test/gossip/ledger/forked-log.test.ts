import { describe, expect, it } from 'vitest'
import { logIdOf } from '../../../client/gossip/wire/block.ts'
import { bodiesOf, startCores } from '../start-cores.ts'
import { carriedBlock } from '../fake-signing.ts'

describe('an author who signs two blocks for one height', () => {
  it('is shown as forked everywhere, at the same height, and digests become equal again [F1]', () => {
    const { network, nodes, at } = startCores(4, { topology: 'line' })
    network.pass(500)
    const first = network.publish(at(0), 'one')
    network.pass(500)
    const two = network.signing.block(at(0), { height: 2, hash: 'two', prev: first.hash, body: 'two' })
    const other = network.signing.block(at(0), { height: 2, hash: 'other', prev: first.hash, body: 'other' })
    const push = (block: typeof two) => ({ type: 'push', blocks: [carriedBlock(block, [])] }) as const
    network.link(at(3), at(0))
    network.pass(500)
    network.inject(at(0), at(1), push(two))
    network.inject(at(0), at(3), push(other))
    network.pass(10_000)
    expect(nodes.map(({ core }) => core.logs().get(logIdOf(first))?.fork?.height)).toEqual([2, 2, 2, 2])
    expect(network.digests()).toBe(1)
    const late = network.add()
    network.link(late, at(2))
    network.pass(5_000)
    expect(bodiesOf(late)).toEqual(['one'])
    expect(network.digests()).toBe(1)
    expect(network.drops['misnumbered-block'] ?? 0).toBe(0)
  })
})

describe('a node that holds only what is above a fork', () => {
  it('lets it go, and gets what is below from others [F1] [L2]', () => {
    const { network, at } = startCores(3)
    const [author, full, late] = [at(0), at(1), at(2)]
    network.link(author, full)
    for (let height = 1; height <= 9; height += 1) network.publish(author, `${height}`)
    network.pass(5_000)
    const blocks = full.stored.map(({ block }) => block)
    network.kill(author)
    late.stored = full.stored.slice(5)
    network.start(late, true)
    expect(bodiesOf(late)).toEqual(['6', '7', '8', '9'])
    const other = network.signing.block(author, {
      height: 4,
      hash: 'other',
      prev: blocks[2]?.hash ?? '',
      body: 'other',
    })
    const mallory = network.add()
    network.link(mallory, full)
    network.link(late, full)
    network.pass(100)
    network.inject(mallory, full, { type: 'push', blocks: [carriedBlock(other)] })
    network.pass(10_000)
    const logs = [full, late].map(({ core }) => core.logs().get(logIdOf(other)))
    expect(logs.map((log) => [log?.fork?.height, log?.retainedFrom, log?.sound.height])).toEqual([
      [4, 1, 3],
      [4, 1, 3],
    ])
    expect(network.digests()).toBe(1)
  })
})
