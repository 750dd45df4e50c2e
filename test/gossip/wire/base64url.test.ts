import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromBase64url, toBase64url } from '../../../client/gossip/wire/base64url.ts'

describe('base64url', () => {
  it('writes what the platform writes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(toBase64url(bytes)).toBe(Buffer.from(bytes).toString('base64url'))
      }),
    )
  })

  it('reads back what it wrote', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(fromBase64url(toBase64url(bytes))).toEqual(Uint8Array.from(bytes))
      }),
    )
  })

  it('writes a view of a larger buffer as that view alone', () => {
    expect(toBase64url(Uint8Array.of(9, 1, 2, 3, 9).subarray(1, 4))).toBe('AQID')
  })

  it('reads only the one spelling of a value', () => {
    const anyText = fc.array(fc.nat(0xffff), { maxLength: 12 }).map((codes) => String.fromCharCode(...codes))
    const nearlyRight = fc.stringMatching(/^[A-Za-z0-9_=+/-]{0,12}$/)
    const text = fc.oneof(anyText, nearlyRight)
    fc.assert(
      fc.property(text, (candidate) => {
        const bytes = fromBase64url(candidate)
        if (bytes) expect(toBase64url(bytes)).toBe(candidate)
      }),
      { numRuns: 1_000 },
    )
  })

  it.each([
    ['padding', 'AQ=='],
    ['the other alphabet', '+/8A'],
    ['a blank', 'AQ ID'],
    ['a line break at the end', 'AQID\n'],
    ['a character more than whole bytes', 'AQIDA'],
    ['bits after the last byte', 'AR'],
    ['a character beyond the basic plane', 'AQI\u{1F600}'],
  ])('refuses %s', (_what, text) => {
    expect(fromBase64url(text)).toBeUndefined()
  })
})
