import { describe, expect, it } from 'vitest'
import { startLine } from '../simulation/network/memory-network.ts'

const startThree = async () => {
  const { clock, nodes } = await startLine(['node1', 'node2', 'node3'], 20)
  const [node1, node2, node3] = nodes
  await clock.pass(1_000)
  return { clock, node1, node2, node3 }
}

describe('the route of an entry', () => {
  it('names the nodes that passed it on, with the round trips of the links; it is empty for an own entry', async () => {
    const { clock, node1, node2, node3 } = await startThree()
    const entry = await node1.node.ping()
    await clock.pass(1_000)
    expect(node1.node.route(entry)).toEqual([])
    expect(node2.node.route(entry)).toEqual([{ name: 'node1', heldMs: 0, rttMs: 40 }])
    expect(node3.node.route(entry)).toEqual([
      { name: 'node1', heldMs: 0, rttMs: 40 },
      { name: 'node2', heldMs: 0, rttMs: 40 },
    ])
  })

  it('is known for each entry of a block that holds several', async () => {
    const { clock, node1, node3 } = await startThree()
    const texts = Array.from({ length: 40 }, (_, index) => `text ${index}`)
    const entries = await Promise.all(texts.map((text) => node1.node.publish(text)))
    await clock.pass(1_000)
    for (const entry of entries) expect(node3.node.route(entry)).toHaveLength(2)
  })

  it('is undefined for an entry that is not held, and for a malformed reference', async () => {
    const { node1, node3 } = await startThree()
    const { peerId, epoch } = await node1.node.ping()
    for (const ref of [
      { peerId, epoch, seq: 2 },
      { peerId, epoch, seq: 0 },
      { peerId, epoch, seq: Number.NaN },
      { peerId, epoch: '9-0000000000000000', seq: 1 },
      { peerId: 'nobody', epoch, seq: 1 },
    ]) {
      expect(node3.node.route(ref)).toBeUndefined()
    }
  })
})
