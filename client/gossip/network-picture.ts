import type { AnnouncedLink } from './announcement.ts'
import type { Presence } from './presences.ts'

/** As `NetworkSnapshot` of the node's API. */
export interface NetworkPicture {
  readonly nodes: readonly PictureNode[]
  readonly isPartial: boolean
}

/** As `KnownNode` of the node's API. */
export interface PictureNode {
  readonly name: string
  readonly peerId: string
  readonly epoch: string
  readonly isSelf: boolean
  readonly presence: Presence
  readonly isOnline: boolean
  readonly isInSync: boolean
  readonly digest: string
  readonly entries: number
  readonly heardAgoMs: number
  readonly links: readonly PictureLink[]
}

interface PictureLink {
  readonly peer: string
  readonly peerId: string
  readonly direction: 'upstream' | 'downstream'
  readonly state: 'up' | 'quiet'
  readonly rttMs?: number
}

/** The links that exist. */
export const pictureLinks = (links: readonly AnnouncedLink[]): PictureLink[] =>
  links.flatMap(({ name, peerId, direction, state, rttMs }) =>
    state === 'gone' ? [] : [{ peer: name, peerId, direction, state, ...(rttMs !== undefined && { rttMs }) }],
  )

/** This node first, then by name. */
export const comparePictureNodes = (one: PictureNode, other: PictureNode): number => {
  if (one.isSelf !== other.isSelf) return one.isSelf ? -1 : 1
  return compareTexts(one.name, other.name) || compareTexts(one.peerId, other.peerId)
}

/** The same everywhere, whatever the language of the browser. */
const compareTexts = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0)
