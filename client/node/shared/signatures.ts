import type { PeerId } from '../../gossip/wire/peer-id.ts'

/** Signs with this node's key (Ed25519, RFC 8032). Rejects if the key is gone. */
export type Sign = (message: Uint8Array<ArrayBuffer>) => Promise<Uint8Array<ArrayBuffer>>
/** False for any message, key or signature that does not fit; never rejects. */
export type Verify = (
  peerId: PeerId,
  message: Uint8Array<ArrayBuffer>,
  signature: Uint8Array<ArrayBuffer>,
) => Promise<boolean>
