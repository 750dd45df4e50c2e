import { describe, expect, it } from 'vitest'
import type { EntryRef, NetworkSnapshot } from '../../client/node/api/grapevine.ts'
import { type MemoryNode, startLine } from '../simulation/network/memory-network.ts'

const startThree = async () => {
  const { clock, network, nodes: line } = await startLine(['node1', 'node2', 'node3'])
  const [node1, node2, node3] = line
  await clock.pass(3_000)
  return { clock, network, node1, node2, node3 }
}

const nodes = ({ node }: MemoryNode) => node.network().nodes

describe('network()', () => {
  it('lists every node with its links, directions and round trips, this one first', async () => {
    const { node1, node2, node3 } = await startThree()
    const link = (peer: MemoryNode, direction: string) => ({
      peer: peer.name,
      peerId: peer.peerId,
      direction,
      state: 'up',
      rttMs: 20,
    })
    const known = [
      { name: 'node1', peerId: node1.peerId, epoch: '1-0000000000000001', links: [link(node2, 'downstream')] },
      { name: 'node2', peerId: node2.peerId, links: [link(node1, 'upstream'), link(node3, 'downstream')] },
      { name: 'node3', peerId: node3.peerId, links: [link(node2, 'upstream')] },
    ]
    const rest = { presence: 'here', isOnline: true, isInSync: true, entries: 0, digest: node1.node.digest() }
    const [one, two, three] = known
    if (!one || !two || !three) throw new Error('three nodes')
    for (const [node, expected] of [
      [node1, [one, two, three]],
      [node2, [two, one, three]],
      [node3, [three, one, two]],
    ] as const) {
      expect(nodes(node)).toMatchObject(expected)
      for (const [index, shown] of nodes(node).entries()) expect(shown).toMatchObject({ ...rest, isSelf: index === 0 })
    }
    expect(node3.node.network().isPartial).toBe(false)
    for (const { heardAgoMs } of nodes(node3)) expect(heardAgoMs).toBeLessThan(3_000)
  })

  it('is empty before the node runs, and lists the node alone before it has links', async () => {
    const { clock, network } = await startThree()
    const alone = await network.start('alone')
    await clock.pass(1_000)
    expect(nodes(alone)).toMatchObject([{ name: 'alone', isSelf: true, links: [], presence: 'here' }])
  })

  it('is empty once the node has stopped, as its links and diagnosis are', async () => {
    const { node2 } = await startThree()
    node2.events.contact({ step: 'registered' })
    const told: NetworkSnapshot[] = []
    const links: string[] = []
    node2.node.on('network', (network) => told.push(network))
    node2.node.on('link', (link) =>
      links.push('removed' in link ? `${link.peer} removed` : `${link.peer} ${link.state}`),
    )
    await node2.node.stop()
    expect(node2.node.network()).toEqual({ nodes: [], isPartial: false })
    expect(told.at(-1)).toEqual({ nodes: [], isPartial: false })
    expect(node2.node.links()).toEqual([])
    expect(links.slice(-2).sort()).toEqual(['node1 removed', 'node3 removed'])
    expect(node2.node.diagnosis()).toMatchObject({ contact: { step: 'none' }, upstreams: [], linksUp: 0 })
  })

  it('no longer lists a node that has stopped, everywhere within a second', async () => {
    const { clock, node1, node2, node3 } = await startThree()
    await node3.node.stop()
    await clock.pass(1_000)
    expect(nodes(node1).map(({ name }) => name)).toEqual(['node1', 'node2'])
    expect(nodes(node2).map(({ name }) => name)).toEqual(['node2', 'node1'])
  })

  it('shows that a node has lost the server', async () => {
    const { clock, node1, node3 } = await startThree()
    node3.events.signalling({ status: 'offline', reason: 'server-unreachable' })
    await clock.pass(1_500)
    expect(nodes(node1).map(({ isOnline }) => isOnline)).toEqual([true, true, false])
  })
})

describe('the network event', () => {
  it('reports every change, at most five times a second', async () => {
    const { clock, node1, node3 } = await startThree()
    const told: { readonly at: number; readonly snapshot: NetworkSnapshot }[] = []
    node1.node.on('network', (snapshot) => void told.push({ at: clock.now(), snapshot }))
    for (let count = 0; count < 100; count += 1) {
      await node3.node.publish(`text ${count}`)
      await clock.pass(20)
    }
    await clock.pass(3_000)
    const gaps = told.slice(1).map(({ at }, index) => at - (told[index]?.at ?? 0))
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(200)
    expect(told.length).toBeGreaterThan(5)
    const last = told.at(-1)?.snapshot.nodes ?? []
    expect(last.map(({ entries }) => entries)).toEqual([100, 100, 100])
    expect(last.map(({ isInSync }) => isInSync)).toEqual([true, true, true])
    const settled = told.length
    await clock.pass(5_000)
    expect(told.length - settled).toBeLessThan(10)
  })

  it('gathers the changes of many neighbours', async () => {
    const { clock, network, node1 } = await startThree()
    const others: MemoryNode[] = []
    for (let index = 0; index < 8; index += 1) others.push(await network.start(`other${index}`))
    const told: number[] = []
    node1.node.on('network', () => void told.push(clock.now()))
    for (const other of others) {
      network.link(other, node1)
      await clock.pass(30)
    }
    await clock.pass(3_000)
    const gaps = told.slice(1).map((at, index) => at - (told[index] ?? 0))
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(200)
    expect(nodes(node1)).toHaveLength(11)
  })

  it('is not emitted after the stop', async () => {
    const { clock, node1, node3 } = await startThree()
    await node3.node.ping()
    let told = 0
    node1.node.on('network', () => void (told += 1))
    await node1.node.stop()
    const before = told
    await clock.pass(60_000)
    expect(told).toBe(before)
  })
})

describe('receipts()', () => {
  it('has this node’s own receipt, and those of the others after a request', async () => {
    const { clock, node1, node2 } = await startThree()
    const entry = await node2.node.ping()
    await clock.pass(1_000)
    expect(node1.node.receipts(entry)).toEqual({
      isAsked: false,
      receipts: [{ name: 'node1', peerId: node1.peerId, hops: [{ name: 'node2', heldMs: 0, rttMs: 20 }], copies: [] }],
    })
    const events: EntryRef[] = []
    node1.node.on('receipts', (ref) => void events.push(ref))
    node1.node.askReceipts(entry)
    expect(node1.node.receipts(entry).isAsked).toBe(true)
    await clock.pass(1_000)
    expect(events.length).toBeGreaterThan(0)
    expect(events[0]).toEqual({ peerId: entry.peerId, epoch: entry.epoch, seq: entry.seq })
    const { isAsked, receipts } = node1.node.receipts(entry)
    expect(isAsked).toBe(true)
    expect(receipts.map(({ name, hops }) => [name, hops.map((hop) => hop.name)])).toEqual([
      ['node1', ['node2']],
      ['node2', []],
      ['node3', ['node2']],
    ])
  })

  it('requests nothing for an entry that is not held, or for a malformed reference', async () => {
    const { clock, node1 } = await startThree()
    const { peerId, epoch } = await node1.node.ping()
    const before = node1.node.stats().sent
    for (const ref of [
      { peerId, epoch, seq: 9 },
      { peerId: 'nobody', epoch: 'never', seq: 1 },
    ]) {
      node1.node.askReceipts(ref)
      expect(node1.node.receipts(ref)).toEqual({ isAsked: false, receipts: [] })
    }
    expect(node1.node.stats().sent).toBe(before)
    await clock.pass(10)
  })
})

describe('the route of an entry', () => {
  it('names the nodes that passed it on, with the round trips of the links; it is empty for an own entry', async () => {
    const { clock, node1, node2, node3 } = await startThree()
    const entry = await node1.node.ping()
    await clock.pass(1_000)
    expect(node1.node.route(entry)).toEqual([])
    expect(node2.node.route(entry)).toEqual([{ name: 'node1', heldMs: 0, rttMs: 20 }])
    expect(node3.node.route(entry)).toEqual([
      { name: 'node1', heldMs: 0, rttMs: 20 },
      { name: 'node2', heldMs: 0, rttMs: 20 },
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
