import type { LogId } from '../../gossip/wire/block.ts'

interface LiveLog {
  /** The bytes of each height's records. */
  readonly bytes: Map<number, number>
  /** No block is lower. */
  lowest: number
}

/** Which blocks of a file are not deleted, and the bytes of their records. */
export class LiveBlocks {
  readonly #logs = new Map<LogId, LiveLog>()
  #bytes = 0

  /** Bytes of the records of all blocks here. */
  get bytes(): number {
    return this.#bytes
  }

  has(log: LogId, height: number): boolean {
    return this.#logs.get(log)?.bytes.has(height) ?? false
  }

  add(log: LogId, height: number, bytes: number): void {
    const live = this.#logs.get(log) ?? { bytes: new Map<number, number>(), lowest: height }
    live.bytes.set(height, (live.bytes.get(height) ?? 0) + bytes)
    live.lowest = Math.min(live.lowest, height)
    this.#logs.set(log, live)
    this.#bytes += bytes
  }

  /** Removes the blocks of a log up to a height. */
  forget(log: LogId, height: number): void {
    const live = this.#logs.get(log)
    if (!live) return
    // Retention removes one block after the other, from below.
    if (height - live.lowest < live.bytes.size) {
      for (let each = live.lowest; each <= height; each += 1) this.#remove(live, each)
    } else {
      for (const each of live.bytes.keys()) if (each <= height) this.#remove(live, each)
    }
    live.lowest = Math.max(live.lowest, height + 1)
    if (live.bytes.size === 0) this.#logs.delete(log)
  }

  /** Removes one of the records of a block. */
  discard(log: LogId, height: number, bytes: number): void {
    const live = this.#logs.get(log)
    const left = (live?.bytes.get(height) ?? 0) - bytes
    if (!live || left < 0) return
    if (left === 0) return this.#remove(live, height)
    live.bytes.set(height, left)
    this.#bytes -= bytes
  }

  #remove(live: LiveLog, height: number): void {
    this.#bytes -= live.bytes.get(height) ?? 0
    live.bytes.delete(height)
  }
}
