import { describe, expect, it } from 'vitest'
import type { VerifiedBlock } from '../../client/gossip/wire/block.ts'
import { signBlock } from '../support/signed.ts'
import { encodeFrame } from '../../client/gossip/codec/codec.ts'
import { carriedBlock } from '../gossip/fake-signing.ts'
import { fakeSign } from '../simulation/node/fake-signatures.ts'
import { MemoryNetwork, type MemoryNode, MemoryStore } from '../simulation/network/memory-network.ts'
import { VirtualClock } from '../simulation/network/virtual-clock.ts'
import { greeting, linkMallory, mallory, mallorysKey, push } from './hostile-neighbour.ts'

const { epoch } = greeting

/** Mallory, a neighbour of nobody yet, who signs what she likes. */
const createForger = (clock: VirtualClock) => {
  const block = (height: number, prev: string, ...texts: string[]) =>
    signBlock(fakeSign(mallorysKey), {
      author: mallorysKey,
      name: mallory,
      epoch,
      height,
      firstSeq: height,
      prev,
      entries: texts.map((body) => ({ time: 1_700_000_000_000, body })),
    })
  /** Links to a node, and gives the way to push it blocks. */
  const meet = (node: MemoryNode) => {
    const { link } = linkMallory(clock, node)
    link.send(encodeFrame(greeting))
    return (...blocks: VerifiedBlock[]) => link.send(push(...blocks.map((block) => carriedBlock(block, []))))
  }
  return { block, meet }
}

const setUp = async () => {
  const clock = new VirtualClock()
  const network = new MemoryNetwork(clock)
  const store = new MemoryStore()
  const [alice, bob] = [await network.start('alice'), await network.start('bob', 1, store)]
  const { block, meet } = createForger(clock)
  const tell = { alice: meet(alice), bob: meet(bob) }
  const link = network.link(bob, alice)
  await clock.pass(100)
  const first = await block(1, '', 'hello')
  const [one, other] = [await block(2, first.hash, 'I pay you'), await block(2, first.hash, 'I owe you', 'nothing')]
  return { clock, network, store, alice, bob, tell, link, first, one, other }
}

describe('[P3] [F1] an author who signs two blocks for one height', () => {
  it('is reported by every node that sees both, with the two as proof', async () => {
    const { clock, alice, bob, tell, first, one, other } = await setUp()
    expect(alice.node.forks()).toEqual([])
    tell.alice(first)
    await clock.pass(100)
    tell.alice(one)
    tell.bob(other)
    await clock.pass(3_000)
    for (const { node } of [alice, bob]) {
      const [fork, ...others] = node.forks()
      expect(others).toEqual([])
      expect(fork).toMatchObject({ name: 'mallory', peerId: mallorysKey, epoch, height: 2 })
      expect(new Set(fork?.proof.map(({ hash }) => hash))).toEqual(new Set([one.hash, other.hash]))
      const entries = fork?.proof.find(({ hash }) => hash === other.hash)?.entries
      expect(entries?.map(({ seq, body }) => [seq, body])).toEqual([
        [2, 'I owe you'],
        [3, 'nothing'],
      ])
    }
  })

  it('is known again after a reload once a neighbour that knows it is linked', async () => {
    const { clock, network, store, alice, bob, tell, first, one, other } = await setUp()
    tell.alice(first, one)
    await clock.pass(100)
    tell.alice(other)
    await clock.pass(1_000)
    expect(bob.node.forks()).toHaveLength(1)
    await bob.node.stop()
    const again = await network.start('bob', 2, store)
    expect(again.node.entries().map(({ body }) => body)).toEqual(['hello', 'I pay you'])
    expect(again.node.forks()).toEqual([])
    const told: string[] = []
    again.node.on('fork', ({ log }) => void told.push(log))
    network.link(again, alice)
    await clock.pass(3_000)
    expect(told).toEqual([`${mallorysKey}/${epoch}`])
    expect(again.node.forks()).toEqual(alice.node.forks())
  })
})
