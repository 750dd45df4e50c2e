import type { LogId } from '../gossip/wire/block.ts'
import type { StoredBlock } from '../gossip/wire/stored-block.ts'
import type { BlockStorePort } from '../node/shared/node-ports.ts'
import { deleteBlocks, type Deletions } from './block-deletion.ts'
import { blockBytesOf, blockCountOf, parseBlockRecord, toBlockRecord } from './block-record.ts'
import type { Database } from './database.ts'
import { type Ledger, emptyLedger, parseLedgerRecord } from './ledger-record.ts'
import { storageLimits } from './limits.ts'
import { groupBlocks } from './packed-record.ts'

export interface BlockStoreOptions {
  readonly database: Database | undefined
  readonly net: string
  readonly name: string
  readonly after: (delayMs: number, action: () => void) => () => void
  /** Storage is full or gone, and keeps nothing from now on. Called once. */
  readonly onFailure: (error: unknown) => void
}

/**
 * The ledger of one node (net and name) in IndexedDB. A block is written at once; blocks that come during a write, or soon
 * after one, share the next, and those of one log a record. So a flood costs few transactions and records, and a single ping is written before its tab can close.
 */
export const createBlockStore = ({ database, ...options }: BlockStoreOptions): BlockStorePort =>
  database ? new DatabaseStore(database, options) : noStore

/** Stores nothing. */
const noStore: BlockStorePort = {
  load: async () => [],
  networkMs: 0,
  note: () => undefined,
  append: () => undefined,
  forget: () => undefined,
  discard: () => undefined,
  flush: async () => undefined,
  retire: async () => undefined,
}

/** The changes of the next transaction. */
interface Changes extends Deletions {
  readonly appended: StoredBlock[]
  readonly forgotten: Map<LogId, number>
  readonly discarded: Map<number, Set<number> | 'all'>
}

const noChanges = (): Changes => ({ appended: [], forgotten: new Map(), discarded: new Map() })

class DatabaseStore implements BlockStorePort {
  readonly #database: Database
  readonly #options: Omit<BlockStoreOptions, 'database'>
  #hasFailed = false
  #changes = noChanges()
  /** Whether the ledger's record differs from the stored one. */
  #isRecordStale = false
  /** Whether the next write marks the ledger as the one used last. */
  #isUseDue = false
  /** Whether another node writes the ledger's record now. */
  #isRetired = false
  #ledger: Ledger
  #writing: Promise<void> | undefined
  /** Ends the pause after a write. */
  #stopPause: (() => void) | undefined
  /** The database keys of the blocks that `load` returned. */
  readonly #keys = new WeakMap<StoredBlock, number>()

  constructor(database: Database, options: Omit<BlockStoreOptions, 'database'>) {
    this.#database = database
    this.#options = options
    this.#ledger = emptyLedger(options.net, options.name)
  }

  async load(): Promise<readonly StoredBlock[]> {
    try {
      await this.#markAsUsed()
    } catch (error) {
      // Storage may be full, which does not prevent reading.
      this.#giveUp(error)
    }
    try {
      return await this.#read()
    } catch (error) {
      this.#giveUp(error)
      return []
    }
  }

  get networkMs(): number {
    return this.#ledger.networkMs
  }

  note(networkMs: number): void {
    if (this.#hasFailed) return
    this.#setNetworkTime(networkMs)
    this.#isUseDue = true
    this.#writeSoon()
  }

  append(block: StoredBlock): void {
    if (this.#hasFailed) return
    this.#changes.appended.push(block)
    this.#writeSoon()
  }

  forget(log: LogId, height: number): void {
    if (this.#hasFailed) return
    const { appended, forgotten, discarded } = this.#changes
    // A log that was evicted and came again may be lower than what is stored of it.
    forgotten.set(log, Math.max(height, forgotten.get(log) ?? 0))
    const kept = appended.filter((block) => block.log !== log || block.height > height)
    this.#changes = { appended: kept, forgotten, discarded }
    this.#writeSoon()
  }

  discard(block: StoredBlock): void {
    const key = this.#keys.get(block)
    if (this.#hasFailed || key === undefined) return
    const heights = this.#changes.discarded.get(key) ?? new Set()
    if (heights !== 'all') this.#changes.discarded.set(key, heights.add(block.height))
    this.#writeSoon()
  }

  async flush(networkMs = this.#ledger.networkMs): Promise<void> {
    if (!this.#hasFailed) this.#setNetworkTime(networkMs)
    // The mark needs a read, for which a page that is being unloaded may have no time.
    this.#isUseDue = false
    while (this.#writing || this.#hasChanges()) await this.#begin()
  }

  retire(): Promise<void> {
    this.#isRetired = true
    this.#isRecordStale = false
    return this.flush()
  }

  /** The changes of one task share a transaction: without the last block of a run, its others are worth nothing. */
  #writeSoon(): void {
    // The end of the pause calls this again, so the blocks of a catch-up need no microtasks.
    if (this.#isPausing()) return
    queueMicrotask(() => {
      if (!this.#isPausing() && this.#hasChanges()) void this.#begin()
    })
  }

  /** A write is under way, or has just ended. */
  #isPausing(): boolean {
    return this.#writing !== undefined || this.#stopPause !== undefined
  }

  #begin(): Promise<void> {
    this.#writing ??= this.#write()
    return this.#writing
  }

  #hasChanges(): boolean {
    const { appended, forgotten, discarded } = this.#changes
    return appended.length > 0 || forgotten.size > 0 || discarded.size > 0 || this.#isRecordStale
  }

  /** Writes all changes so far, then pauses. */
  async #write(): Promise<void> {
    this.#stopPause?.()
    this.#stopPause = undefined
    const changes = this.#changes
    this.#changes = noChanges()
    this.#isRecordStale = false
    try {
      await this.#apply(changes)
    } catch (error) {
      this.#giveUp(error)
    }
    this.#writing = undefined
    this.#stopPause = this.#options.after(storageLimits.writeEveryMs, () => {
      this.#stopPause = undefined
      this.#writeSoon()
    })
  }

  async #apply({ appended, forgotten, discarded }: Changes): Promise<void> {
    const { net, name } = this.#options
    const transaction = this.#database.transaction(['blocks', 'ledgers'], 'readwrite')
    const blocks = transaction.objectStore('blocks')
    const isUseDue = this.#isUseDue
    this.#isUseDue = false
    const prepares = async (): Promise<void> => {
      await deleteBlocks(blocks, net, name, { forgotten, discarded }, (count, bytes) => this.#count(count, bytes))
      if (isUseDue) this.#countUse(await transaction.objectStore('ledgers').getAll())
    }
    const write = (): Promise<unknown> => {
      const adds = groupBlocks(appended).map((group) => blocks.add(toBlockRecord(net, name, group)))
      for (const block of appended) this.#count(1, block.bytes.length, block.arrivedAt)
      if (this.#isRetired) return Promise.all(adds)
      this.#ledger = { ...this.#ledger, usedAt: this.#ledger.usedAt + 1 }
      // No read is needed first: this node alone writes its ledger.
      return Promise.all([...adds, transaction.objectStore('ledgers').put(this.#ledger)])
    }
    // Deletions first: the appended blocks are newer than the forgotten ones of their logs.
    const preparing = isUseDue || forgotten.size + discarded.size > 0 ? prepares() : undefined
    const writing = preparing ? preparing.then(write) : write()
    // An explicit commit is completed even if the page is unloaded in this moment.
    if (!preparing) transaction.commit()
    await Promise.all([writing, transaction.done])
  }

  /** Completes before any block is read: see `sweepLedgers`. */
  async #markAsUsed(): Promise<void> {
    const { net, name } = this.#options
    const transaction = this.#database.transaction('ledgers', 'readwrite')
    const mark = async (): Promise<void> => {
      const records: unknown[] = await transaction.store.getAll()
      const own = records.map(parseLedgerRecord).find((ledger) => ledger?.net === net && ledger.name === name)
      if (own) this.#ledger = own
      this.#countUse(records)
      await transaction.store.put(this.#ledger)
    }
    await Promise.all([mark(), transaction.done])
  }

  async #read(): Promise<readonly StoredBlock[]> {
    const { net, name } = this.#options
    const index = this.#database.transaction('blocks').store.index('by-node')
    const range = IDBKeyRange.only([net, name])
    const [records, keys] = await Promise.all([index.getAll(range), index.getAllKeys(range)])
    const blocks: StoredBlock[] = []
    const { usedAt, networkMs } = this.#ledger
    const counted = { ...emptyLedger(net, name), usedAt, networkMs }
    for (const [at, record] of records.entries()) {
      const parsed = parseBlockRecord(record)
      const key = keys[at]
      counted.blocks += blockCountOf(record)
      counted.bytes += blockBytesOf(record)
      if (key === undefined) continue
      if (!parsed) this.#changes.discarded.set(key, 'all')
      for (const block of parsed ?? []) {
        counted.newestAt = Math.max(counted.newestAt, block.arrivedAt)
        this.#keys.set(block, key)
        blocks.push(block)
      }
    }
    this.#isRecordStale = counted.blocks !== this.#ledger.blocks || counted.bytes !== this.#ledger.bytes
    this.#ledger = counted
    if (this.#hasFailed) this.#forgetChanges()
    this.#writeSoon()
    return blocks
  }

  #setNetworkTime(networkMs: number): void {
    if (networkMs <= this.#ledger.networkMs) return
    this.#ledger = { ...this.#ledger, networkMs }
    this.#isRecordStale = true
  }

  /** `records`: the stored records of all ledgers. */
  #countUse(records: readonly unknown[]): void {
    const uses = records.map((record) => parseLedgerRecord(record)?.usedAt ?? 0)
    this.#ledger = { ...this.#ledger, usedAt: Math.max(this.#ledger.usedAt, ...uses) + 1 }
  }

  #count(blocks: number, bytes: number, arrivedAt = 0): void {
    const { blocks: blocksBefore, bytes: bytesBefore, newestAt } = this.#ledger
    this.#ledger = {
      ...this.#ledger,
      blocks: blocksBefore + blocks,
      bytes: bytesBefore + bytes,
      newestAt: Math.max(newestAt, arrivedAt),
    }
  }

  #giveUp(error: unknown): void {
    this.#forgetChanges()
    if (this.#hasFailed) return
    this.#hasFailed = true
    this.#options.onFailure(error)
  }

  #forgetChanges(): void {
    this.#changes = noChanges()
    this.#isRecordStale = false
  }
}
