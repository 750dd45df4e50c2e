import { type LogId, parseLogId } from '../gossip/block.ts'
import type { Hop } from '../gossip/hop.ts'
import type { Database } from './database.ts'
import { storageLimits } from './limits.ts'

/** A block as it is kept: what was signed, and how and when it came. Only verified blocks are. */
export interface StoredBlock {
  readonly log: LogId
  readonly height: number
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly signature: Uint8Array<ArrayBuffer>
  readonly hops: readonly Hop[]
  readonly ownTree: boolean
  /** This machine's clock, milliseconds since 1970. */
  readonly arrivedAt: number
}

export interface BlockStore {
  /** All that is kept for this node, in the order in which it came. */
  load(): Promise<readonly StoredBlock[]>
  /** Written soon, together with others. */
  append(block: StoredBlock): void
  /** The blocks of a log up to a height are retained no longer. */
  forget(log: LogId, height: number): void
  /** Writes what waits. */
  flush(): Promise<void>
}

export interface BlockStoreOptions {
  readonly database: Database | undefined
  readonly net: string
  readonly name: string
  /** Runs `action` once after `delayMs`; returns its undo. */
  readonly after: (delayMs: number, action: () => void) => () => void
  /** Storage is full or gone; the node goes on in memory. Called once. */
  readonly onFailure: (error: unknown) => void
}

/** The ledger of one node (net and name) in IndexedDB, appended in batches off the hot path. */
export const createBlockStore = ({ database, net, name, after, onFailure }: BlockStoreOptions): BlockStore => {
  let working = database
  let appended: StoredBlock[] = []
  let forgotten = new Map<LogId, number>()
  let stopTimer: (() => void) | undefined
  let writing: Promise<void> = Promise.resolve()

  const giveUp = (error: unknown): void => {
    if (!working) return
    working = undefined
    appended = []
    forgotten = new Map()
    onFailure(error)
  }

  const write = async (blocks: readonly StoredBlock[], heights: ReadonlyMap<LogId, number>): Promise<void> => {
    if (!working) return
    try {
      const transaction = working.transaction('blocks', 'readwrite')
      const { store } = transaction
      const deletions = [...heights].map(async ([log, height]) => {
        const range = IDBKeyRange.bound([net, name, log, 0], [net, name, log, height])
        for await (const cursor of store.index('by-log').iterate(range)) await cursor.delete()
      })
      const additions = blocks.map((block) => store.add({ net, name, ...block }))
      await Promise.all([...additions, ...deletions, transaction.done])
    } catch (error) {
      giveUp(error)
    }
  }

  const flush = (): Promise<void> => {
    stopTimer?.()
    stopTimer = undefined
    const blocks = appended
    const heights = forgotten
    appended = []
    forgotten = new Map()
    if (blocks.length > 0 || heights.size > 0) writing = writing.then(() => write(blocks, heights))
    return writing
  }

  const soon = (): void => {
    if (!working) return
    if (appended.length >= storageLimits.blocksPerWrite) void flush()
    else stopTimer ??= after(storageLimits.writeBlocksMs, () => void flush())
  }

  return {
    async load() {
      if (!working) return []
      try {
        const records: unknown[] = await working.getAllFromIndex('blocks', 'by-node', [net, name])
        return records.flatMap((record) => parseStoredBlock(record) ?? [])
      } catch (error) {
        giveUp(error)
        return []
      }
    },
    append(block) {
      if (!working) return
      appended.push(block)
      soon()
    },
    forget(log, height) {
      if (!working) return
      forgotten.set(log, height)
      appended = appended.filter((block) => block.log !== log || block.height > height)
      soon()
    },
    flush,
  }
}

/** What another version or a fault has left is passed over; the chain is checked by the reader. */
const parseStoredBlock = (record: unknown): StoredBlock | undefined => {
  if (typeof record !== 'object' || record === null) return undefined
  const { log: logField, height, bytes, signature, hops, ownTree, arrivedAt } = record as Record<string, unknown>
  const log = parseLogId(logField)
  if (!(bytes instanceof Uint8Array) || !(signature instanceof Uint8Array) || !Array.isArray(hops)) return undefined
  if (!log || typeof height !== 'number' || typeof arrivedAt !== 'number') return undefined
  return {
    log,
    height,
    bytes: new Uint8Array(bytes),
    signature: new Uint8Array(signature),
    hops: hops as readonly Hop[],
    ownTree: ownTree === true,
    arrivedAt,
  }
}
