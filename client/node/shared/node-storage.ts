/** The port to where a node keeps what outlives it. */
import type { NodeName } from '../../gossip/wire/node-name.ts'
import type { PeerId } from '../../gossip/wire/peer-id.ts'
import type { StorageTrouble } from '../api/grapevine.ts'
import type { BlockStorePort, OpenedIdentity } from './node-ports.ts'

/** One storage serves any number of nodes. */
export interface NodeStorage {
  /**
   * Where the blocks are kept. A worker opens the database of this browser, or keeps none, by itself; with a store of the
   * caller's the node runs in this thread.
   */
  readonly blocks: 'database' | 'nowhere' | OpenBlocks
  /** Waits for the name and loads its key, or makes one. Rejects once aborted. */
  openIdentity(node: StoredNode, events: NameEvents, signal: AbortSignal): Promise<OpenedIdentity>
  openKnownKeys(trouble: (trouble: StorageTrouble) => void): Promise<KnownKeys>
}

/** Opens the ledger of a node's former runs. Called once its name is claimed. */
export type OpenBlocks = (node: StoredNode, trouble: (trouble: StorageTrouble) => void) => Promise<BlockStorePort>

export interface StoredNode {
  readonly net: NodeName
  readonly name: NodeName
  /** Milliseconds that another holder of the name has to release it, before it is reported; 0: at once. */
  readonly patienceMs: number | undefined
}

/** What happens to the name and the key in this browser. */
export interface NameEvents {
  /** Another tab runs the name; this one goes on waiting. */
  heldElsewhere(): void
  /** This node has the name; its key is loaded next. */
  claimed(): void
  /** Another tab got the name while this one stalled: this node must stop. */
  lost(): void
  trouble(trouble: StorageTrouble): void
}

/** The key that each upstream's name had at its last link. A bare `?peer=name` trusts the server for it once (promise P4). */
export interface KnownKeys {
  get(net: string, name: string): Promise<PeerId | undefined>
  /** Replaces the remembered key. */
  remember(net: string, name: string, peerId: PeerId): Promise<void>
}
