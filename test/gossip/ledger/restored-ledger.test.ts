import { expect, it } from 'vitest'
import { GossipCore } from '../../../client/gossip/core.ts'
import { nameOf } from '../../links/network-node.ts'
import { fakePeerId } from '../../simulation/node/fake-signatures.ts'
import { FakeSigning } from '../fake-signing.ts'

it('a ledger that is larger than its limit reports what it evicts while it is restored, so that storage shrinks too', () => {
  const signing = new FakeSigning()
  const author = { index: 1, peerId: fakePeerId(1), epoch: '1-0000000000000001' }
  const core = new GossipCore({
    self: fakePeerId(9),
    name: nameOf('here'),
    epoch: '2-0000000000000009',
    random: () => 0.5,
    limits: { maxBlocks: 50 },
    codec: signing,
  })
  let prev = ''
  for (let height = 1; height <= 60; height += 1) {
    const block = signing.block(author, { height, hash: `block_${height}`, prev, body: `text ${height}` })
    prev = block.hash
    core.restore(block, [], 0, 0)
  }
  const evicted = core
    .handle({ type: 'tick' }, 0)
    .flatMap((effect) => (effect.type === 'evicted' ? [effect.height] : []))
  expect(evicted).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  expect(core.entries()).toHaveLength(50)
})
