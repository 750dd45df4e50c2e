import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Database, openDatabase } from '../../client/storage/database.ts'
import type { Ed25519 } from '../../client/storage/ed25519.ts'
import { type Identity, openIdentity } from '../../client/storage/identity.ts'
import { createKnownKeys } from '../../client/storage/known-keys.ts'
import { storageLimits } from '../../client/storage/limits.ts'

let databases = 0

const randomBytes = (length: number): Uint8Array<ArrayBuffer> => crypto.getRandomValues(new Uint8Array(length))
const message = new TextEncoder().encode('grapevine test 1\nhello')

export const openTestDatabase = async (databaseName: string): Promise<Database> => {
  const database = await openDatabase({ databaseName, onUnavailable: () => undefined })
  if (!database) throw new Error('no database')
  return database
}

const deleteDatabase = (databaseName: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const request = indexedDB.deleteDatabase(databaseName)
    request.addEventListener('success', () => resolve())
    request.addEventListener('error', () => reject(request.error ?? new Error('not deleted')))
  })

/** The contract of stored keys, over any IndexedDB and either implementation of Ed25519. */
export const describeIdentity = (title: string, load: () => Promise<Ed25519>): void => {
  describe(`an identity, ${title}`, () => {
    let ed25519: Ed25519
    let database: Database
    let databaseName: string

    beforeEach(async () => {
      ed25519 = await load()
      databases += 1
      databaseName = `grapevine-test-${title}-${databases}`
      database = await openTestDatabase(databaseName)
    })

    afterEach(async () => {
      database.close()
      await deleteDatabase(databaseName)
    })

    const open = (name = 'node1', net = 'main'): Promise<Identity> =>
      openIdentity(database, ed25519, randomBytes, net, name)
    const countOf = ({ epoch }: Identity): number => Number(epoch.split('-')[0])

    it('is created and stored at a name’s first start', async () => {
      const identity = await open()
      expect(identity).toMatchObject({ persisted: true, isKeyStored: true, isNewKey: true, isReplacement: false })
      expect(await open()).toMatchObject({ isNewKey: false })
      expect(identity.epoch).toMatch(/^1-[0-9a-f]{16}$/)
      expect(await ed25519.verify(identity.peerId, message, await identity.sign(message))).toBe(true)
    })

    it('is the same key at the next start, in the next epoch', async () => {
      const first = await open()
      database.close()
      database = await openTestDatabase(databaseName)
      const second = await open()
      expect(second.peerId).toBe(first.peerId)
      expect([countOf(first), countOf(second), countOf(await open())]).toEqual([1, 2, 3])
      expect(await ed25519.verify(first.peerId, message, await second.sign(message))).toBe(true)
    })

    it('has a different key under another name or in another network', async () => {
      const identities = await Promise.all([open('node1'), open('node2'), open('node1', 'class-7')])
      expect(new Set(identities.map(({ peerId }) => peerId)).size).toBe(3)
    })

    it('is one key with different epochs for tabs that start at the same moment', async () => {
      const identities = await Promise.all([open(), open(), open(), open()])
      expect(new Set(identities.map(({ peerId }) => peerId)).size).toBe(1)
      expect(new Set(identities.map(countOf))).toEqual(new Set([1, 2, 3, 4]))
    })

    it('has stored its epoch before it resolves', async () => {
      await open()
      await open()
      expect(await database.get('identities', ['main', 'node1'])).toMatchObject({ epochs: 2 })
    })

    it.each([
      ['no key', { secret: undefined }],
      ['an invalid secret', { secret: {} }],
      ['a secret of a wrong size', { secret: new Uint8Array(31) }],
      ['an invalid PeerId', { peerId: 'node1' }],
      ['another key’s PeerId', { peerId: `${'A'.repeat(42)}E` }],
      ['no epochs', { epochs: undefined }],
      ['broken epochs', { epochs: 1.5 }],
      ['the greatest safe integer as epochs', { epochs: Number.MAX_SAFE_INTEGER }],
    ])('is replaced, and reported, if the record has %s', async (_what, damage) => {
      const first = await open()
      const record = await database.get('identities', ['main', 'node1'])
      await database.put('identities', { ...record, ...damage } as never)
      const second = await open()
      expect(second).toMatchObject({ persisted: true, isReplacement: true })
      expect(second.epoch).toMatch(/^1-/)
      expect(second.peerId).not.toBe(first.peerId)
      expect(await open()).toMatchObject({ peerId: second.peerId, isReplacement: false })
    })

    it('exists only in memory if there is no database', async () => {
      const identity = await openIdentity(undefined, ed25519, randomBytes, 'main', 'node1')
      expect(identity).toMatchObject({ persisted: false, isKeyStored: false, isReplacement: false })
      expect(await ed25519.verify(identity.peerId, message, await identity.sign(message))).toBe(true)
    })

    it('exists only in memory if the database is gone, and reports why', async () => {
      database.close()
      const identity = await open()
      expect(identity).toMatchObject({ persisted: false, isKeyStored: false })
      expect(identity.storageError).toBeInstanceOf(Error)
    })

    it('keeps its key if the new epoch can’t be written', async () => {
      const first = await open()
      const full = Object.create(database, {
        get: { value: database.get.bind(database) },
        transaction: {
          value: () => {
            throw new DOMException('no space', 'QuotaExceededError')
          },
        },
      }) as Database
      const second = await openIdentity(full, ed25519, randomBytes, 'main', 'node1')
      expect(second).toMatchObject({ peerId: first.peerId, persisted: false, isKeyStored: true })
      expect(second.epoch).toMatch(/^2-/)
    })
  })
}

/** The two bounds of the database: each store keeps the records that the next start needs. */
export const describeBoundedStores = (title: string, load: () => Promise<Ed25519>): void => {
  describe(`bounded stores, ${title}`, () => {
    it('hold a bounded number of identities, the last used ones', async () => {
      const ed25519 = await load()
      const database = await openTestDatabase('grapevine-test-bound')
      const { peerId, secret } = await ed25519.generate()
      const transaction = database.transaction('identities', 'readwrite')
      for (let use = 1; use <= storageLimits.identities; use += 1) {
        void transaction.store.put({ net: 'main', name: `node${use}`, peerId, secret, epochs: 1, use })
      }
      await transaction.done
      await openIdentity(database, ed25519, randomBytes, 'main', 'node1')
      await openIdentity(database, ed25519, randomBytes, 'main', 'another')
      expect(await database.count('identities')).toBe(storageLimits.identities)
      const has = async (name: string): Promise<boolean> =>
        (await database.getKey('identities', ['main', name])) !== undefined
      expect([await has('node1'), await has('node2'), await has('node3'), await has('another')]).toEqual([
        true,
        false,
        true,
        true,
      ])
      database.close()
      await deleteDatabase('grapevine-test-bound')
    })

    it('hold a bounded number of known keys, the last used ones', async () => {
      const { peerId } = await (await load()).generate()
      const database = await openTestDatabase('grapevine-test-known')
      const knownKeys = createKnownKeys(database, () => undefined, 2)
      for (const name of ['node1', 'node2', 'node1', 'node3']) await knownKeys.remember('main', name, peerId)
      const known = await Promise.all(['node1', 'node2', 'node3'].map((name) => knownKeys.get('main', name)))
      expect(known).toEqual([peerId, undefined, peerId])
      database.close()
      await deleteDatabase('grapevine-test-known')
    })
  })
}
