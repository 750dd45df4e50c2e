import type { Entry } from '../../gossip/wire/entry.ts'

/** The parts of a message that can be unfolded. */
export type DetailsPart = 'body' | 'path' | 'fork'

/** Remembers which parts are unfolded, so that a row that leaves the document returns as the reader left it. */
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
