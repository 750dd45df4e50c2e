import { describe, expect, it } from 'vitest'
import { gossipLimits } from '../../client/gossip/bounds/limits.ts'
import type { BodyProgress } from '../../client/node/api/grapevine.ts'
import { MemoryNetwork, MemoryStore } from '../simulation/network/memory-network.ts'
import { VirtualClock } from '../simulation/network/virtual-clock.ts'
import { startMirrored } from './mirror/mirrored-node.ts'

const mebi = 1_048_576

/** No two parts are equal. */
const bytesOf = (length: number): Uint8Array => {
  const bytes = new Uint8Array(length)
  for (let index = 0; index < length; index += 1_000) bytes[index] = index / 1_000
  return bytes
}

/** A failed comparison of so many bytes by `toEqual` would print them all. */
const areEqual = (one: unknown, other: Uint8Array): boolean =>
  one instanceof Uint8Array && Buffer.compare(one, other) === 0

const setUp = async () => {
  const clock = new VirtualClock()
  const network = new MemoryNetwork(clock)
  const alice = await network.start('alice')
  const bob = await network.start('bob')
  const carol = await startMirrored(network, clock, 'carol')
  network.link(bob, alice)
  network.link(carol, bob)
  await clock.pass(1_000)
  return { clock, network, alice, bob, carol }
}

describe('[L5] a large body', () => {
  it('arrives two hops away as one entry, and small ones go through beside it', async () => {
    const { clock, alice, bob, carol } = await setUp()
    const body = bytesOf(3 * mebi)
    const small: number[] = []
    alice.node.on('entry', ({ author }) => author === 'bob' && small.push(clock.now()))
    const begin = clock.now()
    const published = alice.node.publish(body, { topic: 'file', supersedes: true })
    void bob.node.publish('small')
    await clock.pass(20_000)
    const { body: _body, ...entry } = await published
    expect(entry).toMatchObject({ author: 'alice', seq: 1, topic: 'file', supersedes: true, path: ['alice'] })
    expect(small[0]).toBeLessThan(begin + 500)
    for (const node of [alice.node, carol.node, carol.mirror]) {
      const [large, ...others] = node.entries().filter(({ author }) => author === 'alice')
      expect(areEqual(large?.body, body)).toBe(true)
      expect(others).toEqual([])
    }
    // It signs as fast as its link takes the parts.
    expect(alice.node.stats().drops).not.toHaveProperty('queue-full')
  })

  it('shows its progress at the author and at others, at most five times a second, and filtered by topic', async () => {
    const { clock, alice, carol } = await setUp()
    const seen: Record<string, BodyProgress[]> = { alice: [], carol: [], others: [] }
    alice.node.on('progress', (event) => seen['alice']?.push(event))
    carol.mirror.on('progress', { topic: 'file' }, (event) => seen['carol']?.push(event))
    carol.mirror.on('progress', { topic: 'other' }, (event) => seen['others']?.push(event))
    const order: string[] = []
    carol.mirror.on('progress', ({ bytes, total }) => order.push(bytes === total ? 'whole' : 'part'))
    carol.mirror.on('entry', () => order.push('entry'))
    const begin = clock.now()
    void alice.node.publish(bytesOf(mebi), { topic: 'file' })
    await clock.pass(10_000)
    const total = mebi + 5
    const { peerId, epoch } = alice.node.entries()[0] ?? {}
    for (const events of [seen['alice'] ?? [], seen['carol'] ?? []]) {
      expect(events[0]).toMatchObject({ author: 'alice', peerId, epoch, seq: 1, topic: 'file', total })
      expect(events.at(-1)?.bytes).toBe(total)
      expect(events.map(({ bytes }) => bytes)).toEqual(
        events.map(({ bytes }) => bytes).toSorted((one, other) => one - other),
      )
      expect(events.length).toBeLessThanOrEqual(2 + (clock.now() - begin) / gossipLimits.bodyProgressMs)
    }
    expect(order.slice(-2)).toEqual(['whole', 'entry'])
    expect(seen['others']).toEqual([])
  })

  it('is published by a page, of any kind, and restored by the next page load', async () => {
    const { clock, network, bob, carol } = await setUp()
    const text = 'é'.repeat(50_000)
    const json = { list: Array.from({ length: 30_000 }, (_, index) => `item ${index}`) }
    const bytes = bytesOf(100_000)
    const published = Promise.all([text, json, bytes, 'small'].map((body) => carol.mirror.publish(body)))
    await clock.pass(3_000)
    const seqs = (await published).map(({ seq }) => seq)
    expect(seqs).toEqual([1, 4, 11, 14])
    expect(bob.node.entries().map(({ body }) => body)).toEqual([text, json, bytes, 'small'])
    const store = new MemoryStore()
    const dave = await network.start('dave', 1, store)
    network.link(dave, bob)
    await clock.pass(3_000)
    await dave.node.stop()
    const reloaded = await network.start('dave', 2, store, dave.peerId)
    expect(reloaded.node.entries().map(({ body }) => body)).toEqual([text, json, bytes, 'small'])
    expect(reloaded.node.entries().map(({ seq }) => seq)).toEqual(seqs)
  })

  it('has a route and receipts as any other entry', async () => {
    const { clock, alice, bob, carol } = await setUp()
    const published = alice.node.publish(bytesOf(200_000))
    await clock.pass(3_000)
    const entry = await published
    alice.node.askReceipts(entry)
    await clock.pass(3_000)
    const receipts = alice.node.receipts(entry)
    expect(receipts.isAsked).toBe(true)
    expect(new Set(receipts.receipts.map(({ name }) => name))).toEqual(new Set(['alice', 'bob', 'carol']))
    expect(alice.node.route(entry)).toEqual([])
    expect(carol.mirror.route(entry)?.map(({ name }) => name)).toEqual(['alice', 'bob'])
    expect(bob.node.route(entry)?.map(({ name }) => name)).toEqual(['alice'])
  })

  it('above 16 MiB is refused, and so is one of too many values', async () => {
    const { clock, alice, carol } = await setUp()
    for (const node of [alice.node, carol.mirror]) {
      const large = expect(node.publish(new Uint8Array(16 * mebi + 1))).rejects.toThrow(RangeError)
      await clock.pass(100)
      await large
      await expect(node.publish(Array.from({ length: 300_000 }, () => 0))).rejects.toThrow(/262144 values/)
    }
    expect(alice.node.entries()).toEqual([])
  })
})
