import { BoundedMap } from '../gossip/bounds/bounded-map.ts'
import { toBase64url } from '../gossip/wire/base64url.ts'
import { type PeerId, parsePeerId } from '../gossip/wire/peer-id.ts'
import type { Ed25519 } from './ed25519.ts'
import { parsePublicKey, parseSignature } from './honest-point.ts'
import { storageLimits } from './limits.ts'

/** PKCS #8 (RFC 8410) before the 32 bytes of the seed: WebCrypto imports secret bytes in this form only. */
const pkcs8Head = Uint8Array.of(0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20)

export const createWebCryptoEd25519 = (subtle: SubtleCrypto): Ed25519 => {
  const imported = new BoundedMap<PeerId, Promise<CryptoKey | undefined>>(storageLimits.importedKeys)

  const importPublicKey = async (peerId: PeerId): Promise<CryptoKey | undefined> => {
    const bytes = parsePublicKey(peerId)
    if (!bytes) return undefined
    try {
      return await subtle.importKey('raw', bytes, 'Ed25519', false, ['verify'])
    } catch {
      // DataError: not a point on the curve. Some browsers throw it here, others in verify().
      return undefined
    }
  }

  const publicKeyOf = (peerId: PeerId): Promise<CryptoKey | undefined> =>
    imported.renew(peerId, () => importPublicKey(peerId))

  return {
    implementation: 'webcrypto',

    async generate() {
      const pair = await subtle.generateKey('Ed25519', false, ['sign', 'verify'])
      const publicKey = await subtle.exportKey('raw', pair.publicKey)
      const peerId = parsePeerId(toBase64url(new Uint8Array(publicKey)))
      if (!peerId) throw new Error(`an Ed25519 public key of ${publicKey.byteLength} bytes`)
      return { peerId, secret: pair.privateKey }
    },

    async signer({ secret }) {
      try {
        const key =
          secret instanceof Uint8Array
            ? await subtle.importKey('pkcs8', Uint8Array.of(...pkcs8Head, ...secret), 'Ed25519', false, ['sign'])
            : secret
        // Only a signature shows whether this is a key for this algorithm.
        await subtle.sign('Ed25519', key, new Uint8Array())
        return async (message) => new Uint8Array(await subtle.sign('Ed25519', key, message))
      } catch {
        // DataError, TypeError or InvalidAccessError: the key can't sign here.
        return undefined
      }
    },

    async verify(peerId, message, signature) {
      const checked = parseSignature(signature)
      if (!checked) return false
      const key = await publicKeyOf(peerId)
      if (!key) return false
      try {
        return await subtle.verify('Ed25519', key, checked, message)
      } catch {
        // OperationError: the browser imported the key and can't verify with it.
        return false
      }
    },
  }
}
