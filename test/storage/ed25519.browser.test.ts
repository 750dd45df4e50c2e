import { describe, expect, it } from 'vitest'
import { createNobleEd25519 } from '../../client/storage/noble-ed25519.ts'
import { createWebCryptoEd25519 } from '../../client/storage/webcrypto-ed25519.ts'
import { describeEd25519, signerOf } from './ed25519-contract.ts'
import { loadEd25519 } from '../../client/storage/load-ed25519.ts'

const randomBytes = (length: number): Uint8Array<ArrayBuffer> => crypto.getRandomValues(new Uint8Array(length))
const message = new TextEncoder().encode('grapevine test 1\nhello')

describeEd25519('Ed25519 in JavaScript', async () => createNobleEd25519(randomBytes))
describeEd25519('Ed25519 by the browser', async () => createWebCryptoEd25519(crypto.subtle))

describe('Ed25519 in a browser', () => {
  const webCrypto = createWebCryptoEd25519(crypto.subtle)
  const noble = createNobleEd25519(randomBytes)

  it('is the browser’s own on a secure origin', async () => {
    expect((await loadEd25519()).implementation).toBe('webcrypto')
  })

  it('never reveals the secret', async () => {
    const { secret } = await webCrypto.generate()
    if (!(secret instanceof CryptoKey)) throw new Error('not a CryptoKey')
    expect(secret.extractable).toBe(false)
    await expect(crypto.subtle.exportKey('pkcs8', secret)).rejects.toThrow()
  })

  it.each([
    ['the browser', 'JavaScript', webCrypto, noble],
    ['JavaScript', 'the browser', noble, webCrypto],
  ])('signs with %s, and %s verifies it', async (_signer, _verifier, signing, verifying) => {
    const key = await signing.generate()
    const signature = await (await signerOf(signing, key))(message)
    expect(await verifying.verify(key.peerId, message, signature)).toBe(true)
  })

  it('continues with a key that JavaScript made, once the browser has Ed25519', async () => {
    const key = await noble.generate()
    const signature = await (await signerOf(webCrypto, key))(message)
    expect(await noble.verify(key.peerId, message, signature)).toBe(true)
    expect(await noble.signer(await webCrypto.generate())).toBeUndefined()
  })
})
