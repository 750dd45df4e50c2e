import { fromBase64url } from '../gossip/wire/base64url.ts'
import type { PeerId } from '../gossip/wire/peer-id.ts'

/** The key's 32 bytes, or nothing if they are no point that an honest key can be. */
export const parsePublicKey = (peerId: PeerId): Uint8Array<ArrayBuffer> | undefined => {
  const bytes = fromBase64url(peerId)
  return bytes?.length === 32 && isHonestPoint(bytes) ? bytes : undefined
}

/** Copies, so that nobody changes it between check and use. */
export const parseSignature = (signature: Uint8Array): Uint8Array<ArrayBuffer> | undefined =>
  signature.length === 64 && isHonestPoint(signature) ? Uint8Array.from(signature) : undefined

/**
 * Whether the first 32 bytes can encode a point of large order in its one spelling; whether that point is on the curve
 * is not asked. Little-endian y, the top bit x's sign. Five y have order 8 or less: 0, 1, p - 1 and the two below.
 */
const isHonestPoint = (bytes: Uint8Array): boolean => {
  const y = Uint8Array.from(bytes.subarray(0, 32))
  y[31] = (y[31] ?? 0) & 0x7f
  const hex = Array.from(y, (byte) => byte.toString(16).padStart(2, '0')).join('')
  // y ≥ p - 1, where p = 2^255 - 19: p - 1 has order 2, everything above is a second spelling.
  if (hex.endsWith('ff'.repeat(30) + '7f') && (y[0] ?? 0) >= 0xec) return false
  return !smallOrderY.has(hex)
}

const smallOrderY: ReadonlySet<string> = new Set([
  '0'.repeat(64),
  '01'.padEnd(64, '0'),
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
])
