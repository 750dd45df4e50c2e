import type { Deadline } from '../shared/deadline.ts'
import type { SignalData, SignalRefusal } from '../shared/protocol.ts'

/** A node as every process of the cluster may know it. */
export interface ClusterNode {
  readonly net: string
  readonly name: string
  readonly peerId: string
  readonly upstreams: readonly string[]
  readonly socketId: string
  /** When it registered, in milliseconds of the cluster's clock: the same for every process. */
  readonly registeredAt: number
}

/** A node whose socket is another process's. */
export interface RemoteNode extends ClusterNode {
  readonly processId: string
}

/** One step of an attempt on its way to the process that holds the receiver's socket. */
export interface RelayedStep {
  readonly sender: RemoteNode
  /** The receiver's socket, and its name. */
  readonly receiver: string
  readonly to: string
  readonly attempt: string
  readonly seq: number
  readonly data: SignalData
}

/** What the other processes ask of this one, or tell it. */
export interface ClusterEvents {
  /** Nodes that other processes hold, as of now. */
  registered(nodes: readonly RemoteNode[]): void
  /** Delivers here, or says why not. */
  relayed(step: RelayedStep): SignalRefusal | undefined
  /** The name of this socket is another's: `replaced` if its own key has it elsewhere, `taken` if another key was first. */
  lost(socketId: string, why: 'replaced' | 'taken'): void
  /** All nodes whose sockets are here; asked for when the names are to be claimed anew. */
  nodes(): readonly ClusterNode[]
  /** Whether this socket still is a node's. */
  holds(socketId: string): boolean
  /** The cluster can be reached again, or no longer. */
  changed(state: 'up' | 'down'): void
  /** After it could not be reached: what the others hold for the nodes here is told. */
  caughtUp(): void
}

/**
 * Several server processes that act as one.
 *
 * Every answer comes within the deadline of the request that it is for; while the cluster can't be reached it comes at
 * once, and what is asked of this process alone goes on.
 */
export interface Cluster {
  readonly state: 'up' | 'down'
  /** Milliseconds of the cluster's clock. */
  now(): number
  /** Takes the name for the node's key, atomically among all processes; gives the time of its registration. */
  claim(
    node: Omit<ClusterNode, 'registeredAt'>,
    deadline: Deadline,
  ): Promise<number | 'name-taken' | 'name-reserved' | 'unreachable'>
  /** Tells the other processes of nodes that hold their names now. */
  announce(nodes: readonly ClusterNode[]): void
  /** The socket ended: the name stays its key's for a while. */
  release(node: ClusterNode): void
  /** Those of the names that a process holds, in any order. */
  find(net: string, names: readonly string[], deadline: Deadline): Promise<readonly RemoteNode[] | 'unreachable'>
  /** Takes a step to the process that holds its receiver; resolves with that one's refusal, if any. */
  relay(
    processId: string,
    step: Omit<RelayedStep, 'sender'> & { readonly sender: ClusterNode },
    deadline: Deadline,
  ): Promise<SignalRefusal | undefined>
  close(): Promise<void>
}
