import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Envelope, protocolVersion } from '../../client/gossip/envelope.ts'
import { gossipLimits } from '../../client/gossip/limits.ts'
import { toBase64url } from '../../client/gossip/base64url.ts'
import { parseLogId } from '../../client/gossip/block.ts'
import { parseBody } from '../../client/gossip/body.ts'
import { decodeFrame, decodeValue, encodeFrame, encodeValue } from '../../client/runtime/frame-codec.ts'
import { parseBlock } from '../../client/runtime/block-seal.ts'
import { nameOf } from '../network/network-node.ts'

const count = fc.nat()
const name = fc.stringMatching(/^[A-Za-z0-9_-]{1,32}$/).map(nameOf)
const bytes = (constraints: { minLength?: number; maxLength: number }) =>
  fc.uint8Array(constraints).map((array) => new Uint8Array(array))

const plain = { noNullPrototype: true } as const

const ms = fc.nat(1e9)
const hop = fc.record({ name, heldMs: ms, rttMs: ms }, plain)
const log = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((key) => {
  const id = parseLogId(`${toBase64url(key)}/12-9f86d081884c7d65`)
  if (!id) throw new Error('no log id')
  return id
})
const carried = fc.record(
  {
    bytes: bytes({ maxLength: 200 }),
    signature: bytes({ minLength: 64, maxLength: 64 }),
    hops: fc.array(hop, { maxLength: gossipLimits.maxPathNames - 2 }),
    heldMs: ms,
    model: fc.option(log, { nil: undefined }),
  },
  plain,
)
const blocks = fc.array(carried, { maxLength: 4 })
const height = fc.nat().map((number) => number + 1)
const heads = fc.array(fc.record({ log, height }, plain), { maxLength: 5 })
const digest = fc.stringMatching(/^[0-9a-f]{1,64}$/)
const frontierEntry = fc.record(
  { log, height: count, hash: fc.stringMatching(/^[A-Za-z0-9_-]{0,11}$/), idleMs: ms, forkHeight: count },
  plain,
)
const type = <Type extends string>(text: Type) => fc.constant(text)

const envelope: fc.Arbitrary<Envelope> = fc.oneof(
  fc.record(
    {
      type: type('hello'),
      version: fc.constant(protocolVersion),
      name,
      epoch: fc.constant('12-9f86d081884c7d65'),
      digest,
      changes: count,
    },
    plain,
  ),
  fc.record({ type: type('push'), blocks }, plain),
  fc.record({ type: type('blocks'), blocks, more: fc.boolean() }, plain),
  fc.record({ type: type('ihave'), heads }, plain),
  fc.record({ type: type('iwant'), wants: heads, graft: fc.boolean() }, plain),
  fc.record({ type: type('prune'), log }, plain),
  fc.record(
    {
      type: type('frontier'),
      entries: fc.array(frontierEntry),
      base: count,
      changes: count,
      seen: count,
      isAnswer: fc.boolean(),
    },
    plain,
  ),
  fc.record({ type: type('fork'), one: carried, other: carried }, plain),
  fc.record(
    { type: type('heartbeat'), count, echo: count, heldMs: ms, digest, changes: count, ask: fc.boolean() },
    plain,
  ),
  fc.constant({ type: 'bye' as const }),
)

describe('a frame', () => {
  it('carries every envelope there and back', () => {
    fc.assert(
      fc.property(envelope, (original) => {
        expect(decodeFrame(encodeFrame(original))).toEqual(original)
      }),
    )
  })

  it('is an envelope or nothing for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (frame) => {
        const decoded = decodeFrame(frame)
        if (decoded && decoded.type !== 'foreign-hello') expect(decodeFrame(encodeFrame(decoded))).toEqual(decoded)
        parseBlock(new Uint8Array(frame), new Uint8Array(64))
      }),
      { numRuns: 2_000 },
    )
  })

  it('is an envelope or nothing when any byte of a good one is changed, or it is cut short', () => {
    fc.assert(
      fc.property(envelope, fc.nat(), fc.nat(255), (original, index, byte) => {
        const frame = encodeFrame(original)
        decodeFrame(frame.with(index % frame.length, byte))
        expect(decodeFrame(frame.subarray(0, index % frame.length))).toBeUndefined()
      }),
    )
  })

  it('is nothing if it nests deeper than a stack', () => {
    expect(decodeFrame(new Uint8Array(60_000).fill(0x81))).toBeUndefined()
  })

  it('claims no more memory than it has bytes', () => {
    // An array of 2^32 - 1 items, a text and bytes as long, in five bytes each.
    for (const head of [0x9a, 0x7a, 0x5a, 0xba]) {
      expect(decodeFrame(new Uint8Array([head, 255, 255, 255, 255]))).toBeUndefined()
    }
  })
})

describe('a body', () => {
  it('is read as JSON reads it', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (json) => {
        const value: unknown = JSON.parse(JSON.stringify(json))
        expect(parseBody(decodeValue(encodeValue(parseBody(value))))).toEqual(value)
      }),
    )
  })

  it('is nothing if it nests deeper than the limit', () => {
    const nested = (depth: number): unknown => (depth === 0 ? 0 : [nested(depth - 1)])
    expect(parseBody(nested(gossipLimits.maxBodyDepth))).toBeDefined()
    expect(parseBody(nested(gossipLimits.maxBodyDepth + 1))).toBeUndefined()
  })
})
