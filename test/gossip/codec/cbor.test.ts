import { encode } from 'cborg'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeValue, encodeValue } from '../../../client/gossip/codec/cbor.ts'

/** Many of the numbers stand where an integer needs another byte, or a float has another form. JSON has no minus zero. */
const number = fc
  .oneof(
    fc.double({ noDefaultInfinity: true, noNaN: true }),
    fc.float({ noDefaultInfinity: true, noNaN: true }),
    fc
      .tuple(fc.integer({ min: -24, max: 54 }), fc.integer({ min: -2, max: 2 }))
      .map(([bits, step]) => 2 ** bits + step),
    fc.tuple(fc.constantFrom(-1, 1), fc.nat(0x800)).map(([sign, steps]) => sign * steps * 2 ** -24),
  )
  .map((value) => value + 0)

const character = fc.oneof(fc.constantFrom('a', '\u007F', '\u0080', '\uFEFF', '\uFFFD'), fc.string({ unit: 'binary' }))
const text = fc.array(character, { maxLength: 12 }).map((characters) => characters.join(''))

const { value: anyValue } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.oneof(number, text, fc.uint8Array({ maxLength: 300 }), fc.constantFrom(true, false, null)),
    fc.array(tie('value'), { maxLength: 6 }),
    fc.dictionary(text, tie('value'), { maxKeys: 6, noNullPrototype: true }),
  ),
}))

/** The encoding is what another encoder makes, and the value can be read from it. */
const expectBytesOf = (value: unknown): void => {
  const bytes = encodeValue(value)
  expect(Buffer.compare(bytes, encode(value))).toBe(0)
  expect(decodeValue(bytes)).toStrictEqual(value)
}

describe('a value', () => {
  it('has the bytes that another encoder gives it, and is read from them', () => {
    fc.assert(fc.property(anyValue, expectBytesOf), { numRuns: 1_000 })
  })

  it.each([0, 1, 12, 13, 23, 24, 255, 256, 65_535, 65_536])('may have a length of %i', (length) => {
    for (const value of ['a'.repeat(length), 'é'.repeat(length), new Uint8Array(length), Array(length).fill(1)]) {
      expectBytesOf(value)
    }
  })

  it('may be any fraction with a form of two bytes', () => {
    const fractions = Array.from({ length: 0x7c00 - 1 }, (_, index) => {
      const half = index + 1
      return half < 1024 ? half * 2 ** -24 : (1024 + (half & 1023)) * 2 ** ((half >> 10) - 25)
    }).filter((value) => !Number.isInteger(value))
    // One expectation for all: one for each took seven times as long.
    const wrong = fractions
      .flatMap((value) => [value, -value])
      .filter((value) => {
        const bytes = encodeValue(value)
        return Buffer.compare(bytes, encode(value)) !== 0 || decodeValue(bytes) !== value
      })
    expect(wrong).toEqual([])
  })

  it.each([undefined, Number.NaN, Infinity, 1n, Symbol('a'), () => 1, [1, undefined], { a: undefined }])(
    'is refused if CBOR or JSON can not represent it: %o',
    (value) => {
      expect(() => encodeValue(value)).toThrow()
    },
  )
})

describe('the bytes of a value', () => {
  it('do not change when another value is encoded', () => {
    const bytes = encodeValue(['a text', new Uint8Array(100).fill(1)])
    const copy = bytes.slice()
    encodeValue('b'.repeat(10_000))
    expect(bytes).toEqual(copy)
  })

  it('share no memory with what is decoded from them', () => {
    const frame = Buffer.from(encodeValue([new Uint8Array([1, 2, 3])]))
    const decoded = decodeValue(frame)
    frame.fill(0)
    expect(decoded).toEqual([new Uint8Array([1, 2, 3])])
  })
})
