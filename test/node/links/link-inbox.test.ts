import { describe, expect, it } from 'vitest'
import { blockFields } from '../../../client/gossip/wire/block.ts'
import type { CarriedBlock, Envelope } from '../../../client/gossip/wire/envelope.ts'
import type { LinkId } from '../../../client/gossip/wire/link.ts'
import type { GossipEvent } from '../../../client/gossip/gossip-event.ts'
import { encodeFrame, encodeValue } from '../../../client/node/codec/frame-codec.ts'
import { inboxLimits, LinkInbox } from '../../../client/node/links/link-inbox.ts'
import type { Verify } from '../../../client/node/shared/signatures.ts'
import { nameOf } from '../../links/network-node.ts'
import { fakePeerId } from '../../simulation/node/fake-signatures.ts'
import { VirtualClock } from '../../simulation/network/virtual-clock.ts'

const carriedOf = (height: number, body = 'said'): CarriedBlock => ({
  bytes: encodeValue(
    blockFields({
      author: fakePeerId(1),
      name: nameOf('alice'),
      epoch: '1-0000000000000001',
      height,
      firstSeq: height,
      prev: height === 1 ? '' : 'A'.repeat(43),
      entries: [{ time: 0, body }],
    }),
  ),
  signature: new Uint8Array(64),
  hops: [],
  heldMs: 0,
  model: undefined,
})

const push = (height: number): Uint8Array<ArrayBuffer> => encodeFrame({ type: 'push', blocks: [carriedOf(height)] })

/** One frame with so many blocks. */
const pushOf = (count: number): Uint8Array<ArrayBuffer> =>
  encodeFrame({ type: 'push', blocks: Array.from({ length: count }, (_, index) => carriedOf(index + 1)) })

const breathe = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve))

const heartbeat: Envelope = { type: 'heartbeat', count: 7, echo: 0, heldMs: 0, digest: 'abc', changes: 1, ask: false }

const createInbox = (verify: Verify, emit: (event: GossipEvent) => void, limits = inboxLimits): LinkInbox =>
  new LinkInbox({
    link: 1 as LinkId,
    verify,
    limits,
    holds: () => false,
    noticeRefusal: () => undefined,
    emit,
    breathe,
    wallClock: () => 0,
    now: () => 0,
  })

const open = (limits = inboxLimits) => {
  const events: GossipEvent[] = []
  const verdicts: ((isProven: boolean) => void)[] = []
  const verify = () => new Promise<boolean>((resolve) => verdicts.push(resolve))
  const inbox = createInbox(verify, (event) => events.push(event), limits)
  const decide = async (): Promise<void> => {
    verdicts.shift()?.(true)
    await new Promise((resolve) => setImmediate(resolve))
  }
  return { inbox, events, decide }
}

describe('an inbox', () => {
  it('hands over frames in order, although the first takes longest to verify', async () => {
    const { inbox, events, decide } = open()
    inbox.add(push(1))
    inbox.add(encodeFrame(heartbeat))
    expect(events).toEqual([])
    await decide()
    expect(events.map(({ type }) => type)).toEqual(['block', 'envelope'])
  })

  it('ends after the frames that arrived before the end, so that a bye is not lost [P8] [G4]', async () => {
    const { inbox, events, decide } = open()
    inbox.add(push(1))
    inbox.add(push(2))
    inbox.add(encodeFrame({ type: 'bye' }))
    inbox.finish(() => void events.push({ type: 'tick' }))
    await decide()
    await decide()
    expect(events.map(({ type }) => type)).toEqual(['block', 'block', 'envelope', 'tick'])
  })

  it('ends at once if nothing waits', () => {
    const { inbox, events } = open()
    inbox.finish(() => void events.push({ type: 'tick' }))
    expect(events).toHaveLength(1)
  })

  it('drops the waiting frames once it is closed', async () => {
    const { inbox, events, decide } = open()
    inbox.add(push(1))
    inbox.add(push(2))
    inbox.close()
    await decide()
    expect(events).toEqual([])
  })

  it('[P6] holds a bounded number of frames and bytes', () => {
    const few = open({ ...inboxLimits, frames: 2, bytes: 1e9 })
    expect([1, 2, 3, 4].map((height) => few.inbox.add(push(height)))).toEqual([true, true, true, false])
    const small = open({ ...inboxLimits, frames: 100, bytes: push(3).length })
    expect([2, 3, 4].map((height) => small.inbox.add(push(height)))).toEqual([true, true, false])
  })

  it('joins the two halves of a large proof, and replaces a half whose other one was lost', async () => {
    const half = (height: number, body: string): Uint8Array<ArrayBuffer> =>
      encodeFrame({ type: 'fork', one: carriedOf(height, body), other: undefined })
    const { inbox, events, decide } = open()
    for (const frame of [half(1, 'one'), half(2, 'one'), half(2, 'other'), half(3, 'other')]) inbox.add(frame)
    // One for each signature, once it is asked for.
    for (let turn = 0; turn < 3; turn += 1) await decide()
    expect(events).toMatchObject([{ type: 'fork', proof: { one: { height: 2 }, other: { height: 2 } } }])
  })

  it.each([
    ['pushes', (count: number) => Array.from({ length: count }, (_, index) => push(index + 1))],
    ['frames that cost no signature', (count: number) => Array.from({ length: count }, () => encodeFrame(heartbeat))],
    ['large pushes', (count: number) => [pushOf(count)]],
  ])('[P6] lets the others have a turn while its own link floods it with %s', async (_what, framesOf) => {
    const order: string[] = []
    // As fast as a signature that JavaScript checks: nothing is waited for.
    const verify = async () => true
    const flooded = createInbox(verify, () => order.push('flooded'))
    const other = createInbox(verify, () => order.push('other'))
    const isDone = new Promise<void>((resolve) => {
      for (const frame of framesOf(100)) flooded.add(frame)
      flooded.finish(resolve)
    })
    // A task of its own, as every frame that comes.
    setImmediate(() => other.add(push(1)))
    await isDone
    expect(order).toHaveLength(101)
    expect(order.indexOf('other')).toBeLessThanOrEqual(2 * inboxLimits.perTurn)
  })

  it('[P6] verifies one signature at a time while its link floods it, so that other inboxes get their turns', async () => {
    const clock = new VirtualClock()
    let cpuFreeAt = 0
    // One core, a millisecond for each signature, first come first served.
    const verify = (): Promise<boolean> => {
      cpuFreeAt = Math.max(cpuFreeAt, clock.now()) + 1
      return new Promise((resolve) => void clock.after(cpuFreeAt - clock.now(), () => resolve(true)))
    }
    const readAt: number[] = []
    const flooded = createInbox(verify, () => {})
    const other = createInbox(verify, () => readAt.push(clock.now()))
    for (let height = 1; height <= 2_000; height += 1) flooded.add(push(height))
    for (let second = 0; second < 2; second += 1) void clock.after(1_000 * second, () => other.add(push(1)))
    await clock.pass(1_900)
    expect(readAt).toHaveLength(2)
    for (const [second, at] of readAt.entries()) expect(at - 1_000 * second).toBeLessThanOrEqual(3)
  })
})
