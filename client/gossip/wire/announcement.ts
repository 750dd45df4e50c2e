import { parseEpoch } from './block.ts'
import { parseMs } from './hop.ts'
import { gossipLimits } from '../bounds/limits.ts'
import { isCount, isPositive } from './integers.ts'
import type { Direction } from './link.ts'
import { type NodeName, parseNodeName } from './node-name.ts'
import { type PeerId, parsePeerIdBytes, peerIdBytes } from './peer-id.ts'

/** A node's report of itself. The latest one of a node replaces all earlier ones. */
export interface AnnouncementContent {
  readonly author: PeerId
  readonly name: NodeName
  readonly epoch: string
  /** 1, 2, 3 … per epoch; `tombstoneSerial` ends the epoch. */
  readonly serial: number
  /** The longest time to the next announcement, milliseconds. */
  readonly everyMs: number
  /** Registered with the signalling server. */
  readonly isOnline: boolean
  readonly digest: string
  /** The height of its own log in this epoch. */
  readonly height: number
  /** Sums of the heights of its logs: see `LedgerHistory`. */
  readonly sketch: readonly number[]
  /** The number of entries that it holds. */
  readonly entries: number
  readonly links: readonly AnnouncedLink[]
}

export interface AnnouncedLink {
  readonly peerId: PeerId
  readonly name: NodeName
  /** As the author sees it. */
  readonly direction: Direction
  /** `gone`: the link ended less than 15 s ago. Announced so that it replaces an older report of the other end. */
  readonly state: 'up' | 'quiet' | 'gone'
  /** Undefined until a round trip is measured. */
  readonly rttMs: number | undefined
}

/** Ends an epoch (N9). Signed when the epoch begins, since a page that closes has no time to sign. */
export const tombstoneSerial = 2 ** 48

/** Sums in a sketch. */
export const sketchSize = 8

export interface AnnouncementVersion {
  readonly epoch: string
  readonly serial: number
}

/** Above 0 if `one` is newer. Epochs are ordered by their count; of two with the same count, all nodes prefer the same. */
export const compareVersions = (one: AnnouncementVersion, other: AnnouncementVersion): number => {
  if (one.epoch === other.epoch) return one.serial - other.serial
  const counts = Number(one.epoch.split('-')[0]) - Number(other.epoch.split('-')[0])
  return counts === 0 ? (one.epoch > other.epoch ? 1 : -1) : counts
}

const linkCodes = [
  ['upstream', 'up'],
  ['downstream', 'up'],
  ['upstream', 'quiet'],
  ['downstream', 'quiet'],
  ['upstream', 'gone'],
  ['downstream', 'gone'],
] as const satisfies readonly (readonly [Direction, AnnouncedLink['state']])[]

const linkFields = ({ peerId, name, direction, state, rttMs }: AnnouncedLink): unknown[] => [
  peerIdBytes(peerId),
  name,
  linkCodes.findIndex(([one, other]) => one === direction && other === state),
  rttMs ?? null,
]

/** The content as plain values, in the order in which it is encoded and signed. */
export const announcementFields = (content: AnnouncementContent): unknown[] => [
  peerIdBytes(content.author),
  content.name,
  content.epoch,
  content.serial,
  content.everyMs,
  content.isOnline,
  content.digest,
  content.height,
  content.sketch,
  content.entries,
  content.links.map(linkFields),
]

/** Rebuilds the content from decoded values, or returns nothing. */
export const parseAnnouncementFields = (value: unknown): AnnouncementContent | undefined => {
  if (!Array.isArray(value) || value.length !== 11) return undefined
  const [authorField, nameField, epochField, serial, everyField, isOnline, digest] = value as unknown[]
  const [height, sketchField, entries, linksField] = value.slice(7) as unknown[]
  const author = parsePeerIdBytes(authorField)
  const name = parseNodeName(nameField)
  const epoch = parseEpoch(epochField)
  const everyMs = parseMs(everyField)
  const sketch = parseSketch(sketchField)
  const links = parseLinks(linksField)
  if (!author || !name || !epoch || !sketch || !links || !isCount(entries) || !isCount(height)) return undefined
  if (!isPositive(serial) || serial > tombstoneSerial || typeof isOnline !== 'boolean') return undefined
  if (everyMs === undefined || everyMs > gossipLimits.maxAnnouncementMs) return undefined
  if (typeof digest !== 'string' || !/^[0-9a-f]{1,64}$/.test(digest)) return undefined
  return { author, name, epoch, serial, everyMs, isOnline, digest, height, sketch, entries, links }
}

const parseSketch = (value: unknown): number[] | undefined => {
  if (!Array.isArray(value) || value.length !== sketchSize) return undefined
  const sums = (value as unknown[]).filter(isCount)
  return sums.length === sketchSize ? sums : undefined
}

/** Each neighbour once. */
const parseLinks = (value: unknown): AnnouncedLink[] | undefined => {
  if (!Array.isArray(value) || value.length > gossipLimits.maxAnnouncedLinks) return undefined
  const links = new Map<PeerId, AnnouncedLink>()
  for (const field of value as unknown[]) {
    const link = parseLink(field)
    if (!link || links.has(link.peerId)) return undefined
    links.set(link.peerId, link)
  }
  return [...links.values()]
}

const parseLink = (value: unknown): AnnouncedLink | undefined => {
  if (!Array.isArray(value) || value.length !== 4) return undefined
  const [peerField, nameField, code, rttField] = value as unknown[]
  const peerId = parsePeerIdBytes(peerField)
  const name = parseNodeName(nameField)
  const kind = typeof code === 'number' ? linkCodes[code] : undefined
  const rttMs = rttField === null ? undefined : parseMs(rttField)
  if (!peerId || !name || !kind || (rttField !== null && rttMs === undefined)) return undefined
  const [direction, state] = kind
  return { peerId, name, direction, state, rttMs }
}
