import { createPrivateKey, createPublicKey, type KeyObject, randomBytes } from 'node:crypto'

export interface Key {
  /** The public key, 32 bytes as base64url. */
  readonly peerId: string
  readonly privateKey: KeyObject
}

/** PKCS #8 of an Ed25519 key (RFC 8410), up to the 32 bytes of its seed. */
const pkcs8Head = Buffer.from('302e020100300506032b657004220420', 'hex')

/**
 * A new key, made from a seed: Node 20 can deadlock when it collects the garbage of `generateKeyPairSync` while such a key is
 * exported.
 */
export const createKey = (): Key => {
  const privateKey = createPrivateKey({
    key: Buffer.concat([pkcs8Head, randomBytes(32)]),
    format: 'der',
    type: 'pkcs8',
  })
  const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' })
  return { peerId: spki.subarray(-32).toString('base64url'), privateKey }
}
