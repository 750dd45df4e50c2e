import { describe, expect, it } from 'vitest'
import { EventLoop } from './event-loop.ts'
import { createRandom } from '../../../client/node/faults/random.ts'
import type { Edge } from '../faults/topology.ts'
import type { VirtualLink } from './virtual-link.ts'
import { VirtualNetwork, networkModel } from './virtual-network.ts'

interface Text {
  readonly text: string
  readonly bytes: number
}

const packet = (text: string, bytes = 10): Text => ({ text, bytes })

/** Two nodes and a record of the packets and events that they receive, such as `1 got a at 300`. */
const createPair = (options: { latency?: () => number; loss?: number } = {}) => {
  const loop = new EventLoop()
  const heard: string[] = []
  const up = new Set([0, 1])
  const linkOf = new Map<number, number>()
  const edges: Edge[] = [{ dialler: 1, upstream: 0 }]
  const network: VirtualNetwork<Text> = new VirtualNetwork<Text>({
    edges,
    loop,
    random: createRandom(1, 'network'),
    latency: options.latency ?? (() => 100),
    connectMs: 200,
    loss: options.loss ?? 0,
    endpoint: (node) =>
      up.has(node)
        ? {
            linkUp: (link) => {
              linkOf.set(node, link)
              heard.push(`${node} up`)
            },
            linkDown: () => heard.push(`${node} down`),
            receive: (_link, { text }) => void heard.push(`${node} got ${text}`),
          }
        : undefined,
  })
  network.start()
  const pass = (ms: number): Promise<void> => loop.run(loop.nowMs + ms, () => false)
  const [link] = network.links as [VirtualLink]
  return {
    network,
    link,
    heard,
    pass,
    send: (from: number, sent: Text) => network.send(linkOf.get(from) ?? 0, sent),
    close: (node: number) => network.close(linkOf.get(node) ?? 0),
    stop: (node: number) => {
      up.delete(node)
      network.nodeStopped(node)
    },
    start: (node: number) => {
      up.add(node)
      network.nodeStarted(node)
    },
    /** The records since the last call. */
    takeHeard: () => heard.splice(0),
  }
}

const createOpenPair = async (options: Parameters<typeof createPair>[0] = {}) => {
  const pair = createPair(options)
  await pair.pass(1_000)
  expect(pair.takeHeard()).toEqual(['1 up', '0 up'])
  return pair
}

describe('VirtualNetwork', () => {
  it('delivers after the latency, in both directions', async () => {
    const { send, pass, takeHeard } = await createOpenPair()
    send(0, packet('ping'))
    send(1, packet('pong'))
    await pass(99)
    expect(takeHeard()).toEqual([])
    await pass(1)
    expect(takeHeard()).toEqual(['1 got ping', '0 got pong'])
  })

  it('keeps the order of one direction when a later envelope is faster', async () => {
    const latencies = [100, 10]
    const { send, pass, takeHeard } = await createOpenPair({ latency: () => latencies.shift() ?? 0 })
    send(0, packet('first'))
    send(0, packet('second'))
    await pass(50)
    expect(takeHeard()).toEqual([])
    await pass(50)
    expect(takeHeard()).toEqual(['1 got first', '1 got second'])
  })

  it('loses the share of envelopes that the options give', async () => {
    const { network, send, pass, takeHeard } = await createOpenPair({ loss: 0.25 })
    for (let count = 0; count < 1_000; count += 1) send(0, packet('x'))
    await pass(100)
    expect(network.envelopesLost).toBeGreaterThan(200)
    expect(network.envelopesLost).toBeLessThan(300)
    expect(takeHeard()).toHaveLength(1_000 - network.envelopesLost)
  })

  it('loses envelopes between groups without a notice to the nodes, and heals', async () => {
    const { network, send, pass, takeHeard } = await createOpenPair()
    network.partition([0, 1])
    expect(send(0, packet('lost'))).toBe('sent')
    await pass(100)
    network.partition(undefined)
    send(0, packet('kept'))
    await pass(100)
    expect(takeHeard()).toEqual(['1 got kept'])
  })

  it('loses the envelopes of one direction and delivers those of the other', async () => {
    const { link, send, pass, takeHeard } = await createOpenPair()
    link.isSilent.dialler = true
    send(1, packet('lost'))
    send(0, packet('kept'))
    await pass(100)
    expect(takeHeard()).toEqual(['1 got kept'])
  })

  it('notifies both ends of a link that ends, loses envelopes in flight, and dials again after a pause', async () => {
    const { network, link, send, pass, takeHeard } = await createOpenPair()
    send(0, packet('lost'))
    network.kill(link)
    expect(takeHeard()).toEqual(['1 down', '0 down'])
    expect(network.isWholeUp).toBe(false)
    // The first pause is 125 to 250 ms; then comes the dial.
    await pass(200 + 124)
    expect(takeHeard()).toEqual([])
    await pass(126)
    expect(takeHeard()).toEqual(['1 up', '0 up'])
    expect(network.isWholeUp).toBe(true)
  })

  it('opens no link while it is cut', async () => {
    const { network, link, pass, takeHeard } = await createOpenPair()
    network.cut(link)
    await pass(30_000)
    expect(takeHeard()).toEqual(['1 down', '0 down'])
    link.isCut = false
    await pass(4_200)
    expect(takeHeard()).toEqual(['1 up', '0 up'])
  })

  it('drops what exceeds the window of a slow link, and delays the rest', async () => {
    const { link, send, pass, takeHeard } = await createOpenPair()
    link.isSlow = true
    expect(send(0, packet('large', networkModel.slowWindowBytes))).toBe('sent')
    expect(send(0, packet('dropped', 10))).toBe('window-full')
    await pass(networkModel.slowWindowBytes / (networkModel.slowBytesPerSecond / 1_000))
    expect(takeHeard()).toEqual([])
    expect(send(0, packet('small', 10))).toBe('sent')
    await pass(105)
    expect(takeHeard()).toEqual(['1 got large', '1 got small'])
  })

  it('notifies the far end of a link that a node closes, after all envelopes that the node had sent', async () => {
    const { send, close, pass, takeHeard } = await createOpenPair()
    send(0, packet('bye'))
    close(0)
    await pass(100)
    expect(takeHeard()).toEqual(['1 got bye', '1 down'])
  })

  it('notifies the neighbour of a stopped node late', async () => {
    const { stop, send, pass, takeHeard } = await createOpenPair()
    stop(0)
    expect(send(1, packet('lost'))).toBe('sent')
    await pass(networkModel.lostAfterMs - 1)
    expect(takeHeard()).toEqual([])
    await pass(1)
    expect(takeHeard()).toEqual(['1 down'])
  })

  it('replaces the half-dead link of a node that comes back', async () => {
    const { network, stop, start, pass, takeHeard } = await createOpenPair()
    stop(0)
    await pass(1_000)
    start(0)
    await pass(200)
    expect(takeHeard()).toEqual(['1 down', '1 up', '0 up'])
    await pass(60_000)
    expect(takeHeard()).toEqual([])
    expect(network.isWholeUp).toBe(true)
  })
})
