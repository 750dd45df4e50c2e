import type { PeerId } from '../../gossip/wire/peer-id.ts'

/** A key pair as it is stored on this device. */
export interface StoredKey {
  readonly peerId: PeerId
  /** A non-extractable handle; or, where WebCrypto can't make or keep one, the 32 secret bytes (RFC 8032's seed). */
  readonly secret: CryptoKey | Uint8Array<ArrayBuffer>
}

/** Signs with this node's key (Ed25519, RFC 8032). Rejects if the key is no longer available. */
export type Sign = (message: Uint8Array<ArrayBuffer>) => Promise<Uint8Array<ArrayBuffer>>
/** Whether the signature is the key's for this message. False for malformed input; never rejects. */
export type Verify = (
  peerId: PeerId,
  message: Uint8Array<ArrayBuffer>,
  signature: Uint8Array<ArrayBuffer>,
) => Promise<boolean>
