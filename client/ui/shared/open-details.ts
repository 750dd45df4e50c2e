import type { Entry } from '../../gossip/wire/entry.ts'

/** What can be unfolded of a message. */
export type DetailsPart = 'body' | 'path' | 'fork'

/** Which messages are unfolded: a row that leaves the document and comes back is as the reader left it. */
export class OpenDetails {
  readonly #open = new WeakMap<Entry, Set<DetailsPart>>()

  has(entry: Entry, part: DetailsPart): boolean {
    return this.#open.get(entry)?.has(part) ?? false
  }

  set(entry: Entry, part: DetailsPart, isOpen: boolean): void {
    const parts = this.#open.get(entry) ?? new Set()
    if (isOpen) this.#open.set(entry, parts.add(part))
    else parts.delete(part)
  }
}
