/** What a node needs of the outside; main.ts plugs in the real things, tests their doubles. */
import type { Sign } from './signatures.ts'
import type { CutReason } from '../../gossip/gossip-effect.ts'
import type { LogId } from '../../gossip/wire/block.ts'
import type { Link, LinkId } from '../../gossip/wire/link.ts'
import type { NodeName } from '../../gossip/wire/node-name.ts'
import type { PeerId } from '../../gossip/wire/peer-id.ts'
import type { StoredBlock } from '../../gossip/wire/stored-block.ts'
import type { IceServerCounts, TryDiagnosis } from '../api/diagnosis.ts'
import type { LinkReason } from '../api/grapevine.ts'
import type { NoWebsocket, ServerContact } from '../api/server-contact.ts'

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
  /** The key it has, had, or must have; absent while nobody has said. */
  readonly peerId: PeerId | undefined
  /** `dialling` also between two tries and while the upstream, naming us too, is the one to dial. */
  readonly phase: 'waiting' | 'dialling' | 'linked'
  readonly reason: LinkReason | undefined
  /** A name that is there while this one is not, and differs from it by case alone. */
  readonly similar?: string | undefined
}

/** Where this node stands with the signalling server. */
export type SignallingState =
  /** `cutAfterMs`: something on the way ends the websocket again and again, each time about so long after it opened. */
  | { readonly status: 'registered'; readonly cutAfterMs?: number }
  /** `server-silent` also where the websocket is open, and a request got no answer in time. */
  | ({ readonly status: 'offline' } & (NoWebsocket | { readonly reason: 'token-missing' | 'access-denied' }))
  /** Another key holds the name; asked again from time to time. */
  | { readonly status: 'name-taken' }
  /** Nobody holds the name; the server keeps it for its last key for some seconds. Asked again until then. */
  | { readonly status: 'name-reserved' }
  /** The same key registered the name elsewhere; not asked again. */
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
  closed(link: Link, reason: CloseReason): void
  setQuiet(link: LinkId, isQuiet: boolean): void
  trust(name: string): void
}

export interface NetworkPortEvents {
  /** A link is open. It replaces any other link to the same PeerId. */
  linked(link: Link): void
  upstream(status: UpstreamStatus): void
  signalling(state: SignallingState): void
  /** Every step on the way to the server. */
  contact(contact: ServerContact): void
  /** What connections are made with from now on; none until told. */
  iceServers(counts: IceServerCounts): void
  /** How far the latest try to connect to an upstream has come; undefined: there is none any more. */
  tried(upstream: NodeName, status: TryDiagnosis | undefined): void
  /** The server says that this neighbour registered anew: see whether its link still lives. */
  suspect(link: LinkId): void
  /** This node says that it knows another key under this node's name, and does not dial it; it says so unsigned. */
  distrusted(by: NodeName): void
  dropped(reason: string, from: string | undefined): void
}

/** Where the ledger outlives the page. Nothing here rejects: a store that fails forgets, and says so elsewhere. */
export interface BlockStorePort {
  /**
   * All that is kept for this node, in the order in which it came. Called once, by a node that holds the claim to its
   * name, before anything is appended.
   */
  load(): Promise<readonly StoredBlock[]>
  /** How long the node was in a network in its former page loads, milliseconds; 0 before `load`. */
  readonly networkMs: number
  /** How long it has been by now. The ledger counts as used now. */
  note(networkMs: number): void
  append(block: StoredBlock): void
  /** The blocks of a log up to a height are retained no longer. */
  forget(log: LogId, height: number): void
  /** A block that `load` gave is of no use: it leaves. */
  discard(block: StoredBlock): void
  /** Writes now what still waits, and this network time; resolves once all is written. */
  flush(networkMs?: number): Promise<void>
  /** As `flush`, for a node whose name another one runs now: the blocks are written, the ledger's record is left to that one. */
  retire(): Promise<void>
}
