import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Envelope, protocolVersion } from '../../client/gossip/envelope.ts'
import { gossipLimits } from '../../client/gossip/limits.ts'
import { parseBody } from '../../client/gossip/block.ts'
import { decodeFrame, decodeValue, encodeFrame, encodeValue } from '../../client/runtime/frame-codec.ts'
import { parseBlock } from '../../client/runtime/block-seal.ts'
import { nameOf } from '../network/network-node.ts'

const count = fc.nat()
const name = fc.stringMatching(/^[A-Za-z0-9_-]{1,32}$/).map(nameOf)
const bytes = (constraints: { minLength?: number; maxLength: number }) =>
  fc.uint8Array(constraints).map((array) => new Uint8Array(array))

const plain = { noNullPrototype: true } as const

const envelope: fc.Arbitrary<Envelope> = fc.oneof(
  fc.record(
    {
      type: fc.constant('hello' as const),
      version: fc.constant(protocolVersion),
      name,
      epoch: fc.constant('12-9f86d081884c7d65'),
    },
    plain,
  ),
  fc.record(
    {
      type: fc.constant('push'),
      block: bytes({ maxLength: 200 }),
      signature: bytes({ minLength: 64, maxLength: 64 }),
      path: fc.array(name, { maxLength: gossipLimits.maxPathNames - 2 }),
    },
    plain,
  ),
  fc.record({ type: fc.constantFrom('heartbeat', 'heartbeat-ack'), count }, plain),
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
