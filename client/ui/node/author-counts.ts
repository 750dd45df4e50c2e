import type { Entry } from '../../gossip/wire/entry.ts'
import type { LinkSnapshot } from '../../node/api/grapevine.ts'
import type { EntryChanges } from '../shared/entry-changes.ts'

/** One author of held entries: a name, and the key that signs under this name. */
export interface AuthorCount {
  readonly author: string
  readonly peerId: string
  /** The number of held entries. */
  readonly count: number
}

export const authorKey = ({ author, peerId }: Pick<Entry, 'author' | 'peerId'>): string => `${peerId} ${author}`

/** The authors of the held entries. Updated incrementally: a new entry causes no pass over all entries. */
export class AuthorCounts {
  readonly #counts = new Map<string, AuthorCount>()

  apply({ added, removed }: EntryChanges): void {
    for (const entry of added) this.#add(entry, 1)
    for (const entry of removed) this.#add(entry, -1)
  }

  /** The authors in the order in which their first entries came. */
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

/** Names under which more than one key is seen: the page shows them with their short PeerIds. */
export const findNameClashes = (
  self: { readonly name: string; readonly peerId: string },
  links: readonly LinkSnapshot[],
  authors: readonly Pick<AuthorCount, 'author' | 'peerId'>[],
): ReadonlySet<string> => {
  const peerIdByName = new Map<string, string>()
  const clashes = new Set<string>()
  const see = (name: string, peerId: string | undefined): void => {
    if (!peerId) return
    const known = peerIdByName.get(name)
    if (known === undefined) peerIdByName.set(name, peerId)
    else if (known !== peerId) clashes.add(name)
  }
  see(self.name, self.peerId)
  for (const link of links) see(link.peer, link.peerId)
  for (const { author, peerId } of authors) see(author, peerId)
  return clashes
}
