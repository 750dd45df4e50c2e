import type { KnownNode, LinkSnapshot, NetworkSnapshot } from '../../node/api/grapevine.ts'
import { shortPeerId } from '../../gossip/wire/peer-id.ts'

export interface GraphNode {
  /** The PeerId. An awaited node has no PeerId yet, so its id is its name, marked as a name. */
  readonly id: string
  readonly name: string
  /** The name, followed by the short PeerId if a second node has the same name. */
  readonly label: string
  /** The name that a person gave to the node; undefined if there is none, or if it is the own name of some node. */
  readonly called: string | undefined
  /** The presence as announced; `awaited`: an upstream of this node that is not open. */
  readonly presence: KnownNode['presence'] | 'awaited'
  readonly isSelf: boolean
  /** True for this node while no other node is here: there is no node with which it could be in sync. */
  readonly isAlone: boolean
  readonly isOnline: boolean
  readonly isInSync: boolean
  readonly entries: number
  readonly heardAgoMs: number
}

export interface GraphLink {
  readonly id: string
  /** `from` dialled `to`. If each node names the other, `isMutual` is true, and the order has no meaning. */
  readonly from: string
  readonly to: string
  readonly isMutual: boolean
  readonly state: 'up' | 'quiet' | 'awaited'
  readonly rttMs: number | undefined
}

/** The network as the picture shows it: one line per link, whether one end or both ends announced the link. */
export interface Graph {
  readonly nodes: readonly GraphNode[]
  readonly links: readonly GraphLink[]
  readonly isPartial: boolean
}

const noNames: ReadonlyMap<string, string> = new Map()

export const emptyGraph: Graph = { nodes: [], links: [], isPartial: false }

/** The id of a node of which only the name is known. */
export const awaitedId = (name: string): string => `name:${name}`

export const linkId = (a: string, b: string): string => (a < b ? `${a} ${b}` : `${b} ${a}`)

interface Reports {
  readonly dials: Set<string>
  readonly ends: readonly [string, string]
  readonly rttMs: number[]
  ownRttMs: number | undefined
  isQuiet: boolean
}

/**
 * `links` are this node's own links: they also contain upstreams that are not open.
 * A link is drawn if at least one of its ends announces it. The announcement of a node that is down no longer counts,
 * unless the other end still announces the link. A link to a node that is unknown or not shown here is left out.
 */
export const graphOf = (
  snapshot: NetworkSnapshot,
  links: readonly LinkSnapshot[],
  names: ReadonlyMap<string, string> = noNames,
): Graph => {
  const ownNames = new Set(snapshot.nodes.map(({ name }) => name.toLowerCase()))
  const calledOf = (peerId: string): string | undefined => {
    const called = names.get(peerId)
    return called === undefined || ownNames.has(called.toLowerCase()) ? undefined : called
  }
  const known = new Map<string, KnownNode>()
  for (const node of snapshot.nodes) {
    const other = known.get(node.peerId)
    if (!other || rank(node) < rank(other)) known.set(node.peerId, node)
  }
  const nodes = [...known.values()]
  const awaited = links.filter(({ peer, direction, state }) => {
    const named = nodes.filter(({ name }) => name === peer)
    // A lost upstream shows as down until this node forgets it.
    const isAway = state === 'down' ? named.length === 0 : named.every(({ presence }) => presence === 'down')
    return direction === 'upstream' && state !== 'up' && state !== 'quiet' && isAway
  })
  // A node that is both down and awaited is shown once: as awaited.
  const isReplaced = ({ name, presence }: KnownNode): boolean =>
    presence === 'down' && awaited.some(({ peer }) => peer === name)
  const shown = new Map([...known].filter(([, node]) => !isReplaced(node)))
  const counts = new Map<string, number>()
  for (const { name } of nodes) counts.set(name, (counts.get(name) ?? 0) + 1)
  const self = nodes.find(({ isSelf }) => isSelf)
  const isAlone = !nodes.some((node) => !node.isSelf && node.presence === 'here')
  return {
    nodes: [
      ...[...shown.values()].map((node) =>
        graphNode(node, (counts.get(node.name) ?? 0) > 1, isAlone, calledOf(node.peerId)),
      ),
      ...awaited.map(({ peer }) => awaitedNode(peer)),
    ],
    links: [
      ...linksOf(shown),
      ...(self ? awaited : []).map(({ peer }): GraphLink => {
        const [from, to] = [self?.peerId ?? '', awaitedId(peer)]
        return { id: linkId(from, to), from, to, isMutual: false, state: 'awaited', rttMs: undefined }
      }),
    ],
    isPartial: snapshot.isPartial,
  }
}

/** The best presence first. If a node is known twice, the better presence counts. */
const ranks: readonly KnownNode['presence'][] = ['here', 'quiet', 'out-of-reach', 'down']

const rank = ({ isSelf, presence }: KnownNode): number => (isSelf ? 0 : ranks.indexOf(presence) + 1)

const graphNode = (node: KnownNode, isClash: boolean, isAlone: boolean, called: string | undefined): GraphNode => ({
  id: node.peerId,
  name: node.name,
  label: isClash ? `${node.name} ${shortPeerId(node.peerId)}` : node.name,
  called,
  presence: node.presence,
  isSelf: node.isSelf,
  isAlone: node.isSelf && isAlone,
  isOnline: node.isOnline,
  isInSync: node.isInSync,
  entries: node.entries,
  heardAgoMs: node.heardAgoMs,
})

const awaitedNode = (name: string): GraphNode => ({
  id: awaitedId(name),
  name,
  label: name,
  called: undefined,
  presence: 'awaited',
  isSelf: false,
  isAlone: false,
  isOnline: false,
  isInSync: false,
  entries: 0,
  heardAgoMs: 0,
})

const linksOf = (known: ReadonlyMap<string, KnownNode>): readonly GraphLink[] => {
  const reports = new Map<string, Reports>()
  for (const node of known.values()) {
    if (node.presence === 'down') continue
    for (const { peerId, direction, state, rttMs } of node.links) {
      if (peerId === node.peerId || !known.has(peerId)) continue
      const id = linkId(node.peerId, peerId)
      const report: Reports = reports.get(id) ?? {
        dials: new Set(),
        ends: [node.peerId, peerId],
        rttMs: [],
        ownRttMs: undefined,
        isQuiet: false,
      }
      report.dials.add(direction === 'upstream' ? node.peerId : peerId)
      if (rttMs !== undefined) report.rttMs.push(rttMs)
      if (rttMs !== undefined && node.isSelf) report.ownRttMs = rttMs
      if (state === 'quiet') report.isQuiet = true
      reports.set(id, report)
    }
  }
  return [...reports].map(([id, { dials, ends, rttMs, ownRttMs, isQuiet }]) => {
    const from = ends.find((end) => dials.has(end)) ?? ends[0]
    return {
      id,
      from,
      to: from === ends[0] ? ends[1] : ends[0],
      isMutual: dials.size > 1,
      state: isQuiet ? 'quiet' : 'up',
      rttMs: ownRttMs ?? mean(rttMs),
    }
  })
}

const mean = (values: readonly number[]): number | undefined =>
  values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length

/** The links at one node. */
export const linksAt = ({ links }: Graph, id: string): readonly GraphLink[] =>
  links.filter(({ from, to }) => from === id || to === id)

export const otherEnd = ({ from, to }: GraphLink, id: string): string => (from === id ? to : from)

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
    const replacement = coming.get(name)
    if (now.has(id) || replacement === undefined) continue
    replacements.set(id, replacement)
    coming.delete(name)
  }
  return replacements
}

const idsOf = (nodes: readonly Named[]): ReadonlySet<string> => new Set(nodes.map(({ id }) => id))
