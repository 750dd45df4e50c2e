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

/** FNV-1a, 32 bits, of key and message. */
const checksum = (peerId: PeerId, message: Uint8Array): number => {
  let hash = 0x811c9dc5
  for (let index = 0; index < peerId.length; index += 1) hash = Math.imul(hash ^ peerId.charCodeAt(index), 0x01000193)
  for (let index = 0; index < message.length; index += 1) hash = Math.imul(hash ^ (message[index] ?? 0), 0x01000193)
  return hash >>> 0
}

/**
 * Stands for Ed25519 where speed counts: a checksum. Anybody could forge it, but no honest node does, and it shows that a
 * block was changed on a link.
 */
export const fakeSignature = (peerId: PeerId, message: Uint8Array): Uint8Array<ArrayBuffer> => {
  const signature = new Uint8Array(64)
  new DataView(signature.buffer).setUint32(0, checksum(peerId, message))
  return signature
}

export const isFakeSignature = (peerId: PeerId, message: Uint8Array, signature: Uint8Array): boolean => {
  for (let index = 4; index < 64; index += 1) if (signature[index] !== 0) return false
  return new DataView(signature.buffer, signature.byteOffset).getUint32(0) === checksum(peerId, message)
}

export const fakeSign =
  (peerId: PeerId) =>
  async (message: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> =>
    fakeSignature(peerId, message)

export const fakeVerify = async (
  peerId: PeerId,
  message: Uint8Array<ArrayBuffer>,
  signature: Uint8Array<ArrayBuffer>,
): Promise<boolean> => isFakeSignature(peerId, message, signature)
