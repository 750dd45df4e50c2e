import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { encodeValue } from '../../client/gossip/codec/cbor.ts'
import type { Envelope } from '../../client/gossip/wire/envelope.ts'
import type { JsonValue } from '../../client/gossip/wire/entry.ts'
import type { CoreNetwork } from './core-network.ts'
import type { CoreNode } from './core-node.ts'
import { startCores } from './start-cores.ts'

const send = (
  network: CoreNetwork,
  from: CoreNode,
  to: CoreNode,
  id: number,
  body: JsonValue | Uint8Array,
  topic?: string,
): void => network.handle(from, { type: 'send', id, to: to.peerId, topic, bytes: encodeValue(body) })

const bytesOf = (length: number): Uint8Array => {
  const bytes = new Uint8Array(length)
  for (let at = 0; at < length; at += 997) bytes[at] = at % 251
  return bytes
}

/** Comparing large arrays item by item takes seconds. */
const brief = (body: unknown): unknown =>
  body instanceof Uint8Array ? createHash('sha256').update(body).digest('hex') : body
const received = ({ directs }: CoreNode) => directs.map(({ body }) => brief(body))

const piecesOf = (network: CoreNetwork): number => network.sent['direct'] ?? 0

describe('a direct message', () => {
  it('comes whole to the neighbour alone, in the order of sending, and its sender is told [D1]', () => {
    const { network, at } = startCores(3, { topology: 'line' })
    network.pass(1_000)
    const large = bytesOf(1_000_000)
    send(network, at(0), at(1), 1, { hello: 'bob' }, 'letters')
    send(network, at(0), at(1), 2, large)
    send(network, at(0), at(1), 3, 'after')
    send(network, at(1), at(0), 4, null)
    expect(received(at(1))).toEqual([])
    network.pass(5_000)
    expect(at(1).directs[0]).toEqual({ from: at(0).peerId, topic: 'letters', body: { hello: 'bob' } })
    expect(received(at(1))).toEqual([{ hello: 'bob' }, brief(large), 'after'])
    expect(at(0).sent).toEqual([1, 2, 3].map((id) => [id, 'arrived']))
    expect(at(1).sent).toEqual([[4, 'arrived']])
    expect(at(2).directs).toEqual([])
    expect(at(1).stored).toEqual([])
    expect(network.drops).toEqual({})
    expect(piecesOf(network)).toBe(Math.ceil(1_000_005 / 16_384) + 3)
  })

  it('of 16 MiB comes', () => {
    const { network, at } = startCores(2, { topology: 'line', latencyMs: 5 })
    network.pass(1_000)
    const large = bytesOf(16 * 1_024 * 1_024)
    send(network, at(0), at(1), 1, large)
    network.pass(10_000)
    expect(at(0).sent).toEqual([[1, 'arrived']])
    expect(received(at(1))).toEqual([brief(large)])
  })

  it.each([1, 2, 3, 4])('comes once although frames are lost and sent twice [D1]: seed %i', (seed) => {
    const { network, at } = startCores(2, { topology: 'line' })
    network.pass(1_000)
    for (let count = 0; count < seed; count += 1) network.random()
    for (const index of [0, 1]) {
      network.tampering.set(index, (envelope) => (network.random() < 0.2 ? [envelope, envelope] : [envelope]))
    }
    network.loss = 0.1
    const bodies = [bytesOf(700_000), 'small', bytesOf(100_000)]
    for (const [index, body] of bodies.entries()) send(network, at(0), at(1), index, body)
    network.passUntil(() => at(0).sent.length === 3, 100, 600_000)
    expect(received(at(1))).toEqual(bodies.map(brief))
    expect(at(0).sent).toEqual([0, 1, 2].map((id) => [id, 'arrived']))
    expect(network.cuts).toEqual({})
  })

  it('is refused at once without a link, and when the link ends before it has arrived [D1]', () => {
    const { network, at } = startCores(3, { topology: 'line' })
    network.pass(1_000)
    send(network, at(0), at(2), 1, 'nobody between')
    expect(at(0).sent).toEqual([[1, 'not-linked']])
    send(network, at(0), at(1), 2, bytesOf(1_000_000))
    send(network, at(0), at(1), 3, 'waits')
    network.pass(60)
    network.cut(at(0), at(1))
    expect(at(0).sent.slice(1)).toEqual([2, 3].map((id) => [id, 'link-ended']))
    network.link(at(0), at(1))
    network.pass(1_000)
    send(network, at(0), at(1), 4, 'again')
    network.pass(1_000)
    expect(at(0).sent.at(-1)).toEqual([4, 'arrived'])
    expect(received(at(1))).toEqual(['again'])
  })

  it('[P6] finds bounded room here and there [D2]', () => {
    const limits = { directWaitingBytes: 500_000, directAssembledBytes: 300_000 }
    const { network, nodes, at } = startCores(4, { limits })
    for (const node of nodes.slice(1)) network.link(node, at(0))
    network.pass(1_000)
    send(network, at(1), at(0), 1, bytesOf(450_000))
    send(network, at(1), at(0), 2, bytesOf(60_000))
    expect(at(1).sent).toEqual([[2, 'send-queue-full']])
    for (const index of [2, 3]) send(network, at(index), at(0), 3, bytesOf(60_000))
    network.pass(5_000)
    // The largest unfinished message gives way. The others and later ones arrive.
    expect(at(1).sent).toEqual([
      [2, 'send-queue-full'],
      [1, 'no-room-there'],
    ])
    for (const index of [2, 3]) expect(at(index).sent).toEqual([[3, 'arrived']])
    expect(network.drops['no-room-for-direct']).toBe(1)
    send(network, at(1), at(0), 4, bytesOf(200_000))
    network.pass(5_000)
    expect(at(1).sent.at(-1)).toEqual([4, 'arrived'])
  })

  it('that is no message is a strike [D2]', () => {
    const { network, at } = startCores(2, { topology: 'line' })
    network.pass(1_000)
    const piece = (total: number, offset: number, bytes: number): Envelope => {
      const content = new Uint8Array(bytes).fill(0xff)
      return { type: 'direct', number: 1, total, offset, topic: undefined, bytes: content }
    }
    network.inject(at(0), at(1), piece(20, 0, 10))
    network.inject(at(0), at(1), piece(21, 10, 10))
    network.inject(at(0), at(1), piece(20, 10, 10))
    expect(network.drops).toEqual({ 'malformed-direct': 2 })
    expect(at(1).directs).toEqual([])
  })
})
