import { fromBase64url } from './base64url.ts'

declare const peerIdBrand: unique symbol
/** An Ed25519 public key, 32 bytes in base64url: 43 characters. */
export type PeerId = string & { readonly [peerIdBrand]: true }

export const parsePeerId = (value: unknown): PeerId | undefined =>
  typeof value === 'string' && value.length === 43 && fromBase64url(value) ? (value as PeerId) : undefined

/** Enough to tell two keys under one name apart by eye. */
export const shortPeerId = (peerId: string): string => peerId.slice(0, 6)
