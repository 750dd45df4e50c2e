import { type BlockContent, isLaterEpoch } from '../wire/block.ts'
import type { Entry } from '../wire/entry.ts'

type Place = Pick<Entry, 'epoch' | 'seq'>

/** No topic is an empty text. */
const topicOf = ({ topic = '' }: Pick<Entry, 'topic'>): string => topic

const isLater = (one: Place, other: Place): boolean =>
  one.epoch === other.epoch ? one.seq > other.seq : isLaterEpoch(one.epoch, other.epoch)

/**
 * The entries of one author that supersede older ones (L4). A large body supersedes once it is whole. Bounded by the entries
 * that are held.
 */
export class Supersessions {
  /** By topic: the latest held one. */
  readonly #latest = new Map<string, Place>()

  /** These entries are delivered. Gives whether more may be superseded now. */
  add(entries: readonly Entry[]): boolean {
    let hasChanged = false
    for (const entry of entries) {
      const latest = entry.supersedes && this.#latest.get(topicOf(entry))
      if (!entry.supersedes || (latest && !isLater(entry, latest))) continue
      this.#latest.set(topicOf(entry), { epoch: entry.epoch, seq: entry.seq })
      hasChanged = true
    }
    return hasChanged
  }

  /** These entries are held no longer. */
  remove(entries: readonly Entry[]): void {
    for (const entry of entries) {
      const latest = entry.supersedes && this.#latest.get(topicOf(entry))
      if (latest && latest.epoch === entry.epoch && latest.seq === entry.seq) this.#latest.delete(topicOf(entry))
    }
  }

  /** Gives whether all entries of a block, or of the body of which it has a part, are superseded. */
  cover({ epoch, firstSeq, entries }: Pick<BlockContent, 'epoch' | 'firstSeq' | 'entries'>): boolean {
    if (this.#latest.size === 0) return false
    return entries.every((entry, index) => {
      const latest = this.#latest.get(topicOf(entry))
      return latest !== undefined && isLater(latest, { epoch, seq: firstSeq + index })
    })
  }
}
