import type { Ed25519 } from './ed25519.ts'
import { createWebCryptoEd25519 } from './webcrypto-ed25519.ts'

/**
 * WebCrypto if the page has it with Ed25519 and can store its keys; otherwise a library in JavaScript, loaded only then.
 * An insecure origin (plain http on a LAN) has no `crypto.subtle`, Chromium before 137 and Firefox before 129 no Ed25519;
 * Firefox before 136 and Safari's lockdown mode can't store such keys.
 */
export const loadEd25519 = async (crypto: Crypto = globalThis.crypto): Promise<Ed25519> => {
  // Absent on insecure origins, which the type ignores.
  const subtle = crypto.subtle as SubtleCrypto | undefined
  if (subtle && (await canKeepKeys(subtle))) return createWebCryptoEd25519(subtle)
  const { createNobleEd25519 } = await import('./noble-ed25519.ts')
  return createNobleEd25519((length) => crypto.getRandomValues(new Uint8Array(length)))
}

const canKeepKeys = async (subtle: SubtleCrypto): Promise<boolean> => {
  try {
    const { privateKey } = await subtle.generateKey('Ed25519', false, ['sign', 'verify'])
    // IndexedDB stores values by the same algorithm.
    const copy = structuredClone(privateKey)
    return (await subtle.sign('Ed25519', copy, new Uint8Array(1))).byteLength === 64
  } catch {
    // NotSupportedError or DataCloneError: the browser can't do it.
    return false
  }
}
