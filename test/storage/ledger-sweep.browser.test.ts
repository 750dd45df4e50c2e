import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sweepLedgers } from '../../client/storage/ledger-sweep.ts'
import { storageLimits } from '../../client/storage/limits.ts'
import { claimMeans, claimName, isNameClaimed } from '../../client/storage/name-claim.ts'
import { blockOf, TestStorage } from './stored-blocks.ts'
import { afterRealTime } from '../machine/real-timers.ts'

const clock = { now: () => Date.now(), after: afterRealTime }

const net = 'main'

describe('a sweep over real IndexedDB and Web Locks', () => {
  let storage: TestStorage

  beforeEach(async () => {
    storage = await TestStorage.open(`grapevine-test-sweep-${crypto.randomUUID()}`)
  })

  afterEach(() => {
    storage.database.close()
    indexedDB.deleteDatabase(storage.database.name)
  })

  const sweep = (storedBlocks: number): Promise<void> =>
    sweepLedgers({
      database: storage.database,
      isClaimed: (name) => isNameClaimed(name, claimMeans(), clock),
      limits: { ...storageLimits, storedBlocks },
    })

  const claim = (name: string) =>
    claimName({
      net,
      name,
      means: claimMeans(),
      clock,
      random: Math.random,
      onHeldElsewhere: () => undefined,
      onLost: () => undefined,
    })

  it('deletes the ledgers unused for longest, but no ledger in use', async () => {
    for (const name of ['node1', 'node2', 'node3']) await storage.ran(name, 500)
    const running = await claim('node1')
    await Promise.all([sweep(1_000), sweep(1_000)])
    expect(await storage.names()).toEqual(['node1', 'node3'])
    running.release()
  })

  it('loses no blocks of nodes that start, write and stop while tabs sweep', async () => {
    const run = async (name: string): Promise<number> => {
      const running = await claim(name)
      const store = storage.storeOf(name)
      const before = (await store.load()).length
      for (let height = before + 1; height <= before + 50; height += 1) store.append(blockOf(height))
      await store.flush()
      const after = await storage.heights(name)
      running.release()
      // Every deletion happened before the node read its blocks.
      expect(after).toHaveLength(before + 50)
      return after.length
    }
    const names = ['node1', 'node2', 'node3', 'node4']
    for (const name of names) await storage.ran(name, 0)
    for (let round = 0; round < 5; round += 1) {
      await Promise.all([...names.map(run), sweep(100), sweep(100)])
    }
    await sweep(100)
    const heights = await Promise.all(names.map((name) => storage.heights(name)))
    expect(heights.flat().length <= 100).toBe(true)
  })
})
