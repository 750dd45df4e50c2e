import { beforeEach, describe, expect, it } from 'vitest'
import type { StoredBlock } from '../../client/gossip/wire/stored-block.ts'
import { MemoryNetwork, type MemoryNode, MemoryStore } from '../simulation/network/memory-network.ts'
import { VirtualClock } from '../simulation/network/virtual-clock.ts'

/** What a node has stored, in the order in which it came, and open to damage. */
class DamagedStore extends MemoryStore {
  readonly discarded: StoredBlock[] = []

  override discard(block: StoredBlock): void {
    this.discarded.push(block)
    super.discard(block)
  }

  damage(at: number, parts: (block: StoredBlock) => Partial<StoredBlock>): void {
    this.blocks = this.blocks.map((block, index) =>
      index === (at + this.blocks.length) % this.blocks.length ? { ...block, ...parts(block) } : block,
    )
  }
}

const flipped = (bytes: Uint8Array<ArrayBuffer>, at: number): Uint8Array<ArrayBuffer> =>
  bytes.map((byte, index) => (index === at ? byte ^ 1 : byte))

const withOtherText = ({ bytes }: StoredBlock) => ({ bytes: flipped(bytes, bytes.length - 1) })
const withBadSignature = ({ signature = new Uint8Array(64) }: StoredBlock) => ({ signature: flipped(signature, 3) })

const bodies = ({ node }: MemoryNode): unknown[] => node.entries().map(({ body }) => body)

const texts = Array.from({ length: 6 }, (_, index) => `text ${index}`)

describe('a node whose stored ledger is damaged', () => {
  let clock: VirtualClock
  let network: MemoryNetwork
  let store: DamagedStore
  let author: MemoryNode
  let keeper: MemoryNode

  beforeEach(async () => {
    clock = new VirtualClock()
    network = new MemoryNetwork(clock)
    store = new DamagedStore()
    author = await network.start('author')
    keeper = await network.start('keeper', 1, store)
    network.link(keeper, author)
    await clock.pass(100)
    for (const text of texts) await author.node.publish(text)
    await clock.pass(100)
    await keeper.node.stop()
    await clock.pass(100)
  })

  /** It starts again, and meets a node that holds nothing, and is offered all. */
  const startAgain = async (key = keeper.peerId): Promise<{ again: MemoryNode; stranger: MemoryNode }> => {
    const again = await network.start('keeper', 2, store, key)
    const stranger = await network.start('stranger')
    network.link(stranger, again)
    await clock.pass(20_000)
    return { again, stranger }
  }

  it.each<[string, number, (block: StoredBlock) => Partial<StoredBlock>, readonly number[]]>([
    ['the newest block says something else', -1, withOtherText, [5]],
    ['the newest block’s signature is bad', -1, withBadSignature, [5]],
    ['the newest block is no block', -1, () => ({ bytes: new Uint8Array([1, 2, 3]) }), [5]],
    ['a block in the middle says something else', 3, withOtherText, [3]],
    ['a block is filed under another height', 4, () => ({ height: 9 }), [4]],
    ['a path does not begin with its author', 4, ({ hops }: StoredBlock) => ({ hops: hops.slice(1).concat(hops) }), []],
    ['a path begins with another node', 4, () => ({ hops: [{ name: 'mallory' as never, heldMs: 0, rttMs: 0 }] }), [4]],
  ])('passes on nothing that a neighbour refuses, where %s', async (_what, at, damage, lost) => {
    store.damage(at, damage)
    const { again, stranger } = await startAgain()
    const whole = texts.filter((_, index) => !lost.includes(index))
    expect(bodies(again)).toEqual(whole)
    expect(bodies(stranger)).toEqual(whole)
    expect(stranger.node.stats().drops).toEqual({})
    expect(stranger.closed).toEqual([])
    expect(store.discarded).toHaveLength(lost.length)
    expect(again.node.stats().drops['damaged-in-storage'] ?? 0).toBe(lost.length)
  })

  it('gets the damaged blocks again from neighbours, and has them at the next start [P1]', async () => {
    store.damage(3, withOtherText)
    const { again } = await startAgain()
    network.link(again, author)
    await clock.pass(2_000)
    expect(bodies(again)).toEqual(texts)
    await again.node.stop()
    const third = await network.start('keeper', 3, store, keeper.peerId)
    expect(bodies(third)).toEqual(texts)
    expect(third.node.stats().drops).toEqual({})
  })

  it('gets the first blocks of a log again, as history of what it holds, and has them at the next start [P1] [L2]', async () => {
    for (const at of [0, 1]) store.damage(at, withOtherText)
    const { again, stranger } = await startAgain()
    expect(bodies(again)).toEqual(texts.slice(2))
    const events: unknown[] = []
    again.node.on('entry', ({ body, isBackfill }) => void events.push([body, isBackfill]))
    network.link(again, author)
    await clock.pass(4_000)
    expect(events).toEqual(texts.slice(0, 2).map((text) => [text, true]))
    for (const node of [again, stranger]) expect(bodies(node)).toEqual(texts)
    await again.node.stop()
    const third = await network.start('keeper', 3, store, keeper.peerId)
    expect(bodies(third)).toEqual(texts)
    expect(third.node.stats().drops).toEqual({})
  })

  it('keeps the signed one of two copies of a block, and reports no damage', async () => {
    const [first] = store.blocks
    if (!first) throw new Error('blocks')
    store.blocks = [{ ...first, signature: undefined }, ...store.blocks]
    const { again } = await startAgain()
    expect(bodies(again)).toEqual(texts)
    expect(store.discarded).toEqual([{ ...first, signature: undefined }])
    expect(again.node.stats().drops).toEqual({})
  })

  it('passes on the messages of its former key as those of another node', async () => {
    const former = await network.start('former', 1, store)
    await former.node.publish('mine')
    await former.node.stop()
    // The key is lost, not what it signed.
    const again = await network.start('former', 2, store)
    const stranger = await network.start('stranger')
    network.link(stranger, again)
    await clock.pass(2_000)
    const mine = stranger.node.entries().find(({ body }) => body === 'mine')
    expect(mine?.path).toEqual(['former', 'former', 'stranger'])
    expect(stranger.node.stats().drops).toEqual({})
  })
})
