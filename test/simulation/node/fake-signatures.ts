import { sha512 } from '@noble/hashes/sha2.js'
import { toBase64url } from '../../../client/gossip/wire/base64url.ts'
import { type PeerId, parsePeerId } from '../../../client/gossip/wire/peer-id.ts'

/** A PeerId for tests that need no real key. The same number gives the same PeerId. */
export const fakePeerId = (number: number): PeerId => {
  const bytes = new Uint8Array(32)
  new DataView(bytes.buffer).setUint32(0, number)
  const peerId = parsePeerId(toBase64url(bytes))
  if (!peerId) throw new Error(`no PeerId from ${number}`)
  return peerId
}

const signatureOf = (peerId: PeerId, message: Uint8Array): Uint8Array<ArrayBuffer> => {
  const key = new TextEncoder().encode(peerId)
  const keyed = new Uint8Array(key.length + message.length)
  keyed.set(key)
  keyed.set(message, key.length)
  return new Uint8Array(sha512(keyed))
}

/** Replaces Ed25519 where speed counts. Anybody could forge these signatures, but no simulated node does. */
export const fakeSign =
  (peerId: PeerId) =>
  async (message: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> =>
    signatureOf(peerId, message)

export const fakeVerify = async (
  peerId: PeerId,
  message: Uint8Array<ArrayBuffer>,
  signature: Uint8Array<ArrayBuffer>,
): Promise<boolean> => toBase64url(signatureOf(peerId, message)) === toBase64url(signature)
