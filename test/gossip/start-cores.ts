import type { GossipLimits } from '../../client/gossip/bounds/limits.ts'
import { createTopology, type TopologyName } from '../simulation/faults/topology.ts'
import { CoreNetwork } from './core-network.ts'
import type { CoreNode } from './core-node.ts'

interface CoresOptions {
  readonly topology?: TopologyName
  readonly limits?: Partial<GossipLimits>
  readonly announces?: boolean
  readonly latencyMs?: number
}

/** A network of `count` nodes, without links if no topology is given. */
export const startCores = (count: number, { topology, limits, announces, latencyMs = 50 }: CoresOptions = {}) => {
  const network = new CoreNetwork(1, limits, announces)
  network.latencyMs = latencyMs
  const nodes = Array.from({ length: count }, () => network.add())
  const at = (index: number): CoreNode => {
    const node = nodes[index]
    if (!node) throw new Error(`no node ${index}`)
    return node
  }
  const edges = topology ? createTopology(topology, count, 0, network.random) : []
  for (const { dialler, upstream } of edges) network.link(at(dialler), at(upstream))
  return { network, nodes, at }
}

/** The bodies that a node holds, of all authors or of one, in the order of delivery. */
export const bodiesOf = ({ core }: CoreNode, author?: CoreNode): unknown[] =>
  core
    .entries()
    .filter(({ peerId }) => !author || peerId === author.peerId)
    .map(({ body }) => body)
