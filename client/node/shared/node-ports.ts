/** The ports of a node: the app provides the real implementations, tests provide doubles. */
import type { Sign, StoredKey } from './signatures.ts'
import type { CutReason } from '../../gossip/effects/gossip-effect.ts'
import type { LogId } from '../../gossip/wire/block.ts'
import type { Link, LinkId, LinkIdentity } from '../../gossip/wire/link.ts'
import type { NodeName } from '../../gossip/wire/node-name.ts'
import type { PeerId } from '../../gossip/wire/peer-id.ts'
import type { StoredBlock } from '../../gossip/wire/stored-block.ts'
import type { IceServerCounts, TryDiagnosis } from '../api/diagnosis.ts'
import type { LinkReason, StorageTrouble } from '../api/grapevine.ts'
import type { NoWebsocket, ServerContact } from '../api/server-contact.ts'

/** The right to run the name in this browser, and the key that goes with it. */
export interface OpenedIdentity {
  readonly peerId: PeerId
  /** The number of this page load, counted up in storage before the first signature, with 64 random bits. */
  readonly epoch: string
  readonly sign: Sign
  /** The key itself, for a worker that signs with it; absent: only `sign` can. */
  readonly key?: StoredKey
  /** No usable key was stored under this name. */
  readonly isNewKey: boolean
  /** Releases the name for other tabs. */
  release(): void
}

export interface UpstreamStatus {
  readonly name: NodeName
  /** The key that the upstream has, had, or must have; undefined while none is known. */
  readonly peerId: PeerId | undefined
  /** `dialling` also between two tries, and while it is the upstream's turn to dial because it names this node too. */
  readonly phase: 'waiting' | 'dialling' | 'linked'
  readonly reason: LinkReason | undefined
  /** For an absent upstream: a registered name that differs by case alone. */
  readonly similar?: string | undefined
}

/** The state of this node at the signalling server. */
export type SignallingState =
  /** `cutAfterMs`: a proxy cuts the websocket again and again, each time about this many milliseconds after it opened. */
  | { readonly status: 'registered'; readonly cutAfterMs?: number }
  /** `server-silent` also if the websocket is open and a request gets no answer in time. */
  | ({ readonly status: 'offline' } & (NoWebsocket | { readonly reason: 'token-missing' | 'access-denied' }))
  /** Another key has registered the name; this node tries again from time to time. */
  | { readonly status: 'name-taken' }
  /** The server reserves the name for its last key for some seconds; this node tries again until then. */
  | { readonly status: 'name-reserved' }
  /** The same key has registered the name elsewhere; this node does not try again. */
  | { readonly status: 'replaced' }

/**
 * Why an open link closed: the core cut it, the other side or the connection ended it, or the other side aborted it
 * (`aborted-there` of `LinkEnd`), perhaps with a bye that did not arrive.
 */
export type CloseReason = CutReason | 'connection-lost' | 'aborted'

export interface NetworkPort {
  start(): void
  stop(): void
  /** The link has closed, whichever side closed it. */
  closed(link: LinkIdentity, reason: CloseReason): void
  setQuiet(link: LinkId, isQuiet: boolean): void
  trust(name: string): void
}

export interface NetworkPortEvents<Handle extends LinkIdentity = Link> {
  /** A link has opened. It replaces any other link with the same PeerId. */
  linked(link: Handle): void
  upstream(status: UpstreamStatus): void
  signalling(state: SignallingState): void
  /** The contact with the server has changed. */
  contact(contact: ServerContact): void
  /** The ICE servers for all further connections; there are none before the first event. */
  iceServers(counts: IceServerCounts): void
  /** The latest try to connect to an upstream has changed; undefined: it is void. */
  tried(upstream: NodeName, status: TryDiagnosis | undefined): void
  /** This link's neighbour has registered anew: probe whether the link is still alive. */
  suspect(link: LinkId): void
  /** The node `by` reports, unsigned, that it knows another key under this node's name, and so does not dial it. */
  distrusted(by: NodeName): void
  dropped(reason: string, from: string | undefined): void
  /** The keys of upstreams are not stored. */
  trouble(trouble: StorageTrouble): void
}

/** Stores the ledger beyond the page's life. No method rejects: a store that fails keeps nothing, and reports that. */
export interface BlockStorePort {
  /** All stored blocks of this node, in the order of their arrival. Called once, with the name claimed, before `append`. */
  load(): Promise<readonly StoredBlock[]>
  /** Milliseconds that the node spent in a network in its former page loads (rule R2); 0 before `load`. */
  readonly networkMs: number
  /** Stores the network time so far, and marks the ledger as the one used last. */
  note(networkMs: number): void
  append(block: StoredBlock): void
  /** Deletes the blocks of a log up to a height. */
  forget(log: LogId, height: number): void
  /** Deletes a block that `load` has returned. */
  discard(block: StoredBlock): void
  /** Writes all pending changes, and this network time; resolves once they are written. */
  flush(networkMs?: number): Promise<void>
  /** As `flush`, for a node that was replaced: it writes blocks, and leaves the ledger's record to its successor. */
  retire(): Promise<void>
}
