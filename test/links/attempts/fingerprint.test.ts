import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fingerprintOf } from '../../../client/links/attempts/fingerprint.ts'

const print = (byte: string): string => `sha-256 ${Array(32).fill(byte).join(':')}`

describe('the fingerprint of a description', () => {
  it('is the one in all its lines, in capitals', () => {
    expect(fingerprintOf(`v=0\r\na=fingerprint:${print('ab')}\r\nm=x\r\na=fingerprint:${print('AB')}\r\n`)).toBe(
      print('AB'),
    )
  })

  it('is undefined if two lines differ, in any place', () => {
    expect(fingerprintOf(`a=fingerprint:${print('AB')}\r\nm=x\r\na=fingerprint:${print('CD')}`)).toBeUndefined()
  })

  it.each([
    ['no line', 'v=0\r\n'],
    ['another hash', `a=fingerprint:sha-1 ${Array(20).fill('AB').join(':')}`],
    ['a second line with another hash', `a=fingerprint:${print('AB')}\na=fingerprint:sha-512 AB`],
    ['too short a value', 'a=fingerprint:sha-256 AB:CD'],
    ['a trailing word', `a=fingerprint:${print('AB')} x`],
    ['a line that only a lenient parser takes for one', `a=fingerprint:${print('AB')}\n a=FINGERPRINT:${print('CD')}`],
    ['a line after a lone carriage return', `a=fingerprint:${print('AB')}\ra=fingerprint:${print('CD')}`],
  ])('is nothing for %s', (_case, sdp) => {
    expect(fingerprintOf(sdp)).toBeUndefined()
  })

  it('never throws', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.constant(`a=fingerprint:${print('AB')}`))), (lines) => {
        fingerprintOf(lines.join('\n'))
      }),
    )
  })
})
