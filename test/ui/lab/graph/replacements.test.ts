import { describe, expect, it } from 'vitest'
import { graphOf } from '../../../../client/ui/words/network-graph.ts'
import { replacementsOf } from '../../../../client/ui/lab/graph/replacements.ts'
import { fakePeerId, networkOf } from '../../fake-network.ts'

const waiting = { peer: 'node2', direction: 'upstream', state: 'waiting' } as const
const { nodes: linked } = graphOf(networkOf(['node1', 'node2'], []), [])
const { nodes: waited } = graphOf(networkOf(['node1'], []), [waiting])

describe('a position in the picture', () => {
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
