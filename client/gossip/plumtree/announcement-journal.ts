import type { LogId } from '../wire/block.ts'
import type { LogHeight } from '../wire/envelope.ts'

interface Item extends LogHeight {
  /** Counts the items, from 1. */
  readonly number: number
}

/**
 * The heads that have come, in their order, from which every neighbour is told what was not pushed to it (rule A1). One
 * journal for all neighbours: a block costs one item, however many neighbours there are.
 *  1. Only the newest head of a log is here, so the journal is bounded by the logs held.
 *  2. A neighbour has a cursor: the number of the last item that it was told.
 */
export class AnnouncementJournal {
  /** By log, the oldest item first: an item that is replaced moves to the end (a Map's order). */
  readonly #items = new Map<LogId, Item>()
  #number = 0

  /** The cursor of a neighbour that has to be told nothing. */
  get end(): number {
    return this.#number
  }

  add(log: LogId, height: number): void {
    this.#number += 1
    this.#items.delete(log)
    this.#items.set(log, { log, height, number: this.#number })
  }

  forgetLog(log: LogId): void {
    this.#items.delete(log)
  }

  /** Forgets what all neighbours were told. `cursor`: the least of theirs. */
  trim(cursor: number): void {
    for (const { log, number } of this.#items.values()) {
      if (number > cursor) return
      this.#items.delete(log)
    }
  }

  /** What comes after the cursor and is not known to the neighbour, at most `most` heads, and its new cursor. */
  after(
    cursor: number,
    most: number,
    isKnown: (log: LogId, height: number) => boolean,
  ): { readonly heads: readonly LogHeight[]; readonly cursor: number } {
    const heads: LogHeight[] = []
    for (const { log, height, number } of this.#items.values()) {
      if (number <= cursor || isKnown(log, height)) continue
      if (heads.length >= most) return { heads, cursor: heads.length > 0 ? number - 1 : cursor }
      heads.push({ log, height })
    }
    return { heads, cursor: this.#number }
  }
}
