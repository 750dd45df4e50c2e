import { type DBSchema, type IDBPDatabase, openDB } from 'idb'
import type { PeerId } from '../gossip/wire/peer-id.ts'
import type { StoredBlock } from '../gossip/wire/stored-block.ts'
import type { StoredKey } from './ed25519.ts'

/** What this browser keeps for this origin. A later version of the page, or a hand, wrote it: readers parse it. */
export interface Schema extends DBSchema {
  identities: { key: [net: string, name: string]; value: IdentityRecord; indexes: { 'by-use': number } }
  'known-keys': { key: [net: string, name: string]; value: KnownKeyRecord; indexes: { 'by-use': number } }
  /** Keyed by a number that counts up, so in the order in which the blocks came. */
  blocks: {
    key: number
    value: BlockRecord
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
  /** Counts up over the whole store: the record with the lowest is the one unused for longest. No clock is asked. */
  readonly use: number
}

/** The key of a node that ran in this browser, and how many page loads it has had. */
interface IdentityRecord extends BoundedRecord, StoredKey {
  readonly epochs: number
}

/** The key that an upstream's name had when it was last linked. */
interface KnownKeyRecord extends BoundedRecord {
  readonly peerId: PeerId
}

/** A block that a node of this browser holds. */
export interface BlockRecord extends Omit<StoredBlock, 'networkMs'> {
  readonly net: string
  readonly name: string
  /** Absent in what builds without a network time have written. */
  readonly networkMs?: number
  /** Absent in what version 2 has written. */
  readonly checksum?: Uint8Array<ArrayBuffer>
}

/** What one node's blocks come to, so that nobody has to read them to know. Written along with them. */
export interface LedgerRecord {
  readonly net: string
  readonly name: string
  /**
   * Counts up, so that no clock decides which ledger is unused longest: a start, and each minute in a network, makes it
   * the highest of all ledgers; each write makes it higher by one. Earlier builds wrote milliseconds since 1970, from
   * which it counts on.
   */
  readonly usedAt: number
  /** How long the node has been in a network, milliseconds over all its page loads (rule R2). */
  readonly networkMs: number
  /**
   * When its newest block came, by this machine's clock. No rule reads it here: a tab of an earlier build that is still
   * open deletes ledgers by it.
   */
  readonly newestAt: number
  readonly blocks: number
  readonly bytes: number
}

export type Database = IDBPDatabase<Schema>

const version = 3

export interface DatabaseOptions {
  /** For tests, and for two copies of the page on one origin. */
  readonly databaseName?: string
  /** Why there is no database, or why it is gone: the browser closed it, or another tab upgrades it. */
  readonly onUnavailable: (reason: DatabaseProblem) => void
}

export type DatabaseProblem =
  /** The browser has no IndexedDB, or not for this page (private window, blocked cookies, sandboxed frame). */
  | 'storage-unavailable'
  /** The database was made by a newer version of the page than this one. */
  | 'storage-newer'
  /** It was open, and isn't any more: the browser took it away, or somebody deletes it. */
  | 'storage-closed'
  /** It was open, and a newer version of the page has taken it over: what is in it is kept. */
  | 'storage-outgrown'

/**
 * Nothing where there is no IndexedDB: the node then runs in memory, and `onUnavailable` has said why. However long the
 * browser takes, it is waited for: a node that went on without would have another key. A tab of an older version that
 * does not let go of the database (frozen, say) may take as long as it lives.
 */
export const openDatabase = async (options: DatabaseOptions): Promise<Database | undefined> => {
  const { databaseName = 'grapevine', onUnavailable } = options
  try {
    return await openDB<Schema>(databaseName, version, {
      upgrade,
      // A newer version of the page, or a deletion, waits for this connection; this tab goes on in memory.
      blocking(_currentVersion, blockedVersion, event) {
        if (event.target instanceof IDBDatabase) event.target.close()
        onUnavailable(blockedVersion === null ? 'storage-closed' : 'storage-outgrown')
      },
      terminated: () => onUnavailable('storage-closed'),
    })
  } catch (error) {
    // Thrown at once where the page may not use IndexedDB, rejected where the browser fails to open it.
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
  // Ledgers that are there already are measured later (`ledger-sweep.ts`): nobody waits for it.
  if (oldVersion < 3) database.createObjectStore('ledgers', { keyPath: ['net', 'name'] })
}
