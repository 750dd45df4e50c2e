import type { PeerId } from '../gossip/wire/peer-id.ts'
import { createWebCryptoEd25519 } from './webcrypto-ed25519.ts'

export type Sign = (message: Uint8Array<ArrayBuffer>) => Promise<Uint8Array<ArrayBuffer>>

type Verify = (peerId: PeerId, message: Uint8Array<ArrayBuffer>, signature: Uint8Array<ArrayBuffer>) => Promise<boolean>

/** A key pair as it is kept on this device. */
export interface StoredKey {
  readonly peerId: PeerId
  /** A non-extractable handle; or, where WebCrypto can't make or keep one, the 32 secret bytes (RFC 8032's seed). */
  readonly secret: CryptoKey | Uint8Array<ArrayBuffer>
}

/**
 * Signatures by Ed25519 (RFC 8032), with two implementations that accept and reject the same signatures, so that no
 * message splits a network into those who take it and those who don't.
 *
 * RFC 8032 leaves room for that: small-order keys and points (under such a key one signature fits many messages),
 * points in a second spelling, and a verification equation with or without the cofactor. The WebCrypto standard rejects
 * small-order points, Chromium 156 and Node 20 take them, strict libraries don't; so both implementations reject them
 * beforehand (`honest-point.ts`). Both then check the equation without the cofactor, which is what BoringSSL and OpenSSL
 * do. S at or above the group order is rejected by all.
 */
export interface Ed25519 {
  readonly implementation: 'webcrypto' | 'noble'
  generate(): Promise<StoredKey>
  /** Nothing if the key can't be used here: not a key, or one that the other implementation made. */
  signer(key: StoredKey): Promise<Sign | undefined>
  /** False for anything malformed; never throws. */
  readonly verify: Verify
}

/**
 * WebCrypto where the page has it with Ed25519 and can store its keys; otherwise a library in JavaScript, fetched only
 * then. Missing: `crypto.subtle` on an insecure origin (plain http on a LAN), Ed25519 in Chromium before 137 and
 * Firefox before 129, storing such a key in Firefox before 136 and in Safari's lockdown mode.
 */
export const loadEd25519 = async (crypto: Crypto = globalThis.crypto): Promise<Ed25519> => {
  // `subtle` is typed as always there; on an insecure origin it is not.
  const subtle = crypto.subtle as SubtleCrypto | undefined
  if (subtle && (await canKeepKeys(subtle))) return createWebCryptoEd25519(subtle)
  const { createNobleEd25519 } = await import('./noble-ed25519.ts')
  return createNobleEd25519((length) => crypto.getRandomValues(new Uint8Array(length)))
}

const canKeepKeys = async (subtle: SubtleCrypto): Promise<boolean> => {
  try {
    const { privateKey } = await subtle.generateKey('Ed25519', false, ['sign', 'verify'])
    // IndexedDB stores by the same algorithm.
    const copy = structuredClone(privateKey)
    return (await subtle.sign('Ed25519', copy, new Uint8Array(1))).byteLength === 64
  } catch {
    // NotSupportedError or DataCloneError: the answer to the question asked.
    return false
  }
}
