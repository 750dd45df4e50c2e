import 'fake-indexeddb/auto'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type LedgerSweepOptions, sweepLedgers, sweepRegularly } from '../../client/storage/ledger-sweep.ts'
import { storageLimits } from '../../client/storage/limits.ts'
import { blockOf, TestStorage } from './stored-blocks.ts'
import { VirtualClock } from '../simulation/network/virtual-clock.ts'

let databases = 0

/** A sweep deletes blocks in transactions of this kind. */
const isDeletion = (stores: unknown, mode: unknown): boolean => Array.isArray(stores) && mode === 'readwrite'

afterEach(() => void vi.useRealTimers())

describe('a sweep of the stored ledgers', () => {
  let storage: TestStorage
  let claimed: Set<string>

  beforeEach(async () => {
    databases += 1
    storage = await TestStorage.open(`sweep-${databases}`)
    claimed = new Set()
    return () => storage.database.close()
  })

  const sweep = (
    limits: Partial<NonNullable<LedgerSweepOptions['limits']>> = {},
    isClaimed = async ({ name }: { readonly name: string }): Promise<boolean> => claimed.has(name),
  ): Promise<void> =>
    sweepLedgers({
      database: storage.database,
      isClaimed,
      limits: { ...storageLimits, ...limits },
    })

  it('keeps ledgers that have a key and are within the limits', async () => {
    await storage.ran('node1', 3)
    await storage.ran('node2', 2)
    await sweep()
    expect(await storage.heights('node1')).toEqual([1, 2, 3])
    expect(await storage.heights('node2')).toEqual([1, 2])
  })

  it('keeps a ledger however old it is by this machine’s clock', async () => {
    vi.useFakeTimers({ now: 1_700_000_000_000, toFake: ['Date'] })
    await storage.ran('node1', 3)
    vi.setSystemTime(4_000_000_000_000)
    await sweep()
    expect(await storage.heights('node1')).toEqual([1, 2, 3])
  })

  it.each([
    ['ahead', 260_000_000],
    ['behind', -260_000_000],
  ])('deletes the ledgers unused for longest, although the clock jumped %s meanwhile', async (_what, jumpMs) => {
    vi.useFakeTimers({ now: 1_700_000_000_000, toFake: ['Date'] })
    await storage.ran('node1', 4)
    vi.setSystemTime(1_700_000_000_000 + jumpMs)
    await storage.ran('node2', 4)
    vi.setSystemTime(1_700_000_000_000)
    await storage.ran('node3', 4)
    await sweep({ storedBlocks: 8 })
    expect(await storage.names()).toEqual(['node2', 'node3'])
  })

  it('deletes a ledger that was written later before a ledger that has been in a network since', async () => {
    const store = storage.storeOf('node1')
    await storage.ran('node1', 1)
    await store.load()
    await storage.ran('node2', 20)
    await sweep({ storedBlocks: 20 })
    expect(await storage.names()).toEqual(['node2'])
    await storage.ran('node1', 1)
    await store.load()
    await storage.ran('node2', 20)
    store.note(60_000)
    await storage.clock.pass(storageLimits.writeEveryMs)
    await store.flush()
    await sweep({ storedBlocks: 20 })
    expect(await storage.names()).toEqual(['node1'])
  })

  it('deletes ledgers whose key is gone', async () => {
    await storage.ran('node1', 2)
    await storage.ran('evicted', 2)
    await storage.database.delete('identities', ['main', 'evicted'])
    await sweep()
    expect(await storage.names()).toEqual(['node1'])
  })

  it.each([
    ['blocks', { storedBlocks: 10 }],
    ['bytes', { storedBytes: 100 }],
  ])('keeps a bounded number of %s, and deletes the ledgers unused for longest', async (_what, limits) => {
    for (const name of ['node1', 'node2', 'node3', 'node4']) await storage.ran(name, 4)
    // This use makes node1 no longer the ledger unused for longest.
    await storage.storeOf('node1').load()
    await sweep(limits)
    expect(await storage.names()).toEqual(['node1', 'node4'])
    await sweep(limits)
    expect(await storage.names()).toEqual(['node1', 'node4'])
  })

  it('never touches a ledger that a tab runs, without a key or beyond the limits', async () => {
    await storage.ran('running', 4)
    await storage.ran('other', 4)
    claimed.add('running')
    await sweep({ storedBlocks: 4 })
    expect(await storage.names()).toEqual(['running'])
    await storage.database.delete('identities', ['main', 'running'])
    await sweep({ storedBlocks: 0 })
    expect(await storage.heights('running')).toEqual([1, 2, 3, 4])
  })

  it('stops at a ledger that a tab opens between the check and the deletion', async () => {
    await storage.ran('node1', 4)
    const store = storage.storeOf('node1')
    await sweep({ storedBlocks: 0 }, async () => {
      await store.load()
      return false
    })
    expect(await storage.heights('node1')).toEqual([1, 2, 3, 4])
  })

  it('leaves logs without gaps and correct counts if a tab opens a ledger half-way', async () => {
    await storage.ran('node1', 10)
    const opening = new Promise<readonly unknown[]>((resolve) => {
      let deletions = 0
      storage.beforeTransactions((stores, mode) => {
        if (!isDeletion(stores, mode)) return
        deletions += 1
        if (deletions === 3) resolve(storage.storeOf('node1').load())
      })
    })
    await sweep({ storedBlocks: 0, sweptAtOnce: 2 })
    const loaded = await opening
    const heights = await storage.heights('node1')
    expect(loaded).toHaveLength(heights.length)
    expect(heights.length).toBeGreaterThan(0)
    expect(heights.length).toBeLessThan(10)
    expect(heights).toEqual(Array.from(heights, (_, index) => 11 - heights.length + index))
    expect(await storage.database.get('ledgers', ['main', 'node1'])).toMatchObject({ blocks: heights.length })
  })

  it('deletes a bounded number of blocks in one transaction', async () => {
    await storage.ran('node1', 10)
    let deletions = 0
    storage.beforeTransactions((stores, mode) => {
      if (isDeletion(stores, mode)) deletions += 1
    })
    await sweep({ storedBlocks: 0, sweptAtOnce: 4 })
    expect(deletions).toBe(3)
    expect(await storage.names()).toEqual([])
  })

  it('may run in several tabs at once', async () => {
    for (const name of ['node1', 'node2', 'node3']) await storage.ran(name, 7)
    await Promise.all([1, 2, 3].map(() => sweep({ storedBlocks: 7, sweptAtOnce: 2 })))
    expect(await storage.names()).toEqual(['node3'])
    expect(await storage.database.getAllKeys('ledgers')).toEqual([['main', 'node3']])
  })

  it('measures ledgers of version 2, and deletes them before ledgers that were used since', async () => {
    await storage.ran('older', 3)
    await storage.ran('newer', 3)
    await storage.database.delete('ledgers', ['main', 'newer'])
    await sweep()
    expect(await storage.database.get('ledgers', ['main', 'newer'])).toMatchObject({ blocks: 3, bytes: 30, usedAt: 0 })
    await sweep({ storedBlocks: 3 })
    expect(await storage.names()).toEqual(['older'])
  })

  it('counts a ledger again if its record is broken', async () => {
    await storage.ran('node1', 3)
    await storage.database.put('ledgers', { net: 'main', name: 'node1', blocks: 'three' } as never)
    await sweep()
    expect(await storage.database.get('ledgers', ['main', 'node1'])).toMatchObject({ blocks: 3, bytes: 30 })
  })

  it('finds correct counts after the writes and deletions of a node', async () => {
    const store = storage.storeOf('node1')
    await store.load()
    for (let height = 1; height <= 5; height += 1) store.append(blockOf(height, { bytes: new Uint8Array(height) }))
    await store.flush()
    expect(await storage.database.get('ledgers', ['main', 'node1'])).toMatchObject({ blocks: 5, bytes: 15 })
    store.forget(blockOf(1).log, 2)
    store.append(blockOf(6, { bytes: new Uint8Array(6) }))
    await store.flush()
    expect(await storage.database.get('ledgers', ['main', 'node1'])).toMatchObject({
      blocks: 4,
      bytes: 18,
      newestAt: blockOf(6).arrivedAt,
    })
  })
})

describe('regular sweeps', () => {
  it('begin long after the start, and repeat at their interval, also after a failure', async () => {
    const clock = new VirtualClock()
    const sweptAt: number[] = []
    const begunAt = clock.now()
    sweepRegularly(
      async () => {
        sweptAt.push(clock.now() - begunAt)
        throw new Error('the database is gone')
      },
      { after: (delayMs, action) => clock.after(delayMs, action), random: () => 0.5 },
    )
    await clock.pass(2 * storageLimits.sweepEveryMs)
    const first = storageLimits.firstSweepMs * 1.5
    expect(sweptAt).toEqual([first, first + storageLimits.sweepEveryMs])
  })
})
