import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { checksumOf, isChecksumOf } from '../../client/storage/checksum.ts'

const parts = ['1234', '', '56789'].map((text) => new TextEncoder().encode(text))
const damaged = ['1234', '', '56788'].map((text) => new TextEncoder().encode(text))

describe('the checksum of a stored record', () => {
  it('is the CRC-32 of its parts, one after the other', () => {
    // The check value of CRC-32/ISO-HDLC in the catalogue of CRC algorithms.
    expect(Buffer.from(checksumOf(parts)).toString('hex')).toBe('cbf43926')
  })

  it('shows a changed byte', () => {
    expect(isChecksumOf(checksumOf(parts), parts)).toBe(true)
    expect(isChecksumOf(checksumOf(parts), damaged)).toBe(false)
  })

  it('may be that of an earlier version: the first 8 bytes of the SHA-256', () => {
    const former = new Uint8Array(createHash('sha256').update('123456789').digest().subarray(0, 8))
    expect(isChecksumOf(former, parts)).toBe(true)
    expect(isChecksumOf(former, damaged)).toBe(false)
  })

  it('is nothing else', () => {
    for (const value of [undefined, 'cbf43926', new Uint8Array(), new Uint8Array(5)]) {
      expect(isChecksumOf(value, parts)).toBe(false)
    }
  })
})
