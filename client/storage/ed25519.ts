import type { PeerId } from '../gossip/wire/peer-id.ts'
import type { Sign, Verify } from '../node/shared/signatures.ts'

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
