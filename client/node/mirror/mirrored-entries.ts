import { DeliveredEntries } from '../../gossip/ledger/delivered-entries.ts'
import type { Entry } from '../../gossip/wire/entry.ts'
import type { Hop } from '../../gossip/wire/hop.ts'
import type { EntryRef } from '../api/grapevine.ts'

interface Mirrored {
  readonly entry: Entry
  readonly hops: readonly Hop[]
}

const logOf = ({ peerId, epoch }: EntryRef): string => `${peerId}/${epoch}`

/** The entries that a node holds in another thread, in the order of `entries()`. */
export class MirroredEntries {
  #delivered = new DeliveredEntries()
  /** By log, by rising seq. */
  #logs = new Map<string, Mirrored[]>()
  #size = 0

  get size(): number {
    return this.#size
  }

  all(): readonly Entry[] {
    return this.#delivered.all()
  }

  /** History goes directly before the later entries of its log. */
  add(entry: Entry, hops: readonly Hop[]): void {
    const log = this.#logs.get(logOf(entry)) ?? []
    if (log.length === 0) this.#logs.set(logOf(entry), log)
    const at = placeOf(log, entry.seq)
    const next = log[at]
    if (next?.entry.seq === entry.seq) return
    log.splice(at, 0, { entry, hops })
    if (next) this.#delivered.addBefore(next.entry, [entry])
    else this.#delivered.add([entry])
    this.#size += 1
  }

  /** The entries of a log up to this seq are held no longer. */
  evict(last: EntryRef): void {
    const log = this.#logs.get(logOf(last))
    if (!log) return
    const evicted = log.splice(0, placeOf(log, last.seq + 1))
    for (const { entry } of evicted) this.#delivered.remove([entry])
    this.#size -= evicted.length
    if (log.length === 0) this.#logs.delete(logOf(last))
  }

  hops(ref: EntryRef): readonly Hop[] | undefined {
    const log = this.#logs.get(logOf(ref)) ?? []
    const found = log[placeOf(log, ref.seq)]
    return found?.entry.seq === ref.seq ? found.hops : undefined
  }

  clear(): void {
    this.#delivered = new DeliveredEntries()
    this.#logs = new Map()
    this.#size = 0
  }
}

/** The place of the first entry that has this seq or a later one. Mostly the end. */
const placeOf = (log: readonly Mirrored[], seq: number): number => {
  let [low, high] = [0, log.length]
  if ((log.at(-1)?.entry.seq ?? 0) < seq) return high
  while (low < high) {
    const middle = (low + high) >> 1
    if ((log[middle]?.entry.seq ?? 0) < seq) low = middle + 1
    else high = middle
  }
  return low
}
