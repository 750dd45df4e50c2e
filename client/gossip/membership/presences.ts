import type { AnnouncedLink } from '../wire/announcement.ts'
import type { BoardRecord } from './announcement-board.ts'
import type { GossipLimits } from '../bounds/limits.ts'
import type { PeerId } from '../wire/peer-id.ts'

/**
 * `here`: it announced itself lately, and its neighbours have it as up. `quiet`: its announcement is overdue, or all
 * ways to it lead over quiet links. `down`: a neighbour that can be reached from here lost it, and no other has it.
 * `out-of-reach`: no way leads to it from here any more, and nobody who can be reached knows how it is: it may be well,
 * behind a node that left. A node that said bye is not there at all.
 */
export type Presence = 'here' | 'quiet' | 'out-of-reach' | 'down'

type LinkWord = AnnouncedLink['state']

/** What a node says of its links, and when it said it. This node's own word is of now, and is never outweighed. */
interface Word {
  readonly madeAt: number
  readonly links: ReadonlyMap<PeerId, LinkWord>
}

/** An announcement is overdue when its interval, jitter and all, and some seconds for the way are over. */
export const overdueAt = ({ content, madeAt }: BoardRecord): number => madeAt + 1.5 * content.everyMs + 2_000

const linkWords = (links: readonly Pick<AnnouncedLink, 'peerId' | 'state'>[]): Map<PeerId, LinkWord> =>
  new Map(links.map(({ peerId, state }) => [peerId, state]))

/**
 * Who is there, by the words of all (N4): whoever can be reached from here over links that are up is here; over links of
 * which one is quiet, quiet. Of the two ends of a link the newer word counts. Whoever cannot be reached is down if one
 * who can be lost the link to it, and otherwise out of reach.
 */
export const presencesOf = (
  self: PeerId,
  ownLinks: readonly Pick<AnnouncedLink, 'peerId' | 'state'>[],
  records: ReadonlyMap<PeerId, BoardRecord>,
  limits: GossipLimits,
  now: number,
): Map<PeerId, Presence> => {
  const words = new Map<PeerId, Word>([[self, { madeAt: Infinity, links: linkWords(ownLinks) }]])
  for (const [author, { content, madeAt }] of records) words.set(author, { madeAt, links: linkWords(content.links) })
  const edges = edgesOf(self, words, limits)

  const here = new Set([self])
  for (const node of here) for (const [other, state] of edges.get(node) ?? []) if (state === 'up') here.add(other)
  const reached = new Set(here)
  for (const node of reached)
    for (const [other, state] of edges.get(node) ?? []) if (state !== 'gone') reached.add(other)

  const presences = new Map<PeerId, Presence>()
  for (const { peerId, state } of ownLinks)
    if (state !== 'gone') presences.set(peerId, here.has(peerId) ? 'here' : 'quiet')
  for (const [author, record] of records) {
    const isNeighbour = presences.get(author) === 'here'
    const isLost = [...(edges.get(author) ?? [])].some(([other, state]) => state === 'gone' && reached.has(other))
    presences.set(author, isNeighbour ? 'here' : presenceOf(here.has(author), reached.has(author), isLost, record, now))
  }
  return presences
}

const presenceOf = (
  isHere: boolean,
  isReached: boolean,
  isLost: boolean,
  record: BoardRecord,
  now: number,
): Presence => {
  if (!isReached) return isLost ? 'down' : 'out-of-reach'
  return isHere && now < overdueAt(record) ? 'here' : 'quiet'
}

/** The links between the nodes whose words are known, and what of a link to others is known. */
const edgesOf = (
  self: PeerId,
  words: ReadonlyMap<PeerId, Word>,
  limits: GossipLimits,
): Map<PeerId, Map<PeerId, LinkWord>> => {
  const edges = new Map<PeerId, Map<PeerId, LinkWord>>()
  const note = (from: PeerId, to: PeerId, state: LinkWord): void => {
    const known = edges.get(from) ?? new Map<PeerId, LinkWord>()
    edges.set(from, known.set(to, state))
  }
  for (const [one, word] of words) {
    for (const [other, said] of word.links) {
      const answer = words.get(other)
      const state = answer ? agreed(said, word, answer.links.get(one), answer, other === self, limits) : said
      note(one, other, state)
      note(other, one, state)
    }
  }
  return edges
}

const agreed = (
  said: LinkWord,
  word: Word,
  answered: LinkWord | undefined,
  answer: Word,
  isSelfAnswer: boolean,
  { mutualWithinMs }: GossipLimits,
): LinkWord => {
  if (answered !== undefined) return word.madeAt >= answer.madeAt ? said : answered
  if (isSelfAnswer) return 'gone'
  return answer.madeAt > word.madeAt + mutualWithinMs ? 'gone' : said
}
