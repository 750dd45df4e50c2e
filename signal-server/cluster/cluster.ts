import type { Deadline } from '../shared/deadline.ts'
import type { SignalData, SignalRefusal } from '../shared/protocol.ts'

/** A registered node, as every process of the cluster may know it. */
export interface ClusterNode {
  readonly net: string
  readonly name: string
  readonly peerId: string
  /** Names in the same net, each once, without its own. */
  readonly upstreams: readonly string[]
  readonly socketId: string
  /** Milliseconds of the cluster's clock, which all processes share; without a cluster, of this process's clock. */
  readonly registeredAt: number
}

/** A node whose socket is on another process. */
export interface RemoteNode extends ClusterNode {
  readonly processId: string
}

/** One step of an attempt, for the process that has the receiver's socket. */
export interface RelayedStep {
  readonly sender: RemoteNode
  /** The receiver's socket, and its name. */
  readonly receiver: string
  readonly to: string
  readonly attempt: string
  readonly seq: number
  readonly data: SignalData
}

/** What this process receives from the other processes. */
export interface ClusterEvents {
  /** Other processes have registered these nodes. */
  registered(nodes: readonly RemoteNode[]): void
  /** Delivers a step to a socket of this process, or gives why not. */
  relayed(step: RelayedStep): SignalRefusal | undefined
  /** Another socket has this socket's name: `replaced`: a later one of the same key; `taken`: an earlier one of another key. */
  lost(socketId: string, why: 'replaced' | 'taken'): void
  /** All nodes of this process, whose names are claimed again. */
  nodes(): readonly ClusterNode[]
  /** Whether this socket still belongs to a registered node. */
  holds(socketId: string): boolean
  /** The cluster is in reach again, or out of reach; `why`: the error of Redis or the system. */
  changed(state: 'up' | 'down', why?: string): void
  /** After an outage: this process knows the other processes' nodes again. */
  caughtUp(): void
}

/**
 * Several server processes that act as one.
 *
 * Every method answers within the deadline of its request; while the cluster is out of reach it answers at once. What
 * concerns this process alone goes on.
 */
export interface Cluster {
  readonly state: 'up' | 'down'
  /** Milliseconds of the cluster's clock. */
  now(): number
  /** Claims the name for the node's key, atomically among all processes; gives the time of the registration. */
  claim(
    node: Omit<ClusterNode, 'registeredAt'>,
    deadline: Deadline,
  ): Promise<number | 'name-taken' | 'name-reserved' | 'unreachable'>
  /** Tells the other processes which nodes hold their names now. */
  announce(nodes: readonly ClusterNode[]): void
  /** The socket ended: the name is held for its key for a while. */
  release(node: ClusterNode): void
  /** The nodes of any process with these names, in any order. */
  find(net: string, names: readonly string[], deadline: Deadline): Promise<readonly RemoteNode[] | 'unreachable'>
  /** Sends a step to the process that has its receiver; resolves with the refusal of that process, if any. */
  relay(
    processId: string,
    step: Omit<RelayedStep, 'sender'> & { readonly sender: ClusterNode },
    deadline: Deadline,
  ): Promise<SignalRefusal | undefined>
  close(): Promise<void>
}
