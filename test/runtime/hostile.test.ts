import { describe, expect, it } from 'vitest'
import { parseBlock } from '../../client/runtime/block-seal.ts'
import { encodeFrame, encodeValue } from '../../client/runtime/frame-codec.ts'
import { blockFields } from '../../client/gossip/block.ts'
import type { Envelope } from '../../client/gossip/envelope.ts'
import type { Link, LinkEnd, LinkId } from '../../client/gossip/link.ts'
import { parseNodeName } from '../../client/gossip/node-name.ts'
import { createMemoryLinks } from '../memory-link.ts'
import { fakePeerId, fakeSign } from '../simulation/fake-signatures.ts'
import { MemoryNetwork, type MemoryNode } from '../simulation/memory-network.ts'
import { VirtualClock } from '../simulation/virtual-clock.ts'

const mallory = parseNodeName('mallory')
const alice = parseNodeName('alice')
if (!mallory || !alice) throw new Error('not names')

/** A neighbour whose frames the test writes itself. */
const attack = async (hello: Envelope | undefined) => {
  const clock = new VirtualClock()
  const network = new MemoryNetwork(clock)
  const victim = await network.start('victim')
  const bystander = await network.start('bystander')
  network.link(bystander, victim)
  const peerId = fakePeerId(666)
  const { toUpstream, toDialler } = createMemoryLinks(
    { id: 900 as LinkId, peerId, name: mallory },
    { id: 901 as LinkId, peerId: victim.peerId, name: victim.name },
    { deliver: (action) => void clock.after(1, action), windowBytes: 1_048_576 },
  )
  const ends: LinkEnd[] = []
  toUpstream.listen({ frame: () => {}, badFrame: () => {}, end: (end) => void ends.push(end) })
  victim.events.linked(toDialler)
  if (hello) toUpstream.send(encodeFrame(hello))
  await clock.pass(50)
  return { clock, victim, bystander, link: toUpstream, ends, peerId }
}

const greeting: Envelope = { type: 'hello', version: 1, name: mallory, epoch: '1-00000000000000aa' }

const contentOf = (height: number, author = fakePeerId(7), body = `height ${height}`) => ({
  author,
  name: alice,
  epoch: '1-00000000000000bb',
  height,
  firstSeq: height,
  entries: [{ time: 1_700_000_000_000, body }],
})

const signedPush = async (height: number, path: string[], content = contentOf(height)) => {
  const block = encodeValue(blockFields(content))
  const label = new TextEncoder().encode('grapevine block 1\n')
  const signature = await fakeSign(content.author)(new Uint8Array([...label, ...block]))
  return encodeValue([1, block, signature, path])
}

const sendAll = async (clock: VirtualClock, link: Link, ...frames: Uint8Array<ArrayBuffer>[]): Promise<void> => {
  for (const frame of frames) link.send(frame)
  await clock.pass(50)
}

const drops = ({ node }: MemoryNode) => node.stats().drops

describe('[P3] [P6] a hostile neighbour', () => {
  it('is cut off after three frames that are none, and the cut bars it', async () => {
    const { clock, victim, link, ends } = await attack(greeting)
    await sendAll(clock, link, new Uint8Array([255]), new Uint8Array(0))
    expect(ends).toEqual([])
    await sendAll(clock, link, encodeValue(['nonsense']), new Uint8Array([1, 2, 3]))
    expect(ends).toEqual(['closed-there'])
    expect(drops(victim)['malformed-frame']).toBe(3)
    expect(victim.released.map(({ release }) => release)).toEqual(['cut'])
    expect(victim.node.links().find(({ peer }) => peer === 'mallory')).toMatchObject({
      state: 'down',
      reason: 'misbehaved',
    })
  })

  it('gets no forged block delivered or forwarded', async () => {
    const { clock, victim, bystander, link } = await attack(greeting)
    const block = encodeValue(blockFields(contentOf(1)))
    await sendAll(clock, link, encodeValue([1, block, new Uint8Array(64), ['alice']]))
    expect(drops(victim)['bad-signature']).toBe(1)
    expect(victim.node.entries()).toEqual([])
    expect(bystander.node.entries()).toEqual([])
  })

  it('cannot hide the real block behind a forged copy of it [G4]', async () => {
    const { clock, victim, bystander, link } = await attack(greeting)
    const block = encodeValue(blockFields(contentOf(1)))
    await sendAll(clock, link, encodeValue([1, block, new Uint8Array(64), ['alice']]), await signedPush(1, ['alice']))
    expect(victim.node.entries().map(({ body }) => body)).toEqual(['height 1'])
    expect(bystander.node.entries().map(({ path }) => path)).toEqual([['alice', 'mallory', 'victim', 'bystander']])
  })

  it('gets a replayed block dropped as a duplicate, which is no fault', async () => {
    const { clock, victim, link, ends } = await attack(greeting)
    const push = await signedPush(1, ['alice'])
    await sendAll(clock, link, push, push, push, push, push)
    expect(victim.node.entries()).toHaveLength(1)
    expect(victim.node.stats().duplicates).toBe(4)
    expect(ends).toEqual([])
  })

  it('cannot claim a path that does not begin with the author [G5]', async () => {
    const { clock, victim, link } = await attack(greeting)
    await sendAll(clock, link, await signedPush(1, ['bob', 'carol']), await signedPush(2, []))
    expect(drops(victim)['bad-path']).toBe(2)
    expect(victim.node.entries()).toEqual([])
  })

  it('cannot have an honest relay cut off: what the next hop would refuse is refused here [G5]', async () => {
    const { clock, victim, bystander, link, peerId } = await attack(greeting)
    // Its own blocks, signed under a name that is not its link's.
    for (const height of [1, 2, 3]) await sendAll(clock, link, await signedPush(height, [], contentOf(height, peerId)))
    expect(drops(victim)['bad-path']).toBe(3)
    expect(drops(bystander)).toEqual({})
    expect(bystander.node.links()).toMatchObject([{ peer: 'victim', state: 'up' }])
  })

  it('cannot stop a link with a block that fits its own frame but not the next one’s', async () => {
    const { clock, victim, bystander, link } = await attack(greeting)
    const large = contentOf(1, undefined, 'x'.repeat(65_200))
    await sendAll(clock, link, await signedPush(1, ['alice'], large), await signedPush(2, ['alice']))
    expect(drops(victim)['malformed-block']).toBe(1)
    expect(bystander.node.entries().map(({ body }) => body)).toEqual(['height 2'])
  })

  it('gets nothing taken before its hello, nor a hello under another name [G1]', async () => {
    const early = await attack(undefined)
    await sendAll(early.clock, early.link, await signedPush(1, ['alice']), encodeFrame({ type: 'heartbeat', count: 1 }))
    expect(drops(early.victim)['bad-hello']).toBe(2)
    expect(early.victim.node.entries()).toEqual([])
    const renamed = await attack({ ...greeting, name: alice })
    expect(drops(renamed.victim)['bad-hello']).toBe(1)
    expect(renamed.victim.node.links().map(({ peer }) => peer)).toEqual(['bystander'])
  })

  it('is let go at once if it speaks another version', async () => {
    const { ends, victim, clock, link } = await attack(undefined)
    await sendAll(clock, link, encodeValue([0, 99, { whatever: 'else' }]))
    expect(ends).toEqual(['closed-there'])
    expect(victim.node.links().find(({ peer }) => peer === 'mallory')?.reason).toBe('wrong-version')
    // Its page may be reloaded any moment: it is not barred.
    expect(victim.released.map(({ release }) => release)).toEqual(['lost'])
  })

  it('does not disturb the others while it floods', async () => {
    const { clock, victim, bystander, link } = await attack(greeting)
    const pushes: Uint8Array<ArrayBuffer>[] = []
    for (let height = 1; height <= 500; height += 1) pushes.push(await signedPush(height, ['alice']))
    for (const push of pushes) link.send(push)
    await bystander.node.ping()
    await clock.pass(1_000)
    expect(victim.node.entries().some(({ author }) => author === 'bystander')).toBe(true)
    expect(bystander.node.entries()).toHaveLength(501)
  })
})

describe('a block', () => {
  it('is nothing unless every field is what it must be', () => {
    const fields = blockFields(contentOf(1))
    const parse = (changed: unknown) => parseBlock(encodeValue(changed), new Uint8Array(64))
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
      fields.with(5, []),
      fields.with(5, [
        [1, 'a'],
        [1, 'b'],
      ]),
      fields.with(5, [[-1, 'a']]),
      fields.with(5, [['now', 'a']]),
      'text',
      null,
    ]
    for (const changed of bad) expect(parse(changed), JSON.stringify(changed)).toBeUndefined()
  })
})
