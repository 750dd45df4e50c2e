import { describe, expect, it } from 'vitest'
import type { PeerId } from '../../client/gossip/wire/peer-id.ts'
import { createIceServerPicker } from '../../client/links/webrtc/ice-servers.ts'
import { networkLimits } from '../../client/links/shared/limits.ts'
import type { IceConfiguration } from '../../client/links/attempts/peer-connection.ts'
import { fakePeerId, fakeSign, fakeVerify } from '../simulation/node/fake-signatures.ts'
import { VirtualClock } from '../simulation/network/virtual-clock.ts'
import { MemoryConnections } from './memory-connection.ts'
import { MemorySignalling } from './memory-signalling.ts'
import { startNode } from './started-node.ts'

interface Start {
  readonly key: number
  readonly upstreams?: readonly string[]
  readonly trusted?: PeerId
  readonly iceTransportPolicy?: RTCIceTransportPolicy
}

const setUp = () => {
  const clock = new VirtualClock()
  const server = new MemorySignalling()
  const connections = new MemoryConnections(clock)
  let randomness = 0

  const start = async (name: string, { key, upstreams, ...options }: Start) => {
    const configurations: IceConfiguration[] = []
    const peerId = fakePeerId(key)
    const environment = {
      ...options,
      createConnection: (initiator: boolean, configuration: IceConfiguration) => {
        configurations.push(configuration)
        return connections.create(initiator)
      },
      pickIceServers: createIceServerPicker(() => undefined),
      verify: fakeVerify,
      timers: clock,
      random: () => 0.5,
      randomBytes: (length: number) => new Uint8Array(length).fill((randomness += 1)),
    }
    const node = await startNode(server, name, upstreams, environment, { peerId, sign: fakeSign(peerId) })
    return {
      ...node,
      configurations,
      linked: () => [...node.links].map(({ name: other, direction }) => `${other} ${direction}`),
      close: () => node.links.forEach((link) => link.close()),
    }
  }
  return { clock, connections, server, start }
}

describe('two nodes that name each other', () => {
  it('are upstreams of each other, even if one must first be made to trust the key', async () => {
    const { clock, start } = setUp()
    const node2 = await start('node2', { key: 9, upstreams: ['node1'], trusted: fakePeerId(4) })
    const node1 = await start('node1', { key: 1, upstreams: ['node2'] })
    await clock.pass(1_000)
    expect(node2.linked()).toEqual(['node1 downstream'])
    expect(node2.upstreams.get('node1')?.reason).toBe('key-changed')
    expect([node1.distrustedBy, node2.distrustedBy]).toEqual([['node2'], []])
    node2.network.trust('node1')
    await clock.pass(1_000)
    expect(node2.linked()).toEqual(['node1 upstream'])
    expect(node1.linked()).toEqual(['node2 upstream'])
  })

  it('are linked by the one that may dial if the other may not', async () => {
    const { clock, start } = setUp()
    const node1 = await start('node1', { key: 1, upstreams: ['node2'], trusted: fakePeerId(4) })
    const node2 = await start('node2', { key: 9, upstreams: ['node1'] })
    await clock.pass(networkLimits.connectWithinMs + 1_000)
    expect(node2.linked()).toEqual(['node1 upstream'])
    expect(node1.linked()).toEqual(['node2 downstream'])
    expect(node1.upstreams.get('node2')?.reason).toBe('key-changed')
  })
})

describe('two upstreams with one key', () => {
  it('are linked once, and stay linked', async () => {
    const { clock, connections, start } = setUp()
    await start('node1', { key: 1 })
    await start('node2', { key: 1 })
    const node3 = await start('node3', { key: 9, upstreams: ['node1', 'node2'] })
    await clock.pass(60_000)
    expect(node3.linked()).toHaveLength(1)
    expect([...node3.upstreams.values()].map(({ phase }) => phase).sort()).toEqual(['linked', 'waiting'])
    expect([...node3.upstreams.values()].map(({ reason }) => reason)).toContain('linked-already')
    const before = connections.made
    await clock.pass(600_000)
    expect(connections.made).toBe(before)
  })

  it('replace each other', async () => {
    const { clock, start } = setUp()
    await start('node1', { key: 1 })
    await start('node2', { key: 1 })
    const node3 = await start('node3', { key: 9, upstreams: ['node1', 'node2'] })
    await clock.pass(60_000)
    node3.close()
    await clock.pass(60_000)
    expect(node3.linked()).toHaveLength(1)
  })
})

describe('[P6] a neighbour that connects and goes at once', () => {
  it('is answered a few times, then refused as busy', async () => {
    const { clock, start } = setUp()
    const node1 = await start('node1', { key: 1 })
    const node2 = await start('node2', { key: 9, upstreams: ['node1'] })
    for (let times = 0; times < 200; times += 1) {
      node2.close()
      await clock.pass(5_000)
    }
    expect([...node1.drops.keys()]).toContain('too-many-offers')
  })

  it('costs nothing if its link was steady', async () => {
    const { clock, start } = setUp()
    const node1 = await start('node1', { key: 1 })
    const node2 = await start('node2', { key: 9, upstreams: ['node1'] })
    for (let times = 0; times < 100; times += 1) {
      node2.close()
      await clock.pass(networkLimits.steadyAfterMs + 1_000)
      expect(node2.linked()).toEqual(['node1 upstream'])
    }
    expect(node1.drops.size).toBe(0)
  })
})

describe('connections', () => {
  const turnOf = (username: string) => ({ urls: ['turn:turn.example.org'], username, credential: 'c' })

  it('are made with the latest granted servers, and with none before', async () => {
    const { clock, server, start } = setUp()
    const node1 = await start('node1', { key: 1 })
    const node2 = await start('node2', { key: 9, upstreams: ['node1'] })
    await clock.pass(1_000)
    server.grantIceServers('node1', [turnOf('first')])
    server.grantIceServers('node2', [turnOf('first')])
    node2.close()
    await clock.pass(5_000)
    server.grantIceServers('node2', [turnOf('second')])
    node2.close()
    await clock.pass(5_000)
    const made = (servers: ReturnType<typeof turnOf>[]) => ({ iceServers: servers, iceTransportPolicy: 'all' })
    expect(node2.configurations).toEqual([made([]), made([turnOf('first')]), made([turnOf('second')])])
    expect(node1.configurations).toEqual([made([]), made([turnOf('first')]), made([turnOf('first')])])
    expect(node2.iceServers).toEqual([
      { stun: 0, turn: 1, leftOut: [] },
      { stun: 0, turn: 1, leftOut: [] },
    ])
  })

  it('use relays only, if that is the policy', async () => {
    const { clock, start } = setUp()
    await start('node1', { key: 1 })
    const node2 = await start('node2', { key: 9, upstreams: ['node1'], iceTransportPolicy: 'relay' })
    await clock.pass(1_000)
    expect(node2.configurations).toEqual([{ iceServers: [], iceTransportPolicy: 'relay' }])
  })
})
