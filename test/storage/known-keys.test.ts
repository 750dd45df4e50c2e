import 'fake-indexeddb/auto'
import { beforeEach, describe, expect, it } from 'vitest'
import type { PeerId } from '../../client/gossip/wire/peer-id.ts'
import type { Database } from '../../client/storage/database.ts'
import { createKnownKeys } from '../../client/storage/known-keys.ts'
import { openTestDatabase } from './identity-contract.ts'

const key1 = 'A'.repeat(43) as PeerId
const key2 = `${'B'.repeat(42)}A` as PeerId

describe('known keys', () => {
  let database: Database
  const errors: unknown[] = []
  const onStorageError = (error: unknown): void => {
    errors.push(error)
  }

  beforeEach(async () => {
    errors.length = 0
    database = await openTestDatabase(`grapevine-test-known-${crypto.randomUUID()}`)
  })

  it('are the last remembered keys, per network and name', async () => {
    const knownKeys = createKnownKeys(database, onStorageError)
    expect(await knownKeys.get('main', 'node1')).toBeUndefined()
    await knownKeys.remember('main', 'node1', key1)
    await knownKeys.remember('main', 'node1', key2)
    expect(await knownKeys.get('main', 'node1')).toBe(key2)
    expect(await knownKeys.get('class-7', 'node1')).toBeUndefined()
    expect(await knownKeys.get('main', 'node2')).toBeUndefined()
  })

  it('are shared with other tabs, and stored', async () => {
    await createKnownKeys(database, onStorageError).remember('main', 'node1', key1)
    expect(await createKnownKeys(database, onStorageError).get('main', 'node1')).toBe(key1)
  })

  it('are unknown if the record is damaged', async () => {
    await database.put('known-keys', { net: 'main', name: 'node1', peerId: 'node1' as PeerId, use: 1 })
    expect(await createKnownKeys(database, onStorageError).get('main', 'node1')).toBeUndefined()
  })

  it('are in memory, and bounded, if there is no database', async () => {
    const knownKeys = createKnownKeys(undefined, onStorageError, 2)
    for (const name of ['node1', 'node2', 'node3']) await knownKeys.remember('main', name, key1)
    expect(await knownKeys.get('main', 'node1')).toBeUndefined()
    expect(await knownKeys.get('main', 'node3')).toBe(key1)
    expect(errors).toEqual([])
  })

  it('continue in memory once the database fails, which is reported once', async () => {
    const knownKeys = createKnownKeys(database, onStorageError)
    await knownKeys.remember('main', 'node1', key1)
    database.close()
    await knownKeys.remember('main', 'node2', key2)
    expect(await knownKeys.get('main', 'node1')).toBe(key1)
    expect(await knownKeys.get('main', 'node2')).toBe(key2)
    expect(errors).toHaveLength(1)
  })
})
