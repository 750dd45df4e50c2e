import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type MemoryNode, startLine } from '../simulation/network/memory-network.ts'

const paths = ({ node }: MemoryNode) => node.entries().map((entry) => entry.path.join('>'))

describe('gossip among whole nodes', () => {
  it('goes both ways along a line, each entry once, with the path it took [T1] [L3]', async () => {
    const { clock, nodes } = await startLine(['node1', 'node2', 'node3'])
    for (const { node } of nodes) await node.ping()
    await clock.pass(1_000)
    expect(nodes.map((node) => paths(node).sort())).toEqual([
      ['node1', 'node2>node1', 'node3>node2>node1'],
      ['node1>node2', 'node2', 'node3>node2'],
      ['node1>node2>node3', 'node2>node3', 'node3'],
    ])
    expect(new Set(nodes.map(({ node }) => node.digest())).size).toBe(1)
  })

  it('stops in a ring once every node has the entry', async () => {
    const { clock, network, nodes } = await startLine(['node1', 'node2', 'node3'])
    const [node1, , node3] = nodes
    network.link(node3, node1)
    await clock.pass(100)
    await node1.node.ping()
    await clock.pass(10_000)
    expect(nodes.map(({ node }) => node.stats().delivered)).toEqual([1, 1, 1])
    const duplicates = nodes.map(({ node }) => node.stats().duplicates)
    expect(duplicates.reduce((sum, count) => sum + count)).toBe(2)
    expect(nodes.map(({ node }) => node.stats().accepted)).toEqual([0, 1, 1])
  })

  it('keeps the order of the calls, and numbers entries 1, 2, 3 [L1]', async () => {
    const { clock, nodes } = await startLine(['node1', 'node2'])
    const [node1, node2] = nodes
    const texts = Array.from({ length: 50 }, (_, index) => `text ${index}`)
    await Promise.all(texts.map((text) => node1.node.publish(text)))
    await clock.pass(1_000)
    const entries = node2.node.entries()
    expect(entries.map(({ body }) => body)).toEqual(texts)
    expect(entries.map(({ seq }) => seq)).toEqual(texts.map((_, index) => index + 1))
  })

  it('carries texts, JSON and bytes without change', async () => {
    const { clock, nodes } = await startLine(['node1', 'node2'])
    const [node1, node2] = nodes
    const bodies = ['<img onerror>', '', null, 0, -1.5, true, [1, ['a']], JSON.parse('{"__proto__": {"a": 1}}')]
    for (const body of bodies) await node1.node.publish(body)
    await node1.node.publish(new Uint8Array([0, 255]))
    await clock.pass(1_000)
    const received = node2.node.entries().map(({ body }) => body)
    expect(received).toEqual([...bodies, new Uint8Array([0, 255])])
  })

  it("refuses a body that is too large, with its size and the limit, or that can't be carried", async () => {
    const { nodes } = await startLine(['node1'])
    const [{ node }] = nodes
    await expect(node.publish('x'.repeat(16_777_217))).rejects.toThrow(
      /a body of 16777222 bytes; the limit is 16777221/,
    )
    const cyclic: unknown[] = []
    cyclic.push(cyclic)
    for (const body of [undefined, Number.NaN, new Date(), new Map(), () => {}, cyclic, [undefined], 10n]) {
      await expect(node.publish(body as never)).rejects.toThrow(TypeError)
    }
    expect(node.entries()).toEqual([])
    await expect(node.ping()).resolves.toMatchObject({ seq: 1, body: "I'm alive", path: ['node1'] })
  })

  it('refuses one body alone: those published in the same moment share a block without it', async () => {
    const anything = fc.oneof(
      fc.anything({
        maxDepth: 2,
        maxKeys: 3,
        withBigInt: true,
        withDate: true,
        withMap: true,
        withTypedArray: true,
        stringUnit: 'binary',
      }),
      // Halves of characters, as texts and as keys, two of which an encoder makes equal.
      fc
        .array(fc.integer({ min: 0xd7ff, max: 0xe000 }), { maxLength: 3 })
        .map((units) => String.fromCharCode(...units)),
      fc
        .uniqueArray(fc.constantFrom('\uD800', '\uDBFF', '\uDC00', '\uFEFF', '', '\uFFFD'))
        .map((keys) => Object.fromEntries(keys.map((key) => [key, 0]))),
    )
    const { nodes } = await startLine(['node1'])
    const [{ node }] = nodes
    await fc.assert(
      fc.asyncProperty(fc.array(anything, { minLength: 1, maxLength: 8 }), async (bodies) => {
        const secret = 'what others said'
        const doubtful = bodies.map((body) => node.publish(body as never))
        const innocent = Array.from({ length: 5 }, (_, index) => node.publish(`${secret} ${index}`))
        const reasons = (await Promise.allSettled(doubtful)).flatMap((result) =>
          result.status === 'rejected' ? [result.reason as Error] : [],
        )
        for (const reason of reasons) {
          expect(reason).toBeInstanceOf(TypeError)
          expect(reason.message).toMatch(/^body/)
          expect(reason.message).not.toContain(secret)
        }
        await expect(Promise.all(innocent)).resolves.toHaveLength(5)
      }),
      { numRuns: 15 },
    )
  })

  it('names at most 64 nodes in a path [L3]', async () => {
    const names = Array.from({ length: 70 }, (_, index) => `node${index}`)
    const { clock, nodes } = await startLine(names)
    await nodes[0]?.node.ping()
    await clock.pass(1_000)
    const [entry] = nodes[69]?.node.entries() ?? []
    expect(entry?.path).toHaveLength(64)
    expect(entry?.path[0]).toBe('node0')
    expect(entry?.path.at(-1)).toBe('node69')
  })

  it('rejects what is published after the stop, and what was not signed by then', async () => {
    const { nodes } = await startLine(['node1'])
    const [{ node }] = nodes
    const unsigned = expect(node.ping()).rejects.toThrow('the node has stopped')
    await node.stop()
    await node.stop()
    await unsigned
    await expect(node.ping()).rejects.toThrow('the node has stopped')
    expect(node.state()).toEqual({ status: 'error', reason: 'stopped' })
  })
})
