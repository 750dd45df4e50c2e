import { expect, it } from 'vitest'
import type { GossipEffect } from '../../client/gossip/gossip-effect.ts'
import { GossipCore } from '../../client/gossip/core.ts'
import type { LinkId } from '../../client/gossip/wire/link.ts'
import { nameOf } from '../links/network-node.ts'
import { fakePeerId } from '../simulation/node/fake-signatures.ts'

it('[P6] the core accepts a bounded number of links', () => {
  const core = new GossipCore({
    name: nameOf('node1'),
    epoch: '1-0000000000000001',
    hash: () => 'abc',
    random: () => 0.5,
    limits: { maxLinks: 2 },
  })
  const linkUp = (link: number, peer = link): readonly GossipEffect[] =>
    core.handle(
      {
        type: 'link-up',
        neighbour: { link: link as LinkId, peerId: fakePeerId(peer), name: nameOf('x'), direction: 'downstream' },
      },
      0,
    )
  for (const link of [1, 2]) expect(linkUp(link).map(({ type }) => type)).toEqual(['send'])
  expect(linkUp(3)).toContainEqual({ type: 'cut', link: 3, reason: 'too-many-links' })
  // A neighbour may come back before its old link has ended.
  expect(linkUp(4, 1).map(({ type }) => type)).toEqual(['send'])
})
