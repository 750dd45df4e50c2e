import { sketchSize } from '../wire/announcement.ts'
import type { LogId } from '../wire/block.ts'
import type { GossipLimits } from '../bounds/limits.ts'
import type { Log } from './log.ts'

/** What this node held at one time. */
export interface LedgerSample {
  readonly digest: string
  readonly sketch: readonly number[]
}

interface PastSample extends LedgerSample {
  readonly at: number
}

/**
 * What this node held in the last seconds, to compare announcements with (rule N7). While several authors write, digests
 * are rarely equal, since blocks come to each node in another order. So each log's height is added to one of eight sums,
 * the same one on all nodes. Heights only grow: a node with a smaller sum lacks something.
 */
export class LedgerHistory {
  readonly #limits: GossipLimits
  readonly #read: () => LedgerSample
  /** The oldest first, at most one in `syncSampleMs`. The last one holds until now, unless the ledger has changed since. */
  #samples: PastSample[] = []
  #changedAt = -Infinity
  #isSampled = false

  constructor(limits: GossipLimits, read: () => LedgerSample) {
    this.#limits = limits
    this.#read = read
  }

  get changedAt(): number {
    return this.#changedAt
  }

  /** A block has entered the ledger. */
  changed(now: number): void {
    this.#changedAt = now
    this.#isSampled = false
  }

  nextWakeAt(): number {
    return this.#isSampled ? Infinity : (this.#samples.at(-1)?.at ?? -Infinity) + this.#limits.syncSampleMs
  }

  /** True: a sample was taken. */
  run(now: number): boolean {
    if (now < this.nextWakeAt()) return false
    this.#isSampled = true
    this.#samples.push({ at: now, ...this.#read() })
    // Only what held within the time that counts is kept. An announcement may be some seconds old itself.
    const keptFrom = now - this.#limits.syncWithinMs - this.#limits.announcementMs
    const first = this.#samples.findIndex((_, index) => (this.#samples[index + 1]?.at ?? Infinity) > keptFrom)
    this.#samples.splice(0, first)
    return true
  }

  /** The newest sample: at most `syncSampleMs` old while things change. */
  latest(): LedgerSample {
    return this.#samples.at(-1) ?? this.#read()
  }

  /** Gives whether this node had the digest at some sampled moment since then. */
  heldSince(digest: string, since: number): boolean {
    return this.#samples.some(
      (sample, index) => sample.digest === digest && (this.#samples[index + 1]?.at ?? Infinity) > since,
    )
  }

  /** What was held at that time at least; undefined if that is longer ago than the oldest sample. */
  at(time: number): LedgerSample | undefined {
    return this.#samples.findLast((sample) => sample.at <= time)
  }
}

/** The sums of the heights of all logs that count in digests. A forked log counts up to its fork, whatever is held of it. */
export const sketchOf = (logs: Iterable<Log>, isExpired: (log: Log) => boolean): number[] => {
  const sums = Array<number>(sketchSize).fill(0)
  for (const log of logs) {
    if (isExpired(log)) continue
    const index = bucketOf(log.id)
    sums[index] = (sums[index] ?? 0) + (log.fork?.height ?? log.height)
  }
  return sums
}

/** Gives whether each sum of `sketch` is at least that of `other`. */
export const reaches = (sketch: readonly number[], other: readonly number[]): boolean =>
  other.every((sum, index) => (sketch[index] ?? 0) >= sum)

const bucketOf = (log: LogId): number => {
  let sum = 0
  for (let index = 0; index < log.length; index += 1) sum += log.charCodeAt(index)
  return sum % sketchSize
}
