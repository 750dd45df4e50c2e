import { generateKeyPairSync } from 'node:crypto'
import { readFile, rename } from 'node:fs/promises'
import { fromBase64url, toBase64url } from '../../gossip/wire/base64url.ts'
import { parsePeerId } from '../../gossip/wire/peer-id.ts'
import type { Ed25519 } from '../ed25519.ts'
import type { IdentityRecords } from '../identity.ts'
import { errorCode, replaceFile } from './atomic-file.ts'

/**
 * One node's key and epoch in a file of JSON: `peerId`; `seed`, RFC 8032's 32 secret bytes; `epochs`. The holder of the name alone
 * writes it. A file that can't be read as a key is kept under another name.
 */
export const fileIdentity = (path: string): IdentityRecords => ({
  async read() {
    try {
      return parseFile(await readFile(path, 'utf8'))
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return undefined
      throw error
    }
  },
  async write({ peerId, secret, epochs }, expected) {
    if (!(secret instanceof Uint8Array)) throw new TypeError('a key without its secret bytes can’t be kept in a file')
    if (!expected) await rename(path, `${path}.damaged`).catch(() => undefined)
    await replaceFile(path, `${JSON.stringify({ peerId, seed: toBase64url(secret), epochs })}\n`)
    return true
  },
})

/** Whatever the file holds: `openStoredIdentity` checks it. */
const parseFile = (text: string): unknown => {
  try {
    const { peerId, seed, epochs } = JSON.parse(text) as Record<string, unknown>
    return { peerId, secret: typeof seed === 'string' ? fromBase64url(seed) : undefined, epochs }
  } catch {
    return 'damaged'
  }
}

/** The same algorithm with keys whose secret bytes are known: WebCrypto's own can't be written to a file. */
export const withSecretBytes = (ed25519: Ed25519): Ed25519 => ({
  ...ed25519,
  async generate() {
    const { x = '', d = '' } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })
    const [peerId, secret] = [parsePeerId(x), fromBase64url(d)]
    if (!peerId || !secret) throw new Error('an Ed25519 key that is not 32 bytes')
    return { peerId, secret }
  },
})
