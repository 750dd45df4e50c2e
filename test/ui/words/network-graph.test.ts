import { describe, expect, it } from 'vitest'
import type { NetworkSnapshot } from '../../../client/node/api/grapevine.ts'
import { type Graph, graphOf, replacementsOf } from '../../../client/ui/words/network-graph.ts'
import { describeChanges, describeGraph } from '../../../client/ui/words/network-words.ts'
import { fakePeerId, knownNode, lineLinks, lineNetwork as line, networkOf, nodeNames } from '../fake-network.ts'

const graph = (snapshot: NetworkSnapshot) => graphOf(snapshot, [])
const ends = (snapshot: NetworkSnapshot): readonly (readonly [string, string])[] => {
  const { nodes, links } = graph(snapshot)
  const name = (id: string): string => nodes.find((node) => node.id === id)?.name ?? id
  return links.map(({ from, to }) => [name(from), name(to)] as const)
}

/** `node1 here, node2 awaited`. */
const presencesIn = ({ nodes }: Graph): string => nodes.map(({ name, presence }) => `${name} ${presence}`).join(', ')

const waiting = { peer: 'node2', direction: 'upstream', state: 'waiting' } as const

describe('the network as a graph', () => {
  it('has one link if both ends announce it, from the node that dialled', () => {
    expect(ends(line(3))).toEqual([
      ['node2', 'node1'],
      ['node3', 'node2'],
    ])
  })

  it('has a link that only one end announces', () => {
    const snapshot = line(2)
    const [node1, node2] = snapshot.nodes
    if (!node1 || !node2) throw new Error('two nodes')
    expect(ends({ ...snapshot, nodes: [{ ...node1, links: [] }, node2] })).toEqual([['node2', 'node1']])
    expect(ends({ ...snapshot, nodes: [node1, { ...node2, links: [] }] })).toEqual([['node2', 'node1']])
  })

  it('marks the link of two nodes that name each other as mutual', () => {
    const names = ['node1', 'node2']
    const both = [
      { from: 'node1', to: 'node2' },
      { from: 'node2', to: 'node1' },
    ]
    expect(graph(networkOf(names, both)).links).toMatchObject([{ isMutual: true }])
    expect(graph(networkOf(names, both.slice(1))).links).toMatchObject([{ isMutual: false }])
  })

  it('ignores links that only a node that is down announced', () => {
    const names = nodeNames(2)
    const down = { node2: { presence: 'down' as const } }
    expect(ends(networkOf(names, lineLinks(names), down))).toHaveLength(1)
    expect(ends(networkOf(names, lineLinks(names), { ...down, node1: { links: [] } }))).toEqual([])
  })

  it('omits a link to an unknown node', () => {
    expect(ends({ nodes: line(3).nodes.slice(0, 2), isPartial: true })).toEqual([['node2', 'node1']])
  })

  it('uses the round trip that this node measured, or the mean of the announced round trips', () => {
    const names = nodeNames(3)
    const rtt = (peer: string, rttMs: number, direction: 'upstream' | 'downstream') =>
      ({ peer, peerId: fakePeerId(peer), direction, state: 'up', rttMs }) as const
    const snapshot = networkOf(names, [], {
      node1: { links: [rtt('node2', 10, 'downstream')] },
      node2: { links: [rtt('node1', 20, 'upstream'), rtt('node3', 6, 'downstream')] },
      node3: { links: [rtt('node2', 8, 'upstream')] },
    })
    expect(graph(snapshot).links.map(({ rttMs }) => rttMs)).toEqual([10, 7])
  })

  it('distinguishes two keys under one name', () => {
    const snapshot: NetworkSnapshot = {
      nodes: [knownNode('node1', { isSelf: true }), knownNode('node1', { peerId: 'q'.repeat(43) }), knownNode('node2')],
      isPartial: false,
    }
    expect(graph(snapshot).nodes.map(({ label }) => label)).toEqual(['node1 node1x', 'node1 qqqqqq', 'node2'])
  })

  it('has only links between shown nodes, even if others still announce a link to an awaited node that is down', () => {
    const names = ['node1', 'node2', 'node3']
    const snapshot = networkOf(names, lineLinks(names), { node2: { presence: 'down' } })
    const { nodes, links } = graphOf(snapshot, [{ peer: 'node2', direction: 'upstream', state: 'dialling' }])
    const shown = new Set(nodes.map(({ id }) => id))
    expect(links.flatMap(({ from, to }) => [from, to]).filter((end) => !shown.has(end))).toEqual([])
    expect(nodes.filter(({ name }) => name === 'node2').map(({ presence }) => presence)).toEqual(['awaited'])
  })

  it('shows an upstream as awaited until it is open', () => {
    const alone = graphOf(networkOf(['node1'], []), [waiting])
    expect(presencesIn(alone)).toBe('node1 here, node2 awaited')
    expect(alone.links).toMatchObject([{ from: fakePeerId('node1'), state: 'awaited' }])
    expect(graphOf(line(2), [waiting]).nodes.map(({ presence }) => presence)).toEqual(['here', 'here'])
  })
})

describe('an upstream that was lost', () => {
  const lost = { peer: 'node2', direction: 'upstream', state: 'down' } as const
  const presencesWithout = (snapshot: NetworkSnapshot) => presencesIn(graphOf(snapshot, [lost]))

  it('is shown as down while it is known, and as awaited after that', () => {
    const names = ['node1', 'node2']
    expect(presencesWithout(networkOf(names, [], { node2: { presence: 'down' } }))).toBe('node1 here, node2 down')
    expect(presencesWithout(networkOf(['node1'], []))).toBe('node1 here, node2 awaited')
  })

  it('is shown with its real presence if a different path leads to it', () => {
    expect(presencesWithout(line(2))).toBe('node1 here, node2 here')
  })

  it('is no downstream: a lost and forgotten downstream is not awaited', () => {
    const { nodes } = graphOf(networkOf(['node1'], []), [{ ...lost, direction: 'downstream' }])
    expect(nodes.map(({ name }) => name)).toEqual(['node1'])
  })
})

describe('the sentence', () => {
  const sentence = (...parts: Parameters<typeof networkOf>): string => describeGraph(graph(networkOf(...parts)))

  it.each([
    ['3 nodes, 2 links, all in sync', nodeNames(3), {}],
    ['1 node, no links', ['node1'], {}],
    ['3 nodes, 2 links, 1 out of sync', nodeNames(3), { node2: { isInSync: false } }],
    ['3 nodes, 2 links, 1 node quiet, the others in sync', nodeNames(3), { node3: { presence: 'quiet' } }],
    ['3 nodes, 2 links, 1 node down, the others in sync', nodeNames(3), { node3: { presence: 'down' } }],
    [
      '3 nodes, 2 links, 1 node out of reach, the others in sync',
      nodeNames(3),
      { node3: { presence: 'out-of-reach' } },
    ],
    ['2 nodes, 1 link, 1 node out of reach, only this tab here', nodeNames(2), { node2: { presence: 'out-of-reach' } }],
    ['2 nodes, 1 link, 1 node quiet, only this tab here', nodeNames(2), { node2: { presence: 'quiet' } }],
  ] as const)('%s', (words, names, parts) => {
    expect(sentence(names, lineLinks(names), parts)).toBe(words)
  })

  it('says that there are more nodes than it shows, and which node it awaits', () => {
    const waiting = { peer: 'node9', direction: 'upstream', state: 'dialling' } as const
    expect(describeGraph(graphOf({ ...line(3), isPartial: true }, [waiting]))).toBe(
      'At least 3 nodes, 2 links, all in sync, waiting for node9',
    )
  })
})

describe('the description of changes', () => {
  const changes = (before: NetworkSnapshot, after: NetworkSnapshot) => describeChanges(graph(before), graph(after))

  it('names the nodes that joined, left, became quiet and returned', () => {
    const names = nodeNames(3)
    const quiet = networkOf(names, lineLinks(names), { node3: { presence: 'quiet' } })
    expect(changes(line(2), line(3))).toEqual(['node3 joined'])
    expect(changes(line(3), line(2))).toEqual(['node3 left'])
    expect(changes(line(3), quiet)).toEqual(['node3 went quiet'])
    expect(changes(quiet, line(3))).toEqual(['node3 is back'])
    expect(changes(line(3), line(3))).toEqual([])
  })

  it('names the nodes that went out of reach and returned, and never says that such a node left', () => {
    const names = nodeNames(3)
    const away = networkOf(names, [], { node2: { presence: 'out-of-reach' }, node3: { presence: 'out-of-reach' } })
    const whole = networkOf(names, [])
    expect(changes(whole, away)).toEqual(['node2 and node3 went out of reach'])
    expect(changes(away, networkOf(['node1'], []))).toEqual([])
    expect(changes(away, whole)).toEqual(['node2 and node3 are back'])
  })

  it('names new and lost links between nodes that stay', () => {
    const names = nodeNames(3)
    const cut = networkOf(names, lineLinks(names).slice(0, 1))
    expect(changes(line(3), cut)).toEqual(['link lost: node3 to node2'])
    expect(changes(cut, line(3))).toEqual(['linked: node3 to node2'])
  })
})

describe('a position in the picture', () => {
  const { nodes: linked } = graphOf(networkOf(['node1', 'node2'], []), [])
  const { nodes: waited } = graphOf(networkOf(['node1'], []), [waiting])

  it('passes from a node that leaves to its awaited name, and back', () => {
    const name = waited.find(({ presence }) => presence === 'awaited')?.id ?? ''
    expect([...replacementsOf(linked, waited)]).toEqual([[fakePeerId('node2'), name]])
    expect([...replacementsOf(waited, linked)]).toEqual([[name, fakePeerId('node2')]])
  })

  it('passes to no node while its node stays, nor to another name', () => {
    const { nodes: another } = graphOf(networkOf(['node1', 'node3'], []), [])
    expect([...replacementsOf(linked, linked)]).toEqual([])
    expect([...replacementsOf(linked, another)]).toEqual([])
  })

  it('passes to only one node if two nodes of one name come or go', () => {
    const twice = [...linked, { id: 'q'.repeat(43), name: 'node2' }]
    expect([...replacementsOf(twice, waited).keys()]).toEqual([fakePeerId('node2')])
    expect([...replacementsOf(waited, twice).values()]).toEqual([fakePeerId('node2')])
  })
})
