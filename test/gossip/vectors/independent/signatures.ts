import { createPublicKey, verify } from 'node:crypto'

const fieldSize = 2n ** 255n - 19n

/** One y of the points of order 8. The other is p - y. */
const order8 = 0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7n

/** The y of all points of order 8 or less. */
const smallOrder: ReadonlySet<bigint> = new Set([0n, 1n, fieldSize - 1n, order8, fieldSize - order8])

const yOf = (point: Uint8Array): bigint =>
  point.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n) & (2n ** 255n - 1n)

/** Whether 32 bytes are the only encoding of their y, and y is not that of a point of small order. */
const isUsable = (point: Uint8Array): boolean => {
  const y = yOf(point)
  return point.length === 32 && y < fieldSize && !smallOrder.has(y)
}

/** Whether a signature is valid in the sense of SPEC.md, section "Valid signatures". `peerId`: base64url. */
export const isValidSignature = (peerId: string, message: Uint8Array, signature: Uint8Array): boolean => {
  if (signature.length !== 64 || !isUsable(Buffer.from(peerId, 'base64url')) || !isUsable(signature.subarray(0, 32))) {
    return false
  }
  try {
    // OpenSSL rejects an S at or above the group order, and checks the equation without the cofactor.
    const key = createPublicKey({ format: 'jwk', key: { kty: 'OKP', crv: 'Ed25519', x: peerId } })
    return verify(undefined, message, key, signature)
  } catch {
    // The key is no point of the curve.
    return false
  }
}

export const isSigned = (label: string, author: string, bytes: Uint8Array, signature: Uint8Array): boolean =>
  isValidSignature(author, Buffer.concat([Buffer.from(label), bytes]), signature)
