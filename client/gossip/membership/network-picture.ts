import type { AnnouncedLink } from '../wire/announcement.ts'
import type { Presence } from './presences.ts'

/** What is known of the network by what its nodes say of themselves: true up to seconds ago. */
export interface NetworkSnapshot {
  /** This node first, then by name, numbers in it by their value. */
  readonly nodes: readonly KnownNode[]
  /** There are more nodes than are kept here, or they are so many that they announce themselves seldom. */
  readonly isPartial: boolean
}

export interface KnownNode {
  /** As it says; two keys may claim one name. */
  readonly name: string
  readonly peerId: string
  /** Its page load, a count and 64 random bits. */
  readonly epoch: string
  readonly isSelf: boolean
  readonly presence: Presence
  /** It is registered with the signalling server, as it says. */
  readonly isOnline: boolean
  /**
   * It holds what this tab holds: the digest that it announced is one that this tab had within 5 s; while messages
   * flow, none of its logs was behind where they were here 5 s earlier, and nothing that it had is missing here for longer.
   */
  readonly isInSync: boolean
  /** Of its ledger, when it announced itself; hex. Compare with `digest()`. */
  readonly digest: string
  /** Entries that it retained then. */
  readonly entries: number
  /** Milliseconds since it made its latest announcement, by the durations of the announcement's way: no clock is trusted. */
  readonly heardAgoMs: number
  /** Its links that are up or quiet, as it says. */
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

/** The links that exist. */
export const pictureLinks = (links: readonly AnnouncedLink[]): KnownLink[] =>
  links.flatMap(({ name, peerId, direction, state, rttMs }) =>
    state === 'gone' ? [] : [{ peer: name, peerId, direction, state, ...(rttMs !== undefined && { rttMs }) }],
  )

/** This node first, then by name, `ring-12-2` before `ring-12-10`. */
export const compareKnownNodes = (one: KnownNode, other: KnownNode): number => {
  if (one.isSelf !== other.isSelf) return one.isSelf ? -1 : 1
  return compareNames(one.name, other.name) || compareTexts(one.peerId, other.peerId)
}

/** By the first place in which they differ; where that is within a number, by the number. */
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

/** The same everywhere, whatever the language of the browser. */
const compareTexts = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0)
