import type { Hop } from '../../../gossip/wire/hop.ts'
import type { Entry } from '../../../gossip/wire/entry.ts'
import type { Receipt, ReceiptsSnapshot } from '../../../node/api/grapevine.ts'
import { awaitedId, type Graph } from '../../words/network-graph.ts'

/** A node that the message reached. */
export interface TraceStop {
  /** Its id in the picture if it is there; else its PeerId; if only its name is known, an id made of that name. */
  readonly id: string
  readonly name: string
  /** Estimated milliseconds since the message was made, by the route of the first copy. */
  readonly afterMs: number
  /** True if the node itself reports that it has the message; false if only a route names it as a relay. */
  readonly isReceipt: boolean
  /** Copies dropped at this node, counted by the neighbour that sent them. */
  readonly copies: readonly { readonly from: string; readonly count: number }[]
  /** The index of the hop that brought the message here; undefined at the author. */
  readonly hop: number | undefined
}

/** One step of the path. */
export interface TraceHop {
  readonly from: string
  readonly to: string
  readonly fromName: string
  readonly toName: string
  /** Estimated milliseconds: the time for which the sender held the message, and half of the link's round trip. */
  readonly ms: number
  readonly afterMs: number
  /** Playback times, in which no hop is too short to see: when the hop starts, and when it ends. */
  readonly start: number
  readonly end: number
}

/** Which nodes have a message, how it reached them, and which nodes are not known to have it. */
export interface Trace {
  readonly entry: Entry
  /** The id of the author's stop. */
  readonly author: string
  readonly stops: readonly TraceStop[]
  /** In the order of arrival, both estimated and played; the number of a hop is its position, from 1. */
  readonly hops: readonly TraceHop[]
  /** How many known nodes the message reached, and how many nodes are known. */
  readonly reached: number
  readonly known: number
  /** How many nodes report that they have the message but are not among the known nodes. */
  readonly others: number
  /** Known nodes without any report about them; they may have the message. */
  readonly unknown: readonly string[]
  readonly isAsked: boolean
  /** Playback time in milliseconds. */
  readonly duration: number
}

/**
 * Milliseconds that an average hop takes on the screen, and the limits of any hop: visible, but not slow.
 */
const pace = { average: 650, least: 350, most: 1_800 }

/** The most hops of one path. A picture has no room for more; the rest of a longer path is cut off. */
const mostHops = 64

interface Path {
  readonly stop: { readonly id: string; readonly name: string }
  readonly hops: readonly Hop[]
  readonly isReceipt: boolean
  readonly copies: TraceStop['copies']
}

const hopMs = ({ heldMs, rttMs }: Hop): number => heldMs + rttMs / 2

export const traceOf = (
  entry: Entry,
  graph: Graph,
  route: readonly Hop[] | undefined,
  { receipts, isAsked }: ReceiptsSnapshot,
  /** Playback milliseconds per estimated millisecond; it stays the same while a trace grows: playback does not jump. */
  scale?: number,
): Trace & { readonly scale: number } => {
  const known = graph.nodes.filter(({ presence }) => presence !== 'awaited')
  const self = known.find(({ isSelf }) => isSelf)
  const ids = stopIds(entry, graph, receipts)

  const paths: Path[] = receipts.map(({ name, peerId, hops, copies }) => ({
    stop: { id: ids.ofNode({ name, peerId }), name },
    hops: hops.slice(0, mostHops),
    isReceipt: true,
    copies,
  }))
  if (route && self && !receipts.some(({ peerId }) => peerId === self.id)) {
    paths.push({ stop: self, hops: route.slice(0, mostHops), isReceipt: true, copies: [] })
  }
  const all = paths.flatMap(({ hops }) => hops.map(hopMs))
  const average = all.reduce((sum, ms) => sum + ms, 0) / Math.max(1, all.length)
  const factor = scale ?? pace.average / Math.max(0.5, average)
  const played = (ms: number): number => Math.min(pace.most, Math.max(pace.least, ms * factor))

  const author = { id: ids.ofName(entry.author), name: entry.author }
  const stops = new Map<string, Omit<TraceStop, 'hop'>>()
  const hopByStop = new Map<string, TraceHop>()
  stops.set(author.id, { ...author, afterMs: 0, isReceipt: false, copies: [] })
  // A node's own report comes first: it overrides what other routes show about that node's path.
  for (const path of [...paths, ...paths.flatMap(pathsToRelays(ids.ofName))]) {
    const { stop, hops } = path
    const before = stops.get(stop.id)
    if (before && (before.isReceipt || !path.isReceipt)) continue
    let [afterMs, start, end] = [0, 0, 0]
    for (const hop of hops) {
      afterMs += hopMs(hop)
      start = end
      end += played(hopMs(hop))
    }
    stops.set(stop.id, { ...stop, afterMs, isReceipt: path.isReceipt, copies: path.copies })
    const last = hops.at(-1)
    if (!last || stop.id === author.id || ids.ofName(last.name) === stop.id) continue
    hopByStop.set(stop.id, {
      from: ids.ofName(last.name),
      to: stop.id,
      fromName: last.name,
      toName: stop.name,
      ms: hopMs(last),
      afterMs,
      start,
      end,
    })
  }
  const hops = playInOrder([...hopByStop.values()], played)
  const indices = new Map(hops.map((hop, index) => [hop.to, index]))
  const has = (id: string): boolean => stops.has(id)
  return {
    entry,
    author: author.id,
    stops: [...stops.values()]
      .map(({ id, name, afterMs, isReceipt, copies }) => ({
        id,
        name,
        afterMs,
        isReceipt,
        copies,
        hop: indices.get(id),
      }))
      .sort((a, b) => a.afterMs - b.afterMs || (a.name < b.name ? -1 : 1)),
    hops,
    reached: known.filter(({ id }) => has(id)).length,
    known: known.length,
    others: receipts.filter(({ peerId }) => !known.some(({ id }) => id === peerId)).length,
    unknown: known.filter(({ id }) => !has(id)).map(({ label }) => label),
    isAsked,
    duration: hops.at(-1)?.end ?? 0,
    scale: factor,
  }
}

/** The ids of a trace's stops. A stop has one id, whether a receipt names its key or a route gives only its name. */
interface StopIds {
  readonly ofNode: (node: { readonly name: string; readonly peerId: string }) => string
  readonly ofName: (name: string) => string
}

/**
 * Several keys may have the same name, and a route does not show which key it means. The name counts as that of the
 * author; else of a node with a receipt (nodes in the picture first); else of a node in the picture. The other keys
 * keep their PeerIds as ids. If the picture shows an awaited node of that name, the stop is that node.
 */
const stopIds = ({ author, peerId }: Entry, { nodes }: Graph, receipts: readonly Receipt[]): StopIds => {
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

/** The limits of `pace` stretch short hops more than long ones, so a hop waits for the hops that arrive before it. */
const playInOrder = (hops: readonly TraceHop[], played: (ms: number) => number): readonly TraceHop[] => {
  const inOrder = hops.toSorted((a, b) => a.afterMs - b.afterMs || a.end - b.end || (a.toName < b.toName ? -1 : 1))
  const playedHops = new Map<string, TraceHop>()
  let last = 0
  for (const hop of inOrder) {
    const start = playedHops.get(hop.from)?.end ?? hop.start
    last = Math.max(last, start + played(hop.ms))
    playedHops.set(hop.to, { ...hop, start, end: last })
  }
  return [...playedHops.values()]
}

/** Every node named in a path passed the message on, so it has the message: its own path is the part before it. */
const pathsToRelays =
  (idOf: (name: string) => string) =>
  ({ hops }: Path): readonly Path[] =>
    hops.map(({ name }, index) => ({
      stop: { id: idOf(name), name },
      hops: hops.slice(0, index),
      isReceipt: false,
      copies: [],
    }))

/** The hops that brought the message to this stop, in order from the author. */
export const pathTo = ({ hops, stops }: Trace, id: string): readonly TraceHop[] => {
  const path: TraceHop[] = []
  const seen = new Set<string>()
  for (let at = stops.find((stop) => stop.id === id); at?.hop !== undefined && !seen.has(at.id);) {
    seen.add(at.id)
    const hop = hops[at.hop]
    if (!hop) break
    path.unshift(hop)
    at = stops.find((stop) => stop.id === hop.from)
  }
  return path
}

/** Example: `reached 4 of 5 known nodes, 1 unknown`. A node without a report is called unknown, not missing. */
export const describeReach = ({ reached, known, others, unknown }: Trace): string =>
  [
    `reached ${reached} of ${known} known nodes`,
    ...(others > 0 ? [`and ${others} more`] : []),
    ...(unknown.length > 0 ? [`${unknown.length} unknown`] : []),
  ].join(', ')
