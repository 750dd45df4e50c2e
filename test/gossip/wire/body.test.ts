import { runInNewContext } from 'node:vm'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BodyRefusal, parseBody, readBody } from '../../../client/gossip/wire/body.ts'
import { gossipLimits } from '../../../client/gossip/bounds/limits.ts'

const messageOf = (value: unknown): string => {
  const read = readBody(value)
  return read instanceof BodyRefusal ? read.message : `taken: ${JSON.stringify(read)}`
}

class Point {
  readonly x = 1
}

describe('a body of another realm', () => {
  const foreign = (source: string): unknown => runInNewContext(source)

  it('is read like a body of this realm, and belongs to this realm afterwards', () => {
    const body = foreign(`({ list: [1, { a: null }], none: Object.create(null), ['__proto__']: 'own' })`)
    expect(body).not.toBeInstanceOf(Object)
    const read = parseBody(body)
    expect(read).toBeInstanceOf(Object)
    expect(JSON.stringify(read)).toBe('{"list":[1,{"a":null}],"none":{},"__proto__":"own"}')
    expect(parseBody(foreign('[1, [2]]'))).toStrictEqual([1, [2]])
  })

  it('may be bytes', () => {
    const bytes = foreign('new Uint8Array([1, 2, 3]).subarray(1)')
    expect(bytes).not.toBeInstanceOf(Uint8Array)
    expect(parseBody(bytes)).toStrictEqual(new Uint8Array([2, 3]))
  })

  it('is refused where a body of this realm is refused', () => {
    expect(messageOf(foreign('({ at: new Date(0) })'))).toMatch(/^body\.at is a Date:/)
    expect(messageOf(foreign('new (class Point {})()'))).toMatch(/^body is a Point:/)
    expect(messageOf(foreign('Object.create(Object.create(null))'))).toMatch(/^body is an object with a prototype/)
    expect(messageOf(foreign('new Uint16Array(1)'))).toMatch(/^body is a Uint16Array:/)
  })
})

describe('bytes', () => {
  it('are copied, also from a class that shares its memory with its slices', () => {
    const bytes = Buffer.from([1, 2])
    const read = parseBody(bytes)
    bytes[0] = 9
    expect(read).toStrictEqual(new Uint8Array([1, 2]))
  })

  it('are refused once their buffer was transferred, because they would be sent as no bytes', () => {
    const bytes = new Uint8Array([1, 2])
    structuredClone(bytes, { transfer: [bytes.buffer] })
    expect(messageOf(bytes)).toMatch(/^body is bytes without a buffer/)
  })

  it('are not an object that only looks like bytes', () => {
    const liar = Object.create(Uint8Array.prototype, {
      length: { value: 1 },
      [Symbol.toStringTag]: { value: 'Uint8Array' },
    })
    expect(parseBody(liar)).toBeUndefined()
  })
})

describe('a value that can’t be carried', () => {
  const loop: unknown[] = []
  loop.push({ self: loop })
  const nested = (depth: number): unknown => (depth === 0 ? 0 : [nested(depth - 1)])

  it.each<[unknown, string]>([
    [{ items: [0, 0, 0, { when: new Date() }] }, 'body.items[3].when is a Date: use its toISOString()'],
    [Array.from({ length: 3 }), 'body[0] is undefined: leave it out, or use null'],
    [{ 'two words': new Map() }, 'body["two words"] is a Map: use Object.fromEntries() of it, or a list'],
    [{ ['k'.repeat(60)]: Number.NaN }, `body["${'k'.repeat(40)}"…] is NaN: JSON has no such number; use null`],
    [{ picture: new Uint8Array(3) }, 'body.picture is a Uint8Array: bytes are a whole body, never a part of one'],
    [new ArrayBuffer(3), 'body is an ArrayBuffer: bytes are published as a Uint8Array'],
    [{ p: new Point() }, 'body.p is a Point: a body is a text, a JSON value or bytes'],
    [{ count: 1n }, 'body.count is a bigint: use a number or a text'],
    [{ f: () => 1 }, 'body.f is a function'],
    [{ a: { [Symbol('mark')]: 1 } }, 'body.a has the symbol Symbol(mark) as a key: keys are texts'],
    [Math, 'body is a Math'],
    [loop, 'body[0].self is a value that it is itself a part of'],
    [nested(33), 'body[0][0][0][0][0][0][0][0][0][0][0][0]… is nested too deeply: a body has at most 32 levels'],
    [
      { a: ['ok', 'cut 🙂'.slice(0, -1)] },
      'body.a[1] has half of a character at index 4 (U+D83D without its other half)',
    ],
    [{ a: { '\uDE42b': 1 } }, 'body.a has a key with half of a character at index 0 (U+DE42 without its other half)'],
  ])('is refused with its position and an instruction: case %#', (value, message) => {
    expect(messageOf(value)).toContain(message)
  })

  it('is refused because of its size, without a long wait: a value of many paths to few objects', () => {
    let many: unknown = 0
    for (let depth = 0; depth < gossipLimits.maxBodyDepth - 1; depth += 1) many = [many, many]
    const read = readBody(many)
    expect(read instanceof BodyRefusal && read.kind).toBe('too-large')
  })

  it('is no value that JSON can express', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (json) => {
        const value: unknown = JSON.parse(JSON.stringify(json))
        expect(parseBody(value)).toEqual(value)
      }),
      { numRuns: 30 },
    )
  })
})
