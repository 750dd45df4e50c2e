import type { LatencyShape } from './network/latency.ts'
import type { FaultName } from './faults/nemesis.ts'
import type { SignatureKind } from './node/signatures.ts'
import type { TopologyName } from './faults/topology.ts'

export interface SimulationOptions {
  readonly nodes: number
  readonly topology: TopologyName
  /** The number of links of each node in a random topology. */
  readonly degree: number
  /** The mean latency of one hop, in milliseconds. */
  readonly latencyMs: number
  readonly latencyShape: LatencyShape
  /** Operations per second of all nodes together. */
  readonly ratePerSecond: number
  /** The number of seconds with operations. */
  readonly timeLimitS: number
  /** The number of nodes that broadcast; 0: all. */
  readonly authors: number
  /** The share of the envelopes that get lost. */
  readonly loss: number
  /** The share of the links that end each second. */
  readonly linkDeaths: number
  readonly nemesis: readonly FaultName[]
  /** The mean duration of a fault, and of the pause between two faults, in seconds. */
  readonly nemesisIntervalS: number
  /** The number of seconds between the end of the last fault and the last operation. */
  readonly calmS: number
  /** The number of seconds after the last operation within which all nodes must become equal. */
  readonly recoveryS: number
  readonly batchMs: number
  /**
   * Whether nodes announce themselves, as tabs do. The figures of the message protocol are measured without
   * announcements.
   */
  readonly announcements: 'on' | 'off'
  readonly signatures: SignatureKind | 'auto'
  readonly seed: number
}

/** With more nodes than this, real signatures would take most of the time. */
const maxNodesWithRealSignatures = 200

export const signatureKindOf = ({ signatures, nodes }: SimulationOptions): SignatureKind => {
  if (signatures !== 'auto') return signatures
  return nodes <= maxNodesWithRealSignatures ? 'real' : 'fake'
}

/** The setting of Gossip Glomers 3d. */
export const defaultOptions: SimulationOptions = {
  nodes: 25,
  topology: 'grid',
  degree: 6,
  latencyMs: 100,
  latencyShape: 'constant',
  ratePerSecond: 100,
  timeLimitS: 20,
  authors: 0,
  loss: 0,
  linkDeaths: 0,
  nemesis: [],
  nemesisIntervalS: 10,
  calmS: 0,
  recoveryS: 60,
  batchMs: 0,
  announcements: 'off',
  signatures: 'auto',
  seed: 1,
}
