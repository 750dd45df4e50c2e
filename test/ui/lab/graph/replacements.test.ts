import { describe, expect, it } from 'vitest'
import { graphOf } from '../../../../client/ui/words/network-graph.ts'
import { replacementsOf } from '../../../../client/ui/lab/graph/replacements.ts'
import { fakePeerId, networkOf } from '../../fake-network.ts'

const waiting = { peer: 'node2', direction: 'upstream', state: 'waiting' } as const
const { nodes: linked } = graphOf(networkOf(['node1', 'node2'], []), [])
const { nodes: waited } = graphOf(networkOf(['node1'], []), [waiting])

describe('a place in the picture', () => {
  it('goes from a node that leaves to its name that is waited for, and back', () => {
    const name = waited.find(({ presence }) => presence === 'awaited')?.id ?? ''
    expect([...replacementsOf(linked, waited)]).toEqual([[fakePeerId('node2'), name]])
    expect([...replacementsOf(waited, linked)]).toEqual([[name, fakePeerId('node2')]])
  })

  it('goes to nobody while its node stays, nor to another name', () => {
    const { nodes: another } = graphOf(networkOf(['node1', 'node3'], []), [])
    expect([...replacementsOf(linked, linked)]).toEqual([])
    expect([...replacementsOf(linked, another)]).toEqual([])
  })

  it('goes to one, though two come or go under one name', () => {
    const twice = [...linked, { id: 'q'.repeat(43), name: 'node2' }]
    expect([...replacementsOf(twice, waited).keys()]).toEqual([fakePeerId('node2')])
    expect([...replacementsOf(waited, twice).values()]).toEqual([fakePeerId('node2')])
  })
})
