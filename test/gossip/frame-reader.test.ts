import { describe, expect, it } from 'vitest'
import { GossipCore } from '../../client/gossip/core.ts'
import type { GossipEffect, Ticket } from '../../client/gossip/effects/gossip-effect.ts'
import { type GossipLimits, gossipLimits } from '../../client/gossip/bounds/limits.ts'
import { encodeFrame } from '../../client/gossip/codec/codec.ts'
import { type CarriedBlock, type Envelope, protocolVersion } from '../../client/gossip/wire/envelope.ts'
import type { LinkId } from '../../client/gossip/wire/link.ts'
import { encodeBlock } from '../../client/gossip/codec/signed-block.ts'
import { nameOf } from '../links/network-node.ts'
import { fakePeerId } from '../simulation/node/fake-signatures.ts'

const [flooded, other] = [1 as LinkId, 2 as LinkId]
const signature = new Uint8Array(64)

const carriedOf = (height: number, body = 'said'): CarriedBlock => ({
  bytes: encodeBlock({
    author: fakePeerId(7),
    name: nameOf('alice'),
    epoch: '1-0000000000000001',
    height,
    firstSeq: height,
    prev: height === 1 ? '' : 'A'.repeat(43),
    entries: [{ time: 0, body }],
  }),
  signature,
  hops: [{ name: nameOf('alice'), heldMs: 0, rttMs: 0 }],
  heldMs: 0,
  model: undefined,
})

const pushOf = (...heights: number[]): Envelope => ({
  type: 'push',
  blocks: heights.map((height) => carriedOf(height)),
})

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1)

const heartbeat: Envelope = {
  type: 'heartbeat',
  count: 7,
  echo: 0,
  heldMs: 0,
  digest: 'abc',
  changes: 1,
  retention: 'abc',
  ask: false,
}

/** A core with two greeted links, whose signatures the test answers. */
const start = (limits: Partial<GossipLimits> = {}) => {
  const core = new GossipCore({
    self: fakePeerId(9),
    name: nameOf('here'),
    epoch: '1-0000000000000009',
    random: () => 0.5,
    announces: false,
    limits,
  })
  const tickets: Ticket[] = []
  let effects: GossipEffect[] = []
  const handle = (event: Parameters<GossipCore['handle']>[0]): readonly GossipEffect[] => {
    const now = core.handle(event, 0)
    effects.push(...now)
    for (const effect of now) if (effect.type === 'verify') tickets.push(effect.ticket)
    return now
  }
  const send = (link: LinkId, envelope: Envelope) => handle({ type: 'frame', link, frame: encodeFrame(envelope) })
  for (const link of [flooded, other]) {
    const name = nameOf(`node${link}`)
    handle({ type: 'link-up', neighbour: { link, name, peerId: fakePeerId(link), direction: 'downstream' } })
    send(link, {
      type: 'hello',
      version: protocolVersion,
      name,
      epoch: '1-0000000000000002',
      digest: 'a',
      changes: 1,
      retention: 'a',
    })
  }
  handle({ type: 'tick' })
  effects = []
  /** Answers the oldest signature that is being checked. */
  const verify = (isValid = true): void => {
    const ticket = tickets.shift()
    if (ticket === undefined) throw new Error('no signature is being checked')
    handle({ type: 'verified', ticket, isValid })
  }
  /** What was read of each link, in order. */
  const read = () => effects.flatMap((effect) => (effect.type === 'read' ? [`${effect.link} ${effect.envelope}`] : []))
  const of = <Type extends GossipEffect['type']>(type: Type) =>
    effects.filter((effect): effect is Extract<GossipEffect, { type: Type }> => effect.type === type)
  /** Frames without blocks, and blocks whose signature was checked. */
  const parts = () => of('read').filter(({ envelope }) => envelope !== 'push').length + of('verify').length
  return { core, handle, send, verify, read, of, parts, tickets }
}

describe('the frames of a link', () => {
  it('are read in order, although the signature of the first takes longest', () => {
    const { send, verify, read, of } = start()
    send(flooded, pushOf(1))
    send(flooded, heartbeat)
    expect(read()).toEqual(['1 push'])
    verify()
    expect(read()).toEqual(['1 push', '1 heartbeat'])
    expect(of('deliver')).toHaveLength(1)
  })

  it('are all read before the link ends, so that a bye is not lost [P8] [G4]', () => {
    for (const [last, end] of [
      [{ type: 'bye' }, { type: 'cut', link: flooded, reason: 'said-bye' }],
      [heartbeat, { type: 'ended', link: flooded }],
    ] as const) {
      const { handle, send, verify, of } = start()
      for (const envelope of [pushOf(1), last]) send(flooded, envelope)
      handle({ type: 'link-down', link: flooded })
      expect([...of('cut'), ...of('ended')]).toEqual([])
      verify()
      expect([...of('cut'), ...of('ended')]).toEqual([end])
    }
  })

  it('that wait are dropped once the link is cut', () => {
    const { handle, send, verify, read, of } = start()
    send(flooded, pushOf(1))
    send(flooded, heartbeat)
    for (let count = 0; count < 3; count += 1) handle({ type: 'bad-frame', link: flooded, reason: 'text-frame' })
    verify()
    expect(read()).toEqual(['1 push'])
    expect(of('deliver')).toEqual([])
  })

  it('[P6] wait in a bounded number, and in a bounded number of bytes', () => {
    const { length } = encodeFrame(pushOf(3))
    // The first frame waits for its signature, two more wait to be read.
    for (const limits of [{ inboxFrames: 2 }, { inboxBytes: 2 * length }]) {
      const { send, of } = start(limits)
      for (const height of [2, 3, 4, 5, 6]) send(flooded, pushOf(height))
      expect(of('drop').map(({ reason }) => reason)).toEqual(['inbox-full', 'inbox-full'])
    }
  })

  it('join the two halves of a large proof, and replace a half whose other one was lost', () => {
    const { send, verify, of, tickets } = start()
    send(flooded, pushOf(1))
    verify()
    for (const [height, body] of [
      [1, 'x'],
      [2, 'one'],
      [2, 'another'],
      [3, 'y'],
    ] as const) {
      send(flooded, { type: 'fork', one: [carriedOf(height, body)], other: undefined })
    }
    expect(tickets).toHaveLength(2)
    for (const isValid of [true, true]) verify(isValid)
    expect(of('forked').map(({ log }) => log.fork?.height)).toEqual([2])
  })

  it('[P3] prove nothing with one bad signature', () => {
    const { send, verify, of } = start()
    send(flooded, { type: 'fork', one: [carriedOf(2, 'one')], other: [carriedOf(2, 'another')] })
    for (const isValid of [true, false]) verify(isValid)
    expect(of('forked')).toEqual([])
    expect(of('drop').map(({ reason }) => reason)).toEqual(['bad-proof'])
  })
})

describe('[P6] a link that floods a node', () => {
  it.each([
    ['pushes', (count: number) => upTo(count).map((height) => pushOf(height))],
    ['frames that cost no signature', (count: number) => upTo(count).map(() => heartbeat)],
    ['large pushes', (count: number) => [pushOf(...upTo(count))]],
  ])('has one signature checked at a time, and delays another link by one turn: %s', (_what, framesOf) => {
    const { core, handle, send, read, verify, tickets } = start()
    // The link waits for a signature while its frames come.
    send(flooded, pushOf(1))
    for (const envelope of framesOf(100)) send(flooded, envelope)
    expect(tickets).toHaveLength(1)
    verify()
    send(other, heartbeat)
    for (let turn = 0; tickets.length > 0 || core.isBusy; turn += 1) {
      expect(turn).toBeLessThan(1_000)
      if (core.isBusy) handle({ type: 'tick' })
      else verify()
    }
    expect(read().filter((line) => line.startsWith('1'))).toHaveLength(1 + framesOf(100).length)
    expect(read().indexOf('2 heartbeat')).toBeGreaterThan(0)
    expect(read().indexOf('2 heartbeat')).toBeLessThanOrEqual(2 * gossipLimits.partsPerTurn)
  })

  it.each([
    ['frames', () => [pushOf(1), ...upTo(100).map(() => heartbeat)]],
    // A browser without Ed25519 checks signatures on the thread of the page, without a pause between two.
    ['blocks, however fast their signatures are checked', () => [pushOf(...upTo(100))]],
  ])('has no more than one turn of %s read at once', (_what, envelopes) => {
    const { core, handle, send, verify, tickets, parts } = start()
    for (const envelope of envelopes()) send(flooded, envelope)
    for (let turn = 1; turn <= 3; turn += 1) {
      while (tickets.length > 0) verify()
      expect(parts()).toBe(turn * gossipLimits.partsPerTurn)
      expect(core.isBusy).toBe(true)
      handle({ type: 'tick' })
    }
  })

  it('is not read while losses are reported, which happens in the middle of the work of a driver', () => {
    const { handle, send, read, verify } = start()
    for (const envelope of [pushOf(1), ...upTo(100).map(() => heartbeat)]) send(flooded, envelope)
    verify()
    const before = read().length
    for (let count = 0; count < 100; count += 1) handle({ type: 'lost', link: other })
    expect(read()).toHaveLength(before)
  })
})
