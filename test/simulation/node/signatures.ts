import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto'
import { fromBase64url, toBase64url } from '../../../client/gossip/wire/base64url.ts'
import { type PeerId, parsePeerId } from '../../../client/gossip/wire/peer-id.ts'
import { fakePeerId, fakeSignature, isFakeSignature } from './fake-signatures.ts'
import type { Random } from '../../../client/node/faults/random.ts'

export const signatureKinds = ['real', 'fake'] as const
export type SignatureKind = (typeof signatureKinds)[number]

export interface SimulatedKey {
  readonly peerId: PeerId
  sign(message: Uint8Array): Uint8Array<ArrayBuffer>
}

export interface Signatures {
  readonly kind: SignatureKind
  createKey(node: number): SimulatedKey
  verify(peerId: PeerId, message: Uint8Array, signature: Uint8Array): boolean
}

/** Keys that are the same for the same seed. */
export const createSignatures = (kind: SignatureKind, random: Random): Signatures =>
  kind === 'real' ? createEd25519(random) : createChecksums()

/** PKCS #8 and SubjectPublicKeyInfo (RFC 8410) up to the 32 bytes of the key. */
const pkcs8Head = Buffer.from('302e020100300506032b657004220420', 'hex')
const spkiHead = Buffer.from('302a300506032b6570032100', 'hex')

const peerIdOf = (bytes: Uint8Array): PeerId => {
  const peerId = parsePeerId(toBase64url(bytes))
  if (!peerId) throw new Error(`a public key of ${bytes.length} bytes`)
  return peerId
}

/** Node's own Ed25519, synchronous: handing a job to another thread takes longer than the signature. */
const createEd25519 = (random: Random): Signatures => {
  const importPublic = (peerId: PeerId): ReturnType<typeof createPublicKey> =>
    createPublicKey({
      key: Buffer.concat([spkiHead, fromBase64url(peerId) ?? new Uint8Array()]),
      format: 'der',
      type: 'spki',
    })
  const publicKeys = new Map<PeerId, ReturnType<typeof createPublicKey>>()
  return {
    kind: 'real',
    createKey() {
      const seed = Buffer.from(Array.from({ length: 32 }, () => Math.floor(random() * 256)))
      const key = createPrivateKey({ key: Buffer.concat([pkcs8Head, seed]), format: 'der', type: 'pkcs8' })
      const spki = createPublicKey(key).export({ format: 'der', type: 'spki' })
      const peerId = peerIdOf(spki.subarray(spkiHead.length))
      publicKeys.set(peerId, importPublic(peerId))
      return { peerId, sign: (message) => new Uint8Array(sign(null, message, key)) }
    },
    verify: (peerId, message, signature) => {
      const key = publicKeys.get(peerId)
      return key !== undefined && verify(null, message, key, signature)
    },
  }
}

const createChecksums = (): Signatures => ({
  kind: 'fake',
  createKey: (node) => {
    const peerId = fakePeerId(node)
    return { peerId, sign: (message) => fakeSignature(peerId, message) }
  },
  verify: isFakeSignature,
})
