import { createPublicKey, verify } from 'node:crypto'
import { type RegisterRequest, registrationProof } from '../shared/protocol.ts'

/** One spelling for one key: base64url whose length is no multiple of 4 has unused bits. */
const isCanonical = (text: string): boolean => Buffer.from(text, 'base64url').toString('base64url') === text

/**
 * Points of order 8 or less, without the sign bit, each in all its spellings. With such a key, a signature of zeros fits at
 * least every eighth message, so anybody can sign for it. OpenSSL accepts these keys. `client/storage/honest-point.ts` has
 * the same points: the server imports nothing from the client, and `storage/` nothing from the server.
 */
const weakKeys: ReadonlySet<string> = new Set([
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
])

const isWeak = (peerId: string): boolean => {
  const point = Buffer.from(peerId, 'base64url')
  point[31] = (point[31] ?? 0) & 0x7f
  return weakKeys.has(point.toString('hex'))
}

/** Whether the key of the request signed it, for this socket, net and name. About 150 µs. */
export const isProven = (socketId: string, { net, name, peerId, signature }: RegisterRequest): boolean => {
  if (!isCanonical(peerId) || !isCanonical(signature) || isWeak(peerId)) return false
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: peerId }, format: 'jwk' })
  return verify(null, registrationProof(socketId, net, name), key, Buffer.from(signature, 'base64url'))
}
