import { expect, it } from 'vitest'
import type { GossipEffect } from '../../client/gossip/effects/gossip-effect.ts'
import { GossipCore } from '../../client/gossip/core.ts'
import type { LinkId } from '../../client/gossip/wire/link.ts'
import { nameOf } from '../links/network-node.ts'
import { fakePeerId } from '../simulation/node/fake-signatures.ts'

const createCore = (): GossipCore =>
  new GossipCore({
    self: fakePeerId(9),
    name: nameOf('node1'),
    epoch: '1-0000000000000001',
    random: () => 0.5,
    announces: false,
    limits: { maxLinks: 2 },
  })

const linkUp = (core: GossipCore, link: number, peer = link): readonly GossipEffect[] => {
  const [id, name] = [link as LinkId, nameOf('x')]
  const neighbour = { link: id, peerId: fakePeerId(peer), name, direction: 'downstream' } as const
  return core.handle({ type: 'link-up', neighbour }, 0)
}

it('[P6] the core accepts a bounded number of links', () => {
  const core = createCore()
  for (const link of [1, 2]) expect(linkUp(core, link).map(({ type }) => type)).toEqual(['send'])
  expect(linkUp(core, 3)).toContainEqual({ type: 'cut', link: 3, reason: 'too-many-links' })
  // A neighbour may come back before its old link has ended.
  expect(linkUp(core, 4, 1).map(({ type }) => type)).toEqual(['send'])
})

it('a link that never greets ends after 15 s, although nothing else wakes the node [G1]', () => {
  const core = createCore()
  linkUp(core, 1)
  let now = 0
  const cuts: GossipEffect[] = []
  for (let ticks = 0; cuts.length === 0 && ticks < 100; ticks += 1) {
    now = core.nextWakeAt()
    cuts.push(...core.handle({ type: 'tick' }, now).filter(({ type }) => type === 'cut'))
  }
  expect(cuts).toEqual([{ type: 'cut', link: 1, reason: 'silent' }])
  expect(now).toBe(15_000)
})
