import { describe, expect, it } from 'vitest'
import type { LinkId } from '../../client/gossip/wire/link.ts'
import type { NodeState } from '../../client/node/api/grapevine.ts'
import type { NameEvents } from '../../client/node/shared/node-storage.ts'
import type { NetworkPortEvents, OpenedIdentity } from '../../client/node/shared/node-ports.ts'
import { LocalNode } from '../../client/node/local-node.ts'
import { nameOf } from '../links/network-node.ts'
import { fakePeerId, fakeSign, fakeVerify } from '../simulation/node/fake-signatures.ts'
import { MemoryStore } from '../simulation/network/memory-network.ts'
import { VirtualClock } from '../simulation/network/virtual-clock.ts'

interface Parts {
  readonly hasWebRtc?: boolean
  connectFails?: boolean
}

/** A runtime whose name is claimed, and whose network is told of, when the test says so. */
const start = ({ hasWebRtc = true, connectFails = false }: Parts = {}) => {
  const clock = new VirtualClock()
  const peerId = fakePeerId(1)
  const calls: string[] = []
  let alternatives = 0
  let name: NameEvents | undefined
  let claim: (identity: OpenedIdentity) => void = () => {}
  let events: NetworkPortEvents | undefined
  const node = new LocalNode({
    name: nameOf('node1'),
    net: 'test',
    hasWebRtc,
    open: (openEvents) => {
      name = openEvents
      return new Promise((resolve) => {
        claim = resolve
      })
    },
    connect: async (_identity, networkEvents) => {
      if (connectFails) throw new Error('the database is on fire')
      events = networkEvents
      return {
        start: () => void calls.push('start'),
        stop: () => void calls.push('stop'),
        closed: () => void calls.push('released'),
        setQuiet: () => {},
        trust: () => {},
      }
    },
    openStore: async () => new MemoryStore(),
    verify: fakeVerify,
    random: () => 0.5,
    timers: clock,
    wallClock: () => 0,
    lateMs: () => 0,
    breathe: () => Promise.resolve(),
    alternative: () => {
      alternatives += 1
      return { name: `node1-${alternatives}`, href: `/?id=node1-${alternatives}` }
    },
  })
  const states: NodeState[] = []
  node.on('state', (state) => states.push(state))
  const open = async (): Promise<void> => {
    claim({
      peerId,
      epoch: '1-0000000000000001',
      sign: fakeSign(peerId),
      isNewKey: true,
      release: () => void calls.push('release'),
    })
    await clock.pass(0)
  }
  return { node, states, calls, open, name: () => name, network: () => events, clock }
}

describe('a node that starts', () => {
  it('publishes entries that were added while it started', async () => {
    const { node, open } = start()
    const entry = node.publish('early')
    await open()
    await expect(entry).resolves.toMatchObject({ seq: 1, body: 'early' })
  })

  it('reports at once that another tab has the name, and runs when that one leaves', async () => {
    const { node, states, open, name, network } = start()
    const early = node.publish('early')
    name()?.heldElsewhere()
    expect(node.state()).toMatchObject({ status: 'error', reason: 'name-open-here' })
    // Not in an hour, when the other tab closes.
    await expect(early).rejects.toThrow('another node of this browser or this folder runs node1')
    await expect(node.ping()).rejects.toThrow('another node of this browser or this folder runs node1')
    await open()
    network()?.signalling({ status: 'registered' })
    expect(states.map(({ status }) => status)).toEqual(['error', 'starting', 'online'])
    await expect(node.ping()).resolves.toMatchObject({ seq: 1 })
  })

  it('offers the same alternative name as long as its own is taken', async () => {
    const { node, states, open, network } = start()
    await open()
    for (let count = 0; count < 3; count += 1) network()?.signalling({ status: 'name-taken' })
    expect(states.filter(({ status }) => status === 'error')).toHaveLength(1)
    expect(node.state()).toMatchObject({ alternative: { name: 'node1-1' } })
  })

  it('goes on starting while the server reserves its name for the last key, and keeps published entries', async () => {
    const { node, states, open, network } = start()
    await open()
    network()?.signalling({ status: 'name-reserved' })
    expect(node.state()).toEqual({ status: 'starting', waitsFor: 'reserved-name' })
    await expect(node.ping()).resolves.toMatchObject({ seq: 1 })
    network()?.signalling({ status: 'registered' })
    network()?.signalling({ status: 'name-reserved' })
    expect(states.map(({ status }) => status)).toEqual(['starting', 'online', 'offline'])
  })

  it('reports after two seconds what it waits for, and keeps published entries', async () => {
    const { node, states, open, name, clock } = start()
    const early = node.publish('early')
    await clock.pass(1_999)
    expect(states).toEqual([])
    await clock.pass(1)
    expect(node.state()).toEqual({ status: 'starting', waitsFor: 'name' })
    name()?.claimed()
    expect(node.state()).toEqual({ status: 'starting' })
    await clock.pass(60_000)
    expect(node.state()).toEqual({ status: 'starting', waitsFor: 'storage' })
    await open()
    expect(node.state()).toEqual({ status: 'starting' })
    await expect(early).resolves.toMatchObject({ seq: 1 })
  })

  it('starts again, and accepts entries, once the other tab has left', async () => {
    const { node, open, name } = start()
    name()?.heldElsewhere()
    name()?.claimed()
    const entry = node.publish('early')
    await open()
    await expect(entry).resolves.toMatchObject({ seq: 1 })
  })

  it('stops when another tab has got its name', async () => {
    const { node, calls, open, name } = start()
    await open()
    name()?.lost()
    expect(node.state()).toEqual({ status: 'error', reason: 'replaced', name: 'node1' })
    expect(calls).toEqual(['start', 'stop', 'release'])
  })

  it('reports an error of the start, and releases the name', async () => {
    const { node, calls, open } = start({ connectFails: true })
    await open()
    expect(node.state()).toEqual({ status: 'error', reason: 'fault', message: 'Error: the database is on fire' })
    expect(calls).toEqual(['release'])
  })

  it('releases the name if it is stopped during the start', async () => {
    const { node, calls, open } = start()
    await node.stop()
    await open()
    expect(calls).toEqual(['release'])
    expect(node.state()).toEqual({ status: 'error', reason: 'stopped' })
  })

  it('lists at most sixteen nodes that know another key under the name, each until it links', async () => {
    const { node, open, network, clock } = start()
    const told: (readonly string[])[] = []
    node.on('distrust', (names) => told.push(names))
    await open()
    for (const by of ['node2', 'node3', 'node2']) network()?.distrusted(nameOf(by))
    expect(told).toEqual([['node2'], ['node2', 'node3']])
    const id = 1 as LinkId
    const end = { isDrained: true, listen: () => {}, send: () => true, close: () => {} }
    network()?.linked({ id, peerId: fakePeerId(2), name: nameOf('node2'), direction: 'downstream', ...end })
    expect(node.distrustedBy()).toEqual(['node3'])
    for (let count = 0; count < 40; count += 1) network()?.distrusted(nameOf(`made-up-${count}`))
    expect(node.distrustedBy()).toHaveLength(16)
    await clock.pass(0)
  })

  it('stops dialling before it sends bye, and stays stopped', async () => {
    const { node, calls, open, network } = start()
    await open()
    network()?.signalling({ status: 'registered' })
    network()?.signalling({ status: 'replaced' })
    expect(node.state()).toEqual({ status: 'error', reason: 'replaced', name: 'node1' })
    await node.stop()
    expect(node.state()).toMatchObject({ reason: 'replaced' })
    expect(calls).toEqual(['start', 'stop', 'release'])
  })

  it('does not run without WebRTC, and reports that', () => {
    const { node } = start({ hasWebRtc: false })
    expect(node.state()).toEqual({ status: 'error', reason: 'webrtc-unavailable' })
  })
})
