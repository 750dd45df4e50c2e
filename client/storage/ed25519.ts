import type { Sign, StoredKey, Verify } from '../node/shared/signatures.ts'

/**
 * Signatures by Ed25519 (RFC 8032). The two implementations accept exactly the same signatures: otherwise a message could
 * split a network into nodes that accept it and nodes that do not.
 *
 * RFC 8032 leaves three choices: small-order keys and points (under such a key one signature fits many messages), points
 * in a second encoding, and a verification equation with or without the cofactor. The WebCrypto standard rejects
 * small-order points, Chromium 156 and Node 20 accept them, strict libraries reject them. So both implementations reject
 * them first (`honest-point.ts`), then check the equation without the cofactor, as BoringSSL and OpenSSL do. All reject an
 * S at or above the group order.
 */
export interface Ed25519 {
  readonly implementation: 'webcrypto' | 'noble'
  generate(): Promise<StoredKey>
  /** Undefined if the key can't be used here: it is malformed, or the other implementation made it. */
  signer(key: StoredKey): Promise<Sign | undefined>
  /** False for malformed input; never rejects. */
  readonly verify: Verify
}
