import type { Entry } from '../../client/gossip/wire/entry.ts'
import type { Hop } from '../../client/gossip/wire/hop.ts'
import { parseNodeName } from '../../client/gossip/wire/node-name.ts'
import type {
  KnownLink,
  KnownNode,
  LinkSnapshot,
  NetworkSnapshot,
  Receipt,
  WireEnvelope,
} from '../../client/node/api/grapevine.ts'

/** A PeerId that is easy to recognise: 43 characters that begin with the name. */
export const fakePeerId = (name: string): string =>
  name
    .replaceAll(/[^A-Za-z0-9]/g, '')
    .padEnd(43, 'x')
    .slice(0, 43)

export const knownNode = (name: string, parts: Partial<KnownNode> = {}): KnownNode => ({
  name,
  peerId: fakePeerId(name),
  epoch: '1-0123456789abcdef',
  isSelf: false,
  presence: 'here',
  isOnline: true,
  isInSync: true,
  digest: '7'.repeat(64),
  entries: 3,
  heardAgoMs: 800,
  links: [],
  ...parts,
})

/** An entry; by default the first one of node1. */
export const fakeEntry = (parts: Partial<Entry> = {}): Entry => {
  const author = parts.author ?? 'node1'
  return {
    author,
    peerId: fakePeerId(author),
    epoch: '1-0123456789abcdef',
    seq: 1,
    time: 1_700_000_000_000,
    body: 'hello',
    path: [author],
    ...parts,
  }
}

/** A link to a neighbour; by default an upstream that is up. */
export const fakeLink = (peer: string, parts: Partial<LinkSnapshot> = {}): LinkSnapshot => ({
  peer,
  peerId: fakePeerId(peer),
  direction: 'upstream',
  state: 'up',
  ...parts,
})

/** An envelope; by default a heartbeat from node2. */
export const fakeEnvelope = (parts: Partial<WireEnvelope> & Pick<WireEnvelope, 'id'>): WireEnvelope => ({
  peer: 'node2',
  peerId: fakePeerId(parts.peer ?? 'node2'),
  direction: 'in',
  type: 'heartbeat',
  bytes: 45,
  time: 1_700_000_000_000,
  content: { count: 3, echo: 2, heldMs: 40, digest: 'a1b2c3d4e5f60718', ask: false },
  ...parts,
})

export interface FakeLink {
  readonly from: string
  readonly to: string
  readonly state?: KnownLink['state']
  readonly rttMs?: number
}

/** A network with these links, each announced by both of its ends; the first name is this node. */
export const networkOf = (
  names: readonly string[],
  links: readonly FakeLink[],
  parts: Readonly<Record<string, Partial<KnownNode>>> = {},
): NetworkSnapshot => ({
  nodes: names.map((name, index) =>
    knownNode(name, {
      isSelf: index === 0,
      links: links.flatMap(({ from, to, state = 'up', rttMs }): KnownLink[] => {
        const [peer, direction] = from === name ? [to, 'upstream' as const] : [from, 'downstream' as const]
        if (from !== name && to !== name) return []
        return [{ peer, peerId: fakePeerId(peer), direction, state, ...(rttMs !== undefined && { rttMs }) }]
      }),
      ...parts[name],
    }),
  ),
  isPartial: false,
})

export const nodeNames = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `node${index + 1}`)

/** Nodes in a line, seen from its end node1. */
export const lineNetwork = (count: number, parts: Readonly<Record<string, Partial<KnownNode>>> = {}): NetworkSnapshot =>
  networkOf(nodeNames(count), lineLinks(nodeNames(count)), parts)

/** Links in a line: each node dials the previous node, so node2 dials node1. */
export const lineLinks = (names: readonly string[]): readonly FakeLink[] =>
  names.slice(1).map((from, index) => ({ from, to: names[index] ?? '', rttMs: 2 + index }))

export const ringLinks = (names: readonly string[]): readonly FakeLink[] => [
  ...lineLinks(names),
  { from: names[0] ?? '', to: names.at(-1) ?? '', rttMs: 2 },
]

export const gridLinks = (names: readonly string[], columns: number): readonly FakeLink[] =>
  names.flatMap((from, index) => {
    const [left, above] = [index % columns === 0 ? undefined : names[index - 1], names[index - columns]]
    return [left, above].flatMap((to) => (to === undefined ? [] : [{ from, to, rttMs: 3 }]))
  })

/** A random tree with some extra links; `random` gives numbers from 0 to 1. */
export const grownLinks = (names: readonly string[], random: () => number): readonly FakeLink[] => [
  ...names.slice(1).map((from, index) => ({ from, to: names[Math.floor(random() * (index + 1))] ?? '', rttMs: 4 })),
  ...names.flatMap((from, index) => {
    const to = names[Math.floor(random() * names.length)]
    return index % 3 === 0 && to !== undefined && to !== from ? [{ from, to, rttMs: 5 }] : []
  }),
]

/** Hops along these names, the author first. Each node holds the entry for `heldMs`. */
export const hopsAlong = (names: readonly string[], heldMs = 3, rttMs = 2): readonly Hop[] =>
  names.map((text) => {
    const name = parseNodeName(text)
    if (!name) throw new Error(`${text} is no node name`)
    return { name, heldMs, rttMs }
  })

export const receiptOf = (name: string, along: readonly string[], copies: Receipt['copies'] = []): Receipt => ({
  name,
  peerId: fakePeerId(name),
  hops: hopsAlong(along),
  copies,
})
