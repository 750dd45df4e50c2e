import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeValue, decodeValue } from '../../../client/gossip/codec/cbor.ts'
import { decodeFrame, encodeFrame } from '../../../client/gossip/codec/codec.ts'
import { parseBlock } from '../../../client/gossip/codec/signed-block.ts'
import { parseEphemeral } from '../../../client/gossip/codec/signed-ephemeral.ts'
import { parseNotice } from '../../../client/gossip/codec/signed-notice.ts'
import { envelope } from '../codec/arbitrary-envelope.ts'
import { decodeCanonical } from './independent/canonical-cbor.ts'
import { noticeKinds, readBlock, readEnvelope } from './independent/frame-reader.ts'
import { readEphemeral } from './independent/messages.ts'
import { fromHex, readVectors } from './vector-files.ts'

const [blocks, notices, ephemerals, frames] = await Promise.all([
  readVectors('blocks'),
  readVectors('notices'),
  readVectors('ephemerals'),
  readVectors('frames'),
])

/** Some bytes of a message replaced, removed or added. */
const changed = (messages: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array<ArrayBuffer>> =>
  fc
    .tuple(messages, fc.array(fc.tuple(fc.nat(), fc.nat(2), fc.uint8Array({ maxLength: 2 })), { maxLength: 3 }))
    .map(([message, edits]) => {
      const bytes = [...message]
      for (const [at, removed, added] of edits) bytes.splice(at % (bytes.length + 1), removed, ...added)
      return Uint8Array.from(bytes)
    })

/** Values with what CBOR can say in several ways: numbers above all. */
const value = fc.anything({
  values: [
    fc.integer(),
    fc.maxSafeInteger(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.float({ noNaN: true, noDefaultInfinity: true }),
    fc.string({ unit: 'binary' }),
    fc.boolean(),
    fc.constant(null),
  ],
  key: fc.string({ unit: 'binary' }),
  withNullPrototype: false,
})

const accepts = (read: () => unknown): boolean => {
  try {
    // A decoder has no number for -2^53, so its value is a bigint, which no field and no body accepts.
    return !hasBigInt(read())
  } catch {
    return false
  }
}

const hasBigInt = (read: unknown): boolean => {
  if (read === undefined) return true
  if (typeof read !== 'object' || read === null || read instanceof Uint8Array) return typeof read === 'bigint'
  return Object.values(read).some((member) => member !== undefined && hasBigInt(member))
}

const runs = { numRuns: 1_000 }

describe('the core and a reader that shares no code with it agree', () => {
  it('which bytes are canonical CBOR', () => {
    const encoded = value.map((one) => encodeValue(one))
    fc.assert(
      fc.property(fc.oneof(changed(encoded), fc.uint8Array({ maxLength: 12 })), (bytes) => {
        expect(accepts(() => decodeCanonical(bytes))).toBe(accepts(() => decodeValue(bytes)))
      }),
      runs,
    )
  })

  it('which floats are in their shortest form', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(0xf9, 0xfa, 0xfb),
        fc.uint8Array({ minLength: 8, maxLength: 8 }),
        fc.nat(7),
        (head, bits, zeros) => {
          // Zeros at the end, so that a shorter form may exist.
          const body = bits.map((byte, index) => (index < 8 - zeros ? byte : 0)).slice(0, 1 << (head - 0xf8))
          const bytes = Uint8Array.of(head, ...body)
          expect(accepts(() => decodeCanonical(bytes))).toBe(accepts(() => decodeValue(bytes)))
        },
      ),
      runs,
    )
  })

  it('which frames are envelopes', () => {
    const messages = fc.oneof(
      envelope.map((one) => encodeFrame(one)),
      fc.constantFrom(...frames.map(({ frame }) => fromHex(frame))),
    )
    fc.assert(
      fc.property(changed(messages), (frame) => {
        const decoded = decodeFrame(frame)
        const isAccepted = decoded !== undefined && decoded.type !== 'foreign-hello'
        expect(accepts(() => readEnvelope(frame))).toBe(isAccepted)
      }),
      runs,
    )
  })

  it('which bytes are blocks', () => {
    fc.assert(
      fc.property(changed(fc.constantFrom(...blocks.map(({ bytes }) => fromHex(bytes)))), (bytes) => {
        const block = parseBlock({ bytes, signature: undefined })
        expect(accepts(() => readBlock(bytes))).toBe(block !== undefined)
        if (block) expect(readBlock(bytes).hash).toBe(block.hash)
      }),
      runs,
    )
  })

  it.each(ephemerals)('which bytes are an ephemeral message: $title', ({ bytes: original }) => {
    fc.assert(
      fc.property(changed(fc.constant(fromHex(original))), (bytes) => {
        const message = parseEphemeral({ bytes, signature: new Uint8Array(64) })
        expect(accepts(() => readEphemeral(bytes))).toBe(message !== undefined)
      }),
    )
  })

  it.each(notices)('which bytes are a notice: $title', ({ type, bytes: original }) => {
    fc.assert(
      fc.property(changed(fc.constant(fromHex(original))), (bytes) => {
        const notice = parseNotice(type, { bytes, signature: new Uint8Array(64) })
        expect(accepts(() => noticeKinds[type].read(decodeCanonical(bytes)))).toBe(notice !== undefined)
      }),
    )
  })
})
