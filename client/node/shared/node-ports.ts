/** What the runtime needs of the outside; main.ts plugs in the real things, tests their doubles. */
import type { Sign } from '../codec/block-seal.ts'
import type { LogId } from '../../gossip/wire/block.ts'
import type { Link, LinkId } from '../../gossip/wire/link.ts'
import type { NodeName } from '../../gossip/wire/node-name.ts'
import type { PeerId } from '../../gossip/wire/peer-id.ts'
import type { StoredBlock } from '../../gossip/wire/stored-block.ts'
import type { IceServerCounts, TryDiagnosis } from '../api/diagnosis.ts'
import type { LinkReason } from '../api/grapevine.ts'
import type { NoWebsocket, ServerContact } from '../api/server-contact.ts'

/** Milliseconds on a clock that never runs backwards, and waiting on it. */
export interface Timers {
  now(): number
  /** Runs `action` once after `delayMs`; returns its undo. */
  after(delayMs: number, action: () => void): () => void
}

/** The right to run the name in this browser, and the key that goes with it. */
export interface OpenedIdentity {
  readonly peerId: PeerId
  /** This page load, counted up in storage before anything is signed. */
  readonly epoch: string
  readonly sign: Sign
  /** Gives the name free for other tabs. */
  release(): void
}

export interface UpstreamStatus {
  readonly name: NodeName
  readonly peerId: PeerId | undefined
  readonly phase: 'waiting' | 'dialling' | 'linked'
  readonly reason: LinkReason | undefined
  readonly similar?: string | undefined
}

export type SignallingState =
  | { readonly status: 'registered'; readonly cutAfterMs?: number }
  | ({ readonly status: 'offline' } & (NoWebsocket | { readonly reason: 'token-missing' | 'access-denied' }))
  | { readonly status: 'name-taken' }
  | { readonly status: 'name-reserved' }
  | { readonly status: 'replaced' }

/**
 * How a link ended: `cut` for invalid input bars the neighbour for a while; `aborted` by the other side, which may have
 * said bye.
 */
export type Release = 'bye' | 'lost' | 'cut' | 'aborted'

export interface NetworkPort {
  start(): void
  stop(): void
  released(link: Link, release: Release): void
  setQuiet(link: LinkId, isQuiet: boolean): void
  trust(name: string): void
}

export interface NetworkPortEvents {
  linked(link: Link): void
  upstream(status: UpstreamStatus): void
  signalling(state: SignallingState): void
  /** Every step on the way to the server. */
  contact(contact: ServerContact): void
  /** What connections are made with from now on; none until told. */
  iceServers(counts: IceServerCounts): void
  /** How far the latest try to connect to an upstream has come; undefined: there is none any more. */
  tried(upstream: NodeName, status: TryDiagnosis | undefined): void
  suspect(link: LinkId): void
  /** This node says that it knows another key under this node's name. */
  distrusted(by: NodeName): void
  dropped(reason: string, from: string | undefined): void
}

/** Where the ledger outlives the page. Nothing here rejects: a store that fails forgets, and says so elsewhere. */
export interface BlockStorePort {
  /** In the order in which the blocks came. */
  load(): Promise<readonly StoredBlock[]>
  /** How long the node was in a network in its former page loads, milliseconds; 0 before `load`. */
  readonly networkMs: number
  /** How long it has been by now. */
  note(networkMs: number): void
  append(block: StoredBlock): void
  /** The blocks of a log up to a height are retained no longer. */
  forget(log: LogId, height: number): void
  /** A block that `load` gave is damaged. */
  discard(block: StoredBlock): void
  /** Writes what still waits, and this network time. */
  flush(networkMs: number): Promise<void>
  /** Writes the blocks that still wait, for a node whose name another one runs now. */
  retire(): Promise<void>
}
