import type { LinkSnapshot } from '../../node/api/grapevine.ts'
import type { AuthorCount } from './author-counts.ts'

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
