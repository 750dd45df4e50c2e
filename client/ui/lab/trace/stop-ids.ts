import type { Entry } from '../../../gossip/wire/entry.ts'
import type { Receipt } from '../../../node/api/grapevine.ts'
import { awaitedId, type Graph } from '../../words/network-graph.ts'

/** The ids of a trace's stops. A stop has one id, whether a receipt names its key or a route gives only its name. */
export interface StopIds {
  readonly ofNode: (node: { readonly name: string; readonly peerId: string }) => string
  readonly ofName: (name: string) => string
}

/**
 * Several keys may have the same name, and a route does not show which key it means. The name counts as that of the
 * author; else of a node with a receipt (nodes in the picture first); else of a node in the picture. The other keys
 * keep their PeerIds as ids. If the picture shows an awaited node of that name, the stop is that node.
 */
export const stopIds = ({ author, peerId }: Entry, { nodes }: Graph, receipts: readonly Receipt[]): StopIds => {
  const shown = new Set(nodes.map(({ id }) => id))
  const known = nodes.filter(({ presence }) => presence !== 'awaited').map(({ name, id }) => ({ name, peerId: id }))
  const peerIdByName = new Map<string, string>()
  for (const named of [
    { name: author, peerId },
    ...receipts.filter((receipt) => shown.has(receipt.peerId)),
    ...receipts,
    ...known,
  ]) {
    if (!peerIdByName.has(named.name)) peerIdByName.set(named.name, named.peerId)
  }
  const ofNode: StopIds['ofNode'] = (node) => {
    const awaited = awaitedId(node.name)
    return shown.has(awaited) && peerIdByName.get(node.name) === node.peerId ? awaited : node.peerId
  }
  const ofName: StopIds['ofName'] = (name) => {
    const named = peerIdByName.get(name)
    return named === undefined ? awaitedId(name) : ofNode({ name, peerId: named })
  }
  return { ofNode, ofName }
}
