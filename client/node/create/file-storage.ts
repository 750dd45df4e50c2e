import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { claimByFile } from '../../storage/files/file-claim.ts'
import { FileBlockStore } from '../../storage/files/file-block-store.ts'
import { fileIdentity, withSecretBytes } from '../../storage/files/file-identity.ts'
import { fileKnownKeys } from '../../storage/files/file-known-keys.ts'
import { openStoredIdentity } from '../../storage/identity.ts'
import { loadEd25519 } from '../../storage/load-ed25519.ts'
import type { OpenedIdentity } from '../shared/node-ports.ts'
import type { NameEvents, NodeStorage, StoredNode } from '../shared/node-storage.ts'
import { after, timers } from './clock.ts'

/** What happens to the files; the node reports its part of it by the event `storage`. */
export interface FileStorageEvents {
  /** A file can't be read or written. Writing messages is repeated. */
  failed?(error: unknown): void
  /** All messages that waited are written. */
  recovered?(): void
  /** So many bytes of the stored messages are damaged, and were left out. */
  damaged?(bytes: number): void
}

/**
 * Keeps keys and messages in files, in Node.js: below `folder` a folder for each node (`archive@main`), with its key, which only
 * this person can read, its messages, and a lock while it runs. Nothing is deleted but what a node's retention evicts.
 */
export const fileStorage = (folder: string, events: FileStorageEvents = {}): NodeStorage => {
  const ed25519 = loadEd25519()
  const folderOf = ({ net, name }: Pick<StoredNode, 'net' | 'name'>): string =>
    join(folder, `${fileName(name)}@${fileName(net)}`)
  return {
    blocks: async (node, trouble) =>
      new FileBlockStore({
        folder: folderOf(node),
        after,
        onFailure: (error) => {
          events.failed?.(error)
          trouble('messages-not-stored')
        },
        onRecovery: () => events.recovered?.(),
        onDamage: (bytes) => events.damaged?.(bytes),
      }),
    openIdentity: async (node, nameEvents, signal) => {
      const path = folderOf(node)
      const release = await claim(path, nameEvents, signal, events)
      nameEvents.claimed()
      try {
        const randomBytes = (length: number): Uint8Array<ArrayBuffer> => crypto.getRandomValues(new Uint8Array(length))
        const identity = await openStoredIdentity(
          fileIdentity(join(path, 'key.json')),
          withSecretBytes(await ed25519),
          randomBytes,
          node.name,
        )
        const { peerId, epoch, key, sign, persisted, isKeyStored, isNewKey, isReplacement, storageError } = identity
        if (isReplacement) nameEvents.trouble('key-replaced')
        if (!persisted) {
          events.failed?.(storageError)
          nameEvents.trouble(isKeyStored ? 'messages-not-stored' : 'not-stored')
        }
        return { peerId, epoch, key, sign, isNewKey, release } satisfies OpenedIdentity
      } catch (error) {
        release()
        throw error
      }
    },
    openKnownKeys: async (trouble) =>
      fileKnownKeys(join(folder, 'known-keys.json'), (error) => {
        events.failed?.(error)
        trouble('messages-not-stored')
      }),
  }
}

/** Names differ by case, which many disks ignore: `Node1` becomes `+node1`. */
const fileName = (name: string): string => name.replace(/[A-Z]/g, (letter) => `+${letter.toLowerCase()}`)

/** A node whose folder is not writable runs all the same: no other process can write there either. */
const claim = async (
  path: string,
  names: NameEvents,
  signal: AbortSignal,
  events: FileStorageEvents,
): Promise<() => void> => {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 })
    return await claimByFile({
      path: join(path, 'lock'),
      clock: timers,
      signal,
      onHeldElsewhere: () => names.heldElsewhere(),
      onLost: () => names.lost(),
    })
  } catch (error) {
    signal.throwIfAborted()
    events.failed?.(error)
    return () => {}
  }
}
