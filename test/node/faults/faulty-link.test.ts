import { describe, expect, it } from 'vitest'
import type { Link, LinkEvents, LinkId } from '../../../client/gossip/wire/link.ts'
import { networkLimits } from '../../../client/links/shared/limits.ts'
import type { LinkFault } from '../../../client/node/api/link-fault.ts'
import { FaultyLink } from '../../../client/node/faults/faulty-link.ts'
import { realTimers } from '../../machine/real-timers.ts'
import { describeLink } from '../../link-contract.ts'
import { createMemoryLinks } from '../../memory-link.ts'
import { nameOf } from '../../links/network-node.ts'
import { fakePeerId } from '../../simulation/node/fake-signatures.ts'
import { VirtualClock } from '../../simulation/network/virtual-clock.ts'

type Timers = Pick<VirtualClock, 'now' | 'after'>

/** A link whose near end has faults. Frames need 10 ms. */
const openPair = (timers: Timers, faults: readonly LinkFault[] = []) => {
  const { toUpstream, toDialler } = createMemoryLinks(
    { name: nameOf('near'), peerId: fakePeerId(1), id: 1 as LinkId },
    { name: nameOf('far'), peerId: fakePeerId(2), id: 2 as LinkId },
    { deliver: (action) => void timers.after(10, action), windowBytes: networkLimits.sendWindowBytes },
  )
  let lost = 0
  const near = new FaultyLink(toUpstream, { timers, lost: () => void (lost += 1), ended: () => {} })
  near.disturb(faults)
  return { near, far: toDialler, countLost: () => lost }
}

describeLink('a channel without faults', async () => openPair(realTimers))

const ignoring: LinkEvents = { frame: () => {}, badFrame: () => {}, drained: () => {}, end: () => {} }

/** The frames of a link and its end, as they come. */
const eventsOf = (link: Link): string[] => {
  const events: string[] = []
  link.listen({
    ...ignoring,
    frame: ([byte]) => void events.push(`frame ${byte}`),
    end: (end) => void events.push(end),
  })
  return events
}

const frameOf = (byte: number, length = 1): Uint8Array<ArrayBuffer> => new Uint8Array(length).fill(byte)

/** Sends frames from the near end to the far end, one every 10 ms, and gives what came, with the time it took. */
const run = async (faults: readonly LinkFault[], count = 100) => {
  const clock = new VirtualClock()
  const { near, far, countLost } = openPair(clock, faults)
  const sentAt: number[] = []
  const came: { readonly index: number; readonly ms: number }[] = []
  far.listen({ ...ignoring, frame: ([index = 0]) => void came.push({ index, ms: clock.now() - (sentAt[index] ?? 0) }) })
  near.listen(ignoring)
  for (let index = 0; index < count; index += 1) {
    sentAt.push(clock.now())
    near.send(frameOf(index))
    await clock.pass(10)
  }
  await clock.pass(100_000)
  return { lost: countLost(), order: came.map(({ index }) => index), delays: came.map(({ ms }) => ms - 10) }
}

const inOrder = (count: number): number[] => Array.from({ length: count }, (_, index) => index)
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

describe('a fault of a link', () => {
  it('cut: lets nothing through, and says so', async () => {
    const { order, lost } = await run([{ peer: 'far', kind: 'cut' }])
    expect(order).toEqual([])
    expect(lost).toBe(100)
  })

  it('in one direction: leaves the other one alone', async () => {
    expect((await run([{ peer: 'far', kind: 'cut', direction: 'in' }])).order).toEqual(inOrder(100))
    expect((await run([{ peer: 'far', kind: 'cut', direction: 'out' }])).order).toEqual([])
  })

  it('delay: keeps the order, with the mean that is set', async () => {
    expect((await run([{ peer: 'far', kind: 'delay', ms: 200 }])).delays).toEqual(inOrder(100).map(() => 200))
    for (const spread of ['uniform', 'exponential'] as const) {
      const { order, delays } = await run([{ peer: 'far', kind: 'delay', ms: 5, spread }])
      expect(order).toEqual(inOrder(100))
      expect(Math.abs(mean(delays) - 5)).toBeLessThan(2)
      expect(new Set(delays).size).toBeGreaterThan(50)
    }
  })

  it('loss: loses the share that is set, and the same frames for the same seed', async () => {
    const first = await run([{ peer: 'far', kind: 'loss', share: 0.3 }])
    expect(first.order.length).toBeGreaterThan(50)
    expect(first.order.length).toBeLessThan(90)
    expect(first.order.length + first.lost).toBe(100)
    expect((await run([{ peer: 'far', kind: 'loss', share: 0.3 }])).order).toEqual(first.order)
    expect((await run([{ peer: 'far', kind: 'loss', share: 0.3, seed: 2 }])).order).not.toEqual(first.order)
  })

  it('duplicate: delivers some frames twice', async () => {
    const { order } = await run([{ peer: 'far', kind: 'duplicate', share: 0.5 }])
    expect(order.length).toBeGreaterThan(130)
    expect(order.length).toBeLessThan(170)
    expect([...new Set(order)]).toEqual(inOrder(100))
  })

  it('reorder: delivers all frames, and some after later ones', async () => {
    const { order } = await run([{ peer: 'far', kind: 'reorder', share: 0.3, ms: 100 }])
    expect(order).not.toEqual(inOrder(100))
    expect(order.toSorted((one, other) => one - other)).toEqual(inOrder(100))
  })

  it('bandwidth: holds frames back until the line has taken those before, and slows the sender down', async () => {
    const clock = new VirtualClock()
    const { near, far } = openPair(clock, [{ peer: 'far', kind: 'bandwidth', bytesPerSecond: 100_000 }])
    const cameAt: number[] = []
    let drained = 0
    far.listen({ ...ignoring, frame: () => void cameAt.push(clock.now()) })
    near.listen({ ...ignoring, drained: () => void (drained += 1) })
    let sent = 0
    for (; near.send(frameOf(sent, 10_000)); sent += 1) expect(sent).toBeLessThan(1_000)
    expect(sent * 10_000).toBeLessThanOrEqual(networkLimits.sendWindowBytes)
    expect(near.isDrained).toBe(false)
    expect(drained).toBe(0)
    await clock.pass(20_000)
    expect(near.isDrained).toBe(true)
    expect(drained).toBeGreaterThan(0)
    expect(cameAt).toEqual(Array.from({ length: sent }, (_, index) => (index + 1) * 100 + 10))
  })

  it('several at once: all act', async () => {
    const { order, delays } = await run([
      { peer: 'far', kind: 'loss', share: 0.3 },
      { peer: 'far', kind: 'delay', ms: 200 },
    ])
    expect(order.length).toBeLessThan(90)
    expect(delays).toEqual(delays.map(() => 200))
  })

  it('that ends: what is on its way keeps its place before what follows', async () => {
    const clock = new VirtualClock()
    const { near, far } = openPair(clock, [{ peer: 'far', kind: 'delay', ms: 500 }])
    const came: number[] = []
    far.listen({ ...ignoring, frame: ([byte = 0]) => void came.push(byte) })
    near.listen(ignoring)
    near.send(frameOf(1))
    near.disturb([])
    near.send(frameOf(2))
    await clock.pass(400)
    expect(came).toEqual([])
    await clock.pass(200)
    near.send(frameOf(3))
    await clock.pass(10)
    expect(came).toEqual([1, 2, 3])
  })

  it('on a link that this node ends: what is on its way, such as a bye, comes before the end', async () => {
    const clock = new VirtualClock()
    const { near, far } = openPair(clock, [{ peer: 'far', kind: 'delay', ms: 500 }])
    near.listen(ignoring)
    const events = eventsOf(far)
    near.send(frameOf(1))
    near.close()
    await clock.pass(100)
    expect(events).toEqual(['frame 1', 'closed-there'])
  })

  it('on a link that the other node ends: what is on its way to this node comes before the end', async () => {
    const clock = new VirtualClock()
    const { near, far } = openPair(clock, [{ peer: 'far', kind: 'delay', ms: 500 }])
    far.listen(ignoring)
    const events = eventsOf(near)
    far.send(frameOf(1))
    await clock.pass(100)
    far.close()
    await clock.pass(100)
    expect(events).toEqual(['frame 1', 'closed-there'])
    await clock.pass(1_000)
    expect(events).toHaveLength(2)
  })
})
