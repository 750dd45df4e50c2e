import 'fake-indexeddb/auto'
import { describe, expect, it } from 'vitest'
import { parseLogId } from '../../client/gossip/block.ts'
import type { StoredBlock } from '../../client/gossip/stored-block.ts'
import { createBlockStore } from '../../client/storage/block-store.ts'
import { openDatabase } from '../../client/storage/database.ts'
import { fakePeerId } from '../simulation/fake-signatures.ts'

let databases = 0
const wallClock = 1_700_000_100_000

const log = parseLogId(`${fakePeerId(1)}/1-0000000000000001`)
if (!log) throw new Error('no log id')

const blockOf = (height: number): StoredBlock => ({
  log,
  height,
  bytes: new Uint8Array([height]),
  signature: new Uint8Array(64),
  hops: [],
  arrivedAt: 1_700_000_000_000 + height,
})

const open = async () => {
  databases += 1
  const database = await openDatabase({
    databaseName: `blocks-${databases}`,
    after: () => () => {},
    onUnavailable: () => {},
  })
  const failures: unknown[] = []
  const storeOf = (name: string) =>
    createBlockStore({
      database,
      net: 'main',
      name,
      wallClock: () => wallClock,
      onFailure: (error) => failures.push(error),
    })
  return { database, storeOf, failures }
}

describe('the stored ledger', () => {
  it('gives back what was appended, in the order in which it came', async () => {
    const { storeOf } = await open()
    const store = storeOf('node1')
    for (const height of [2, 1, 3]) store.append(blockOf(height))
    await store.flush()
    expect(await storeOf('node1').load()).toEqual([blockOf(2), blockOf(1), blockOf(3)])
    await store.flush()
    store.append(blockOf(4))
    await store.flush()
    expect(await storeOf('node1').load()).toHaveLength(4)
  })

  it('is each node’s own', async () => {
    const { storeOf } = await open()
    const store = storeOf('node1')
    store.append(blockOf(1))
    await store.flush()
    expect(await storeOf('node2').load()).toEqual([])
  })

  it('is written in few transactions, however many blocks come at once', async () => {
    const { storeOf, database } = await open()
    const transact = database?.transaction.bind(database)
    let transactions = 0
    if (database && transact) {
      database.transaction = ((...args: Parameters<typeof transact>) => {
        transactions += 1
        return transact(...args)
      }) as typeof database.transaction
    }
    const store = storeOf('node1')
    for (let height = 1; height <= 200; height += 1) store.append(blockOf(height % 250))
    await store.flush()
    expect(transactions).toBeLessThanOrEqual(2)
    expect(await storeOf('node1').load()).toHaveLength(200)
  })

  it('forgets what is retained no longer, written or not', async () => {
    const { storeOf } = await open()
    const store = storeOf('node1')
    for (const height of [1, 2, 3]) store.append(blockOf(height))
    await store.flush()
    store.append(blockOf(4))
    store.forget(log, 2)
    await store.flush()
    expect((await storeOf('node1').load()).map(({ height }) => height)).toEqual([3, 4])
  })

  it('says once that it fails, and goes on without', async () => {
    const { storeOf, database, failures } = await open()
    const store = storeOf('node1')
    database?.close()
    store.append(blockOf(1))
    await store.flush()
    store.append(blockOf(2))
    await store.flush()
    expect(failures).toHaveLength(1)
    expect(await store.load()).toEqual([])
  })

  it('is nothing where there is no database', async () => {
    const store = createBlockStore({
      database: undefined,
      net: 'main',
      name: 'node1',
      wallClock: () => wallClock,
      onFailure: () => {},
    })
    store.append(blockOf(1))
    await store.flush()
    expect(await store.load()).toEqual([])
  })
})
