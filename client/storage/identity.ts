import { type PeerId, parsePeerId } from '../gossip/wire/peer-id.ts'
import type { Database } from './database.ts'
import type { Ed25519, StoredKey } from './ed25519.ts'
import { storageLimits } from './limits.ts'
import { nextUse, trimToRecent } from './recent-store.ts'
import type { Sign } from '../node/shared/signatures.ts'

/** Who a node is for this page load. */
export interface Identity {
  readonly peerId: PeerId
  /** This page load's number and 64 random bits in hex, `12-9f86d081884c7d65`. */
  readonly epoch: string
  readonly sign: Sign
  /** False: the number is in memory alone, and the next page load has the same one again. */
  readonly persisted: boolean
  /** False: the key is, too, and the next page load is another node. */
  readonly isKeyStored: boolean
  /** No usable key was stored under this name: this one was made now. */
  readonly isNewKey: boolean
  /** A key was stored under this name, but not one that can be used; this is a new one. */
  readonly isReplacement: boolean
  /** What kept it from being stored, for `persisted: false`; absent where there is no database. */
  readonly storageError?: unknown
}

/** A stored key that is proven to sign for its PeerId. */
interface UsableKey {
  readonly stored: StoredKey
  readonly sign: Sign
}

/**
 * The key of `name` in `net`, made at its first start, and the next epoch, counted up in the key's own record before
 * this resolves: no later page load can have the same number, whatever crashes. The 64 random bits keep two loads apart
 * that could not know of each other (two tabs in a browser without claims, a profile restored from a backup).
 *
 * Keys are made and tried outside of transactions, since an IndexedDB transaction commits by itself while something
 * else is awaited; inside, the record is looked at again, and if another tab has changed it, all is done anew.
 */
export const openIdentity = async (
  database: Database | undefined,
  ed25519: Ed25519,
  randomBytes: (length: number) => Uint8Array<ArrayBuffer>,
  net: string,
  name: string,
): Promise<Identity> => {
  const identityOf = (
    { stored, sign }: UsableKey,
    count: number,
    rest: Omit<Identity, 'peerId' | 'epoch' | 'sign'>,
  ): Identity => {
    const bits = Array.from(randomBytes(8), (byte) => byte.toString(16).padStart(2, '0')).join('')
    return { peerId: stored.peerId, epoch: `${count}-${bits}`, sign, ...rest }
  }
  if (!database)
    return identityOf(await makeKey(ed25519), 1, {
      persisted: false,
      isKeyStored: false,
      isNewKey: true,
      isReplacement: false,
    })

  let key: UsableKey | undefined
  let count = 1
  let isReplacement = false
  let isNewKey = true
  let isKeyStored = false
  try {
    for (let tries = 0; tries < storageLimits.identityTries; tries += 1) {
      const value: unknown = await database.get('identities', [net, name])
      const found = parseRecord(value)
      const own = found && (await tryKey(ed25519, found))
      isReplacement = value !== undefined && !own
      isKeyStored = own !== undefined
      isNewKey = own === undefined
      key = own ?? (await makeKey(ed25519))
      count = own && found ? found.epochs + 1 : 1
      if (await store(database, net, name, key.stored, count, found)) {
        return identityOf(key, count, { persisted: true, isKeyStored: true, isNewKey, isReplacement })
      }
    }
    throw new Error(`the identity of ${name} changed ${storageLimits.identityTries} times while it was opened`)
  } catch (storageError) {
    // No space, or the database is gone. A key that was read is still this node's, so its neighbours still know it.
    const rest = { persisted: false, isKeyStored, isNewKey, isReplacement, storageError }
    return identityOf(key ?? (await makeKey(ed25519)), count, rest)
  }
}

/** Writes key and count; false if the record isn't `expected` any more. */
const store = async (
  database: Database,
  net: string,
  name: string,
  key: StoredKey,
  epochs: number,
  expected: ParsedRecord | undefined,
): Promise<boolean> => {
  // 'strict': complete means on disk, where the browser can promise that.
  const transaction = database.transaction('identities', 'readwrite', { durability: 'strict' })
  const write = async (): Promise<boolean> => {
    const current = parseRecord(await transaction.store.get([net, name]))
    if (current?.peerId !== expected?.peerId || current?.epochs !== expected?.epochs) return false
    const use = await nextUse(transaction.store)
    await transaction.store.put({ net, name, peerId: key.peerId, secret: key.secret, epochs, use })
    await trimToRecent(transaction.store, storageLimits.identities)
    return true
  }
  // Together: a transaction that aborts rejects both.
  const [isWritten] = await Promise.all([write(), transaction.done])
  return isWritten
}

interface ParsedRecord extends StoredKey {
  readonly epochs: number
}

/** Whether the secret is a key that fits the PeerId shows only in use: see `tryKey`. */
const parseRecord = (value: unknown): ParsedRecord | undefined => {
  if (typeof value !== 'object' || value === null) return undefined
  const { peerId: rawPeerId, secret, epochs } = value as Record<string, unknown>
  const peerId = parsePeerId(rawPeerId)
  if (!peerId || typeof secret !== 'object' || secret === null) return undefined
  // The next number must be exact, too.
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
