import type { LinkSnapshot, NodeEvents } from '../api/grapevine.ts'

/** What differs between two lists of links, as events. */
export const linkChanges = (
  before: readonly LinkSnapshot[],
  after: readonly LinkSnapshot[],
): readonly NodeEvents['link'][] => {
  const gone = new Map(before.map((snapshot) => [keyOf(snapshot), snapshot]))
  const changes: NodeEvents['link'][] = []
  for (const snapshot of after) {
    const old = gone.get(keyOf(snapshot))
    gone.delete(keyOf(snapshot))
    if (JSON.stringify(old) !== JSON.stringify(snapshot)) changes.push(snapshot)
  }
  for (const { peer, peerId } of gone.values()) changes.push({ peer, ...(peerId && { peerId }), removed: true })
  return changes
}

const keyOf = ({ direction, peer, peerId }: LinkSnapshot): string =>
  direction === 'upstream' ? `upstream ${peer}` : `downstream ${peerId ?? peer}`
