import { describe, expect, it } from 'vitest'
import { blockFields } from '../../client/gossip/wire/block.ts'
import type { Envelope } from '../../client/gossip/wire/envelope.ts'
import { gossipLimits } from '../../client/gossip/bounds/limits.ts'
import { parseBlock } from '../../client/gossip/codec/signed-block.ts'
import { encodeValue } from '../../client/gossip/codec/cbor.ts'
import { encodeFrame } from '../../client/gossip/codec/codec.ts'
import {
  alice,
  alicesKey,
  attack,
  by,
  Chain,
  drops,
  greeting,
  mallory,
  mallorysKey,
  push,
  sendAll,
} from './hostile-neighbour.ts'

describe('[P3] [P6] a hostile neighbour', () => {
  it('is cut off and banned after three malformed frames [G2]', async () => {
    const { clock, victim, link, ends } = await attack(greeting)
    await sendAll(clock, link, new Uint8Array([255]), new Uint8Array(0))
    expect(ends).toEqual([])
    await sendAll(clock, link, encodeValue(['nonsense']), new Uint8Array([1, 2, 3]))
    expect(ends).toEqual(['closed-there'])
    expect(drops(victim)['malformed-frame']).toBe(3)
    expect(victim.closed.map(({ reason }) => reason)).toEqual(['misbehaved'])
    expect(victim.node.links().find(({ peer }) => peer === 'mallory')).toMatchObject({
      state: 'down',
      reason: 'misbehaved',
    })
  })

  it('can have no forged block delivered or forwarded', async () => {
    const { clock, victim, bystander, link } = await attack(greeting)
    const block = await new Chain().next()
    await sendAll(clock, link, push(by({ ...block, signature: new Uint8Array(64) }, alice)))
    expect(drops(victim)['bad-signature']).toBe(1)
    expect(victim.node.entries()).toEqual([])
    expect(bystander.node.entries()).toEqual([])
  })

  it('cannot hide the real block behind a forged copy of it', async () => {
    const { clock, victim, bystander, link } = await attack(greeting)
    const block = by(await new Chain().next(), alice)
    await sendAll(clock, link, push({ ...block, signature: new Uint8Array(64) }), push(block))
    expect(victim.node.entries().map(({ body }) => body)).toEqual(['height 1'])
    expect(bystander.node.entries().map(({ path }) => path)).toEqual([['alice', 'mallory', 'victim', 'bystander']])
  })

  it('has a replayed block dropped as a duplicate, without a strike', async () => {
    const { clock, victim, link, ends } = await attack(greeting)
    const frame = push(by(await new Chain().next(), alice))
    await sendAll(clock, link, frame, frame, frame, frame, frame)
    expect(victim.node.entries()).toHaveLength(1)
    expect(victim.node.stats().duplicates).toBe(4)
    expect(ends).toEqual([])
  })

  it('has blocks delivered in their order, whatever the order of sending [P2] [L1]', async () => {
    const { clock, victim, link } = await attack(greeting)
    const chain = new Chain()
    const [first, second, third] = [await chain.next(), await chain.next(), await chain.next()]
    await sendAll(clock, link, push(by(third, alice)), push(by(second, alice)), push(by(first, alice)))
    expect(victim.node.entries().map(({ body }) => body)).toEqual(['height 1'])
    await sendAll(clock, link, push(by(third, alice)), push(by(second, alice)), push(by(third, alice)))
    expect(victim.node.entries().map(({ seq }) => seq)).toEqual([1, 2, 3])
  })

  it('cannot claim a path that does not begin with the author [L3]', async () => {
    const { clock, victim, link } = await attack(greeting)
    const block = await new Chain().next()
    await sendAll(clock, link, push(by(block, mallory, alice)), push(block))
    expect(drops(victim)['bad-path']).toBe(2)
    expect(victim.node.entries()).toEqual([])
  })

  it('cannot have an honest relay cut off: this node refuses what the next hop would refuse [G2]', async () => {
    const { clock, victim, bystander, link } = await attack(greeting)
    // Its own blocks, signed under a name that is not its link's.
    for (const epoch of ['1-00000000000000b1', '1-00000000000000b2', '1-00000000000000b3']) {
      await sendAll(clock, link, push(await new Chain(mallorysKey, epoch).next()))
    }
    expect(drops(victim)['bad-path']).toBe(3)
    expect(drops(bystander)).toEqual({})
    expect(bystander.node.links()).toMatchObject([{ peer: 'victim', state: 'up' }])
  })

  it('cannot stop a link with a block that fits its own frame but not the next one’s', async () => {
    const { clock, victim, bystander, link } = await attack(greeting)
    const large = await new Chain(alicesKey, '1-00000000000000cc').next('x'.repeat(65_000))
    await sendAll(clock, link, push(by(large, alice)), push(by(await new Chain().next(), alice)))
    expect(drops(victim)['malformed-block']).toBe(1)
    expect(bystander.node.entries().map(({ body }) => body)).toEqual(['height 1'])
  })

  it('is shown everywhere to have signed two blocks for one height, and no later block is accepted [F1]', async () => {
    const { clock, victim, bystander, link } = await attack(greeting)
    const forks: string[] = []
    for (const { node } of [victim, bystander]) node.on('fork', ({ peerId }) => void forks.push(peerId))
    const chain = new Chain()
    const other = by(await chain.peek('another truth'), alice)
    const one = by(await chain.next(), alice)
    await sendAll(clock, link, push(one), push(other))
    expect(forks).toEqual([alicesKey, alicesKey])
    await sendAll(clock, link, push(by(await chain.next(), alice)))
    expect(drops(victim)['forked-log']).toBe(1)
    expect(victim.node.entries().map(({ body }) => body)).toEqual(['height 1'])
    expect(victim.node.digest()).toBe(bystander.node.digest())
  })

  it('is shown so even if the two blocks are too large for one frame [F1]', async () => {
    const { clock, victim, bystander, link } = await attack(greeting)
    const forks: string[] = []
    for (const { node } of [victim, bystander]) node.on('fork', ({ peerId }) => void forks.push(peerId))
    const chain = new Chain()
    const large = 'x'.repeat(gossipLimits.maxBodyBytes - 100)
    const other = by(await chain.peek(`other ${large}`), alice)
    await sendAll(clock, link, push(by(await chain.next(large), alice)), push(other))
    expect(forks).toEqual([alicesKey, alicesKey])
    expect(victim.node.digest()).toBe(bystander.node.digest())
    // Nobody was punished for it, and nothing is stuck.
    await victim.node.publish('still here')
    await clock.pass(1_000)
    expect(bystander.node.entries().at(-1)?.body).toBe('still here')
    expect(drops(bystander)).toEqual({})
  })

  it.each([
    ['two blocks that prove nothing', 'bad-proof'],
    ['a block numbered as its author never could', 'misnumbered-block'],
  ])('is cut off after three times %s', async (_what, reason) => {
    const { clock, victim, link, ends } = await attack(greeting)
    const chain = new Chain()
    const one = by(await chain.next(), alice)
    await sendAll(clock, link, push(one))
    const skipping = by(await chain.peek('skipping', undefined, 7), alice)
    const proof = encodeFrame({ type: 'fork', one: [one], other: [one] })
    for (let count = 0; count < 3; count += 1) {
      expect(ends).toEqual([])
      await sendAll(clock, link, reason === 'bad-proof' ? proof : push(skipping))
    }
    expect(drops(victim)).toEqual({ [reason]: 3 })
    expect(ends).toEqual(['closed-there'])
  })

  it('gets the frontier at a bounded rate, however often it asks', async () => {
    const { clock, victim, link } = await attack(greeting)
    const sentBefore = victim.node.stats().sent
    const frontier = { type: 'frontier', entries: [], base: 0, changes: 1, seen: 0, isAnswer: false } as const
    await sendAll(clock, link, ...Array.from({ length: 1_000 }, () => encodeFrame(frontier)))
    expect(victim.node.stats().sent - sentBefore).toBeLessThan(50)
    expect(drops(victim)['too-many-requests']).toBeGreaterThan(900)
  })

  it('has nothing accepted before its hello, nor a hello with another name [G1]', async () => {
    const early = await attack(undefined)
    const counts = { count: 1, echo: 0, heldMs: 0, changes: 1, retention: 'a' }
    const heartbeat: Envelope = { type: 'heartbeat', ...counts, digest: 'abc', ask: false }
    await sendAll(early.clock, early.link, push(by(await new Chain().next(), alice)), encodeFrame(heartbeat))
    expect(drops(early.victim)['bad-hello']).toBe(2)
    expect(early.victim.node.entries()).toEqual([])
    const renamed = await attack({ ...greeting, name: alice })
    expect(drops(renamed.victim)['bad-hello']).toBe(1)
    expect(renamed.victim.node.links().map(({ peer }) => peer)).toEqual(['bystander'])
  })

  it('is disconnected at once if it speaks another version', async () => {
    const { ends, victim, clock, link } = await attack(undefined)
    await sendAll(clock, link, encodeValue([0, 99, { whatever: 'else' }]))
    expect(ends).toEqual(['closed-there'])
    expect(victim.node.links().find(({ peer }) => peer === 'mallory')?.reason).toBe('wrong-version')
    // Its page may be reloaded any moment: it is not barred.
    expect(victim.closed.map(({ reason }) => reason)).toEqual(['wrong-version'])
  })

  it('does not disturb the others while it floods', async () => {
    const { clock, victim, bystander, link } = await attack(greeting)
    const chain = new Chain()
    for (let height = 1; height <= 500; height += 1) link.send(push(by(await chain.next(), alice)))
    await bystander.node.ping()
    await clock.pass(1_000)
    expect(victim.node.entries().some(({ author }) => author === 'bystander')).toBe(true)
    expect(bystander.node.entries()).toHaveLength(501)
  })
})

describe('a block', () => {
  it('parses to undefined unless every field is valid', () => {
    const fields = blockFields({
      author: alicesKey,
      name: alice,
      epoch: '1-00000000000000bb',
      height: 1,
      firstSeq: 1,
      prev: '',
      entries: [{ time: 1_700_000_000_000, body: 'text' }],
    })
    const parse = (changed: unknown) => parseBlock({ bytes: encodeValue(changed), signature: new Uint8Array(64) })
    expect(parse(fields)).toBeDefined()
    const bad: readonly unknown[] = [
      [...fields, 1],
      fields.slice(1),
      fields.with(0, 'short'),
      fields.with(1, 'no spaces'),
      fields.with(2, '0-00000000000000bb'),
      fields.with(3, 0),
      fields.with(3, 1.5),
      fields.with(4, 2),
      fields.with(5, 'A'.repeat(43)),
      fields.with(6, []),
      fields.with(6, [[-1, 'a']]),
      fields.with(6, [['now', 'a']]),
      fields.with(
        6,
        Array.from({ length: 257 }, () => [1, 'a']),
      ),
      fields.with(3, 2),
      'text',
      null,
    ]
    for (const changed of bad) expect(parse(changed), JSON.stringify(changed)).toBeUndefined()
  })
})
