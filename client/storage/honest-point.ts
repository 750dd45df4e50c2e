import { fromBase64url } from '../gossip/wire/base64url.ts'
import type { PeerId } from '../gossip/wire/peer-id.ts'

/** The 32 bytes of the key; undefined if no honest key has this point. */
export const parsePublicKey = (peerId: PeerId): Uint8Array<ArrayBuffer> | undefined => {
  const bytes = fromBase64url(peerId)
  return bytes?.length === 32 && isHonestPoint(bytes) ? bytes : undefined
}

/** A copy, so that the signature can't change between check and use. */
export const parseSignature = (signature: Uint8Array): Uint8Array<ArrayBuffer> | undefined =>
  signature.length === 64 && isHonestPoint(signature) ? Uint8Array.from(signature) : undefined

/**
 * Whether the first 32 bytes may be the canonical encoding of a point of large order. Does not check that the point is on
 * the curve. The bytes are y in little-endian, the top bit is the sign of x. Five y have order 8 or less: 0, 1, p - 1 and
 * the two below.
 */
const isHonestPoint = (bytes: Uint8Array): boolean => {
  // Most points differ from all others in their first byte, and need no text.
  const [first = 0] = bytes
  if (first < 0xec && !smallOrderHeads.has(first)) return true
  const y = Uint8Array.from(bytes.subarray(0, 32))
  y[31] = (y[31] ?? 0) & 0x7f
  const hex = Array.from(y, (byte) => byte.toString(16).padStart(2, '0')).join('')
  // y ≥ p - 1, where p = 2^255 - 19: p - 1 has order 2, and everything above is a second encoding.
  if (hex.endsWith('ff'.repeat(30) + '7f') && (y[0] ?? 0) >= 0xec) return false
  return !smallOrderY.has(hex)
}

/** The first bytes of `smallOrderY`. */
const smallOrderHeads: ReadonlySet<number> = new Set([0x00, 0x01, 0x26, 0xc7])

const smallOrderY: ReadonlySet<string> = new Set([
  '0'.repeat(64),
  '01'.padEnd(64, '0'),
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
])
