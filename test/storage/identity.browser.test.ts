import { describe, expect, it } from 'vitest'
import { openIdentity } from '../../client/storage/identity.ts'
import { createNobleEd25519 } from '../../client/storage/noble-ed25519.ts'
import { createWebCryptoEd25519 } from '../../client/storage/webcrypto-ed25519.ts'
import { describeBoundedStores, describeIdentity, openTestDatabase } from './identity-contract.ts'

const randomBytes = (length: number): Uint8Array<ArrayBuffer> => crypto.getRandomValues(new Uint8Array(length))
const loadNoble = async () => createNobleEd25519(randomBytes)
const loadWebCrypto = async () => createWebCryptoEd25519(crypto.subtle)

describeIdentity('bytes in IndexedDB', loadNoble)
describeIdentity('a CryptoKey in IndexedDB', loadWebCrypto)
describeBoundedStores('in IndexedDB', loadNoble)

describe('a stored CryptoKey', () => {
  it('stays non-extractable', async () => {
    const database = await openTestDatabase('grapevine-test-extractable')
    await openIdentity(database, await loadWebCrypto(), randomBytes, 'main', 'node1')
    const secret = (await database.get('identities', ['main', 'node1']))?.secret
    database.close()
    indexedDB.deleteDatabase('grapevine-test-extractable')
    expect(secret).toBeInstanceOf(CryptoKey)
    expect(secret).toMatchObject({ extractable: false, type: 'private' })
  })
})
