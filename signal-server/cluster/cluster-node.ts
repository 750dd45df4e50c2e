import type { RegisteredNode } from '../registry.ts'
import type { ClusterNode } from './cluster.ts'

export const clusterNodeOf = ({ upstreams, ...node }: RegisteredNode): ClusterNode => ({
  ...node,
  upstreams: [...upstreams],
})
