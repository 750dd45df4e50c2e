import type { Neighbour } from '../links/neighbour.ts'
import type { AnnouncedLink } from '../wire/announcement.ts'
import type { Presence } from './presences.ts'

/** The network by its nodes' announcements, which are some seconds old. */
export interface NetworkSnapshot {
  /** This node first, then by name; numbers in names count by value. */
  readonly nodes: readonly KnownNode[]
  /** There are more nodes than this node keeps, or so many that each announces itself less often. */
  readonly isPartial: boolean
}

/** What a node knows of its network before and after it runs. */
export const emptyNetwork: NetworkSnapshot = { nodes: [], isPartial: false }

export interface KnownNode {
  /** As the node announces it; two keys may claim one name. */
  readonly name: string
  readonly peerId: string
  /** Its page load, a count and 64 random bits. */
  readonly epoch: string
  readonly isSelf: boolean
  readonly presence: Presence
  /** The node announces that it is registered with the signalling server. */
  readonly isOnline: boolean
  /**
   * The node holds what this tab holds: this tab had the announced digest within 5 s. While messages flow, none of the
   * node's logs was more than 5 s behind this tab, and nothing that it has been missing here for longer.
   */
  readonly isInSync: boolean
  /** The digest of its ledger when it announced itself; hex. Compare with `digest()`. */
  readonly digest: string
  /** The number of entries that it held then. */
  readonly entries: number
  /** Milliseconds since it made its latest announcement, from the durations on the announcement's path: no clock is trusted. */
  readonly heardAgoMs: number
  /** Its links that are up or quiet, as it announces them. */
  readonly links: readonly KnownLink[]
}

export interface KnownLink {
  readonly peer: string
  readonly peerId: string
  /** As that node sees it: an upstream is a node that it dialled. */
  readonly direction: 'upstream' | 'downstream'
  readonly state: 'up' | 'quiet'
  /** The latest round trip, milliseconds, as that node has measured it; absent until it has. */
  readonly rttMs?: number
}

/** Without the links that have ended. */
export const pictureLinks = (links: readonly AnnouncedLink[]): KnownLink[] =>
  links.flatMap(({ name, peerId, direction, state, rttMs }) =>
    state === 'gone' ? [] : [{ peer: name, peerId, direction, state, ...(rttMs !== undefined && { rttMs }) }],
  )

/** This node first, then by name, `ring-12-2` before `ring-12-10`. */
export const compareKnownNodes = (one: KnownNode, other: KnownNode): number => {
  if (one.isSelf !== other.isSelf) return one.isSelf ? -1 : 1
  return compareNames(one.name, other.name) || compareTexts(one.peerId, other.peerId)
}

/** By the first character that differs; if that is part of a number, by the number. */
const compareNames = (one: string, other: string): number => {
  let at = 0
  while (at < one.length && one[at] === other[at]) at += 1
  while (at > 0 && isDigit(one.charCodeAt(at - 1))) at -= 1
  const [first, second] = [numberAt(one, at), numberAt(other, at)]
  return (first !== undefined && second !== undefined && first - second) || compareTexts(one, other)
}

const isDigit = (code: number): boolean => code >= 48 && code <= 57

const numberAt = (name: string, start: number): number | undefined => {
  let end = start
  while (isDigit(name.charCodeAt(end))) end += 1
  return end === start ? undefined : Number(name.slice(start, end))
}

/** By code units: the same order in every browser language. */
const compareTexts = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0)

/** A neighbour that has greeted and not announced itself yet. `epoch` and `digest`: of its hello. */
export const silentNode = (
  { neighbour, epoch, digest }: { readonly neighbour: Neighbour; readonly epoch: string; readonly digest: string },
  ownDigest: string,
): KnownNode => ({
  name: neighbour.identity.name,
  peerId: neighbour.identity.peerId,
  epoch,
  isSelf: false,
  presence: neighbour.liveness === 'up' ? 'here' : 'quiet',
  isOnline: false,
  isInSync: digest === ownDigest,
  digest,
  entries: 0,
  heardAgoMs: 0,
  links: [],
})
