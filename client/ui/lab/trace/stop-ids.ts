import type { Entry } from '../../../gossip/wire/entry.ts'
import type { Receipt } from '../../../node/api/grapevine.ts'
import { awaitedId, type Graph } from '../../words/network-graph.ts'

/** The ids of a trace's stops: one for each, whether its receipt tells of it or a route that has its name alone. */
export interface StopIds {
  readonly ofNode: (node: { readonly name: string; readonly peerId: string }) => string
  readonly ofName: (name: string) => string
}

/**
 * A name may be that of several keys, and a route does not say of which. It is taken to be the author's, then that of one
 * with a receipt, then that of one in the picture; the others keep their PeerIds. Where the picture waits for a node of that
 * name, it is the one that is waited for.
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
