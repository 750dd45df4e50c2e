import { describe, expect, it } from 'vitest'
import type { LogId } from '../../../client/gossip/wire/block.ts'
import { BroadcastTrees } from '../../../client/gossip/plumtree/broadcast-trees.ts'
import { gossipLimits } from '../../../client/gossip/bounds/limits.ts'
import { fakePeerId } from '../../simulation/node/fake-signatures.ts'

const [one, other, third] = ['one', 'other', 'third'] as readonly string[] as readonly [LogId, LogId, LogId]
const [alice, bob, carol] = [fakePeerId(1), fakePeerId(2), fakePeerId(3)]

const treesOf = (limits = {}) => {
  const trees = new BroadcastTrees({ ...gossipLimits, ...limits }, () => 0)
  for (const peer of [alice, bob, carol]) trees.join(peer, new Set())
  return trees
}

describe('the trees of many logs', () => {
  it('are separate, and begin with all neighbours eager [T2]', () => {
    const trees = treesOf()
    trees.add(one, undefined, [alice, bob, carol], alice)
    trees.add(other, undefined, [alice, bob, carol], alice)
    trees.makeLazy(one, bob)
    expect([alice, bob, carol].map((peer) => trees.isEager(one, peer))).toEqual([true, false, true])
    expect([alice, bob, carol].map((peer) => trees.isEager(other, peer))).toEqual([true, true, true])
  })

  it('begin as a copy of the model that the author named, and then change independently [T2]', () => {
    const trees = treesOf()
    trees.add(one, undefined, [alice, bob, carol], alice)
    trees.makeLazy(one, bob)
    trees.add(other, one, [alice, bob, carol], carol)
    expect(trees.isEager(other, bob)).toBe(false)
    trees.makeEager(other, bob)
    expect(trees.isEager(one, bob)).toBe(false)
    // If the model is unknown here, all neighbours are eager.
    trees.add(third, 'unknown' as LogId, [alice, bob, carol], carol)
    expect(trees.isEager(third, bob)).toBe(true)
  })

  it('have few eager neighbours at first if there are many links [T2]', () => {
    const trees = treesOf({ denseLinks: 2, denseFanout: 1 })
    trees.add(one, undefined, [alice, bob, carol], alice)
    expect([alice, bob, carol].filter((peer) => trees.isEager(one, peer))).toHaveLength(2)
    // A tree whose model is unknown here begins so too.
    trees.add(third, 'unknown' as LogId, [alice, bob, carol], alice)
    expect([alice, bob, carol].filter((peer) => trees.isEager(third, peer))).toHaveLength(2)
    // The author pushes to all neighbours.
    trees.add(other, undefined, [alice, bob, carol], undefined)
    expect([alice, bob, carol].filter((peer) => trees.isEager(other, peer))).toHaveLength(3)
  })

  it('keep the place of a neighbour that comes back', () => {
    const trees = treesOf()
    trees.add(one, undefined, [alice, bob, carol], alice)
    trees.makeLazy(one, bob)
    trees.join(bob, new Set())
    expect(trees.isEager(one, bob)).toBe(false)
  })

  it('[P6] remember a bounded number of neighbours, and forget the one that came longest ago', () => {
    const trees = treesOf({ rememberedNeighbours: 3 })
    trees.add(one, undefined, [alice, bob, carol], undefined)
    trees.makeLazy(one, alice)
    trees.makeLazy(one, bob)
    const dave = fakePeerId(4)
    trees.join(dave, new Set())
    // Dave gets the place of Alice, but is not lazy; the place of Bob is unchanged.
    expect([dave, alice, bob].map((peer) => trees.isEager(one, peer))).toEqual([true, true, false])
    trees.makeLazy(one, alice)
    expect(trees.isEager(one, dave)).toBe(true)
  })

  it('keep the place of a neighbour that came long ago and is still linked', () => {
    const trees = treesOf({ rememberedNeighbours: 3 })
    trees.add(one, undefined, [alice, bob, carol], undefined)
    trees.makeLazy(one, alice)
    for (let visitor = 4; visitor < 20; visitor += 1) trees.join(fakePeerId(visitor), new Set([alice]))
    expect(trees.isEager(one, alice)).toBe(false)
  })
})
