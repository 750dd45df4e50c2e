import { getPublicKey, hashes, Point, sign } from '@noble/ed25519'
import { sha512 } from '@noble/hashes/sha2.js'
import { toBase64url } from '../gossip/wire/base64url.ts'
import { type PeerId, parsePeerId } from '../gossip/wire/peer-id.ts'
import type { Ed25519 } from './ed25519.ts'
import { parsePublicKey, parseSignature } from './honest-point.ts'
import { storageLimits } from './limits.ts'
import { BoundedMap } from '../gossip/bounds/bounded-map.ts'

// The library's synchronous functions need SHA-512; its asynchronous ones use WebCrypto, which is missing here.
hashes.sha512 = sha512

/** The order of the base point (RFC 8032, section 5.1). */
const groupOrder = 2n ** 252n + 27742317777372353535851937790883648493n

/** Runs on the page's thread: in Chromium on a laptop 0.7 ms to sign and 1.8 ms to verify, about 500 a second. */
export const createNobleEd25519 = (randomBytes: (length: number) => Uint8Array<ArrayBuffer>): Ed25519 => {
  const decoded = new BoundedMap<PeerId, DecodedKey | 'invalid'>(storageLimits.importedKeys)

  const publicKeyOf = (peerId: PeerId): DecodedKey | 'invalid' =>
    decoded.renew(peerId, () => decodePublicKey(peerId) ?? 'invalid')

  return {
    implementation: 'noble',

    async generate() {
      const secret = randomBytes(32)
      const peerId = parsePeerId(toBase64url(getPublicKey(secret)))
      if (!peerId) throw new Error('an Ed25519 public key that is not 32 bytes')
      return { peerId, secret }
    },

    async signer({ secret }) {
      if (!(secret instanceof Uint8Array) || secret.length !== 32) return undefined
      const seed = Uint8Array.from(secret)
      return async (message) => Uint8Array.from(sign(message, seed))
    },

    async verify(peerId, message, signature) {
      const checked = parseSignature(signature)
      if (!checked) return false
      const key = publicKeyOf(peerId)
      return key !== 'invalid' && isSignedBy(key, message, checked)
    },
  }
}

interface DecodedKey {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly point: Point
}

const decodePublicKey = (peerId: PeerId): DecodedKey | undefined => {
  const bytes = parsePublicKey(peerId)
  if (!bytes) return undefined
  try {
    return { bytes, point: Point.fromBytes(bytes) }
  } catch {
    // Not a point on the curve.
    return undefined
  }
}

/**
 * RFC 8032, section 5.1.7, without the cofactor: encode(S·B - k·A) = R, as in WebCrypto. The library's own `verify`
 * multiplies by the cofactor: an author with a crafted key could make signatures that are valid there and invalid in tabs
 * with WebCrypto.
 */
const isSignedBy = ({ bytes, point }: DecodedKey, message: Uint8Array, signature: Uint8Array): boolean => {
  const r = signature.subarray(0, 32)
  const s = fromLittleEndian(signature.subarray(32))
  if (s >= groupOrder) return false
  const k = fromLittleEndian(sha512.create().update(r).update(bytes).update(message).digest()) % groupOrder
  const expected = Point.BASE.multiplyUnsafe(s).subtract(point.multiplyUnsafe(k)).toBytes()
  return expected.every((byte, index) => byte === r[index])
}

const fromLittleEndian = (bytes: Uint8Array): bigint =>
  bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n)
