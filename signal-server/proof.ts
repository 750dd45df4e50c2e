import { createPublicKey, verify } from 'node:crypto'
import { type RegisterRequest, registrationProof } from './protocol.ts'

/** One spelling for one key: base64url of a length that is no multiple of 4 has bits to spare. */
const isCanonical = (text: string): boolean => Buffer.from(text, 'base64url').toString('base64url') === text

/** Whether the request was signed by its key, for this socket, net and name. About 150 µs. */
export const isProven = (socketId: string, { net, name, peerId, signature }: RegisterRequest): boolean => {
  if (!isCanonical(peerId) || !isCanonical(signature)) return false
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: peerId }, format: 'jwk' })
  return verify(null, registrationProof(socketId, net, name), key, Buffer.from(signature, 'base64url'))
}
