import { type PeerId, parsePeerId } from '../gossip/wire/peer-id.ts'
import type { Database } from './database.ts'
import type { Ed25519 } from './ed25519.ts'
import { storageLimits } from './limits.ts'
import { nextUse, trimToRecent } from './recent-store.ts'
import type { Sign, StoredKey } from '../node/shared/signatures.ts'

/** The identity of a node for this page load. */
export interface Identity {
  readonly peerId: PeerId
  /** This page load's number and 64 random bits in hex, `12-9f86d081884c7d65`. */
  readonly epoch: string
  readonly key: StoredKey
  readonly sign: Sign
  /** False: the epoch's number is not stored, and the next page load has the same number. */
  readonly persisted: boolean
  /** False: the key is not stored, and the next page load makes a new one. */
  readonly isKeyStored: boolean
  /** No usable key was stored under this name, so this one is new. */
  readonly isNewKey: boolean
  /** A key was stored under this name and can't be used, so this one is new. */
  readonly isReplacement: boolean
  /** Why the identity could not be stored; absent if it was, or if there is no database. */
  readonly storageError?: unknown
}

/** A stored key that has signed for its PeerId in a test. */
interface UsableKey {
  readonly stored: StoredKey
  readonly sign: Sign
}

/** Where one node's key and the number of its page loads are kept. */
export interface IdentityRecords {
  read(): Promise<unknown>
  /** Resolves with true once the record is kept for good, with false if the stored one is no longer the `expected` one. */
  write(record: IdentityFields, expected: IdentityFields | undefined): Promise<boolean>
}

/** What is kept of an identity. */
interface IdentityFields extends StoredKey {
  readonly epochs: number
}

/** The identity of `name` in `net` in the database of this browser, if there is one: see `openStoredIdentity`. */
export const openIdentity = (
  database: Database | undefined,
  ed25519: Ed25519,
  randomBytes: (length: number) => Uint8Array<ArrayBuffer>,
  net: string,
  name: string,
): Promise<Identity> =>
  openStoredIdentity(database && databaseIdentities(database, net, name), ed25519, randomBytes, name)

/**
 * The key of `name`, made at its first start, and the next epoch. The epoch is counted up in the key's record
 * before this resolves, so that no later page load has the same number, whatever crashes. Its 64 random bits distinguish
 * page loads that can't know of each other: two tabs in a browser without claims, a profile restored from a backup.
 *
 * Keys are made and tested outside of transactions, since an IndexedDB transaction commits while another promise is
 * awaited. The transaction reads the record again and, if another tab has changed it, everything is repeated.
 */
export const openStoredIdentity = async (
  records: IdentityRecords | undefined,
  ed25519: Ed25519,
  randomBytes: (length: number) => Uint8Array<ArrayBuffer>,
  name: string,
): Promise<Identity> => {
  const identityOf = (
    { stored: key, sign }: UsableKey,
    count: number,
    rest: Omit<Identity, 'peerId' | 'epoch' | 'key' | 'sign'>,
  ): Identity => {
    const bits = Array.from(randomBytes(8), (byte) => byte.toString(16).padStart(2, '0')).join('')
    return { peerId: key.peerId, epoch: `${count}-${bits}`, key, sign, ...rest }
  }
  const nothingStored = { persisted: false, isKeyStored: false, isNewKey: true, isReplacement: false }
  if (!records) return identityOf(await makeKey(ed25519), 1, nothingStored)

  let key: UsableKey | undefined
  let count = 1
  let stored = nothingStored
  try {
    for (let tries = 0; tries < storageLimits.identityTries; tries += 1) {
      const value = await records.read()
      const found = parseIdentity(value)
      const own = found && (await tryKey(ed25519, found))
      stored = { persisted: false, isKeyStored: !!own, isNewKey: !own, isReplacement: value !== undefined && !own }
      key = own ?? (await makeKey(ed25519))
      count = own && found ? found.epochs + 1 : 1
      const { peerId, secret } = key.stored
      if (await records.write({ peerId, secret, epochs: count }, found)) {
        return identityOf(key, count, { ...stored, persisted: true, isKeyStored: true })
      }
    }
    throw new Error(`the identity of ${name} changed ${storageLimits.identityTries} times while it was opened`)
  } catch (storageError) {
    // Storage is full, or the database is gone. A key that was read stays this node's key.
    return identityOf(key ?? (await makeKey(ed25519)), count, { ...stored, storageError })
  }
}

const databaseIdentities = (database: Database, net: string, name: string): IdentityRecords => ({
  read: () => database.get('identities', [net, name]),
  write: async (record, expected) => {
    // 'strict': the transaction completes once the data is on disk, if the browser can guarantee that.
    const transaction = database.transaction('identities', 'readwrite', { durability: 'strict' })
    const write = async (): Promise<boolean> => {
      const current = parseIdentity(await transaction.store.get([net, name]))
      if (current?.peerId !== expected?.peerId || current?.epochs !== expected?.epochs) return false
      const use = await nextUse(transaction.store)
      await transaction.store.put({ net, name, ...record, use })
      await trimToRecent(transaction.store, storageLimits.identities)
      return true
    }
    // Together: a transaction that aborts rejects both.
    const [isWritten] = await Promise.all([write(), transaction.done])
    return isWritten
  },
})

/** Does not check that the secret is the key of the PeerId: see `tryKey`. */
const parseIdentity = (value: unknown): IdentityFields | undefined => {
  if (typeof value !== 'object' || value === null) return undefined
  const { peerId: rawPeerId, secret, epochs } = value as Record<string, unknown>
  const peerId = parsePeerId(rawPeerId)
  if (!peerId || typeof secret !== 'object' || secret === null) return undefined
  // The next number must be a safe integer, too.
  if (typeof epochs !== 'number' || !Number.isInteger(epochs) || epochs < 1 || epochs >= Number.MAX_SAFE_INTEGER) {
    return undefined
  }
  return { peerId, secret: secret as StoredKey['secret'], epochs }
}

const keyTest = new TextEncoder().encode('grapevine key test 1\n')

const tryKey = async (ed25519: Ed25519, stored: StoredKey): Promise<UsableKey | undefined> => {
  const sign = await ed25519.signer(stored)
  if (!sign) return undefined
  return (await ed25519.verify(stored.peerId, keyTest, await sign(keyTest))) ? { stored, sign } : undefined
}

const makeKey = async (ed25519: Ed25519): Promise<UsableKey> => {
  const key = await tryKey(ed25519, await ed25519.generate())
  if (!key) throw new Error(`a new key (${ed25519.implementation}) does not verify its own signature`)
  return key
}
