import { randomBytes } from 'node:crypto'
import { appendFile, open, readdir, rename, stat, truncate, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { storageLimits } from '../limits.ts'
import { errorCode, syncFolder } from './atomic-file.ts'
import { encodeRecord, type ScannedRecord, scanRecords } from './block-records.ts'

const namePattern = /^blocks-([0-9a-f]{32})\.log$/

/** A file of records. Its name holds its salt, so that damage inside costs records only. */
export class BlockFile {
  readonly salt: Uint8Array
  readonly #folder: string
  readonly #path: string
  /** Bytes of the file; what a failed write left behind is not counted. */
  #size = 0

  private constructor(folder: string, salt: string) {
    this.salt = Buffer.from(salt, 'hex')
    this.#folder = folder
    this.#path = join(folder, `blocks-${salt}.log`)
  }

  /** The file of a folder; it exists once something is appended. Rejects if the folder can't be read. */
  static async open(folder: string): Promise<BlockFile> {
    const [salt] = (await readdir(folder)).flatMap((name) => namePattern.exec(name)?.[1] ?? [])
    return new BlockFile(folder, salt ?? randomBytes(16).toString('hex'))
  }

  get size(): number {
    return this.#size
  }

  /** Reads all records in their order. Gives how many bytes belong to none. */
  async read(use: (record: ScannedRecord) => void): Promise<number> {
    let damaged = 0
    await this.#scan((records, lost) => {
      damaged += lost
      for (const record of records) use(record)
    })
    this.#size = await stat(this.#path).then(
      ({ size }) => size,
      () => 0,
    )
    return damaged
  }

  /** Rejects if the disk fails; then nothing of it counts, and it can be appended again. */
  async append(bytes: Uint8Array): Promise<void> {
    try {
      await appendFile(this.#path, bytes, { mode: 0o600 })
      this.#size += bytes.length
    } catch (error) {
      // A record cut short would cost nothing but its bytes.
      await truncate(this.#path, this.#size).catch(() => undefined)
      throw error
    }
  }

  /** Resolves once everything is on the disk. */
  async sync(): Promise<void> {
    try {
      const file = await open(this.#path, 'r+')
      try {
        await file.datasync()
      } finally {
        await file.close()
      }
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw error
    }
  }

  /** Writes the file anew, with these records and then `end`. A crash leaves the old file. Once aborted it rejects. */
  async rewrite(keep: (record: ScannedRecord) => boolean, end: Uint8Array, signal: AbortSignal): Promise<void> {
    const temporary = `${this.#path}.new`
    const file = await open(temporary, 'w', 0o600)
    try {
      await this.#scan(async (records) => {
        signal.throwIfAborted()
        const kept = records.filter(keep).map(({ record }) => encodeRecord(this.salt, record))
        if (kept.length > 0) await file.appendFile(Buffer.concat(kept))
      })
      await file.appendFile(end)
      await file.sync()
      const { size } = await file.stat()
      await file.close()
      signal.throwIfAborted()
      await rename(temporary, this.#path)
      this.#size = size
    } catch (error) {
      await file.close().catch(() => undefined)
      await unlink(temporary).catch(() => undefined)
      throw error
    }
    await syncFolder(this.#folder)
  }

  async #scan(use: (records: readonly ScannedRecord[], damaged: number) => void | Promise<void>): Promise<void> {
    const file = await open(this.#path, 'r').catch((error: unknown) => {
      if (errorCode(error) === 'ENOENT') return undefined
      throw error
    })
    if (!file) return
    try {
      let rest: Buffer = Buffer.alloc(0)
      for (let isEnd = false; !isEnd;) {
        const chunk = Buffer.allocUnsafe(storageLimits.readBytes)
        const { bytesRead } = await file.read(chunk, 0, chunk.length)
        isEnd = bytesRead === 0
        const bytes =
          rest.length > 0 ? Buffer.concat([rest, chunk.subarray(0, bytesRead)]) : chunk.subarray(0, bytesRead)
        const { records, used, damaged } = scanRecords(this.salt, bytes, isEnd)
        await use(records, damaged)
        rest = bytes.subarray(used)
      }
    } finally {
      await file.close()
    }
  }
}
