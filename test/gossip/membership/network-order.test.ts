import { expect, it } from 'vitest'
import { compareKnownNodes } from '../../../client/gossip/membership/network-picture.ts'
import { knownNode } from '../../ui/fake-network.ts'

it('[N7] puts this node first, then sorts names by the values of their numbers', () => {
  const names = ['ring-12-10', 'b', 'ring-12-2', 'ring-9-1', 'ring-12-1', 'a10b', 'a9b', 'a09b', 'a']
  const nodes = [...names.map((name) => knownNode(name)), knownNode('z', { isSelf: true })]
  const expected = ['z', 'a', 'a09b', 'a9b', 'a10b', 'b', 'ring-9-1', 'ring-12-1', 'ring-12-2', 'ring-12-10']
  for (const shuffled of [nodes, [...nodes].reverse()]) {
    expect([...shuffled].sort(compareKnownNodes).map(({ name }) => name)).toEqual(expected)
  }
})
