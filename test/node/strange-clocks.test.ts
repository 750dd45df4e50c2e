import { describe, expect, it } from 'vitest'
import { encodeFrame } from '../../client/gossip/codec/codec.ts'
import { MemoryNetwork, type MemoryNode, MemoryStore } from '../simulation/network/memory-network.ts'
import { VirtualClock } from '../simulation/network/virtual-clock.ts'
import { alice, attack, by, Chain, drops, greeting, push, sendAll } from './hostile-neighbour.ts'

/** What the victim's clock says at its start, and a year of it, in milliseconds. */
const startedAt = 1_700_000_000_000
const year = 365 * 24 * 3_600_000

describe('[P2] an author’s clock', () => {
  it('is shown and never used: blocks from the future and the past come in their order, each with its receipt', async () => {
    const { clock, victim, bystander, link } = await attack(greeting)
    const chain = new Chain()
    const times = [startedAt + 20 * year, 0, Number.MAX_SAFE_INTEGER, startedAt - year]
    for (const time of times) await sendAll(clock, link, push(by(await chain.next(`said ${time}`, time), alice)))
    for (const { node } of [victim, bystander]) {
      expect(node.entries().map(({ time }) => time)).toEqual(times)
      for (const { receivedAt } of node.entries()) {
        expect(receivedAt).toBeGreaterThanOrEqual(startedAt)
        expect(receivedAt).toBeLessThanOrEqual(startedAt + clock.now())
      }
    }
    expect(drops(victim)).toEqual({})
  })

  it('keeps the time of receipt when the ledger is restored', async () => {
    const store = new MemoryStore()
    const clock = new VirtualClock()
    const network = new MemoryNetwork(clock)
    const [writer, reader] = [await network.start('writer'), await network.start('reader', 1, store)]
    network.link(writer, reader)
    await clock.pass(1_000)
    await writer.node.publish('remember')
    await clock.pass(1_000)
    const received = reader.node.entries().map(({ receivedAt }) => receivedAt)
    clock.stall(5_000_000)
    const again = await network.start('reader', 2, store)
    expect(received).toEqual([expect.any(Number)])
    expect(again.node.entries().map(({ receivedAt }) => receivedAt)).toEqual(received)
  })
})

describe('[P1] this machine’s own clock deletes nothing:', () => {
  const hour = 3_600_000
  const moments = [
    ['while the node runs', true],
    ['while it is closed', false],
  ] as const
  const bodies = ({ node }: MemoryNode): string[] => node.entries().map(({ body }) => body as string)

  describe.each([
    ['74 hours ahead', 74 * hour],
    ['ten years ahead', 10 * year],
    ['74 hours behind', -74 * hour],
    ['in 1970', -startedAt],
  ])('set %s', (_what, aheadMs) => {
    it.each(moments)('%s, alone: all is there, also once the clock is right again', async (_when, isRunning) => {
      const clock = new VirtualClock()
      const network = new MemoryNetwork(clock)
      const store = new MemoryStore()
      const first = await network.start('node1', 1, store)
      await first.node.publish('before')
      if (isRunning) network.aheadMs = aheadMs
      await first.node.publish('after')
      const digest = first.node.digest()
      await first.node.stop()
      network.aheadMs = aheadMs
      for (const epoch of [2, 3]) {
        const again = await network.start('node1', epoch, store, first.peerId)
        await clock.pass(2 * hour)
        expect(bodies(again)).toEqual(['before', 'after'])
        expect(again.node.digest()).toBe(digest)
        await again.node.stop()
        network.aheadMs = 0
      }
      expect(store.blocks).toHaveLength(2)
    })

    it.each(moments)('%s, in a network: all is kept, and comes to those who lack it', async (_when, isRunning) => {
      const clock = new VirtualClock()
      const network = new MemoryNetwork(clock)
      const store = new MemoryStore()
      const first = await network.start('node1', 1, store)
      const node2 = await network.start('node2')
      network.link(first, node2)
      await clock.pass(1_000)
      await node2.node.publish('heard')
      if (isRunning) network.aheadMs = aheadMs
      await clock.pass(1_000)
      await first.node.publish('said')
      await clock.pass(1_000)
      await first.node.stop()
      network.aheadMs = aheadMs
      const again = await network.start('node1', 2, store, first.peerId)
      const node3 = await network.start('node3')
      network.link(node2, again)
      network.link(node3, again)
      await clock.pass(60_000)
      for (const node of [again, node2, node3]) {
        expect(bodies(node).toSorted()).toEqual(['heard', 'said'])
        expect(node.node.digest()).toBe(again.node.digest())
      }
      expect(store.blocks).toHaveLength(2)
    })
  })
})

describe('[P8] a neighbour that sends little, and never answers a heartbeat,', () => {
  const heartbeat = (count: number) =>
    encodeFrame({
      type: 'heartbeat',
      count,
      echo: 4_711 + count,
      heldMs: 0,
      digest: 'abc',
      changes: 1,
      retention: 'abc',
      ask: true,
    })

  it('has no round trip, is quiet between its frames, and is gone once it sends none', async () => {
    const { clock, victim, link, ends } = await attack(greeting)
    const row = () => victim.node.links().find(({ peer }) => peer === 'mallory')
    const states: unknown[] = []
    for (let count = 1; count <= 20; count += 1) {
      link.send(heartbeat(count))
      await clock.pass(1_000)
      states.push(row()?.state)
      await clock.pass(14_000)
      states.push(row()?.state)
      expect(row()?.rttMs).toBeUndefined()
    }
    expect(new Set(states.filter((_state, index) => index % 2 === 0))).toEqual(new Set(['up']))
    expect(new Set(states.filter((_state, index) => index % 2 === 1))).toEqual(new Set(['quiet']))
    await clock.pass(6_000)
    expect(row()).toMatchObject({ state: 'down', reason: 'silent' })
    expect(ends).toEqual(['closed-there'])
  })

  it('gets answers at a bounded rate, however often it asks', async () => {
    const { clock, victim, link } = await attack(greeting)
    const sentBefore = victim.node.stats().sent
    for (let count = 1; count <= 200; count += 1) link.send(heartbeat(count))
    await clock.pass(100)
    expect(victim.node.stats().sent - sentBefore).toBeLessThanOrEqual(250)
  })
})
