import type { IDBPObjectStore } from 'idb'
import type { Schema } from './database.ts'

type RecentStore = 'identities' | 'known-keys'
type Writable<Name extends RecentStore> = IDBPObjectStore<Schema, [Name], Name, 'readwrite'>

/**
 * The `use` of the record that this transaction writes next. Recency is counted, not timed, so that a clock that is set
 * back evicts no wrong record.
 */
export const nextUse = async <Name extends RecentStore>(store: Writable<Name>): Promise<number> => {
  const last = await store.index('by-use').openKeyCursor(null, 'prev')
  return (last ? Number(last.key) : 0) + 1
}

/** Deletes the records unused for longest until `limit` are left. */
export const trimToRecent = async <Name extends RecentStore>(store: Writable<Name>, limit: number): Promise<void> => {
  let excess = (await store.count()) - limit
  let cursor = excess > 0 ? await store.index('by-use').openCursor() : null
  while (cursor && excess > 0) {
    await cursor.delete()
    excess -= 1
    cursor = await cursor.continue()
  }
}
