import type { AnnouncedLink } from '../wire/announcement.ts'
import type { BoardRecord } from './announcement-board.ts'
import type { GossipLimits } from '../bounds/limits.ts'
import type { PeerId } from '../wire/peer-id.ts'

/**
 * `here`: links that are up lead to the node, and it announced itself lately. `quiet`: its announcement is overdue, or
 * every path to it has a quiet link. `down`: a node that can be reached lost its link to it, and no path is left.
 * `out-of-reach`: no path is left, and no node that can be reached lost a link to it. It may be well, behind a node that
 * left. A node that sent `bye` is in no picture.
 */
export type Presence = 'here' | 'quiet' | 'out-of-reach' | 'down'

type LinkState = AnnouncedLink['state']

/** What a node reports of its links, and when. This node's own report is always the newest. */
interface Report {
  readonly madeAt: number
  readonly links: ReadonlyMap<PeerId, LinkState>
}

/** An announcement is overdue after one and a half intervals, and 2 s for its path. */
export const overdueAt = ({ content, madeAt }: BoardRecord): number => madeAt + 1.5 * content.everyMs + 2_000

const linkStates = (links: readonly Pick<AnnouncedLink, 'peerId' | 'state'>[]): Map<PeerId, LinkState> =>
  new Map(links.map(({ peerId, state }) => [peerId, state]))

/**
 * The presence of each known node, by the reports of all nodes (N4). If the two ends of a link report different states, the
 * newer report counts.
 */
export const presencesOf = (
  self: PeerId,
  ownLinks: readonly Pick<AnnouncedLink, 'peerId' | 'state'>[],
  records: ReadonlyMap<PeerId, BoardRecord>,
  limits: GossipLimits,
  now: number,
): Map<PeerId, Presence> => {
  const reports = new Map<PeerId, Report>([[self, { madeAt: Infinity, links: linkStates(ownLinks) }]])
  for (const [author, { content, madeAt }] of records) reports.set(author, { madeAt, links: linkStates(content.links) })
  const edges = edgesOf(self, reports, limits)

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

/** The state of each link that any node reports, by both of its ends. */
const edgesOf = (
  self: PeerId,
  reports: ReadonlyMap<PeerId, Report>,
  limits: GossipLimits,
): Map<PeerId, Map<PeerId, LinkState>> => {
  const edges = new Map<PeerId, Map<PeerId, LinkState>>()
  const note = (from: PeerId, to: PeerId, state: LinkState): void => {
    const known = edges.get(from) ?? new Map<PeerId, LinkState>()
    edges.set(from, known.set(to, state))
  }
  for (const [one, report] of reports) {
    for (const [other, state] of report.links) {
      const theirs = reports.get(other)
      const agreed = theirs ? agreedState(state, report, theirs.links.get(one), theirs, other === self, limits) : state
      note(one, other, agreed)
      note(other, one, agreed)
    }
  }
  return edges
}

/** The state of a link by the reports of its two ends, `ours` at the end that reports `state`. */
const agreedState = (
  state: LinkState,
  ours: Report,
  theirState: LinkState | undefined,
  theirs: Report,
  isTheirsSelf: boolean,
  { mutualWithinMs }: GossipLimits,
): LinkState => {
  if (theirState !== undefined) return ours.madeAt >= theirs.madeAt ? state : theirState
  if (isTheirsSelf) return 'gone'
  // The other end may have made its report before the link came up.
  return theirs.madeAt > ours.madeAt + mutualWithinMs ? 'gone' : state
}
