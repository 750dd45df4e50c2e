import { describe, expect, it } from 'vitest'
import { type CarriedBlock, type Envelope, protocolVersion } from '../../../client/gossip/wire/envelope.ts'
import { blockFields } from '../../../client/gossip/wire/block.ts'
import type { JsonValue } from '../../../client/gossip/wire/entry.ts'
import type { WireEnvelope } from '../../../client/node/api/grapevine.ts'
import { parseBlock } from '../../../client/gossip/codec/signed-block.ts'
import { encodeValue } from '../../../client/gossip/codec/cbor.ts'
import { encodeFrame } from '../../../client/gossip/codec/codec.ts'
import { wireContent, wireLimits } from '../../../client/node/wire/wire-content.ts'
import { WireFrame } from '../../../client/node/wire/wire-frame.ts'
import { WireTape } from '../../../client/node/wire/wire-tape.ts'
import { nameOf } from '../../links/network-node.ts'
import { fakePeerId } from '../../simulation/node/fake-signatures.ts'
import { startNodes } from '../../simulation/network/memory-network.ts'
import { linkMallory } from '../hostile-neighbour.ts'

const blockOf = (height: number, body: JsonValue | Uint8Array = `text ${height}`, author = 1): CarriedBlock => ({
  bytes: encodeValue(
    blockFields({
      author: fakePeerId(author),
      name: nameOf(`node${author}`),
      epoch: '1-0000000000000001',
      height,
      firstSeq: height,
      prev: height === 1 ? '' : 'A'.repeat(43),
      entries: [{ time: 7, body }],
    }),
  ),
  signature: new Uint8Array(64).fill(255),
  hops: [{ name: nameOf('node1'), heldMs: 3, rttMs: 20 }],
  heldMs: 4,
  model: undefined,
})

const open = (carried: CarriedBlock) => parseBlock(carried)
const contentOf = (envelope: Envelope) => wireContent(envelope, open) as Record<string, JsonValue>

describe('the wire', () => {
  it('emits every envelope, in both directions, with size, time and content', async () => {
    const { clock, network, nodes } = await startNodes(['node1', 'node2'])
    const [node1, node2] = nodes
    const passed: WireEnvelope[] = []
    node2.node.on('envelope', (envelope) => void passed.push(envelope))
    network.link(node2, node1)
    await clock.pass(100)
    await node1.node.ping()
    await clock.pass(100)
    const hello = passed.find(({ type, direction }) => type === 'hello' && direction === 'in')
    expect(hello).toMatchObject({
      peer: 'node1',
      peerId: node1.peerId,
      content: { version: protocolVersion, name: 'node1' },
    })
    expect(passed.some(({ type, direction }) => type === 'hello' && direction === 'out')).toBe(true)
    const pushes = passed.filter(({ type }) => type === 'push')
    expect(pushes).toHaveLength(1)
    expect(pushes[0]).toMatchObject({
      direction: 'in',
      time: 1_700_000_000_000 + 110,
      content: {
        blocks: [{ name: 'node1', author: node1.peerId, height: 1, entries: [{ body: "I'm alive" }], hops: [] }],
      },
    })
    const { received, sent, bytesReceived, bytesSent } = node2.node.stats()
    const count = (direction: string) => passed.filter((envelope) => envelope.direction === direction)
    const bytes = (direction: string) => count(direction).reduce((sum, envelope) => sum + envelope.bytes, 0)
    expect([count('in').length, count('out').length, bytes('in'), bytes('out')]).toEqual([
      received,
      sent,
      bytesReceived,
      bytesSent,
    ])
  })

  it('is recorded without listeners, every envelope with the same fields', async () => {
    const { clock, network, nodes } = await startNodes(['node1', 'node2'])
    const [node1, node2] = nodes
    const passed: WireEnvelope[] = []
    node1.node.on('envelope', (envelope) => void passed.push(envelope))
    network.link(node2, node1)
    await clock.pass(100)
    await node1.node.ping()
    await clock.pass(30_000)
    const { envelopes, totals } = node2.node.wire()
    expect(envelopes.map(({ id }) => id)).toEqual(envelopes.map((_, index) => index + 1))
    const { sent, received, bytesSent, bytesReceived } = node2.node.stats()
    const sums = [...totals.values()].reduce(
      (sum, total) => [(sum[0] ?? 0) + total.count, (sum[1] ?? 0) + total.bytes],
      [0, 0],
    )
    expect(sums).toEqual([sent + received, bytesSent + bytesReceived])
    expect(envelopes).toHaveLength(sent + received)
    // What one side sent is what the other received, in fields as in order.
    const told = (list: readonly WireEnvelope[], direction: string, count: number) =>
      list
        .filter((each) => each.direction === direction)
        .slice(0, count)
        .map(({ type, bytes, content }) => ({ type, bytes, content }))
    // The latest may be on its way.
    expect(told(envelopes, 'in', received)).toEqual(told(passed, 'out', received))
    expect(told(envelopes, 'out', sent - 2)).toEqual(told(passed, 'in', sent - 2))
    const push = envelopes.find(({ type }) => type === 'push')
    expect(push?.content).toMatchObject({ blocks: [{ height: 1, entries: [{ body: "I'm alive" }] }] })
  })

  it('is not emitted to a listener that was removed', async () => {
    const { clock, network, nodes } = await startNodes(['node1', 'node2'])
    const [node1, node2] = nodes
    const passed: WireEnvelope[] = []
    const silence = node2.node.on('envelope', (envelope) => void passed.push(envelope))
    network.link(node2, node1)
    await clock.pass(100)
    const before = passed.length
    expect(before).toBeGreaterThan(0)
    silence()
    await node1.node.ping()
    await clock.pass(100)
    expect(node2.node.entries()).toHaveLength(1)
    expect(passed).toHaveLength(before)
  })

  it('shows malformed frames by their first bytes', async () => {
    const { clock, nodes } = await startNodes(['node1'])
    const [node1] = nodes
    const passed: WireEnvelope[] = []
    node1.node.on('envelope', (envelope) => void passed.push(envelope))
    linkMallory(clock, node1).link.send(new Uint8Array(100).fill(255))
    await clock.pass(10)
    expect(passed.filter(({ direction }) => direction === 'in')).toMatchObject([
      { peer: 'mallory', type: 'malformed-frame', bytes: 100, content: { begins: { bytes: 100 } } },
    ])
  })
})

describe('the tape', () => {
  const limits = { envelopes: 4, bytes: 700 }
  const frameOf = (text: string) => new WireFrame(encodeFrame({ type: 'push', blocks: [blockOf(1, text)] }))
  const record = (tape: WireTape, frame: WireFrame) =>
    tape.record(
      {
        id: tape.next,
        peer: 'node2',
        peerId: fakePeerId(2),
        direction: 'out',
        type: 'push',
        bytes: frame.bytes,
        time: 0,
        get content() {
          return frame.content
        },
      },
      frame,
    )
  const isWhole = ({ content }: WireEnvelope) => 'blocks' in (content as Record<string, JsonValue>)

  it('[P6] keeps the newest envelopes and bounded bytes: older frames keep only their first bytes', () => {
    const tape = new WireTape(limits)
    for (let index = 0; index < 10; index += 1) {
      record(tape, frameOf('x'.repeat(100)))
      expect(tape.bytes).toBeLessThanOrEqual(limits.bytes)
    }
    const { envelopes, totals } = tape.snapshot()
    expect(envelopes.map(({ id }) => id)).toEqual([7, 8, 9, 10])
    expect(envelopes.map(isWhole)).toEqual([false, false, true, true])
    expect(envelopes[0]?.content).toEqual({
      begins: { bytes: envelopes[0]?.bytes, base64url: expect.stringMatching(/^.{43}…$/) as string },
    })
    expect(totals.get('push')?.count).toBe(10)
  })

  it('counts a frame once that went to many neighbours', () => {
    const tape = new WireTape(limits)
    const frame = frameOf('to all')
    for (let index = 0; index < 3; index += 1) record(tape, frame)
    expect(tape.bytes).toBe(frame.bytes)
    for (let index = 0; index < 4; index += 1) record(tape, frameOf(''))
    expect(tape.bytes).toBe(4 * frameOf('').bytes)
  })

  it('keeps decoded content when its frame is cut', () => {
    const tape = new WireTape(limits)
    record(tape, frameOf('x'.repeat(100)))
    const [envelope] = tape.snapshot().envelopes
    const before = envelope?.content
    for (let index = 0; index < 3; index += 1) record(tape, frameOf('x'.repeat(100)))
    expect(envelope?.content).toBe(before)
  })
})

describe('the content of an envelope', () => {
  it('has decoded blocks, bytes as base64url and shortened signatures', () => {
    const content = contentOf({ type: 'push', blocks: [blockOf(1, Uint8Array.of(251, 255))] })
    expect(content).toMatchObject({
      blocks: [
        {
          height: 1,
          entries: [{ time: 7, body: { bytes: 2, base64url: '-_8' } }],
          hops: [{ name: 'node1', heldMs: 3, rttMs: 20 }],
          heldMs: 4,
          signature: { bytes: 64, base64url: '____________…' },
        },
      ],
    })
  })

  it('summarises all of many blocks, and shows some', () => {
    const blocks = Array.from({ length: 100 }, (_, index) => blockOf(index + 1, 'x', 1 + (index % 2)))
    const { logs, blocks: shown } = contentOf({ type: 'blocks', blocks, more: true })
    expect(logs).toMatchObject([
      { name: 'node1', blocks: 50, from: 1, to: 99 },
      { name: 'node2', blocks: 50, from: 2, to: 100 },
    ])
    expect((shown as JsonValue[]).at(-1)).toMatch(/^… \d+ more$/)
  })

  it('has malformed blocks as bytes', () => {
    const block = { ...blockOf(1), bytes: Uint8Array.of(1, 2, 3) }
    expect(contentOf({ type: 'push', blocks: [block] })).toMatchObject({
      blocks: [{ malformed: { bytes: 3, base64url: 'AQID' } }],
    })
  })

  it('[P6] is bounded for any input of a stranger', () => {
    let deep: JsonValue = 'end'
    for (let level = 0; level < 25; level += 1) deep = { [`k${'e'.repeat(500)}`]: [deep, deep === 'end' ? 1 : 2] }
    const wide = Array.from({ length: 5_000 }, (_, index) => `text ${index} ${'x'.repeat(3)}`)
    const object = Object.fromEntries(wide.map((text) => [text, text]))
    for (const body of ['x'.repeat(40_000), deep, wide, object, new Uint8Array(40_000)]) {
      const blocks = [
        blockOf(1, body),
        blockOf(2, body),
        ...Array.from({ length: 126 }, (_, index) => blockOf(index + 3)),
      ]
      const text = JSON.stringify(contentOf({ type: 'push', blocks }))
      // Names of members, brackets and the numbers come on top of the characters that are counted.
      expect(text.length).toBeLessThan(5 * wireLimits.chars)
    }
    expect(JSON.stringify(contentOf({ type: 'push', blocks: [blockOf(1, 'y'.repeat(1_000))] }))).toContain(
      `${'y'.repeat(wireLimits.textChars)}… (1000 characters)`,
    )
  })

  it('of a heartbeat is its fields', () => {
    const fields = { count: 7, echo: 6, heldMs: 3, digest: 'abc', changes: 1, retention: 'abc', ask: false }
    expect(contentOf({ type: 'heartbeat', ...fields })).toEqual(fields)
    expect(encodeFrame({ type: 'heartbeat', ...fields }).length).toBeLessThan(20)
  })
})
