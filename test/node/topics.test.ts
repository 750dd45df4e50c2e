import { describe, expect, it } from 'vitest'
import type { Entry } from '../../client/gossip/wire/entry.ts'
import { MemoryNetwork, MemoryStore } from '../simulation/network/memory-network.ts'
import { VirtualClock } from '../simulation/network/virtual-clock.ts'
import { startMirrored } from './mirror/mirrored-node.ts'

const setUp = async () => {
  const clock = new VirtualClock()
  const network = new MemoryNetwork(clock)
  const alice = await network.start('alice')
  const bob = await startMirrored(network, clock, 'bob')
  network.link(bob, alice)
  await clock.pass(1_000)
  return { clock, network, alice, bob }
}

const marks = ({ body, topic, supersedes }: Entry) => ({ body, topic, supersedes })

describe('a topic', () => {
  it('[L4] comes with its entry to other nodes, to their pages, and back from storage', async () => {
    const { clock, network, alice, bob } = await setUp()
    void alice.node.publish('plain')
    void alice.node.publish('an update', { topic: 'notes' })
    void bob.mirror.publish('all of it', { topic: 'notes', supersedes: true })
    await clock.pass(1_000)
    const expected = [
      { body: 'plain', topic: undefined, supersedes: undefined },
      { body: 'an update', topic: 'notes', supersedes: undefined },
      { body: 'all of it', topic: 'notes', supersedes: true },
    ]
    for (const node of [alice.node, bob.node, bob.mirror]) {
      expect(new Set(node.entries().map(marks))).toEqual(new Set(expected))
      expect(node.entries().filter((entry) => 'topic' in entry)).toHaveLength(2)
    }
    const store = new MemoryStore()
    const carol = await network.start('carol', 1, store)
    network.link(carol, alice)
    await clock.pass(2_000)
    await carol.node.stop()
    const reloaded = await network.start('carol', 2, store, carol.peerId)
    expect(new Set(reloaded.node.entries().map(marks))).toEqual(new Set(expected))
  })

  it('filters the events of a listener, at a node and at its mirror', async () => {
    const { clock, alice, bob } = await setUp()
    const seen: unknown[] = []
    const undo = [alice.node, bob.mirror].map((node) =>
      node.on('entry', { topic: 'notes' }, ({ body }) => seen.push(body)),
    )
    for (const topic of ['notes', 'note', undefined]) void alice.node.publish(`to ${topic}`, { topic })
    await clock.pass(1_000)
    expect(seen).toEqual(['to notes', 'to notes'])
    for (const each of undo) each()
    void alice.node.publish('later', { topic: 'notes' })
    await clock.pass(1_000)
    expect(seen).toHaveLength(2)
  })

  it('is refused with the reason if it is none, before anything is published', async () => {
    const { clock, alice, bob } = await setUp()
    const cases = [
      [{ topic: 7 }, TypeError, 'topic is 7'],
      [{ topic: null }, TypeError, 'topic is'],
      [{ topic: 'a\uD800' }, TypeError, 'half of a character'],
      [{ topic: '' }, RangeError, '1 to 128 bytes'],
      [{ topic: 'é'.repeat(65) }, RangeError, '1 to 128 bytes'],
      [{ supersedes: 'yes' }, TypeError, 'supersedes is a string'],
    ] as const
    for (const node of [alice.node, bob.mirror]) {
      for (const [options, kind, text] of cases) {
        const refused = node.publish('text', options as never)
        await expect(refused).rejects.toThrow(kind)
        await expect(refused).rejects.toThrow(text)
      }
      expect(() => node.on('entry', { topic: 7 as never }, () => {})).toThrow(TypeError)
    }
    await clock.pass(1_000)
    expect(alice.node.entries()).toEqual([])
  })
})
