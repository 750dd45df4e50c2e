import type { Hop } from '../../../gossip/wire/hop.ts'
import type { Entry } from '../../../gossip/wire/entry.ts'
import type { ReceiptsSnapshot } from '../../../node/api/grapevine.ts'
import type { Graph } from '../../words/network-graph.ts'
import { stopIds } from './stop-ids.ts'

/** A node that a message came to. */
export interface TraceStop {
  /** Its id in the picture, if it is there; else its PeerId, or its name, marked as a name, if only that is known. */
  readonly id: string
  readonly name: string
  /** Estimated milliseconds from the message's making, by the route of the first copy. */
  readonly afterMs: number
  /** Whether the node itself says so, or somebody's route says that it passed it on. */
  readonly isReceipt: boolean
  /** Copies dropped there, by the neighbour that sent them. */
  readonly copies: readonly { readonly from: string; readonly count: number }[]
  /** Index of the hop that brought it; undefined at the author. */
  readonly hop: number | undefined
}

/** One step of the way. */
export interface TraceHop {
  readonly from: string
  readonly to: string
  readonly fromName: string
  readonly toName: string
  /** Estimate: the time that it was held before, and half the round trip of the link. */
  readonly ms: number
  readonly afterMs: number
  /** In the time of the playing, where no hop is too short to see: when it sets out, and when it is there. */
  readonly start: number
  readonly end: number
}

/** Who has a message, how it came there, and who is not known to have it. */
export interface Trace {
  readonly entry: Entry
  /** The id of its author's stop. */
  readonly author: string
  readonly stops: readonly TraceStop[]
  /** In the order of arrival, estimated and played; each is numbered by its place, from 1 on. */
  readonly hops: readonly TraceHop[]
  /** Known nodes that it reached, and all that are known. */
  readonly reached: number
  readonly known: number
  /** Nodes that say they have it and are not among those known here. */
  readonly others: number
  /** Known nodes that nothing is known of; they may have it. */
  readonly unknown: readonly string[]
  readonly isAsked: boolean
  /** Milliseconds of playing. */
  readonly duration: number
}

/** Milliseconds that an average hop takes on the screen, and the bounds of any: long enough to see, short enough to bear. */
const pace = { average: 650, least: 350, most: 1_800 }

/** Nodes with a way that a picture can take; a network whose ways go on longer than this is not drawn on. */
const mostHops = 64

interface Way {
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
  /** Playing milliseconds for one of the estimate; kept while a trace grows, so that it does not jump. */
  scale?: number,
): Trace & { readonly scale: number } => {
  const known = graph.nodes.filter(({ presence }) => presence !== 'awaited')
  const self = known.find(({ isSelf }) => isSelf)
  const ids = stopIds(entry, graph, receipts)

  const ways: Way[] = receipts.map(({ name, peerId, hops, copies }) => ({
    stop: { id: ids.ofNode({ name, peerId }), name },
    hops: hops.slice(0, mostHops),
    isReceipt: true,
    copies,
  }))
  if (route && self && !receipts.some(({ peerId }) => peerId === self.id)) {
    ways.push({ stop: self, hops: route.slice(0, mostHops), isReceipt: true, copies: [] })
  }
  const all = ways.flatMap(({ hops }) => hops.map(hopMs))
  const average = all.reduce((sum, ms) => sum + ms, 0) / Math.max(1, all.length)
  const factor = scale ?? pace.average / Math.max(0.5, average)
  const played = (ms: number): number => Math.min(pace.most, Math.max(pace.least, ms * factor))

  const author = { id: ids.ofName(entry.author), name: entry.author }
  const stops = new Map<string, Omit<TraceStop, 'hop'>>()
  const hopByStop = new Map<string, TraceHop>()
  stops.set(author.id, { ...author, afterMs: 0, isReceipt: false, copies: [] })
  // Those who speak for themselves come first: what others say of their way is left aside.
  for (const way of [...ways, ...ways.flatMap(waysOnTheWay(ids.ofName))]) {
    const { stop, hops } = way
    const before = stops.get(stop.id)
    if (before && (before.isReceipt || !way.isReceipt)) continue
    let [afterMs, start, end] = [0, 0, 0]
    for (const hop of hops) {
      afterMs += hopMs(hop)
      start = end
      end += played(hopMs(hop))
    }
    stops.set(stop.id, { ...stop, afterMs, isReceipt: way.isReceipt, copies: way.copies })
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

/** The bounds of `played` stretch short hops more than long ones: a hop waits for those that arrive before it. */
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

/** Whoever is named on the way of another has passed the message on, so has it. */
const waysOnTheWay =
  (idOf: (name: string) => string) =>
  ({ hops }: Way): readonly Way[] =>
    hops.map(({ name }, index) => ({
      stop: { id: idOf(name), name },
      hops: hops.slice(0, index),
      isReceipt: false,
      copies: [],
    }))

/** The hops that brought the message to that stop, the first one first. */
export const wayTo = ({ hops, stops }: Trace, id: string): readonly TraceHop[] => {
  const way: TraceHop[] = []
  const seen = new Set<string>()
  for (let at = stops.find((stop) => stop.id === id); at?.hop !== undefined && !seen.has(at.id);) {
    seen.add(at.id)
    const hop = hops[at.hop]
    if (!hop) break
    way.unshift(hop)
    at = stops.find((stop) => stop.id === hop.from)
  }
  return way
}

/** `reached 4 of 5 known nodes, 1 unknown`; what is not known is not called missing. */
export const describeReach = ({ reached, known, others, unknown }: Trace): string =>
  [
    `reached ${reached} of ${known} known nodes`,
    ...(others > 0 ? [`and ${others} more`] : []),
    ...(unknown.length > 0 ? [`${unknown.length} unknown`] : []),
  ].join(', ')
