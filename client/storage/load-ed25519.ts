import type { Ed25519 } from './ed25519.ts'
import { createWebCryptoEd25519 } from './webcrypto-ed25519.ts'

/**
 * WebCrypto where the page has it with Ed25519 and can store its keys; otherwise a library in JavaScript, fetched only
 * then. Missing: `crypto.subtle` on an insecure origin (plain http on a LAN), Ed25519 in Chromium before 137 and
 * Firefox before 129, storing such a key in Firefox before 136 and in Safari's lockdown mode.
 */
export const loadEd25519 = async (crypto: Crypto = globalThis.crypto): Promise<Ed25519> => {
  // `subtle` is typed as always there; on an insecure origin it is not.
  const subtle = crypto.subtle as SubtleCrypto | undefined
  if (subtle && (await canKeepKeys(subtle))) return createWebCryptoEd25519(subtle)
  const { createNobleEd25519 } = await import('./noble-ed25519.ts')
  return createNobleEd25519((length) => crypto.getRandomValues(new Uint8Array(length)))
}

const canKeepKeys = async (subtle: SubtleCrypto): Promise<boolean> => {
  try {
    const { privateKey } = await subtle.generateKey('Ed25519', false, ['sign', 'verify'])
    // IndexedDB stores by the same algorithm.
    const copy = structuredClone(privateKey)
    return (await subtle.sign('Ed25519', copy, new Uint8Array(1))).byteLength === 64
  } catch {
    // NotSupportedError or DataCloneError: the answer to the question asked.
    return false
  }
}
