import 'fake-indexeddb/auto'
import { beforeEach, describe, expect, it } from 'vitest'
import { createBlockStore } from '../../client/storage/block-store.ts'
import { storageLimits } from '../../client/storage/limits.ts'
import { blockOf, logOf, TestStorage } from './stored-blocks.ts'

let databases = 0

/** From now on every write fails, as on a full disk, and every read still works. */
const fill = (storage: TestStorage): void =>
  storage.beforeTransactions((_stores, mode) => {
    if (mode === 'readwrite') throw new DOMException('no space', 'QuotaExceededError')
  })

/** Returns a function that gives the number of transactions since this call. */
const countTransactions = (storage: TestStorage): (() => number) => {
  let transactions = 0
  storage.beforeTransactions(() => (transactions += 1))
  return () => transactions
}

describe('the stored ledger', () => {
  let storage: TestStorage

  beforeEach(async () => {
    databases += 1
    storage = await TestStorage.open(`blocks-${databases}`)
    return () => storage.database.close()
  })

  it('returns the appended blocks in the order of their arrival', async () => {
    const store = storage.storeOf('node1')
    for (const height of [2, 1, 3]) store.append(blockOf(height))
    await store.flush()
    expect(await storage.storeOf('node1').load()).toEqual([blockOf(2), blockOf(1), blockOf(3)])
    await store.flush()
    store.append(blockOf(4))
    await store.flush()
    expect(await storage.storeOf('node1').load()).toHaveLength(4)
  })

  it('is separate for each node', async () => {
    const store = storage.storeOf('node1')
    store.append(blockOf(1))
    await store.flush()
    expect(await storage.storeOf('node2').load()).toEqual([])
    expect(await storage.storeOf('node1', 'class-7').load()).toEqual([])
  })

  it('is written in few transactions when many blocks come at once', async () => {
    const transactions = countTransactions(storage)
    const store = storage.storeOf('node1')
    for (let height = 1; height <= 200; height += 1) store.append(blockOf(height))
    await store.flush()
    expect(transactions()).toBeLessThanOrEqual(2)
    expect(await storage.storeOf('node1').load()).toHaveLength(200)
  })

  it('is written at once, and after that only every 50 ms while blocks keep coming', async () => {
    const transactions = countTransactions(storage)
    const store = storage.storeOf('node1')
    store.append(blockOf(1))
    await Promise.resolve()
    expect(transactions()).toBe(1)
    await store.flush()
    for (let height = 2; height <= 21; height += 1) {
      store.append(blockOf(height))
      await storage.clock.pass(4)
    }
    expect(transactions()).toBe(2)
    await storage.clock.pass(storageLimits.writeEveryMs)
    await store.flush()
    expect(transactions()).toBe(3)
    expect(await storage.heights('node1')).toHaveLength(21)
  })

  it('is written at once when the page is unloaded during the pause after a write', async () => {
    const store = storage.storeOf('node1')
    store.append(blockOf(1))
    await store.flush()
    const transactions = countTransactions(storage)
    store.append(blockOf(2))
    expect(transactions()).toBe(0)
    const written = store.flush()
    expect(transactions()).toBe(1)
    await written
    expect(await storage.heights('node1')).toEqual([1, 2])
  })

  it('deletes blocks that are no longer retained, written or not', async () => {
    const store = storage.storeOf('node1')
    for (const height of [1, 2, 3]) store.append(blockOf(height))
    await store.flush()
    store.append(blockOf(4))
    store.forget(logOf(1), 2)
    await store.flush()
    expect(await storage.heights('node1')).toEqual([3, 4])
  })

  it('keeps blocks that arrive again right after their deletion', async () => {
    const store = storage.storeOf('node1')
    for (const height of [1, 2, 3]) store.append(blockOf(height))
    await store.flush()
    // A write that is already in progress, so that all later calls share the next transaction.
    store.append(blockOf(1, { log: logOf(2) }))
    store.forget(logOf(1), 3)
    for (const height of [1, 2]) store.append(blockOf(height))
    store.forget(logOf(1), 1)
    await store.flush()
    const stored = await storage.storeOf('node1').load()
    expect(stored.filter(({ log }) => log === logOf(1)).map(({ height }) => height)).toEqual([2])
    expect(await storage.database.get('ledgers', ['main', 'node1'])).toMatchObject({ blocks: 2 })
  })

  it('deletes blocks that the node discards', async () => {
    await storage.ran('node1', 3)
    const store = storage.storeOf('node1')
    const [, second] = await store.load()
    if (second) store.discard(second)
    store.discard(blockOf(1))
    await store.flush()
    expect(await storage.heights('node1')).toEqual([1, 3])
    expect(await storage.database.get('ledgers', ['main', 'node1'])).toMatchObject({ blocks: 2, bytes: 20 })
  })

  it.each([
    ['no bytes', { bytes: undefined }],
    ['text in place of bytes', { bytes: 'I’m alive' }],
    ['bytes that differ from the written ones', { bytes: new Uint8Array([7]) }],
    ['a signature that differs from the written one', { signature: new Uint8Array(64).fill(1) }],
    ['a signature of a wrong size', { signature: new Uint8Array(63) }],
    ['a broken checksum', { checksum: 'sum' }],
    ['no log', { log: 'node1' }],
    ['no height', { height: '2' }],
    ['no time', { arrivedAt: NaN }],
    ['no network time', { networkMs: 'long' }],
    ['an invalid path', { hops: 'node1' }],
    ['a path with an invalid name', { hops: [{ name: 'no de', heldMs: 0, rttMs: 0 }] }],
    ['a path of null', { hops: [null] }],
    ['a path with a negative time', { hops: [{ name: 'node1', heldMs: -1, rttMs: 0 }] }],
  ])('ignores a record with %s, and deletes it', async (_what, damage) => {
    await storage.ran('node1', 3)
    const [, key] = await storage.database.getAllKeys('blocks')
    const record = key === undefined ? undefined : await storage.database.get('blocks', key)
    await storage.database.put('blocks', { ...record, ...damage } as never, key)
    const store = storage.storeOf('node1')
    expect((await store.load()).map(({ height }) => height)).toEqual([1, 3])
    await store.flush()
    expect(await storage.database.count('blocks')).toBe(2)
    expect(await storage.database.get('ledgers', ['main', 'node1'])).toMatchObject({ blocks: 2 })
    expect(storage.failures).toEqual([])
  })

  it('accepts blocks of earlier builds: without a checksum, and without a network time, which begins now', async () => {
    const { networkMs: _none, ...older } = blockOf(1)
    await storage.database.add('blocks', { net: 'main', name: 'node1', ...older })
    const usedAt = 1_700_000_000_000
    const record = { net: 'main', name: 'node1', usedAt, newestAt: older.arrivedAt, blocks: 1, bytes: 1 }
    await storage.database.put('ledgers', record as never)
    const store = storage.storeOf('node1')
    expect(await store.load()).toEqual([blockOf(1, { networkMs: 0 })])
    expect(store.networkMs).toBe(0)
    await store.flush(5_000)
    expect(await storage.database.get('ledgers', ['main', 'node1'])).toMatchObject({
      ...record,
      usedAt: usedAt + 2,
      networkMs: 5_000,
    })
  })

  it('keeps the node’s network time, and writes it last when its page is unloaded', async () => {
    const store = storage.storeOf('node1')
    await store.load()
    store.note(60_000)
    await storage.clock.pass(storageLimits.writeEveryMs)
    await store.flush(61_234)
    const again = storage.storeOf('node1')
    await again.load()
    expect(again.networkMs).toBe(61_234)
  })

  it('leaves its record to the node that replaces it, and loses no block', async () => {
    const retired = storage.storeOf('node1')
    await retired.load()
    retired.append(blockOf(1))
    await retired.flush()
    // This write waits for its turn while the other node begins.
    retired.append(blockOf(2))
    const next = storage.storeOf('node1')
    await next.load()
    await next.flush(9_000)
    await retired.retire()
    expect(await storage.heights('node1')).toEqual([1, 2])
    expect(await storage.database.get('ledgers', ['main', 'node1'])).toMatchObject({ networkMs: 9_000 })
  })

  it('reports once that the disk is full, and keeps what is already written', async () => {
    const store = storage.storeOf('node1')
    await store.load()
    store.append(blockOf(1))
    await store.flush()
    fill(storage)
    store.append(blockOf(2))
    await store.flush()
    store.append(blockOf(3))
    store.forget(logOf(1), 1)
    await store.flush()
    expect(storage.failures).toMatchObject([{ name: 'QuotaExceededError' }])
    expect(await storage.heights('node1')).toEqual([1])
  })

  it('can be read when the disk is full', async () => {
    await storage.ran('node1', 3)
    fill(storage)
    const store = storage.storeOf('node1')
    expect(await store.load()).toHaveLength(3)
    await store.flush()
    expect(storage.failures).toMatchObject([{ name: 'QuotaExceededError' }])
  })

  it('reports once that its database is gone, and stores nothing from then on', async () => {
    const store = storage.storeOf('node1')
    storage.database.close()
    store.append(blockOf(1))
    await store.flush()
    store.append(blockOf(2))
    await store.flush()
    expect(storage.failures).toHaveLength(1)
    expect(await store.load()).toEqual([])
    expect(storage.failures).toHaveLength(1)
  })

  it('is empty where there is no database', async () => {
    const store = createBlockStore({
      database: undefined,
      net: 'main',
      name: 'node1',
      after: () => () => {},
      onFailure: () => {},
    })
    store.append(blockOf(1))
    await store.flush()
    expect(await store.load()).toEqual([])
  })
})
