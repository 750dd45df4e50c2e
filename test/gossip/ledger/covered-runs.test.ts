import { beforeEach, describe, expect, it } from 'vitest'
import { logIdOf, type VerifiedBlock } from '../../../client/gossip/wire/block.ts'
import type { CarriedBlock } from '../../../client/gossip/wire/envelope.ts'
import { nameOf } from '../../links/network-node.ts'
import type { CoreNetwork } from '../core-network.ts'
import type { CoreNode } from '../core-node.ts'
import { carriedBlock } from '../fake-signing.ts'
import { bodiesOf, startCores } from '../start-cores.ts'

/** A chain on top of `below`, whose hashes begin with `tag`. `index` gives the name. */
const chain = (
  network: CoreNetwork,
  { index, peerId, epoch }: Pick<CoreNode, 'index' | 'peerId' | 'epoch'>,
  tag: string,
  count: number,
  below: readonly VerifiedBlock[] = [],
): readonly VerifiedBlock[] => {
  const blocks = [...below]
  for (let height = below.length + 1; height <= below.length + count; height += 1) {
    const prev = blocks.at(-1)?.hash ?? ''
    const hash = `${tag}_${height}`
    blocks.push(network.signing.block({ index, peerId, epoch }, { height, hash, prev, body: hash }))
  }
  return blocks
}

/** Only the last block is signed. */
const runOf = (blocks: readonly VerifiedBlock[], hops: CarriedBlock['hops'] = []): readonly CarriedBlock[] =>
  blocks.map((block, index) => {
    const carried = carriedBlock(block, hops)
    return index < blocks.length - 1 ? { ...carried, signature: undefined } : carried
  })

describe('blocks that are held are covered by a signature that is held [P3] [F1]', () => {
  let network: CoreNetwork
  let author: CoreNode
  let node: CoreNode
  let others: readonly CoreNode[]

  beforeEach(() => {
    const world = startCores(4)
    network = world.network
    author = world.at(0)
    node = world.at(1)
    others = [world.at(2), world.at(3)]
    network.link(author, node)
    network.pass(1_000)
  })

  const logOf = ([block]: readonly VerifiedBlock[]) => block && node.core.logs().get(logIdOf(block))

  /** The author leaves, and others get the log from the node. */
  const passOn = (): void => {
    network.cut(author, node)
    for (const other of others) network.link(node, other)
    network.pass(40_000)
    expect(network.cuts).toEqual({})
    expect(node.refused).toEqual({})
    for (const other of others) expect(other.core.digest()).toBe(node.core.digest())
  }

  it('if the last block of a run has a bad path: none of it is accepted', () => {
    const blocks = chain(network, author, 'x', 3)
    const run = runOf(blocks).map((carried, index) =>
      index === 2 ? Object.assign(carried, { hops: [{ name: nameOf('nobody'), heldMs: 0, rttMs: 0 }] }) : carried,
    )
    network.inject(author, node, { type: 'push', blocks: run })
    expect(network.drops).toEqual({ 'bad-path': 1 })
    expect(logOf(blocks)).toBeUndefined()
  })

  it('if the log is found to fork at a lower height, twice', () => {
    const x = chain(network, author, 'x', 9)
    const y = chain(network, author, 'y', 1, x.slice(0, 6))
    const z = chain(network, author, 'z', 1, x.slice(0, 4))
    network.inject(author, node, { type: 'fork', one: runOf(x.slice(6)), other: runOf(y.slice(6)) })
    network.inject(author, node, { type: 'blocks', blocks: runOf(x), more: false })
    expect(logOf(x)?.runFrom(1)).toHaveLength(9)
    network.inject(author, node, { type: 'push', blocks: runOf(z.slice(4)) })
    expect(logOf(x)?.fork?.height).toBe(5)
    expect(logOf(x)?.runFrom(1)).toHaveLength(9)
    passOn()
    for (const other of others) expect(bodiesOf(other).slice(0, 4)).toEqual(['x_1', 'x_2', 'x_3', 'x_4'])
  })

  it('if the author changes its name above the fork', () => {
    const x = chain(network, author, 'x', 6)
    const renamed = chain(network, { ...author, index: 77 }, 'renamed', 1, x)
    const y = chain(network, author, 'y', 1, x)
    network.inject(author, node, { type: 'fork', one: runOf(renamed.slice(6)), other: runOf(y.slice(6)) })
    const [last] = runOf(renamed.slice(6), [{ name: nameOf('node77'), heldMs: 0, rttMs: 0 }])
    const blocks = [...runOf(renamed).slice(0, 6), ...(last ? [last] : [])]
    network.inject(author, node, { type: 'blocks', blocks, more: false })
    passOn()
    for (const other of others) expect(bodiesOf(other).slice(0, 6)).toHaveLength(6)
  })

  it('and the proof of a fork takes room, and is checked once [P6]', () => {
    const x = chain(network, author, 'x', 1)
    const y = chain(network, author, 'y', 1)
    const proof = { type: 'fork', one: runOf(x), other: runOf(y) } as const
    network.verifications = 0
    for (let count = 0; count < 20; count += 1) network.inject(author, node, proof)
    expect(network.verifications).toBe(2)
    expect(logOf(x)?.heldBytes).toBe(200)
  })
})
