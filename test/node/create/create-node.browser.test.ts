import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { GrapevineNode } from '../../../client/node/api/grapevine.ts'
import { browserStorage, memoryStorage } from '../../../client/node/create/browser-storage.ts'
import { createNode } from '../../../client/node/create/create-node.ts'
import type { NodeOptions } from '../../../client/node/create/node-options.ts'
import { MemoryStore } from '../../simulation/network/memory-network.ts'
import { MemorySignalling } from '../../links/memory-signalling.ts'

/** Creates a node with real WebRTC; it stops at the end of the test. */
const create = (server: MemorySignalling, options: Omit<NodeOptions, 'server'>): GrapevineNode => {
  const node = createNode({
    server: location.href,
    signalling: ({ name, peerId, upstreams }) => server.connect(name, peerId, upstreams),
    storage: memoryStorage(),
    ...options,
  })
  onTestFinished(() => node.stop())
  return node
}

const bodies = (node: GrapevineNode): readonly unknown[] => node.entries().map(({ body }) => body)

describe('createNode', () => {
  it('makes nodes that talk in one page, without an element or an address', async () => {
    const server = new MemorySignalling()
    const alice = create(server, { name: 'alice' })
    const bob = create(server, { name: 'bob', upstreams: ['alice'] })
    expect(alice.state()).toEqual({ status: 'starting' })
    await Promise.all([alice.ready, bob.ready])
    expect(bob.state()).toEqual({ status: 'online' })
    expect([alice, bob].map((node) => node.diagnosis().thread)).toEqual(['worker', 'worker'])
    await alice.publish({ text: 'from alice' })
    await bob.publish('from bob')
    await expect.poll(() => bodies(alice)).toEqual([{ text: 'from alice' }, 'from bob'])
    await expect.poll(() => bodies(bob)).toHaveLength(2)
    expect(bob.digest()).toBe(alice.digest())
  })

  it('runs a node in the page where no worker can have it, and it talks with one in a worker', async () => {
    const server = new MemorySignalling()
    const alice = create(server, { name: 'alice' })
    vi.stubGlobal('Worker', undefined)
    onTestFinished(() => void vi.unstubAllGlobals())
    const bob = create(server, { name: 'bob', upstreams: ['alice'] })
    await bob.publish('from the page')
    await alice.publish('from a worker')
    expect([alice, bob].map((node) => node.diagnosis().thread)).toEqual(['worker', 'page'])
    for (const node of [alice, bob]) await expect.poll(() => bodies(node)).toHaveLength(2)
  })

  it('keeps the storage of its caller in the page', async () => {
    const opened: string[] = []
    const node = create(new MemorySignalling(), {
      name: 'alice',
      storage: {
        ...memoryStorage(),
        blocks: async ({ name }) => {
          opened.push(name)
          return new MemoryStore()
        },
      },
    })
    await node.publish('kept here')
    expect(opened).toEqual(['alice'])
    expect(node.diagnosis().thread).toBe('page')
  })

  it('keeps key and messages in the storage, for the next node of that name', async () => {
    const server = new MemorySignalling()
    const name = `kept-${Date.now()}`
    const storage = browserStorage()
    const first = create(server, { name, storage })
    const isNew: boolean[] = []
    first.on('key', (key) => isNew.push(key.isNew))
    await first.publish('remember me')
    const { peerId } = first
    await first.stop()
    const second = create(server, { name, storage })
    second.on('key', (key) => isNew.push(key.isNew))
    await second.ready
    expect(second.peerId).toBe(peerId)
    expect(bodies(second)).toEqual(['remember me'])
    expect(isNew).toEqual([true, false])
  })

  it('rejects `ready` where another node of this browser runs the name, and runs when that one stops', async () => {
    const server = new MemorySignalling()
    const name = `taken-${Date.now()}`
    const storage = browserStorage()
    const first = create(server, { name, storage })
    await first.ready
    const second = create(server, { name, storage, patienceMs: 0 })
    await expect(second.ready).rejects.toMatchObject({ name: 'NodeError', reason: 'name-open-here' })
    await first.stop()
    await expect.poll(() => second.state().status).toBe('online')
  })

  it('stops with its signal', async () => {
    const controller = new AbortController()
    const node = create(new MemorySignalling(), { name: 'alice', signal: controller.signal })
    controller.abort()
    await expect(node.ready).rejects.toMatchObject({ reason: 'stopped' })
    await expect(node.publish('late')).rejects.toMatchObject({ reason: 'stopped' })
  })
})
