import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Doc, encodeStateAsUpdate } from 'yjs'
import type { Entry } from '../../client/gossip/wire/entry.ts'
import { GrapevineProvider, type GrapevineProviderOptions } from '../../client/yjs/grapevine-provider.ts'
import { type MemoryNode, MemoryStore, startLine } from '../simulation/network/memory-network.ts'

interface Desk {
  readonly doc: Doc
  readonly provider: GrapevineProvider
  read(): string
  write(text: string, index?: number): void
}

const openDesk = ({ node }: MemoryNode, options: Partial<GrapevineProviderOptions> = {}, doc = new Doc()): Desk => {
  const provider = new GrapevineProvider(node, doc, { topic: 'notes', ...options })
  const text = doc.getText('text')
  return {
    doc,
    provider,
    read: () => text.toJSON(),
    write: (written, index = text.length) => text.insert(index, written),
  }
}

const updatesOf = ({ node }: MemoryNode): readonly Entry[] => node.entries().filter(({ topic }) => topic === 'notes')

describe('a Yjs document over nodes', () => {
  it('is the same everywhere after people have written at once, and other topics are other documents', async () => {
    const { clock, nodes } = await startLine(['node1', 'node2', 'node3'])
    const desks = nodes.map((node) => openDesk(node))
    const other = openDesk(nodes[2], { topic: 'other' })
    for (const [index, desk] of desks.entries()) desk.write(`${index} `)
    await clock.pass(1_000)
    expect(new Set(desks.map((desk) => desk.read())).size).toBe(1)
    expect(desks[0]?.read().split('').sort().join('').trim()).toBe('012')
    expect(other.read()).toBe('')
  })

  it('comes whole to who is late, and after a reload, from a node whose people have left', async () => {
    const { clock, network, nodes } = await startLine(['node1', 'node2'])
    const [node1] = nodes
    const desk = openDesk(node1)
    for (const word of ['one ', 'two ', 'three']) {
      desk.write(word)
      await clock.pass(50)
    }
    await node1.node.stop()
    const store = new MemoryStore()
    const node3 = await network.start('node3', 1, store)
    const late = openDesk(node3)
    network.link(node3, nodes[1])
    await clock.pass(2_000)
    expect(late.read()).toBe('one two three')
    await node3.node.stop()
    const again = openDesk(await network.start('node3', 2, store, node3.peerId))
    await clock.pass(0)
    expect(again.provider.isLoaded).toBe(true)
    expect(again.read()).toBe('one two three')
  })

  it('merges what both halves of a partition have written', async () => {
    const { clock, nodes, links } = await startLine(['node1', 'node2'])
    const [desk1, desk2] = [openDesk(nodes[0]), openDesk(nodes[1])]
    desk1.write('shared.')
    await clock.pass(500)
    for (const link of links) link.lose()
    desk1.write('left ', 0)
    desk2.write(' right')
    await clock.pass(10_000)
    expect([desk1.read(), desk2.read()]).toEqual(['left shared.', 'shared. right'])
    for (const link of links) link.resume()
    await clock.pass(4_000)
    expect([desk1.read(), desk2.read()]).toEqual(['left shared. right', 'left shared. right'])
  })

  it('shares one entry among the changes of one moment', async () => {
    const { clock, nodes } = await startLine(['node1', 'node2'])
    const [desk1, desk2] = [openDesk(nodes[0]), openDesk(nodes[1])]
    for (const letter of 'abcdefghij') desk1.write(letter)
    await clock.pass(1_000)
    expect(desk2.read()).toBe('abcdefghij')
    expect(updatesOf(nodes[0])).toHaveLength(2)
  })

  it('publishes what the document had before, once', async () => {
    const { clock, network, nodes } = await startLine(['node1', 'node2'])
    const filled = new Doc()
    filled.getText('text').insert(0, 'from elsewhere')
    filled.getText('text').delete(0, 5)
    openDesk(nodes[0], {}, filled)
    await clock.pass(1_000)
    const node3 = await network.start('node3')
    network.link(node3, nodes[1])
    await clock.pass(1_000)
    const known = openDesk(node3, {}, filled)
    await clock.pass(1_000)
    expect(known.read()).toBe('elsewhere')
    expect(updatesOf(nodes[1])).toHaveLength(1)
  })
})

describe('[P3] entries of a document that are no updates of it', () => {
  it('are reported and change nothing, and so are those of an author who is not accepted', async () => {
    const { clock, nodes } = await startLine(['node1', 'node2', 'node3'])
    const [node1, node2, node3] = nodes
    const desk = openDesk(node3, { accept: ({ author }) => author !== 'node2' })
    const rejected: Entry[] = []
    desk.provider.on('rejected', (entry) => rejected.push(entry))
    const doc = new Doc()
    doc.getText('text').insert(0, 'sound')
    const update = encodeStateAsUpdate(doc)
    for (const body of ['text', new Uint8Array([1, 2, 3]), update.subarray(0, -2), update]) {
      await node1.node.publish(body, { topic: 'notes' })
    }
    await node2.node.publish(update, { topic: 'notes' })
    await clock.pass(1_000)
    expect(desk.read()).toBe('sound')
    expect(rejected.map(({ author, seq }) => `${author} ${seq}`).sort()).toEqual([
      'node1 1',
      'node1 2',
      'node1 3',
      'node2 1',
    ])
  })
})

describe('snapshots of a document', () => {
  it('replace the updates of their author once these take more room, and hold the whole document', async () => {
    const { clock, nodes } = await startLine(['node1', 'node2'])
    const [desk1, desk2] = [openDesk(nodes[0]), openDesk(nodes[1])]
    desk2.write('of another. ')
    await clock.pass(100)
    for (let count = 0; count < 120; count += 1) {
      desk1.write(`word ${count} `)
      await clock.pass(20)
    }
    await clock.pass(1_000)
    const snapshots = updatesOf(nodes[1]).filter(({ supersedes }) => supersedes)
    expect(snapshots).toHaveLength(1)
    const [snapshot] = snapshots
    expect(snapshot?.author).toBe('node1')
    // Of node1 a newcomer needs only the snapshot and what came after it.
    const doc = new Doc()
    const desk = openDesk(
      nodes[1],
      { accept: ({ author, seq }) => author === 'node1' && seq >= (snapshot?.seq ?? 0) },
      doc,
    )
    await clock.pass(100)
    expect(desk.read()).toBe(desk1.read())
  })
})

describe('a document whose updates are about to vanish', () => {
  // The timers of Yjs and of the provider; the nodes have a clock of their own.
  beforeEach(() => {
    vi.useFakeTimers({
      toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'],
      now: 1_700_000_000_000,
    })
    let calls = 0
    // The waits of the two nodes: 2 s, and 8 s.
    vi.spyOn(Math, 'random').mockImplementation(() => ((calls += 1) % 2 === 1 ? 0.2 : 0.8))
  })
  afterEach(() => {
    vi.restoreAllMocks()
    vi.useRealTimers()
  })

  const start = async () => {
    const { clock, nodes } = await startLine(['node1', 'node2'])
    const listeners = nodes.map(({ node }) => vi.spyOn(node, 'on'))
    const [desk] = nodes.map((node) => openDesk(node))
    const pass = async (ms: number): Promise<void> => {
      vi.advanceTimersByTime(ms)
      await clock.pass(200)
    }
    desk?.write('old')
    await pass(1_000)
    const [old] = updatesOf(nodes[0])
    /** Retention has evicted the update at both nodes. */
    const evict = (): void => {
      for (const { mock } of listeners) {
        const calls = mock.calls as unknown as [string, (entry: Entry | undefined) => void][]
        for (const [type, listener] of calls) if (type === 'evicted') listener(old)
      }
    }
    const snapshots = (): readonly Entry[] => updatesOf(nodes[1]).filter(({ supersedes }) => supersedes)
    return { pass, evict, snapshots }
  }

  it('is published whole by one of the nodes, when retention evicts an update', async () => {
    const { pass, evict, snapshots } = await start()
    await pass(60_000)
    expect(snapshots()).toHaveLength(0)
    evict()
    for (let second = 0; second < 20; second += 1) await pass(1_000)
    expect(snapshots()).toHaveLength(1)
  })

  it('is published whole by one of the nodes once a day, since nodes delete a log that rests', async () => {
    const { pass, snapshots } = await start()
    for (let hour = 0; hour < 24; hour += 1) await pass(3_600_000)
    expect(snapshots()).toHaveLength(0)
    await pass(3_600_000)
    for (let second = 0; second < 20; second += 1) await pass(1_000)
    expect(snapshots()).toHaveLength(1)
  })
})
