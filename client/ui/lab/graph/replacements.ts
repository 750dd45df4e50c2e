import type { GraphNode } from '../../words/network-graph.ts'

type Named = Pick<GraphNode, 'id' | 'name'>

/**
 * Finds nodes of a picture that replace a node of the same name; maps the old id to the new one. The id of a node that
 * left and is awaited is made of its name alone; when the node returns, its id is its key again.
 */
export const replacementsOf = (before: readonly Named[], after: readonly Named[]): ReadonlyMap<string, string> => {
  const [old, now] = [idsOf(before), idsOf(after)]
  const coming = new Map<string, string>()
  for (const { id, name } of after) if (!old.has(id) && !coming.has(name)) coming.set(name, id)
  const replacements = new Map<string, string>()
  for (const { id, name } of before) {
    const heir = coming.get(name)
    if (now.has(id) || heir === undefined) continue
    replacements.set(id, heir)
    coming.delete(name)
  }
  return replacements
}

const idsOf = (nodes: readonly Named[]): ReadonlySet<string> => new Set(nodes.map(({ id }) => id))
