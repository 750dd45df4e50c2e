import type { Entry } from '../gossip/wire/entry.ts'
import type { EntryRef } from '../node/api/receipts.ts'

interface LiveEntry extends EntryRef {
  readonly bytes: number
  /** Milliseconds since 1970, by this machine's clock. */
  readonly at: number
  readonly isSnapshot: boolean
}

/** Bytes of a block with one entry, beside its body: hashes, names, signature. */
const entryBytes = 300

/**
 * Milliseconds between an update's arrival here and that of a snapshot which is taken to contain it: longer than updates take
 * to whoever makes the snapshot.
 */
const spreadMs = 60_000

/** The entries of one document that a node retains and that no later entry of their author supersedes, by author. */
export class LiveEntries {
  readonly #byAuthor = new Map<string, LiveEntry[]>()
  #newestSnapshotAt = -Infinity

  add({ peerId, epoch, seq, time, receivedAt, body, supersedes }: Entry): void {
    const bytes = entryBytes + (body instanceof Uint8Array ? body.length : 0)
    const added = { peerId, epoch, seq, bytes, at: receivedAt ?? time, isSnapshot: supersedes === true }
    const entries = this.#byAuthor.get(peerId) ?? []
    const live = added.isSnapshot ? entries.filter((entry) => isLater(entry, added)) : entries
    live.push(added)
    this.#byAuthor.set(peerId, live)
    if (added.isSnapshot) this.#newestSnapshotAt = Math.max(added.at, this.#newestSnapshotAt)
  }

  /** Retention has evicted the entries of a log up to this one. Gives whether one of them was live, and in no snapshot. */
  evict(last: EntryRef): boolean {
    const entries = this.#byAuthor.get(last.peerId) ?? []
    const isEvicted = ({ epoch, seq }: LiveEntry): boolean => epoch === last.epoch && seq <= last.seq
    const live = entries.filter((entry) => !isEvicted(entry))
    this.#byAuthor.set(last.peerId, live)
    return entries.some((entry) => isEvicted(entry) && !this.#isCovered(entry))
  }

  /** Bytes of the updates of an author that a snapshot of this author would replace. */
  updateBytes(peerId: string): number {
    const updates = (this.#byAuthor.get(peerId) ?? []).filter(({ isSnapshot }) => !isSnapshot)
    return updates.reduce((sum, { bytes }) => sum + bytes, 0)
  }

  /** When the oldest came that no later snapshot contains, milliseconds since 1970; undefined if there is none. */
  get oldestAt(): number | undefined {
    const times = [...this.#byAuthor.values()].flat().flatMap((entry) => (this.#isCovered(entry) ? [] : [entry.at]))
    return times.length === 0 ? undefined : times.reduce((oldest, at) => Math.min(oldest, at))
  }

  #isCovered({ at }: LiveEntry): boolean {
    return at + spreadMs < this.#newestSnapshotAt
  }
}

/** Of two entries of one author: page loads count up. */
const isLater = (one: EntryRef, other: EntryRef): boolean => {
  const [first, second] = [Number.parseInt(one.epoch, 10), Number.parseInt(other.epoch, 10)]
  return first === second ? one.seq > other.seq : first > second
}
