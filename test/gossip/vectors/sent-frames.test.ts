import { describe, expect, it } from 'vitest'
import { encodeValue } from '../../../client/gossip/codec/cbor.ts'
import { encodeFrame } from '../../../client/gossip/codec/codec.ts'
import { logIdOf } from '../../../client/gossip/wire/block.ts'
import { gossipLimits } from '../../../client/gossip/bounds/limits.ts'
import { aliceLog, blocksOfManyLogs, carryRun, otherTwo } from './generator/sample-blocks.ts'
import { readFrame } from './independent/frame-reader.ts'
import { SampleNetwork } from './sample-network.ts'
import { readVectors } from './vector-files.ts'

describe('a reader that shares no code with the core', () => {
  it('reads every frame that nodes send, of every type', async () => {
    const network = new SampleNetwork()
    const [alice, bob, dave] = ['alice', 'bob', 'dave'].map((name) => network.add(name))
    if (!alice || !bob || !dave) throw new Error('three nodes')
    const carol = network.add('carol', blocksOfManyLogs(gossipLimits.minSummarizedLogs))
    network.publish(alice, 'before any link')
    network.link(alice, bob)
    network.link(bob, carol)
    network.link(alice, carol)
    for (let number = 1; number <= 30; number += 1) {
      network.publish([alice, bob, carol][number % 3] ?? alice, `${number}`)
      network.pass(200)
    }
    const log = logIdOf({ author: alice.signer.peerId, epoch: '1-0000000000000001' })
    network.handle(alice, { type: 'ask', log, seq: 1 })
    network.link(carol, dave)
    network.pass(5_000)
    const [one] = aliceLog
    const fork = encodeFrame({ type: 'fork', one: carryRun(aliceLog.slice(1), []), other: carryRun([otherTwo], []) })
    const [link] = bob.ends.keys()
    if (link !== undefined) network.handle(bob, { type: 'frame', link, frame: fork })
    network.pass(3_000)
    for (let count = 0; count < 8; count += 1) {
      network.handle(alice, { type: 'publish-ephemeral', id: 9, time: 0, topic: 'x', body: null, bytes: 1 })
      network.pass(500)
      if (count > 0) continue
      // Nobody pushes to carol any more, so she grafts the first who sends her a message beside the tree.
      for (const member of [alice, bob]) {
        const end = [...member.ends.values()].find(({ other }) => other === carol)
        if (end) network.handle(member, { type: 'frame', link: end.link, frame: encodeFrame({ type: 'prune', log }) })
      }
    }
    const to = bob.signer.peerId
    network.handle(alice, { type: 'send', id: 1, to, topic: 'y', bytes: encodeValue('x'.repeat(100_000)) })
    network.pass(1_000)
    network.handle(alice, { type: 'stop' })
    network.pass(1_000)

    const types = new Set(network.frames.map((frame) => readFrame(frame)['type']))
    expect(types).toEqual(new Set((await readVectors('frames')).map(({ type }) => type)))
    expect(dave.core.digest()).toBe(carol.core.digest())
    expect(dave.core.logs().get(logIdOf(one))?.fork?.height).toBe(2)
  })
})
