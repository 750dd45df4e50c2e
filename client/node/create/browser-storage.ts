import type { ClaimClock } from '../../storage/claim.ts'
import { openDatabase, type Database } from '../../storage/database.ts'
import type { Ed25519 } from '../../storage/ed25519.ts'
import { openIdentity } from '../../storage/identity.ts'
import { createKnownKeys } from '../../storage/known-keys.ts'
import { createLastKeys } from '../../storage/last-keys.ts'
import { sweepLedgers, sweepRegularly } from '../../storage/ledger-sweep.ts'
import { loadEd25519 } from '../../storage/load-ed25519.ts'
import { claimMeans, claimName, isNameClaimed } from '../../storage/name-claim.ts'
import type { StorageTrouble } from '../api/grapevine.ts'
import type { OpenedIdentity } from '../shared/node-ports.ts'
import { after } from './clock.ts'
import type { KnownKeys, NameEvents, NodeStorage, StoredNode } from '../shared/node-storage.ts'

const claimClock: ClaimClock = { now: Date.now, after }

const randomBytes = (length: number): Uint8Array<ArrayBuffer> => crypto.getRandomValues(new Uint8Array(length))

/**
 * Keeps keys and messages in this browser, and bounds what all nodes of this origin have stored: at most one storage for
 * each page is enough. Where the browser has no database, its nodes run in memory, and say so.
 */
export const browserStorage = (): NodeStorage => new BrowserStorage()

/** Keeps nothing: each node has a new key, and no messages at its start. */
export const memoryStorage = (): NodeStorage => {
  const ed25519 = loadEd25519()
  const knownKeys = createKnownKeys(undefined, () => {})
  return {
    blocks: 'nowhere',
    openIdentity: async ({ net, name }, events) => {
      events.claimed()
      const { peerId, epoch, key, sign } = await openIdentity(undefined, await ed25519, randomBytes, net, name)
      return { peerId, epoch, key, sign, isNewKey: true, release: () => {} }
    },
    openKnownKeys: async () => knownKeys,
  }
}

class BrowserStorage implements NodeStorage {
  readonly blocks = 'database'
  readonly #database: Promise<Database | undefined>
  readonly #ed25519: Promise<Ed25519> = loadEd25519()
  readonly #lastKeys = createLastKeys(() => localStorage)
  /** What the nodes of this storage do with a trouble of the database. */
  readonly #listeners = new Set<(trouble: StorageTrouble) => void>()
  /** The database is gone. */
  #trouble: StorageTrouble | undefined

  constructor() {
    this.#database = openDatabase({
      onUnavailable: (reason) => {
        // A newer version of the page that has taken the database over keeps the key in it.
        this.#trouble = reason === 'storage-outgrown' ? 'messages-not-stored' : 'not-stored'
        for (const listener of this.#listeners) listener(this.#trouble)
      },
    })
    void this.#sweep()
  }

  async openIdentity(node: StoredNode, events: NameEvents, signal: AbortSignal): Promise<OpenedIdentity> {
    const { net, name, patienceMs } = node
    const claim = await claimName({
      net,
      name,
      signal,
      means: claimMeans(),
      clock: claimClock,
      random: Math.random,
      onHeldElsewhere: () => events.heldElsewhere(),
      onLost: () => events.lost(),
      patienceMs,
    })
    events.claimed()
    const trouble = (each: StorageTrouble): void => events.trouble(each)
    this.#listeners.add(trouble)
    if (this.#trouble) trouble(this.#trouble)
    const release = (): void => {
      this.#listeners.delete(trouble)
      claim.release()
    }
    try {
      const identity = await openIdentity(await this.#database, await this.#ed25519, randomBytes, net, name)
      const { peerId, epoch, key, sign, persisted, isKeyStored, isNewKey, isReplacement } = identity
      // A key that is not stored, and lives as long as this page, replaces none.
      const before = persisted ? this.#lastKeys.replace(net, name, peerId) : undefined
      if (isReplacement) trouble('key-replaced')
      else if (before !== undefined && before !== peerId) trouble('key-lost')
      if (!persisted) trouble(isKeyStored ? 'messages-not-stored' : 'not-stored')
      return { peerId, epoch, key, sign, isNewKey, release }
    } catch (error) {
      release()
      throw error
    }
  }

  async openKnownKeys(trouble: (trouble: StorageTrouble) => void): Promise<KnownKeys> {
    return createKnownKeys(await this.#database, () => trouble('messages-not-stored'))
  }

  async #sweep(): Promise<void> {
    const database = await this.#database
    if (!database) return
    const sweep = (): Promise<void> =>
      sweepLedgers({ database, isClaimed: (name) => isNameClaimed(name, claimMeans(), claimClock) })
    sweepRegularly(sweep, { after, random: Math.random })
  }
}
