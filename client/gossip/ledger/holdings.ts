import type { Holdings } from '../wire/holdings.ts'
import { LedgerDigest } from './ledger-digest.ts'
import type { Log } from './log.ts'

/** Describes the logs of a ledger in two hashes, and counts their changes. */
export class LedgerHoldings {
  readonly #digest: LedgerDigest
  readonly #retention: LedgerDigest
  #changes = 1
  /** Changed logs that the hashes do not cover yet: a run changes its log with every block. */
  readonly #undescribed = new Set<Log>()

  constructor(hash: (text: string) => string) {
    this.#digest = new LedgerDigest(hash)
    this.#retention = new LedgerDigest(hash)
  }

  get current(): Holdings {
    const { digest, changes, retention } = this
    return { digest, changes, retention }
  }

  /** Hex. */
  get digest(): string {
    this.#describe()
    return this.#digest.value
  }

  get retention(): string {
    this.#describe()
    return this.#retention.value
  }

  /** The number of changes of heads, forks and oldest blocks, from 1. An eviction is none. */
  get changes(): number {
    return this.#changes
  }

  changed(log: Log): void {
    this.#changes += 1
    log.changedAt = this.#changes
    this.#undescribed.add(log)
  }

  /** Most logs are held from their first block on, and cost nothing here. */
  trimmed({ id, retainedFrom, lowerParts, retentionText }: Log): void {
    const isPartial = retainedFrom > 1 || lowerParts.length > 0
    this.#retention.set(id, isPartial ? `${id} ${retentionText}` : undefined)
  }

  /** The log has expired, or is held no longer. */
  remove(log: Log): void {
    this.#undescribed.delete(log)
    this.#digest.set(log.id, undefined)
    this.#retention.set(log.id, undefined)
  }

  #describe(): void {
    for (const log of this.#undescribed) {
      // Without a block or a reported age, the log counts as expired.
      this.#digest.set(log.id, log.activeAt === -Infinity ? undefined : log.digestText)
      this.trimmed(log)
    }
    this.#undescribed.clear()
  }
}
