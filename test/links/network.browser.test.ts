import { describe, expect, it } from 'vitest'
import type { ReceivedSignal } from '../../signal-server/shared/protocol.ts'
import { MemorySignalling } from './memory-signalling.ts'
import { createKey } from './network-node.ts'
import { type NetworkNode, startNode as start } from './started-node.ts'

const hasLinks = (count: number, ...linked: NetworkNode[]) =>
  expect.poll(() => linked.map((node) => node.links.size), { timeout: 10_000 }).toEqual(linked.map(() => count))

/** Two linked nodes: node2 has dialled node1. */
const linkTwo = async (server = new MemorySignalling()) => {
  const node1 = await start(server, 'node1')
  const node2 = await start(server, 'node2', ['node1'])
  await hasLinks(1, node1, node2)
  return { node1, node2 }
}

const directions = (node: NetworkNode) => [...node.links].map(({ name, direction }) => `${name} ${direction}`)

describe('the network', () => {
  it('links to an upstream that is registered, and to one that registers later', async () => {
    const server = new MemorySignalling()
    const node2 = await start(server, 'node2', ['node1'])
    expect(node2.upstreams.get('node1')).toMatchObject({ phase: 'waiting', reason: 'not-there' })
    const node1 = await start(server, 'node1')
    await hasLinks(1, node1, node2)
    expect(directions(node1)).toEqual(['node2 downstream'])
    expect(directions(node2)).toEqual(['node1 upstream'])
    const node3 = await start(server, 'node3', ['node1'])
    await hasLinks(1, node3)
    await hasLinks(2, node1)
  })

  it('makes one link between two nodes that name each other, upstream for both', async () => {
    const server = new MemorySignalling()
    const [node1, node2] = await Promise.all([start(server, 'node1', ['node2']), start(server, 'node2', ['node1'])])
    await hasLinks(1, node1, node2)
    expect([...directions(node1), ...directions(node2)]).toEqual(['node2 upstream', 'node1 upstream'])
    expect(server.passed.filter(({ signal }) => signal.data.description?.type === 'offer')).toHaveLength(1)
  })

  it('reports the latest try to an upstream: candidates of both sides, the path once open, nothing after its end', async () => {
    const server = new MemorySignalling()
    const [node1, node2] = await Promise.all([start(server, 'node1', ['node2']), start(server, 'node2', ['node1'])])
    // The side that answers tells as well.
    for (const [node, upstream] of [
      [node1, 'node2'],
      [node2, 'node1'],
    ] as const) {
      await expect
        .poll(() => node.tries.get(upstream), { timeout: 10_000 })
        .toMatchObject({
          status: 'open',
          path: { local: expect.stringMatching(/host|prflx/), remote: expect.stringMatching(/host|prflx/) },
        })
      const status = node.tries.get(upstream)
      expect(status?.gathered.host).toBeGreaterThan(0)
      expect(status?.received.host).toBeGreaterThan(0)
    }
    for (const link of node1.links) link.close()
    node1.stop()
    await expect.poll(() => node2.tries.has('node1') && node2.tries.get('node1') === undefined).toBe(true)
  })

  it('introduces two nodes with few signals', async () => {
    const server = new MemorySignalling()
    await linkTwo(server)
    expect(server.passed.length).toBeLessThanOrEqual(4)
  })

  it('redials an upstream whose link was lost', async () => {
    const { node1, node2 } = await linkTwo()
    const [lost] = node1.links
    lost?.close()
    await expect.poll(() => [...node2.links].some((link) => link.id !== 1), { timeout: 10_000 }).toBe(true)
    await hasLinks(1, node1, node2)
  })

  it('replaces a link that fell quiet once its upstream has registered anew', async () => {
    const server = new MemorySignalling()
    const key = await createKey()
    const silent = await start(server, 'node1', [], {}, key)
    const node2 = await start(server, 'node2', ['node1'])
    await hasLinks(1, silent, node2)
    // A crashed tab says nothing; here it is cut from the signalling only, and another takes its name and key.
    const again = await start(server, 'node1', [], {}, key)
    server.restart()
    await hasLinks(1, again, node2)
    // It sees the end of its link a moment after node2 has closed it.
    await hasLinks(0, silent)
  })

  it('ignores a repeated signal and a late one', async () => {
    const server = new MemorySignalling({
      signal: (signal, to) => {
        queueMicrotask(() => server.inject(to, signal))
        return signal
      },
    })
    const { node1, node2 } = await linkTwo(server)
    expect(node2.drops.get('late-signal')).toBeGreaterThan(0)
    await hasLinks(1, node1, node2)
  })

  it('gives up on an upstream that does not answer, with that reason', async () => {
    const server = new MemorySignalling({
      signal: (signal) => (signal.data.description?.type === 'answer' ? undefined : signal),
    })
    await start(server, 'node1')
    const node2 = await start(server, 'node2', ['node1'], { limits: { connectWithinMs: 300 } })
    await expect
      .poll(() => node2.upstreams.get('node1'), { timeout: 5_000 })
      .toMatchObject({ phase: 'dialling', reason: 'no-answer' })
  })

  it('remembers the key of an upstream that it linked to', async () => {
    const { node1, node2 } = await linkTwo()
    expect(node2.remembered.get('node1')).toBe(node1.peerId)
  })

  it('reports the limit that a page has reached, and does not throw', async () => {
    const server = new MemorySignalling()
    await start(server, 'node1')
    const node2 = await start(server, 'node2', ['node1'], { limits: { connectionsPerPage: 0 } })
    await expect.poll(() => node2.upstreams.get('node1')?.reason).toBe('out-of-connections')
    const node3 = await start(server, 'node3', ['node1'], {
      createConnection: () => {
        throw new DOMException('Cannot create so many PeerConnections', 'UnknownError')
      },
    })
    await expect.poll(() => node3.upstreams.get('node1')?.reason).toBe('webrtc-failed')
  })
})

describe('[P4] a lying signalling server', () => {
  const forgeFingerprint = (signal: ReceivedSignal): ReceivedSignal => {
    const { description } = signal.data
    if (!description || description.type === 'refusal') return signal
    const sdp = description.sdp.replaceAll(
      /a=fingerprint:sha-256 .*/g,
      `a=fingerprint:sha-256 ${Array(32).fill('AB').join(':')}`,
    )
    return { ...signal, data: { ...signal.data, description: { ...description, sdp } } }
  }

  const only = (type: 'offer' | 'answer', change: (signal: ReceivedSignal) => ReceivedSignal) => ({
    signal: (signal: ReceivedSignal) => (signal.data.description?.type === type ? change(signal) : signal),
  })

  it('gets no link by swapping the fingerprint of an offer, and no connection is made for it', async () => {
    let connections = 0
    const server = new MemorySignalling(only('offer', forgeFingerprint))
    const node1 = await start(server, 'node1', [], {
      createConnection: () => {
        connections += 1
        throw new Error('no connection may be made')
      },
    })
    const node2 = await start(server, 'node2', ['node1'])
    await expect.poll(() => node1.drops.get('bad-offer-signature'), { timeout: 5_000 }).toBeGreaterThan(0)
    await expect.poll(() => node2.upstreams.get('node1')?.reason).toBe('offer-refused')
    expect(connections).toBe(0)
    expect(node1.links.size + node2.links.size).toBe(0)
  })

  it('gets no link by swapping the fingerprint of an answer', async () => {
    const server = new MemorySignalling(only('answer', forgeFingerprint))
    const node1 = await start(server, 'node1')
    const node2 = await start(server, 'node2', ['node1'])
    await expect.poll(() => node2.upstreams.get('node1')?.reason, { timeout: 5_000 }).toBe('bad-signature')
    expect(node1.links.size + node2.links.size).toBe(0)
  })

  it('gets no link by adding a second fingerprint to a signed description', async () => {
    const server = new MemorySignalling(
      only('answer', (signal) => {
        const { description } = signal.data
        if (description?.type !== 'answer') return signal
        const second = `a=fingerprint:sha-256 ${Array(32).fill('CD').join(':')}\r\n`
        const changed = { ...description, sdp: description.sdp.replace(/(?=m=application)/, second) }
        return { ...signal, data: { ...signal.data, description: changed } }
      }),
    )
    const node1 = await start(server, 'node1')
    const node2 = await start(server, 'node2', ['node1'])
    await expect.poll(() => node2.upstreams.get('node1')?.reason, { timeout: 5_000 }).toBe('bad-signature')
    expect(node1.links.size + node2.links.size).toBe(0)
  })

  it('gets no link by passing an offer to another node', async () => {
    const server: MemorySignalling = new MemorySignalling({
      signal: (signal, to) => {
        if (to === 'node1' && signal.data.description?.type === 'offer') server.inject('mallory', signal)
        return undefined
      },
    })
    await start(server, 'node1')
    const mallory = await start(server, 'mallory')
    const node2 = await start(server, 'node2', ['node1'], { limits: { connectWithinMs: 500 } })
    await expect.poll(() => mallory.drops.get('bad-offer-signature'), { timeout: 5_000 }).toBeGreaterThan(0)
    expect(mallory.links.size + node2.links.size).toBe(0)
  })

  it('gets no link by announcing its own key for a name whose key is known', async () => {
    const mallory = await createKey()
    const node1Key = await createKey()
    const server = new MemorySignalling({ peerId: () => mallory.peerId })
    await start(server, 'node1', [], {}, mallory)
    const node2 = await start(server, 'node2', ['node1'], { trusted: node1Key.peerId })
    const node3 = await start(server, 'node3', ['node1'], { pin: node1Key.peerId })
    expect(node2.upstreams.get('node1')).toMatchObject({ phase: 'waiting', reason: 'key-changed' })
    expect(node3.upstreams.get('node1')).toMatchObject({ phase: 'waiting', reason: 'wrong-key' })
    expect(node2.links.size + node3.links.size).toBe(0)
  })

  it('can change a key that a person accepts, but never a pinned one', async () => {
    const server = new MemorySignalling()
    const oldKey = await createKey()
    const node1 = await start(server, 'node1')
    const node2 = await start(server, 'node2', ['node1'], { trusted: oldKey.peerId })
    const node3 = await start(server, 'node3', ['node1'], { pin: oldKey.peerId })
    expect(node2.upstreams.get('node1')?.reason).toBe('key-changed')
    node2.network.trust('node1')
    node3.network.trust('node1')
    await hasLinks(1, node1, node2)
    expect(node2.remembered.get('node1')).toBe(node1.peerId)
    expect(node3.upstreams.get('node1')?.reason).toBe('wrong-key')
  })
})
