import { type PeerId, parsePeerId } from '../gossip/wire/peer-id.ts'
import type { Database } from './database.ts'
import type { KnownKeys } from '../node/shared/node-storage.ts'
import { storageLimits } from './limits.ts'
import { BoundedMap } from '../gossip/bounds/bounded-map.ts'
import { nextUse, trimToRecent } from './recent-store.ts'

/**
 * Stored in the database, so that all tabs of this browser know the same keys. Without a database, or after its first
 * failure, which is reported, the keys are kept for the life of this page.
 */
export const createKnownKeys = (
  database: Database | undefined,
  onStorageError: (error: unknown) => void,
  limit: number = storageLimits.knownKeys,
): KnownKeys => {
  const memory = new BoundedMap<string, PeerId>(limit)
  let working = database

  const giveUp = (error: unknown): void => {
    if (!working) return
    working = undefined
    onStorageError(error)
  }

  return {
    async get(net, name) {
      try {
        if (working) {
          const record: unknown = await working.get('known-keys', [net, name])
          if (typeof record === 'object' && record !== null && 'peerId' in record) return parsePeerId(record.peerId)
          return undefined
        }
      } catch (error) {
        giveUp(error)
      }
      return memory.get(memoryKey(net, name))
    },

    async remember(net, name, peerId) {
      memory.set(memoryKey(net, name), peerId)
      try {
        if (!working) return
        const transaction = working.transaction('known-keys', 'readwrite')
        const write = async (): Promise<void> => {
          const use = await nextUse(transaction.store)
          await transaction.store.put({ net, name, peerId, use })
          await trimToRecent(transaction.store, limit)
        }
        await Promise.all([write(), transaction.done])
      } catch (error) {
        giveUp(error)
      }
    },
  }
}

/** Unambiguous, since neither name contains a slash. */
const memoryKey = (net: string, name: string): string => `${net}/${name}`
