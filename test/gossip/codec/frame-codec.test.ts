import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { blockFields } from '../../../client/gossip/wire/block.ts'
import { parseBody } from '../../../client/gossip/wire/body.ts'
import type { Envelope } from '../../../client/gossip/wire/envelope.ts'
import { envelopeFields, parseEnvelope } from '../../../client/gossip/codec/envelope-fields.ts'
import { gossipLimits } from '../../../client/gossip/bounds/limits.ts'
import { parseBlock } from '../../../client/gossip/codec/signed-block.ts'
import { decodeValue, encodeValue } from '../../../client/gossip/codec/cbor.ts'
import { decodeFrame, encodeFrame } from '../../../client/gossip/codec/codec.ts'
import { envelope, envelopes } from './arbitrary-envelope.ts'

const types = Object.keys(envelopes) as Envelope['type'][]

/** What CBOR can say, to some depth: lists above all. */
const { value: anyValue } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.oneof(
      fc.integer({ min: -3, max: 12 }),
      fc.constantFrom(true, false, null, '', 0.5, 2 ** 53, -1, 1e300),
      fc.string({ maxLength: 44 }),
      fc.uint8Array({ maxLength: 64 }),
    ),
    fc.array(tie('value'), { maxLength: 6 }),
    fc.dictionary(fc.string({ maxLength: 4 }), tie('value'), { maxKeys: 3 }),
  ),
}))

/** The value with the one at the end of the way replaced: each step an index, as far as there are lists. */
const replaced = (value: unknown, [step, ...rest]: readonly number[], other: unknown): unknown => {
  if (step === undefined || !Array.isArray(value) || value.length === 0) return other
  const list: unknown[] = value
  const index = step % list.length
  return list.with(index, replaced(list[index], rest, other))
}

/** An envelope that is sent again as it came, or nothing. */
const expectEnvelopeOrNothing = (frame: Uint8Array): void => {
  const decoded = decodeFrame(frame)
  if (decoded && decoded.type !== 'foreign-hello') expect(decodeFrame(encodeFrame(decoded))).toEqual(decoded)
}

/** As an array of that length would be, whose items nobody may look at. */
const untouchable = (length: number): unknown[] =>
  new Proxy([], {
    get(list, property) {
      if (property === 'length') return length
      if (property === Symbol.iterator || (typeof property === 'string' && /^[0-9]+$/.test(property))) {
        throw new Error('an item of a list that is too long was looked at')
      }
      return Reflect.get(list, property) as unknown
    },
  })

describe('a frame', () => {
  it.each(types)('encodes and decodes every %s without change', (type) => {
    fc.assert(
      fc.property(envelopes[type], (original: Envelope) => {
        expect(decodeFrame(encodeFrame(original))).toEqual(original)
      }),
    )
  })

  it('decodes to an envelope or undefined for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (frame) => {
        expectEnvelopeOrNothing(frame)
        parseBlock({ bytes: new Uint8Array(frame), signature: new Uint8Array(64) })
      }),
      { numRuns: 2_000 },
    )
  })

  it('decodes to an envelope or undefined for any CBOR value', () => {
    fc.assert(
      fc.property(fc.nat(13), fc.array(anyValue, { maxLength: 6 }), (code, fields) => {
        expectEnvelopeOrNothing(encodeValue([code, ...fields]))
      }),
      { numRuns: 2_000 },
    )
  })

  it.each(types)('decodes to an envelope or undefined when a value in a valid %s is replaced', (type) => {
    fc.assert(
      fc.property(
        envelopes[type],
        fc.array(fc.nat(), { minLength: 1, maxLength: 6 }),
        anyValue,
        (original, way, other) => {
          expectEnvelopeOrNothing(encodeValue(replaced(envelopeFields(original), way, other)))
        },
      ),
    )
  })

  it('decodes to an envelope or undefined when a byte of a valid one is changed or it is truncated', () => {
    fc.assert(
      fc.property(envelope, fc.nat(), fc.nat(255), (original, index, byte) => {
        const frame = encodeFrame(original)
        decodeFrame(frame.with(index % frame.length, byte))
        expect(decodeFrame(frame.subarray(0, index % frame.length))).toBeUndefined()
      }),
    )
  })

  it('decodes to undefined if it is nested deeper than a stack', () => {
    expect(decodeFrame(new Uint8Array(60_000).fill(0x81))).toBeUndefined()
  })

  it('decodes to undefined if a list is too long, without reading its items', () => {
    const { maxLogsPerEnvelope, maxBlocksPerEnvelope, maxNoticesPerEnvelope, maxPathNames } = gossipLimits
    const notices = untouchable(maxNoticesPerEnvelope + 1)
    const [logs, blocks] = [untouchable(maxLogsPerEnvelope + 1), untouchable(maxBlocksPerEnvelope + 1)]
    const carried = [new Uint8Array(1), new Uint8Array(64), untouchable(maxPathNames - 1), 0, '']
    for (const fields of [
      [1, blocks],
      [2, blocks, false],
      [3, logs],
      [4, logs, false],
      [6, logs, 0, 0, 0, false],
      [10, notices],
      [11, notices],
      [12, notices],
      [1, [carried]],
      [7, carried, carried],
    ]) {
      expect(parseEnvelope(fields)).toBeUndefined()
    }
  })

  it('has lists of up to the maximum length', () => {
    const [bytes, signature] = [new Uint8Array(1), new Uint8Array(64)]
    const push = (blocks: number, hops: number) => {
      const path = Array.from({ length: hops }, () => ['node1', 0, 0])
      return [1, Array.from({ length: blocks }, () => [bytes, signature, path, 0, ''])]
    }
    expect(parseEnvelope(push(gossipLimits.maxBlocksPerEnvelope, 0))).toBeDefined()
    expect(parseEnvelope(push(1, gossipLimits.maxPathNames - 2))).toBeDefined()
  })

  it('allocates no more memory than it has bytes', () => {
    // An array of 2^32 - 1 items, a text and bytes as long, in five bytes each.
    for (const head of [0x9a, 0x7a, 0x5a, 0xba]) {
      expect(decodeFrame(new Uint8Array([head, 255, 255, 255, 255]))).toBeUndefined()
    }
  })
})

describe('bytes that are not the canonical form of a value', () => {
  it.each([
    ['an integer as a half, a single and a double float', 'f93c00', 'fa3f800000', 'fb3ff0000000000000'],
    ['an integer as a float inside an array', '82f93c0001'],
    ['a float in more bytes than it needs', 'fa3fc00000', 'fb3ff8000000000000', 'fb40091eb860000000'],
    ['minus zero', 'f98000'],
    ['infinity and no number', 'f97c00', 'f97e00', 'fb7ff0000000000000'],
    ['an integer or a length in more bytes than it needs', '1817', '190017', '1a00000017', '5801ff', '980101'],
    ['an integer that JavaScript rounds', '1b0020000000000000', '3b0020000000000000'],
    ['keys out of their order', 'a2616201616101', 'a262616101616202', '81a1617aa2616201616101'],
    ['a key twice', 'a2616101616102'],
    ['indefinite lengths', '9f01ff', 'bfff', '5f4101ff'],
    ['tags and undefined', 'c101', 'f7', 'e0'],
    ['more or less than one value', '0101', '', '82', 'a101', 'a1616101f6'],
  ])('are refused: %s', (_what, ...spellings) => {
    for (const hex of spellings) expect(decodeValue(Buffer.from(hex, 'hex')), hex).toBeUndefined()
  })

  it('are refused where a float has another form: all halves, and their neighbours as single and double floats', () => {
    const isCanonical = (bytes: Uint8Array, value: number): boolean =>
      Number.isFinite(value) && Buffer.compare(bytes, encodeValue(value)) === 0
    const view = new DataView(new ArrayBuffer(9))
    for (let half = 0; half < 0x10000; half += 1) {
      const exponent = (half >> 10) & 31
      const magnitude = exponent === 0 ? (half & 1023) * 2 ** -24 : (1024 + (half & 1023)) * 2 ** (exponent - 25)
      const value = exponent === 31 ? Infinity : half & 0x8000 ? -magnitude : magnitude
      const short = new Uint8Array([0xf9, half >> 8, half & 255])
      if ((decodeValue(short) !== undefined) !== isCanonical(short, value)) throw new Error(`half ${half}`)
      if (half % 16 > 1) continue
      for (const near of [value, value * (1 + 2 ** -12), value * (1 + 2 ** -40)]) {
        view.setUint8(0, 0xfa)
        view.setFloat32(1, near)
        const single = new Uint8Array(view.buffer.slice(0, 5))
        const isSingle = isCanonical(single, view.getFloat32(1))
        if ((decodeValue(single) !== undefined) !== isSingle) throw new Error(`single ${near}`)
        view.setUint8(0, 0xfb)
        view.setFloat64(1, near)
        const double = new Uint8Array(view.buffer.slice(0, 9))
        if ((decodeValue(double) !== undefined) !== isCanonical(double, near)) throw new Error(`double ${near}`)
      }
    }
  })

  it('are refused whatever they are: what is decoded is encoded to the same bytes', () => {
    fc.assert(
      fc.property(anyValue, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 3 }), (value, changes) => {
        const bytes = encodeValue(value)
        expect(decodeValue(bytes)).toEqual(value)
        for (const [place, byte] of changes) bytes[place % bytes.length] = byte
        const decoded = decodeValue(bytes)
        if (decoded !== undefined) expect(encodeValue(decoded)).toEqual(bytes)
      }),
      { numRuns: 5_000 },
    )
  })
})

describe('the content of a block', () => {
  const fields = blockFields({
    author: 'A'.repeat(43) as never,
    name: 'alice' as never,
    epoch: '12-9f86d081884c7d65',
    height: 2,
    firstSeq: 2,
    prev: 'A'.repeat(43),
    entries: [
      { time: 1, body: ['a', { b: 1 }] },
      { time: 2, body: 'b', topic: 'é', supersedes: true },
    ],
  })
  const signature = new Uint8Array(64)

  it('parses to a block or undefined for any CBOR value, as the whole or inside a valid block', () => {
    expect(parseBlock({ bytes: encodeValue(fields), signature })).toBeDefined()
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 5 }), anyValue, (way, other) => {
        const bytes = encodeValue(replaced(fields, way, other))
        const block = parseBlock({ bytes, signature })
        // What is read is what was signed, to the byte.
        if (block) expect(encodeValue(blockFields(block))).toEqual(bytes)
      }),
      { numRuns: 2_000 },
    )
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

  it.each(['\uFEFFtext', '\uFEFF', 'a\uFFFDb', '\uFFFD', `\uFEFF${'é'.repeat(300)}`, '\uFFFE', '\u0000'])(
    'keeps each character of a text: %j',
    (text) => {
      const body = { [text]: text, [`${text} `]: [text] }
      expect(parseBody(decodeValue(encodeValue(body)))).toStrictEqual(body)
    },
  )

  it('distinguishes two keys that differ by a leading byte order mark', () => {
    const body = { '\uFEFFa': 1, a: 2 }
    expect(parseBody(decodeValue(encodeValue(body)))).toStrictEqual(body)
  })

  it.each(['61ff', '63eda080', '62c080', '63efbbff', '7803c3a9ff'])(
    'decodes to undefined if a text is not UTF-8: %s',
    (hex) => {
      expect(decodeValue(Buffer.from(hex, 'hex'))).toBeUndefined()
    },
  )

  it('parses to undefined if it is nested deeper than the limit', () => {
    const nested = (depth: number): unknown => (depth === 0 ? 0 : [nested(depth - 1)])
    expect(parseBody(nested(gossipLimits.maxBodyDepth))).toBeDefined()
    expect(parseBody(nested(gossipLimits.maxBodyDepth + 1))).toBeUndefined()
  })
})
