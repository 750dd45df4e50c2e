import type { LogId } from '../../gossip/wire/block.ts'
import type { StoredBlock } from '../../gossip/wire/stored-block.ts'
import type { BlockStorePort } from '../../node/shared/node-ports.ts'
import type { Timers } from '../../node/shared/timers.ts'
import { storageLimits } from '../limits.ts'
import { BlockFile } from './block-file.ts'
import { type BlockRecord, encodeRecord, type ScannedRecord } from './block-records.ts'
import { LiveBlocks } from './live-blocks.ts'

export interface FileBlockStoreOptions {
  readonly folder: string
  readonly after: Timers['after']
  /** The disk is full or fails. Called once for each time of trouble; what waits is written when it ends. */
  onFailure(error: unknown): void
  /** All that waited is written. */
  onRecovery(): void
  /** So many bytes of the file are damaged, and were left out. */
  onDamage(bytes: number): void
}

/**
 * The ledger of one node in a file that grows at its end.
 *  1. Changes are written at once; those that come during a write, or soon after one, share the next. A crash of the process
 *     loses the changes of some 50 ms, one of the machine those that the system has not written yet; neighbours send them again.
 *  2. A damaged record costs itself only. A write that fails is repeated, with what came meanwhile.
 *  3. Deleted blocks stay in the file until they are more than the others; then the file is written anew.
 */
export class FileBlockStore implements BlockStorePort {
  readonly #options: FileBlockStoreOptions
  readonly #live = new LiveBlocks()
  /** The record of each block that `load` returned. */
  readonly #records = new WeakMap<StoredBlock, { readonly checksum: string; readonly bytes: number }>()
  /** Up to which height the blocks of a log are deleted by the next write. */
  readonly #forgotten = new Map<LogId, number>()
  #file: BlockFile | undefined
  #waiting: Uint8Array[] = []
  #waitingBytes = 0
  #networkMs = 0
  #writing: Promise<void> | undefined
  #stopPause: (() => void) | undefined
  #isFailing = false
  /** Ends a rewriting that a stop can't wait for. */
  #rewriting: AbortController | undefined

  constructor(options: FileBlockStoreOptions) {
    this.#options = options
  }

  async load(): Promise<readonly StoredBlock[]> {
    try {
      this.#file = await BlockFile.open(this.#options.folder)
      return await this.#read(this.#file)
    } catch (error) {
      this.#failed(error)
      return []
    }
  }

  get networkMs(): number {
    return this.#networkMs
  }

  note(networkMs: number): void {
    if (networkMs <= this.#networkMs) return
    this.#networkMs = networkMs
    this.#add({ type: 'time', networkMs })
  }

  append(block: StoredBlock): void {
    const { log, height } = block
    // A log that was evicted and comes again: its deletion must not delete this block.
    if (height <= (this.#forgotten.get(log) ?? 0)) this.#addForgotten()
    const bytes = this.#add({ type: 'block', block })
    if (bytes) this.#live.add(log, height, bytes)
  }

  forget(log: LogId, height: number): void {
    this.#live.forget(log, height)
    this.#forgotten.set(log, Math.max(height, this.#forgotten.get(log) ?? 0))
    this.#writeSoon()
  }

  discard(block: StoredBlock): void {
    const record = this.#records.get(block)
    if (!record) return
    this.#live.discard(block.log, block.height, record.bytes)
    this.#add({ type: 'discard', checksum: record.checksum })
  }

  async flush(networkMs = this.#networkMs): Promise<void> {
    this.note(networkMs)
    this.#rewriting?.abort()
    while (this.#writing) await this.#writing
    await this.#begin(true)
  }

  /** The successor, another process, reads this file. */
  retire(): Promise<void> {
    return this.flush()
  }

  /** Gives the bytes of the record; 0: too much waits already. */
  #add(record: BlockRecord): number {
    if (!this.#file || this.#waitingBytes > storageLimits.waitingBytes) return 0
    const bytes = encodeRecord(this.#file.salt, record)
    this.#waiting.push(bytes)
    this.#waitingBytes += bytes.length
    this.#writeSoon()
    return bytes.length
  }

  #addForgotten(): void {
    for (const [log, height] of this.#forgotten) this.#add({ type: 'forget', log, height })
    this.#forgotten.clear()
  }

  #writeSoon(): void {
    if (this.#isPausing()) return
    queueMicrotask(() => {
      if (!this.#isPausing() && this.#waiting.length + this.#forgotten.size > 0) void this.#begin(false)
    })
  }

  #isPausing(): boolean {
    return this.#writing !== undefined || this.#stopPause !== undefined
  }

  #begin(isLast: boolean): Promise<void> {
    this.#writing ??= this.#write(isLast)
    return this.#writing
  }

  /** Writes all changes so far, then pauses. */
  async #write(isLast: boolean): Promise<void> {
    this.#stopPause?.()
    this.#stopPause = undefined
    const file = this.#file
    try {
      if (file) await this.#append(file)
      if (file && isLast) await file.sync()
      else if (file && this.#isWorthRewriting(file)) await this.#rewrite(file)
    } catch (error) {
      this.#failed(error)
    }
    this.#writing = undefined
    if (isLast) return
    const pauseMs = this.#isFailing ? storageLimits.writeAgainMs : storageLimits.writeEveryMs
    this.#stopPause = this.#options.after(pauseMs, () => {
      this.#stopPause = undefined
      this.#writeSoon()
    })
  }

  async #append(file: BlockFile): Promise<void> {
    this.#addForgotten()
    const bytes = Buffer.concat(this.#waiting)
    if (bytes.length === 0) return
    this.#waiting = []
    try {
      await file.append(bytes)
    } catch (error) {
      this.#waiting.unshift(bytes)
      throw error
    }
    this.#waitingBytes -= bytes.length
    if (!this.#isFailing) return
    this.#isFailing = false
    this.#options.onRecovery()
  }

  #isWorthRewriting({ size }: BlockFile): boolean {
    const deleted = size - this.#live.bytes
    return deleted > storageLimits.compactedBytes && deleted > this.#live.bytes
  }

  async #rewrite(file: BlockFile): Promise<void> {
    this.#rewriting = new AbortController()
    const { signal } = this.#rewriting
    try {
      await file.rewrite(
        ({ record }) => record.type === 'block' && this.#live.has(record.block.log, record.block.height),
        encodeRecord(file.salt, { type: 'time', networkMs: this.#networkMs }),
        signal,
      )
    } catch (error) {
      // The old file is as good.
      if (!signal.aborted) throw error
    } finally {
      this.#rewriting = undefined
    }
  }

  async #read(file: BlockFile): Promise<readonly StoredBlock[]> {
    const records: ScannedRecord[] = []
    const damaged = await file.read((record) => records.push(record))
    if (damaged > 0) this.#options.onDamage(damaged)
    return this.#notDeleted(records)
  }

  /** The blocks in the order of the file. A record deletes what comes before it, so they are read from the end. */
  #notDeleted(records: readonly ScannedRecord[]): readonly StoredBlock[] {
    const forgotten = new Map<LogId, number>()
    const discarded = new Set<string>()
    const blocks: StoredBlock[] = []
    for (const { record, checksum, bytes } of [...records].reverse()) {
      if (record.type === 'time') this.#networkMs = Math.max(this.#networkMs, record.networkMs)
      else if (record.type === 'discard') discarded.add(record.checksum)
      else if (record.type === 'forget') {
        forgotten.set(record.log, Math.max(record.height, forgotten.get(record.log) ?? 0))
      } else if (record.block.height > (forgotten.get(record.block.log) ?? 0) && !discarded.has(checksum)) {
        const { block } = record
        blocks.push(block)
        this.#records.set(block, { checksum, bytes })
        this.#live.add(block.log, block.height, bytes)
      }
    }
    return blocks.reverse()
  }

  #failed(error: unknown): void {
    if (this.#isFailing) return
    this.#isFailing = true
    this.#options.onFailure(error)
  }
}
