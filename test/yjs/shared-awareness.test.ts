import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Awareness, encodeAwarenessUpdate } from 'y-protocols/awareness'
import { Doc } from 'yjs'
import { GrapevineProvider } from '../../client/yjs/grapevine-provider.ts'
import { type MemoryNode, startLine } from '../simulation/network/memory-network.ts'

/** The names of the people that a node's person sees, themselves included. */
const seenBy = ({ awareness }: GrapevineProvider): readonly string[] =>
  [...awareness.getStates().values()].flatMap(({ name }) => (typeof name === 'string' ? [name] : [])).sort()

const open = ({ node, name }: MemoryNode): GrapevineProvider => {
  const provider = new GrapevineProvider(node, new Doc(), { topic: 'notes' })
  provider.awareness.setLocalStateField('name', name)
  return provider
}

describe('the presence of people at a document', () => {
  // The timers of Yjs and of the provider; the nodes have a clock of their own.
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  const start = async () => {
    const { clock, network, nodes, links } = await startLine(['node1', 'node2', 'node3'])
    const pass = async (ms: number): Promise<void> => {
      for (let passed = 0; passed < ms; passed += 100) {
        vi.advanceTimersByTime(100)
        await clock.pass(100)
      }
    }
    return { network, nodes, links, pass }
  }

  it('reaches all, and who comes later at once', async () => {
    const { network, nodes, pass } = await start()
    const providers = nodes.map(open)
    await pass(3_000)
    for (const provider of providers) expect(seenBy(provider)).toEqual(['node1', 'node2', 'node3'])
    const node4 = await network.start('node4')
    network.link(node4, nodes[2])
    const late = open(node4)
    await pass(3_000)
    for (const provider of [...providers, late]) expect(seenBy(provider)).toEqual(['node1', 'node2', 'node3', 'node4'])
    expect(nodes[0].node.entries()).toEqual([])
  })

  it('ends when the document is closed, and when the node leaves', async () => {
    const { nodes, pass } = await start()
    const [first, second, third] = nodes.map(open)
    await pass(3_000)
    third?.destroy()
    await pass(1_000)
    expect(first && seenBy(first)).toEqual(['node1', 'node2'])
    expect(third && seenBy(third)).toEqual([])
    void nodes[0].node.stop()
    await pass(2_000)
    expect(second && seenBy(second)).toEqual(['node2'])
  })

  it('is gone while its half of the network is out of reach, and comes back with it', async () => {
    const { network, nodes, links, pass } = await start()
    const [first] = nodes.map(open)
    await pass(3_000)
    links[0]?.lose()
    await pass(25_000)
    expect(first && seenBy(first)).toEqual(['node1'])
    network.link(nodes[1], nodes[0])
    await pass(3_000)
    expect(first && seenBy(first)).toEqual(['node1', 'node2', 'node3'])
  })

  it('[P3] is changed by its own key alone', async () => {
    const { nodes, pass } = await start()
    const [first, second] = nodes.map(open)
    await pass(3_000)
    const forged = new Awareness(new Doc())
    const victim = second?.awareness.clientID ?? 0
    forged.states.set(victim, { name: 'somebody else' })
    forged.meta.set(victim, { clock: 1_000, lastUpdated: 0 })
    for (const body of [encodeAwarenessUpdate(forged, [victim]), new Uint8Array([9, 9]), 'text']) {
      await nodes[2].node.publish(body, { topic: 'notes', ephemeral: true })
    }
    await pass(1_000)
    expect(first && seenBy(first)).toEqual(['node1', 'node2', 'node3'])
    forged.destroy()
  })
})
