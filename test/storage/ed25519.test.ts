import { describe, expect, it } from 'vitest'
import { createNobleEd25519 } from '../../client/storage/noble-ed25519.ts'
import { createWebCryptoEd25519 } from '../../client/storage/webcrypto-ed25519.ts'
import { describeEd25519 } from './ed25519-contract.ts'
import { loadEd25519 } from '../../client/storage/load-ed25519.ts'

const randomBytes = (length: number): Uint8Array<ArrayBuffer> => crypto.getRandomValues(new Uint8Array(length))

describeEd25519('Ed25519 in JavaScript', async () => createNobleEd25519(randomBytes))
describeEd25519('Ed25519 by Node', async () => createWebCryptoEd25519(crypto.subtle))

describe('loadEd25519', () => {
  const without = (changes: Partial<SubtleCrypto> | undefined): Crypto =>
    ({
      getRandomValues: crypto.getRandomValues.bind(crypto),
      subtle: changes && Object.assign(Object.create(crypto.subtle) as object, changes),
    }) as Crypto

  it('uses WebCrypto where it can', async () => {
    expect((await loadEd25519()).implementation).toBe('webcrypto')
  })

  it('uses the library, which works, where there is no crypto.subtle', async () => {
    const ed25519 = await loadEd25519(without(undefined))
    expect(ed25519.implementation).toBe('noble')
    expect((await ed25519.generate()).peerId).not.toBe((await ed25519.generate()).peerId)
  })

  it('uses the library where WebCrypto has no Ed25519', async () => {
    const generateKey = () => Promise.reject(new DOMException('Unrecognized name', 'NotSupportedError'))
    expect((await loadEd25519(without({ generateKey }))).implementation).toBe('noble')
  })

  it('uses the library if keys can’t be copied, and so can’t be stored', async () => {
    const generateKey = () => Promise.resolve({ privateKey: () => 'a function cannot be copied' })
    const changes = { generateKey } as unknown as Partial<SubtleCrypto>
    expect((await loadEd25519(without(changes))).implementation).toBe('noble')
  })
})
