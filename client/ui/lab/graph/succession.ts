import type { GraphNode } from '../../words/network-graph.ts'

type Named = Pick<GraphNode, 'id' | 'name'>

/**
 * Who takes whose place in a picture, the new id by the old: whoever comes under the name of one that goes. A node that
 * leaves and is waited for has its name alone, and has its key again when it is back.
 */
export const successorsOf = (before: readonly Named[], after: readonly Named[]): ReadonlyMap<string, string> => {
  const [old, now] = [idsOf(before), idsOf(after)]
  const coming = new Map<string, string>()
  for (const { id, name } of after) if (!old.has(id) && !coming.has(name)) coming.set(name, id)
  const successors = new Map<string, string>()
  for (const { id, name } of before) {
    const heir = coming.get(name)
    if (now.has(id) || heir === undefined) continue
    successors.set(id, heir)
    coming.delete(name)
  }
  return successors
}

const idsOf = (nodes: readonly Named[]): ReadonlySet<string> => new Set(nodes.map(({ id }) => id))
