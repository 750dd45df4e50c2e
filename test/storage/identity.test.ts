import 'fake-indexeddb/auto'
import { createNobleEd25519 } from '../../client/storage/noble-ed25519.ts'
import { createWebCryptoEd25519 } from '../../client/storage/webcrypto-ed25519.ts'
import { describeBoundedStores, describeIdentity } from './identity-contract.ts'

const loadNoble = async () => createNobleEd25519((length) => crypto.getRandomValues(new Uint8Array(length)))

describeIdentity('bytes in a fake database', loadNoble)
describeIdentity('a CryptoKey in a fake database', async () => createWebCryptoEd25519(crypto.subtle))
describeBoundedStores('in a fake database', loadNoble)
