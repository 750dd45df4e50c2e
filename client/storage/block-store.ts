import type { LogId } from '../gossip/block.ts'
import { type StoredBlock, parseStoredBlock } from '../gossip/stored-block.ts'
import type { Database } from './database.ts'

export interface BlockStore {
  /** All that is kept for this node, in the order in which it came. */
  load(): Promise<readonly StoredBlock[]>
  append(block: StoredBlock): void
  /** The blocks of a log up to a height are retained no longer. */
  forget(log: LogId, height: number): void
  /** Resolves once all is written. */
  flush(): Promise<void>
}

export interface BlockStoreOptions {
  readonly database: Database | undefined
  readonly net: string
  readonly name: string
  /** Storage is full or gone; the node goes on in memory. Called once. */
  readonly onFailure: (error: unknown) => void
}

/**
 * The ledger of one node (net and name) in IndexedDB. A block is written at once; what comes while a write is under way
 * shares the next one, so a burst costs few transactions and a single ping is not left waiting when its tab closes.
 */
export const createBlockStore = ({ database, net, name, onFailure }: BlockStoreOptions): BlockStore =>
  database ? createDatabaseStore(database, { net, name, onFailure }) : noStore

/** Nothing is kept. */
const noStore: BlockStore = {
  load: async () => [],
  append: () => undefined,
  forget: () => undefined,
  flush: async () => undefined,
}

const createDatabaseStore = (
  database: Database,
  { net, name, onFailure }: Omit<BlockStoreOptions, 'database'>,
): BlockStore => {
  let hasFailed = false
  let appended: StoredBlock[] = []
  let forgotten = new Map<LogId, number>()
  let writing: Promise<void> | undefined

  const giveUp = (error: unknown): void => {
    if (hasFailed) return
    hasFailed = true
    appended = []
    forgotten = new Map()
    onFailure(error)
  }

  const write = async (): Promise<void> => {
    // A failure empties both.
    while (appended.length > 0 || forgotten.size > 0) {
      const [blocks, heights] = [appended, forgotten]
      appended = []
      forgotten = new Map()
      try {
        const transaction = database.transaction('blocks', 'readwrite')
        const { store } = transaction
        const additions = blocks.map((block) => store.add({ net, name, ...block }))
        const deletions = [...heights].map(async ([log, height]) => {
          const range = IDBKeyRange.bound([net, name, log, 0], [net, name, log, height])
          for await (const cursor of store.index('by-log').iterate(range)) await cursor.delete()
        })
        // Said now, a page that goes away in this moment still has it written.
        if (heights.size === 0) transaction.commit()
        await Promise.all([...additions, ...deletions, transaction.done])
      } catch (error) {
        giveUp(error)
      }
    }
    writing = undefined
  }

  const flush = async (): Promise<void> => {
    // With nothing to write, `write` would be over before it is known to be under way.
    if (appended.length > 0 || forgotten.size > 0) writing ??= write()
    return writing
  }

  return {
    async load() {
      if (hasFailed) return []
      try {
        const records: unknown[] = await database.getAllFromIndex('blocks', 'by-node', [net, name])
        return records.flatMap((record) => parseStoredBlock(record) ?? [])
      } catch (error) {
        giveUp(error)
        return []
      }
    },
    append(block) {
      if (hasFailed) return
      appended.push(block)
      void flush()
    },
    forget(log, height) {
      if (hasFailed) return
      forgotten.set(log, height)
      appended = appended.filter((block) => block.log !== log || block.height > height)
      void flush()
    },
    flush,
  }
}
