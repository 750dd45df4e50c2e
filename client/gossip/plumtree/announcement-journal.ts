import type { LogId } from '../wire/block.ts'
import type { LogHeight } from '../wire/envelope.ts'

interface Item extends LogHeight {
  /** Counts the items, from 1. */
  readonly number: number
}

/**
 * The heads that have come, in their order, from which every neighbour is told what was not pushed to it (rule A1). One
 * journal for all neighbours: a block costs one item, however many neighbours there are.
 *  1. A neighbour has a cursor: the number of the last item that it was told. Its reading begins behind the cursor.
 *  2. Only the newest head of a log counts. Older ones are removed once they are the greater part, so the journal is
 *     bounded by the logs held.
 */
export class AnnouncementJournal {
  readonly #newest = new Map<LogId, Item>()
  /** By number. */
  #items: Item[] = []
  #number = 0

  /** The cursor of a neighbour that has to be told nothing. */
  get end(): number {
    return this.#number
  }

  add(log: LogId, height: number): void {
    this.#number += 1
    const item = { log, height, number: this.#number }
    this.#newest.set(log, item)
    this.#items.push(item)
    if (this.#items.length > 2 * this.#newest.size + 64) this.#items = this.#items.filter((one) => this.#counts(one))
  }

  forgetLog(log: LogId): void {
    this.#newest.delete(log)
  }

  /** Forgets what all neighbours were told. `cursor`: the least of theirs. */
  trim(cursor: number): void {
    const told = this.#items.splice(0, this.#placeAfter(cursor))
    for (const item of told) if (this.#counts(item)) this.#newest.delete(item.log)
  }

  /** What comes after the cursor and is not known to the neighbour, at most `most` heads, and its new cursor. */
  after(
    cursor: number,
    most: number,
    isKnown: (log: LogId, height: number) => boolean,
  ): { readonly heads: readonly LogHeight[]; readonly cursor: number } {
    const heads: LogHeight[] = []
    for (let place = this.#placeAfter(cursor); place < this.#items.length; place += 1) {
      const item = this.#items[place]
      if (!item || !this.#counts(item) || isKnown(item.log, item.height)) continue
      if (heads.length >= most) return { heads, cursor: item.number - 1 }
      heads.push({ log: item.log, height: item.height })
    }
    return { heads, cursor: this.#number }
  }

  #counts(item: Item): boolean {
    return this.#newest.get(item.log) === item
  }

  /** The place of the first item behind the cursor. */
  #placeAfter(cursor: number): number {
    let [low, high] = [0, this.#items.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#items[middle]?.number ?? Infinity) <= cursor) low = middle + 1
      else high = middle
    }
    return low
  }
}
