import { describe, expect, it } from 'vitest'
import type { Ephemeral } from '../../client/gossip/wire/ephemeral.ts'
import type { DirectMessage } from '../../client/node/api/grapevine.ts'
import { MemoryNetwork } from '../simulation/network/memory-network.ts'
import { VirtualClock } from '../simulation/network/virtual-clock.ts'
import { startMirrored } from './mirror/mirrored-node.ts'

/** One megabyte per second. */
const wire = { bytesPerMs: 1_000, windowBytes: 262_144 }

const setUp = async () => {
  const clock = new VirtualClock()
  const network = new MemoryNetwork(clock)
  const alice = await network.start('alice')
  const bob = await startMirrored(network, clock, 'bob')
  const link = network.link(bob, alice, wire)
  await clock.pass(1_000)
  return { clock, network, alice, bob, link }
}

describe('an ephemeral message', () => {
  it('is an event at all nodes and their pages, by topic, and resolves the promise of its author', async () => {
    const { clock, alice, bob } = await setUp()
    const seen: Ephemeral[] = []
    for (const node of [alice.node, bob.node, bob.mirror]) {
      node.on('ephemeral', { topic: 'cursors' }, (message) => seen.push(message))
    }
    const published = bob.mirror.publish({ x: 1 }, { ephemeral: true, topic: 'cursors' })
    void bob.mirror.publish('another topic', { ephemeral: true })
    await clock.pass(100)
    const message = await published
    expect(message).toMatchObject({
      author: 'bob',
      peerId: bob.peerId,
      topic: 'cursors',
      body: { x: 1 },
      path: ['bob'],
    })
    expect(seen).toHaveLength(3)
    expect(seen).toContainEqual(message)
    expect(seen).toContainEqual({ ...message, path: ['bob', 'alice'] })
    for (const node of [alice.node, bob.node, bob.mirror]) expect(node.entries()).toEqual([])
  })

  it('is refused with an error that names the cause', async () => {
    const { clock, alice, bob } = await setUp()
    for (const node of [alice.node, bob.mirror]) {
      const publish = (body: string, options: object) => node.publish(body, { ephemeral: true, ...options })
      await expect(publish('x', { supersedes: true })).rejects.toThrow(TypeError)
      const tooLarge = expect(publish('x'.repeat(16_384), {})).rejects.toThrow('the limit is 16384')
      const burst = Array.from({ length: 300 }, () => publish('x', {}))
      const settled = Promise.allSettled(burst)
      await clock.pass(1_000)
      await tooLarge
      const reasons = (await settled).map((result) => result.status === 'rejected' && String(result.reason.reason))
      expect(new Set(reasons)).toEqual(new Set([false, 'too-many-ephemerals']))
    }
  })
})

describe('a direct message', () => {
  it('is an event at the neighbour and its page, by topic, in both directions', async () => {
    const { clock, alice, bob } = await setUp()
    const seen: Record<string, DirectMessage[]> = { alice: [], bob: [], topical: [] }
    alice.node.on('direct', (message) => seen['alice']?.push(message))
    bob.mirror.on('direct', (message) => seen['bob']?.push(message))
    bob.mirror.on('direct', { topic: 'files' }, (message) => seen['topical']?.push(message))
    const file = new Uint8Array(300_000).fill(7)
    const sent = [
      bob.mirror.send(alice.peerId, { hello: 'alice' }),
      alice.node.send(bob.peerId, file, { topic: 'files' }),
      alice.node.send(bob.peerId, 'after it'),
    ]
    await clock.pass(3_000)
    await Promise.all(sent)
    expect(seen['alice']).toEqual([{ peer: 'bob', peerId: bob.peerId, body: { hello: 'alice' } }])
    expect(seen['bob']).toHaveLength(2)
    expect(seen['bob']?.[1]).toEqual({ peer: 'alice', peerId: alice.peerId, body: 'after it' })
    expect(seen['topical']?.map(({ body }) => (body as Uint8Array).length)).toEqual([300_000])
  })

  it('is refused with an error that names the cause', async () => {
    const { clock, alice, bob, link } = await setUp()
    const stranger = await new MemoryNetwork(clock).start('stranger')
    for (const node of [alice.node, bob.mirror]) {
      await expect(node.send('alice', 'x')).rejects.toThrow(TypeError)
      await expect(node.send(alice.peerId, new Date() as never)).rejects.toThrow(TypeError)
      const refused = Promise.allSettled([
        node.send(stranger.node === node ? '' : `${'A'.repeat(42)}E`, 'x'),
        node.send(alice.peerId, new Uint8Array(16_777_300)),
      ])
      await clock.pass(1_000)
      expect((await refused).map((result) => result.status === 'rejected' && result.reason)).toMatchObject([
        { name: 'NodeError', reason: 'not-linked' },
        { name: 'RangeError' },
      ])
    }
    const cut = expect(bob.mirror.send(alice.peerId, new Uint8Array(2_000_000))).rejects.toMatchObject({
      reason: 'link-ended',
    })
    await clock.pass(500)
    link.toUpstream.close()
    await clock.pass(1_000)
    await cut
  })

  it('[P6] delays messages to all by no more than others do, however large it is [T4]', async () => {
    const { clock, alice, bob } = await setUp()
    const slowest = async (): Promise<number> => {
      const latencies: number[] = []
      const sentAt = new Map<unknown, number>()
      const undo = bob.node.on('entry', ({ body }) => latencies.push(clock.now() - (sentAt.get(body) ?? 0)))
      for (let count = 0; count < 20; count += 1) {
        const body = `${clock.now()}`
        sentAt.set(body, clock.now())
        void alice.node.publish(body)
        await clock.pass(100)
      }
      undo()
      expect(latencies).toHaveLength(20)
      return Math.max(...latencies)
    }
    const calm = await slowest()
    const sent = alice.node.send(bob.peerId, new Uint8Array(4_000_000))
    const busy = await slowest()
    await clock.pass(10_000)
    await sent
    // A share of the direct message may be on the wire: 8 to 16 KiB take 8 to 16 ms, and a piece may overdraw it.
    expect(busy).toBeLessThan(calm + 50)
  })
})
