import type { Entry } from '../../gossip/wire/entry.ts'
import type { EntryChanges } from '../shared/entry-changes.ts'

/** One author of what is held: a name, and the key that signs under it. */
export interface AuthorCount {
  readonly author: string
  readonly peerId: string
  /** Entries held. */
  readonly count: number
}

export const authorKey = ({ author, peerId }: Pick<Entry, 'author' | 'peerId'>): string => `${peerId} ${author}`

/** The authors of the entries held, kept up to date by what changes: nobody passes over all entries for every new one. */
export class AuthorCounts {
  readonly #counts = new Map<string, AuthorCount>()

  apply({ added, removed }: EntryChanges): void {
    for (const entry of added) this.#add(entry, 1)
    for (const entry of removed) this.#add(entry, -1)
  }

  /** In the order in which they were first heard. */
  list(): readonly AuthorCount[] {
    return [...this.#counts.values()]
  }

  #add(entry: Entry, difference: 1 | -1): void {
    const key = authorKey(entry)
    const { author, peerId } = entry
    const count = (this.#counts.get(key)?.count ?? 0) + difference
    if (count > 0) this.#counts.set(key, { author, peerId, count })
    else this.#counts.delete(key)
  }
}
