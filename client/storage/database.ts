import { type DBSchema, type IDBPDatabase, openDB } from 'idb'
import type { LogId } from '../gossip/wire/block.ts'
import type { PeerId } from '../gossip/wire/peer-id.ts'
import type { StoredBlock } from '../gossip/wire/stored-block.ts'
import type { StoredKey } from '../node/shared/signatures.ts'

/** The database of this origin. Another version of the page or a person may have written it, so every reader parses. */
export interface Schema extends DBSchema {
  identities: { key: [net: string, name: string]; value: IdentityRecord; indexes: { 'by-use': number } }
  'known-keys': { key: [net: string, name: string]; value: KnownKeyRecord; indexes: { 'by-use': number } }
  /** Keyed by a number that counts up, so in the order of the blocks' arrival. */
  blocks: {
    key: number
    value: BlockRecord | PackedRecord
    indexes: {
      'by-node': [net: string, name: string]
      'by-log': [net: string, name: string, log: string, height: number]
    }
  }
  ledgers: { key: [net: string, name: string]; value: LedgerRecord }
}

interface BoundedRecord {
  readonly net: string
  readonly name: string
  /** Counts up over the whole store: the record with the lowest number is the one unused for longest. No clock decides. */
  readonly use: number
}

/** The key of a node that has run in this browser, and the number of its page loads. */
interface IdentityRecord extends BoundedRecord, StoredKey {
  readonly epochs: number
}

/** The key that an upstream's name had at its last link. */
interface KnownKeyRecord extends BoundedRecord {
  readonly peerId: PeerId
}

/** A block that a node of this browser holds. */
export interface BlockRecord extends Omit<StoredBlock, 'networkMs'> {
  readonly net: string
  readonly name: string
  /** Absent in records of builds without network time. */
  readonly networkMs?: number
  /** Absent in records of database version 2. */
  readonly checksum?: Uint8Array<ArrayBuffer>
}

/**
 * Some blocks of one log that arrived one directly after the other, by rising height; item n of each list belongs to block
 * n. A record for each block would cost a catch-up most of its time, and the disk twice the space.
 */
export interface PackedRecord {
  readonly net: string
  readonly name: string
  readonly log: LogId
  /** Of the newest block. The oldest is less than `storageLimits.packedBlocks` below. */
  readonly height: number
  readonly heights: readonly number[]
  /** The bytes of all blocks, and how many of them belong to each block. */
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly lengths: readonly number[]
  readonly signatures: readonly StoredBlock['signature'][]
  /** For each block its hops: name, `heldMs`, `rttMs`. */
  readonly hops: readonly (readonly unknown[])[]
  readonly arrivedAt: readonly number[]
  readonly networkMs: readonly number[]
  readonly checksum: Uint8Array<ArrayBuffer>
}

/** Number and size of one node's blocks, so that they need not be read for it. Written in the blocks' transactions. */
export interface LedgerRecord {
  readonly net: string
  readonly name: string
  /**
   * Counts up, so that no clock decides which ledger is unused for longest. A start, and each minute in a network, sets it
   * above those of all ledgers; each write adds one. Earlier builds wrote milliseconds since 1970; the count goes on from
   * there.
   */
  readonly usedAt: number
  /** Milliseconds that the node spent in a network, over all its page loads (rule R2). */
  readonly networkMs: number
  /**
   * When the newest block arrived, by this machine's clock. This build does not read it; a tab of an earlier build that is
   * still open deletes ledgers by it.
   */
  readonly newestAt: number
  readonly blocks: number
  readonly bytes: number
}

export type Database = IDBPDatabase<Schema>

/** Version 4 has the stores of version 3. Builds before it would discard packed records and blocks without signatures. */
const version = 4

export interface DatabaseOptions {
  /** For tests, and for two copies of the page on one origin. */
  readonly databaseName?: string
  /** There is no database, or it has been closed. */
  readonly onUnavailable: (reason: DatabaseProblem) => void
}

export type DatabaseProblem =
  /** The browser has no IndexedDB, or not for this page (private window, blocked cookies, sandboxed frame). */
  | 'storage-unavailable'
  /** The database was made by a newer version of the page than this one. */
  | 'storage-newer'
  /** The open database was closed: by the browser, or because it is being deleted. */
  | 'storage-closed'
  /** A newer version of the page upgrades the open database, so this tab has closed it; its content stays. */
  | 'storage-outgrown'

/**
 * Undefined if there is no IndexedDB; `onUnavailable` has the reason, and the node runs in memory. Waits for the browser
 * however long it takes, since a node without its database would have another key. A frozen tab of an older version, which
 * does not close the database, delays it for as long as that tab exists.
 */
export const openDatabase = async (options: DatabaseOptions): Promise<Database | undefined> => {
  const { databaseName = 'grapevine', onUnavailable } = options
  try {
    return await openDB<Schema>(databaseName, version, {
      upgrade,
      // A newer version of the page, or a deletion, waits until this connection closes; this tab goes on in memory.
      blocking(_currentVersion, blockedVersion, event) {
        if (event.target instanceof IDBDatabase) event.target.close()
        onUnavailable(blockedVersion === null ? 'storage-closed' : 'storage-outgrown')
      },
      terminated: () => onUnavailable('storage-closed'),
    })
  } catch (error) {
    // A page that may not use IndexedDB gets an exception; if the browser fails to open it, a rejection.
    const isNewer = error instanceof DOMException && error.name === 'VersionError'
    onUnavailable(isNewer ? 'storage-newer' : 'storage-unavailable')
  }
  return undefined
}

const upgrade = (database: Database, oldVersion: number): void => {
  if (oldVersion < 1) {
    for (const store of ['identities', 'known-keys'] as const) {
      database.createObjectStore(store, { keyPath: ['net', 'name'] }).createIndex('by-use', 'use')
    }
  }
  if (oldVersion < 2) {
    const blocks = database.createObjectStore('blocks', { autoIncrement: true })
    blocks.createIndex('by-node', ['net', 'name'])
    blocks.createIndex('by-log', ['net', 'name', 'log', 'height'])
  }
  // Existing ledgers are measured later (`ledger-sweep.ts`), so that no start waits for it.
  if (oldVersion < 3) database.createObjectStore('ledgers', { keyPath: ['net', 'name'] })
}
