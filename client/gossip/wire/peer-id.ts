import { fromBase64url, toBase64url } from './base64url.ts'

declare const peerIdBrand: unique symbol
/** An Ed25519 public key, 32 bytes in base64url: 43 characters. */
export type PeerId = string & { readonly [peerIdBrand]: true }

/** 43 characters carry 258 bits, so the last two bits are 0. Each block names its author: decoding would cost ten times this. */
const peerIdPattern = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/

export const parsePeerId = (value: unknown): PeerId | undefined =>
  typeof value === 'string' && peerIdPattern.test(value) ? (value as PeerId) : undefined

/** From the key's 32 bytes, as notices carry it: shorter than text, and faster to read. */
export const parsePeerIdBytes = (value: unknown): PeerId | undefined =>
  value instanceof Uint8Array && value.length === 32 ? (toBase64url(value) as PeerId) : undefined

export const peerIdBytes = (peerId: PeerId): Uint8Array<ArrayBuffer> => {
  const bytes = fromBase64url(peerId)
  if (!bytes) throw new Error(`not a PeerId: ${peerId}`)
  return bytes
}

/** Enough to tell two keys under one name apart by eye. */
export const shortPeerId = (peerId: string): string => peerId.slice(0, 6)
