import { describe, expect, it } from 'vitest'
import { startLine, startNodes } from '../simulation/network/memory-network.ts'

const startPair = async () => {
  const { clock, network, nodes, links: pair } = await startLine(['node1', 'node2'])
  const [node1, node2] = nodes
  const [links] = pair
  if (!links) throw new Error('no link')
  return { clock, network, node1, node2, links }
}

const stateOf = ({ node }: { readonly node: { links(): readonly { state: string }[] } }) => node.links()[0]?.state

describe('[P8] the state of a link', () => {
  it('is up with a round trip once both have greeted', async () => {
    const { node1, node2 } = await startPair()
    expect(node2.node.links()).toMatchObject([{ peer: 'node1', direction: 'upstream', state: 'up', rttMs: 20 }])
    expect(node1.node.links()).toMatchObject([{ peer: 'node2', direction: 'downstream', state: 'up', rttMs: 20 }])
  })

  it('has the round trip of the path, not of a busy start, and shows when this tab was busy [G3]', async () => {
    const { clock, network, nodes } = await startNodes(['node1', 'node2'])
    const [node1, node2] = nodes
    const links = network.link(node2, node1)
    // Greeted; the first answers wait in a page that stands still.
    await clock.pass(15)
    links.hold()
    await clock.pass(800)
    network.lateMs = 800
    links.resume()
    await clock.pass(100)
    expect(node2.node.links()[0]?.roundTrips).toMatchObject({ isBusy: true })
    expect(node2.node.links()[0]?.roundTrips?.mostMs).toBeGreaterThan(400)
    network.lateMs = 0
    await clock.pass(5_000)
    expect(node2.node.links()).toMatchObject([
      { rttMs: 20, roundTrips: { latestMs: 20, leastMs: 20, mostMs: 20, isBusy: false } },
    ])
    // What comes while it is busy again changes no figure.
    network.lateMs = 300
    await clock.pass(10_000)
    expect(node2.node.links()).toMatchObject([{ rttMs: 20, roundTrips: { leastMs: 20, mostMs: 20 } }])
  })

  it('is quiet within 8 s of silence and down within 20 s, then the downstream is removed after 60 s [G3]', async () => {
    const { clock, node1, links } = await startPair()
    // As if the neighbour's process had been killed.
    links.hold()
    await clock.pass(4_000)
    expect(stateOf(node1)).toBe('up')
    await clock.pass(4_000)
    expect(stateOf(node1)).toBe('quiet')
    await clock.pass(12_000)
    expect(node1.node.links()).toMatchObject([{ state: 'down', reason: 'silent' }])
    await clock.pass(60_000)
    expect(node1.node.links()).toEqual([])
  })

  it('recovers from a silence of 12 s on the same link', async () => {
    const { clock, node1, node2, links } = await startPair()
    links.hold()
    await clock.pass(12_000)
    expect([stateOf(node1), stateOf(node2)]).toEqual(['quiet', 'quiet'])
    await node2.node.ping()
    links.resume()
    await clock.pass(100)
    expect([stateOf(node1), stateOf(node2)]).toEqual(['up', 'up'])
    expect(node1.closed).toEqual([])
    expect(node1.node.entries()).toHaveLength(1)
  })

  it('does not count a stall of this tab as silence [G3]', async () => {
    const { clock, node1, node2 } = await startPair()
    clock.stall(3_600_000)
    await clock.pass(1_000)
    expect([stateOf(node1), stateOf(node2)]).toEqual(['up', 'up'])
  })

  it('does not count a stall of this tab before the hello either', async () => {
    const { clock, network, nodes } = await startNodes(['node1', 'node2'])
    const [node1, node2] = nodes
    const links = network.link(node2, node1)
    links.hold()
    await clock.pass(100)
    clock.stall(60_000)
    links.resume()
    await clock.pass(100)
    expect([stateOf(node1), stateOf(node2)]).toEqual(['up', 'up'])
  })

  it('of a downstream that was lost is removed after 60 s, though nothing else happens', async () => {
    const { clock, node1, links } = await startPair()
    links.toUpstream.close()
    await clock.pass(1_000)
    expect(stateOf(node1)).toBe('down')
    await clock.pass(60_000)
    expect(node1.node.links()).toEqual([])
  })

  it('is waiting after a bye for an upstream, and removed for a downstream [G4]', async () => {
    const pair = await startPair()
    await pair.node1.node.stop()
    await pair.clock.pass(50)
    pair.node2.events.upstream({ name: pair.node1.name, peerId: undefined, phase: 'waiting', reason: 'said-bye' })
    expect(pair.node2.node.links()).toMatchObject([{ state: 'waiting', reason: 'said-bye' }])
    expect(pair.node2.closed.map(({ reason }) => reason)).toEqual(['said-bye'])

    const other = await startPair()
    await other.node2.node.stop()
    await other.clock.pass(50)
    expect(other.node1.node.links()).toEqual([])
  })

  it('is not down, but removed or dialled, when the other side had no room for its bye', async () => {
    const { clock, node1, node2 } = await startPair()
    const flood = (from: typeof node1): Promise<unknown> =>
      Promise.all(Array.from({ length: 40 }, () => from.node.publish('x'.repeat(48_000))))
    await flood(node2)
    await node2.node.stop()
    await clock.pass(50)
    expect(node2.node.stats().drops['window-full']).toBeGreaterThan(0)
    expect(node1.node.links()).toEqual([])
    expect(node1.closed.map(({ reason }) => reason)).toEqual(['aborted'])

    const other = await startPair()
    await flood(other.node1)
    await other.node1.node.stop()
    await other.clock.pass(50)
    expect(other.node2.closed.map(({ reason }) => reason)).toEqual(['aborted'])
    other.node2.events.upstream({ name: node1.name, peerId: undefined, phase: 'waiting', reason: 'not-there' })
    expect(other.node2.node.links()).toMatchObject([{ state: 'waiting', reason: 'gone' }])
  })

  it('shows for an unregistered upstream whether it was linked since this page was loaded', async () => {
    const { clock, network, node1, node2, links } = await startPair()
    const notThere = (name: typeof node1.name): void =>
      node2.events.upstream({ name, peerId: undefined, phase: 'waiting', reason: 'not-there' })
    const node3 = await network.start('node3')
    notThere(node3.name)
    // As if the neighbour's process had been killed.
    links.hold()
    await clock.pass(20_000)
    expect(node2.node.links()).toMatchObject([
      { peer: 'node1', state: 'down', reason: 'silent' },
      { peer: 'node3', state: 'waiting', reason: 'not-there' },
    ])
    notThere(node1.name)
    expect(node2.node.links()[0]).toMatchObject({ peer: 'node1', state: 'down', reason: 'gone' })
  })

  it('is down when the connection is lost without a bye, and up again with the next link', async () => {
    const { clock, network, node1, node2, links } = await startPair()
    links.toDialler.close()
    await clock.pass(50)
    expect(node2.node.links()).toMatchObject([{ state: 'down', reason: 'connection-lost' }])
    network.link(node2, node1)
    await clock.pass(50)
    expect([stateOf(node1), stateOf(node2)]).toEqual(['up', 'up'])
  })

  it('is not changed by the late end of a replaced link', async () => {
    const { clock, network, node1, node2, links } = await startPair()
    network.link(node2, node1)
    await clock.pass(50)
    links.toUpstream.close()
    links.toDialler.close()
    await clock.pass(50)
    expect([stateOf(node1), stateOf(node2)]).toEqual(['up', 'up'])
    await node1.node.ping()
    await clock.pass(50)
    expect(node2.node.entries()).toHaveLength(1)
  })

  it('is quiet soon if the neighbour has registered anew and does not answer', async () => {
    const { clock, node2, links } = await startPair()
    links.hold()
    node2.events.suspect(links.toUpstream.id)
    await clock.pass(1_000)
    expect(stateOf(node2)).toBe('up')
    await clock.pass(1_500)
    expect(stateOf(node2)).toBe('quiet')
  })
})
