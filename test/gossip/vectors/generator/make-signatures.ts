import { Point } from '@noble/ed25519'
import { sha512 } from '@noble/hashes/sha2.js'
import { type SignatureVector, toHex } from '../vector-files.ts'
import { alice } from './sample-blocks.ts'

const groupOrder = 2n ** 252n + 27742317777372353535851937790883648493n
const fieldSize = 2n ** 255n - 19n

const littleEndian = (value: bigint): Uint8Array =>
  Uint8Array.from({ length: 32 }, (_, index) => Number((value >> BigInt(8 * index)) & 255n))
const fromLittleEndian = (bytes: Uint8Array): bigint =>
  bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n)
const concat = (...parts: readonly Uint8Array[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => Array.from(part)))
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)

const order8 = Point.fromHex('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05')

/** A signature by the private scalar `a` and the nonce `r`, with `twist` added to the key and `twistR` to R. */
const craft = (message: Uint8Array, twist: Point, twistR: Point) => {
  const [a, r] = [123_456_789n, 987_654_321n]
  const publicKey = Point.BASE.multiplyUnsafe(a).add(twist).toBytes()
  const encodedR = Point.BASE.multiplyUnsafe(r).add(twistR).toBytes()
  const k = fromLittleEndian(sha512(concat(encodedR, publicKey, message))) % groupOrder
  return { publicKey, k, signature: concat(encodedR, littleEndian((r + k * a) % groupOrder)) }
}

const message = utf8('grapevine test 1\nhello')

const sample = (
  title: string,
  publicKey: Uint8Array,
  signature: Uint8Array,
  isValid: boolean,
  text: Uint8Array = message,
): SignatureVector => ({
  title,
  publicKey: toHex(publicKey),
  message: toHex(text),
  signature: toHex(signature),
  isValid,
})

/** The first of numbered messages under a key with a part of order 8 for which the equation without the cofactor holds, or not. */
const mixedKey = (isValid: boolean): SignatureVector => {
  for (let number = 0; ; number += 1) {
    const text = utf8(`message ${number}`)
    const { publicKey, signature, k } = craft(text, order8, Point.ZERO)
    if ((k % 8n === 0n) !== isValid) continue
    const part = isValid ? 'vanishes' : 'remains'
    return sample(`a key with a part of order 8, which ${part} in the equation`, publicKey, signature, isValid, text)
  }
}

export const makeSignatures = (): readonly SignatureVector[] => {
  const signature = alice.sign(message)
  const crafted = craft(message, Point.ZERO, Point.ZERO)
  const [encodedR, s] = [crafted.signature.subarray(0, 32), fromLittleEndian(crafted.signature.subarray(32))]
  const twisted = craft(message, Point.ZERO, order8)
  const zero = littleEndian(0n)
  const flipped = Uint8Array.from(signature, (byte, index) => (index === 40 ? byte ^ 1 : byte))
  return [
    sample('an honest signature', alice.publicKey, signature, true),
    sample('the same with one bit changed', alice.publicKey, flipped, false),
    sample('the same of 63 bytes', alice.publicKey, signature.subarray(0, 63), false),
    sample('a signature by a chosen nonce', crafted.publicKey, crafted.signature, true),
    sample(
      'the same with S plus the group order',
      crafted.publicKey,
      concat(encodedR, littleEndian(s + groupOrder)),
      false,
    ),
    sample(
      'R with a part of order 8: the equation holds only with the cofactor',
      twisted.publicKey,
      twisted.signature,
      false,
    ),
    mixedKey(true),
    mixedKey(false),
    sample('a key and R of order 1', littleEndian(1n), concat(littleEndian(1n), zero), false),
    sample('a key and R of order 4', zero, concat(zero, zero), false),
    sample('a key of order 8', order8.toBytes(), concat(littleEndian(1n), zero), false),
    sample('a key whose y is above the field', littleEndian(fieldSize + 1n), concat(littleEndian(1n), zero), false),
    sample('a key that is no point', littleEndian(2n), signature, false),
  ]
}
