import { describe, expect, it } from 'vitest'
import { saltedHash } from '../../../client/gossip/anti-entropy/salted-hash.ts'

/** The key of the reference implementation's vectors: the bytes 0 to 7, in words of four, the lowest first. */
const referenceKey = { one: 0x03020100, other: 0x07060504 }

/** The reference implementation's text of a length: the bytes 0, 1, 2 … */
const referenceText = (length: number): string =>
  Array.from({ length }, (_, byte) => String.fromCharCode(byte)).join('')

describe('the salted hash', () => {
  // The first six bytes of the vectors for 64-bit output, the lowest first.
  it.each([
    [0, 0xb8b9591f8d21],
    [1, 0x38f8122455be],
    [2, 0x507cef394f06],
    [3, 0x06f7451a0fce],
    [7, 0x7bb0282720ff],
    [15, 0x814ecb0b7d21],
  ])('is that of the reference implementation for a text of %i bytes', (length, hash) => {
    expect(saltedHash(referenceText(length), referenceKey)).toBe(hash)
  })

  it('depends on both words of the salt', () => {
    const hashes = [
      { one: 1, other: 2 },
      { one: 2, other: 2 },
      { one: 1, other: 3 },
    ].map((salt) => saltedHash('the same text', salt))
    expect(new Set(hashes).size).toBe(3)
  })
})
