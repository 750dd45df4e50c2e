import { type LogId, parseLogId } from '../../client/gossip/wire/block.ts'
import type { StoredBlock } from '../../client/gossip/wire/stored-block.ts'
import { createBlockStore } from '../../client/storage/block-store.ts'
import type { Database } from '../../client/storage/database.ts'
import { fakePeerId } from '../simulation/node/fake-signatures.ts'
import { VirtualClock } from '../simulation/network/virtual-clock.ts'
import type { BlockStorePort } from '../../client/node/shared/node-ports.ts'
import { openTestDatabase } from './identity-contract.ts'

export const logOf = (author: number): LogId => {
  const log = parseLogId(`${fakePeerId(author)}/1-0000000000000001`)
  if (!log) throw new Error('no log id')
  return log
}

/** A block of the right shape. The storage does not depend on its content. */
export const blockOf = (height: number, parts: Partial<StoredBlock> = {}): StoredBlock => ({
  log: logOf(1),
  height,
  bytes: new Uint8Array([height % 256]),
  signature: new Uint8Array(64),
  hops: [],
  arrivedAt: 1_700_000_000_000 + height,
  networkMs: 1_000 * height,
  ...parts,
})

/** The storage of one browser. */
export class TestStorage {
  readonly database: Database
  readonly failures: unknown[] = []
  /** The clock of the pause between two writes. */
  readonly clock = new VirtualClock()

  private constructor(database: Database) {
    this.database = database
  }

  static async open(databaseName: string): Promise<TestStorage> {
    return new TestStorage(await openTestDatabase(databaseName))
  }

  /** Calls `before` at the begin of every transaction from now on. */
  beforeTransactions(before: (stores: unknown, mode: unknown) => void): void {
    const { database } = this
    const transact = database.transaction.bind(database)
    database.transaction = ((...args: Parameters<typeof transact>) => {
      before(args[0], args[1])
      return transact(...args)
    }) as typeof database.transaction
  }

  storeOf(name: string, net = 'main'): BlockStorePort {
    return createBlockStore({
      database: this.database,
      net,
      name,
      after: (delayMs, action) => this.clock.after(delayMs, action),
      onFailure: (error) => this.failures.push(error),
    })
  }

  /** Stores what a node leaves that ran once: its key, and blocks of `bytes` bytes each, which came one by one. */
  async ran(name: string, blocks: number, bytes = 10): Promise<void> {
    await this.database.put('identities', { net: 'main', name, use: 1, epochs: 1 } as never)
    const store = this.storeOf(name)
    await store.load()
    for (let height = 1; height <= blocks; height += 1) {
      store.append(blockOf(height, { bytes: new Uint8Array(bytes) }))
      await store.flush()
    }
  }

  async heights(name: string): Promise<number[]> {
    const records = await this.database.getAllFromIndex('blocks', 'by-node', ['main', name])
    return records.flatMap((record) => ('heights' in record ? record.heights : [record.height]))
  }

  async names(): Promise<string[]> {
    const records = await this.database.getAll('blocks')
    return [...new Set(records.map(({ name }) => name))].sort()
  }
}
