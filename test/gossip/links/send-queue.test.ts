import { describe, expect, it } from 'vitest'
import { gossipLimits } from '../../../client/gossip/bounds/limits.ts'
import { SendQueue } from '../../../client/gossip/links/send-queue.ts'
import { fakePeerId } from '../../simulation/node/fake-signatures.ts'

const [alice, bob] = [fakePeerId(1), fakePeerId(2)]
const limits = { ...gossipLimits, minQuantumBytes: 100, maxQuantumBytes: 400, queuedBytes: 1_000 }

const frameOf = (bytes: number) => ({ frame: new Uint8Array(bytes), envelope: 'push' }) as const
const sizes = (frames: readonly { readonly frame: Uint8Array }[]): number[] => frames.map(({ frame }) => frame.length)

describe('[P6] the queue of a link', () => {
  it('sends one quantum of each bringer at once, and a large frame on credit', () => {
    const queue = new SendQueue(limits)
    expect([queue.spend(alice, 60), queue.spend(alice, 60), queue.spend(alice, 1)]).toEqual([true, true, false])
    expect(queue.spend(bob, 1)).toBe(true)
  })

  it('releases the next quantum of each bringer when the link is drained, in order', () => {
    const queue = new SendQueue(limits)
    for (const bringer of [alice, bob]) queue.spend(bringer, 100)
    for (const bytes of [61, 62, 63]) queue.add(alice, frameOf(bytes))
    queue.add(bob, frameOf(7))
    expect(queue.requestReport(0)).toBe(true)
    expect(sizes(queue.drained(50, 0))).toEqual([61, 62, 7])
    // Alice has overdrawn her credit by 23 bytes.
    expect(queue.spend(bob, 93)).toBe(true)
    expect(queue.spend(bob, 1)).toBe(false)
    queue.requestReport(50)
    expect(sizes(queue.drained(100, 0))).toEqual([63])
  })

  it('lets no frame overtake one of the same bringer', () => {
    const queue = new SendQueue(limits)
    queue.add(alice, frameOf(500))
    expect(queue.spend(alice, 1)).toBe(false)
  })

  it('requests one report, and only while a frame waits', () => {
    const queue = new SendQueue(limits)
    expect(queue.requestReport(0)).toBe(false)
    queue.add(alice, frameOf(1))
    expect([queue.requestReport(0), queue.requestReport(0)]).toEqual([true, false])
    queue.drained(1, 0)
    expect(queue.requestReport(1)).toBe(false)
    expect(queue.drained(2, 0)).toEqual([])
  })

  it('forgets bringers that have gone', () => {
    const queue = new SendQueue(limits)
    let reports = 0
    for (let count = 0; count < 20 * limits.maxLinks; count += 1) {
      queue.spend(fakePeerId(count), 1)
      if (!queue.requestReport(count)) continue
      reports += 1
      queue.drained(count, 0)
    }
    expect(reports).toBeGreaterThan(8)
    expect(reports).toBeLessThan(11)
  })

  it('is bounded, and takes the room from whoever fills most of it', () => {
    const queue = new SendQueue(limits)
    queue.add(bob, frameOf(100))
    let dropped = 0
    for (let count = 0; count < 20; count += 1) dropped += queue.add(alice, frameOf(100)).length
    expect(dropped).toBe(11)
    expect(queue.add(bob, frameOf(50))).toHaveLength(1)
    expect(sizes(queue.flush())).toEqual([100, 50, ...Array.from({ length: 8 }, () => 100)])
    expect(queue.flush()).toEqual([])
  })

  it('sends more at once on a link that carries more, and less on a slow one', () => {
    const queue = new SendQueue(limits)
    for (let count = 0; count < 10; count += 1) queue.add(alice, frameOf(100))
    const released: number[] = []
    queue.requestReport(0)
    for (const now of [50, 51, 52]) {
      released.push(queue.drained(now, 0).length)
      queue.requestReport(now)
    }
    expect(released).toEqual([1, 2, 4])
    // The link drained in time, and this tab ran late.
    expect(queue.drained(152, 100)).toHaveLength(3)
    for (let count = 0; count < 10; count += 1) queue.add(alice, frameOf(100))
    queue.requestReport(200)
    expect(queue.drained(300, 0)).toHaveLength(2)
  })
})
