import 'fake-indexeddb/auto'
import { beforeEach, describe, expect, it } from 'vitest'
import { storageLimits } from '../../client/storage/limits.ts'
import { groupBlocks } from '../../client/storage/packed-record.ts'
import type { BlockStorePort } from '../../client/node/shared/node-ports.ts'
import { nameOf } from '../links/network-node.ts'
import { blockOf, logOf, TestStorage } from './stored-blocks.ts'

const heightsFrom = (first: number, count: number): number[] =>
  Array.from({ length: count }, (_, index) => first + index)

let databases = 0

describe('blocks that share a record', () => {
  let storage: TestStorage
  let store: BlockStorePort

  beforeEach(async () => {
    databases += 1
    storage = await TestStorage.open(`packed-${databases}`)
    store = storage.storeOf('node1')
    // The next blocks wait for this write and then share one.
    store.append(blockOf(1))
    return () => storage.database.close()
  })

  const ledger = (): Promise<unknown> => storage.database.get('ledgers', ['main', 'node1'])

  it('are loaded as they came: with their fields, in their order', async () => {
    const hops = [{ name: nameOf('node2'), heldMs: 12, rttMs: 3 }]
    const blocks = [2, 3, 4].map((height) => blockOf(height, { hops, signature: new Uint8Array(64).fill(height) }))
    const other = [1, 2].map((height) => blockOf(height, { log: logOf(2), bytes: new Uint8Array(height) }))
    const appended = [...blocks, ...other, blockOf(5)]
    for (const block of appended) store.append(block)
    await store.flush()
    expect(await storage.storeOf('node1').load()).toEqual([blockOf(1), ...appended])
    expect(await storage.database.count('blocks')).toBe(4)
    expect(await ledger()).toMatchObject({ blocks: 7, bytes: 8 })
  })

  it('[P6] are bounded in number and in bytes', () => {
    const count = 2 * storageLimits.packedBlocks
    const many = groupBlocks(heightsFrom(1, count + 1).map((height) => blockOf(height)))
    expect(many.map(({ length }) => length)).toEqual([storageLimits.packedBlocks, storageLimits.packedBlocks, 1])
    const bytes = new Uint8Array(storageLimits.packedBytes / 2)
    const large = groupBlocks(heightsFrom(1, 5).map((height) => blockOf(height, { bytes })))
    expect(large.map(({ length }) => length)).toEqual([2, 2, 1])
  })

  it('have consecutive heights of one log', () => {
    const groups = groupBlocks([blockOf(1), blockOf(2), blockOf(4), blockOf(5, { log: logOf(2) }), blockOf(5)])
    expect(groups.map((group) => group.map(({ height }) => height))).toEqual([[1, 2], [4], [5], [5]])
  })

  it('are deleted one by one: the others stay in their place', async () => {
    for (const height of heightsFrom(2, 9)) store.append(blockOf(height))
    store.append(blockOf(1, { log: logOf(2) }))
    await store.flush()
    store.forget(logOf(1), 4)
    await store.flush()
    const stored = await storage.storeOf('node1').load()
    expect(stored).toEqual([...heightsFrom(5, 6).map((height) => blockOf(height)), blockOf(1, { log: logOf(2) })])
    expect(await ledger()).toMatchObject({ blocks: 7, bytes: 7 })
    store.forget(logOf(1), 10)
    await store.flush()
    expect(await storage.heights('node1')).toEqual([1])
  })

  it('are discarded one by one', async () => {
    for (const height of heightsFrom(2, 4)) store.append(blockOf(height))
    await store.flush()
    const next = storage.storeOf('node1')
    for (const block of await next.load()) if (block.height === 3 || block.height === 5) next.discard(block)
    await next.flush()
    expect(await storage.heights('node1')).toEqual([1, 2, 4])
    expect(await ledger()).toMatchObject({ blocks: 3, bytes: 3 })
  })

  it.each([
    ['no bytes', { bytes: undefined }],
    ['changed bytes', { bytes: new Uint8Array([2, 3, 5]) }],
    ['bytes of no block', { bytes: new Uint8Array([2, 3, 4, 5]) }],
    ['a changed signature', { signatures: [2, 3, 4].map(() => new Uint8Array(64).fill(1)) }],
    ['a signature too few', { signatures: [2, 3].map(() => new Uint8Array(64)) }],
    ['no lengths', { lengths: undefined }],
    ['a negative length', { lengths: [4, -2, 1] }],
    ['no blocks', { lengths: [], bytes: new Uint8Array() }],
    ['a height that is text', { heights: ['2', 3, 4] }],
    ['an invalid path', { hops: [[], [['no de', 0, 0]], []] }],
    ['a path of null', { hops: [[], [null], []] }],
    ['no checksum', { checksum: undefined }],
  ])('are ignored and deleted if their record has %s', async (_what, damage) => {
    for (const height of [2, 3, 4]) store.append(blockOf(height))
    await store.flush()
    const [, key] = await storage.database.getAllKeys('blocks')
    const record = key === undefined ? undefined : await storage.database.get('blocks', key)
    await storage.database.put('blocks', { ...record, ...damage } as never, key)
    const next = storage.storeOf('node1')
    expect(await next.load()).toEqual([blockOf(1)])
    await next.flush()
    expect(await storage.heights('node1')).toEqual([1])
    expect(await ledger()).toMatchObject({ blocks: 1 })
    expect(storage.failures).toEqual([])
  })
})
