import type { Entry, JsonValue } from './entry.ts'
import { gossipLimits } from './limits.ts'
import { type NodeName, parseNodeName } from './node-name.ts'
import { type PeerId, parsePeerId } from './peer-id.ts'

/** What an author signs: one or more consecutive entries of one log. */
export interface BlockContent {
  readonly author: PeerId
  readonly name: NodeName
  /** The author's page load, `12-9f86d081884c7d65`. */
  readonly epoch: string
  /** 1, 2, 3 … per log. */
  readonly height: number
  /** Sequence number of the first entry. */
  readonly firstSeq: number
  readonly entries: readonly BlockEntry[]
}

interface BlockEntry {
  /** The author's clock, milliseconds since 1970. */
  readonly time: number
  readonly body: JsonValue | Uint8Array
}

/** A block as it travels: its content, the exact bytes that were signed, and the signature over them. */
export interface Block extends BlockContent {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly signature: Uint8Array<ArrayBuffer>
}

declare const verifiedBrand: unique symbol
/** Only `sealBlock` and `verifyBlock` make one, so forgetting to verify does not compile. */
export type VerifiedBlock = Block & { readonly [verifiedBrand]: true }

/** The block's place, unique while nobody signs twice for one height. */
export const blockId = (block: Pick<Block, 'author' | 'epoch' | 'height'>): string =>
  `${block.author}/${block.epoch}/${block.height}`

export const parseEpoch = (value: unknown): string | undefined =>
  typeof value === 'string' && /^[1-9][0-9]{0,14}-[0-9a-f]{16}$/.test(value) ? value : undefined

const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 1

/**
 * Rebuilds a body, or returns nothing: no other types, no `undefined`, no NaN, at most `maxBodyDepth` levels.
 * Numbers are finite; keys are strings, `__proto__` an ordinary one.
 */
export const parseBody = (value: unknown, depth = gossipLimits.maxBodyDepth): JsonValue | Uint8Array | undefined => {
  if (value instanceof Uint8Array) return value.slice()
  return parseJson(value, depth)
}

const parseJson = (value: unknown, depth: number): JsonValue | undefined => {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined
  if (typeof value !== 'object' || depth <= 0) return undefined
  if (Array.isArray(value)) {
    const items: JsonValue[] = []
    for (const item of value) {
      const parsed = parseJson(item, depth - 1)
      if (parsed === undefined) return undefined
      items.push(parsed)
    }
    return items
  }
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return undefined
  const members: [string, JsonValue][] = []
  for (const [key, member] of Object.entries(value)) {
    const parsed = parseJson(member, depth - 1)
    if (parsed === undefined) return undefined
    members.push([key, parsed])
  }
  return Object.fromEntries(members)
}

/** The content as plain values, in the order in which it is encoded and signed. */
export const blockFields = (content: BlockContent): unknown[] => [
  content.author,
  content.name,
  content.epoch,
  content.height,
  content.firstSeq,
  content.entries.map((entry) => [entry.time, entry.body]),
]

/** Rebuilds a block's content from decoded values; this version has exactly one entry per block. */
export const parseBlockFields = (value: unknown): BlockContent | undefined => {
  if (!Array.isArray(value) || value.length !== 6) return undefined
  const [authorField, nameField, epochField, height, firstSeq, entriesField] = value as unknown[]
  const author = parsePeerId(authorField)
  const name = parseNodeName(nameField)
  const epoch = parseEpoch(epochField)
  if (!author || !name || !epoch || !isCount(height) || !isCount(firstSeq)) return undefined
  if (!Array.isArray(entriesField) || entriesField.length !== 1 || firstSeq !== height) return undefined
  const [entryField] = entriesField as unknown[]
  if (!Array.isArray(entryField) || entryField.length !== 2) return undefined
  const [time, bodyField] = entryField as unknown[]
  const body = parseBody(bodyField)
  if (typeof time !== 'number' || !Number.isSafeInteger(time) || time < 0 || body === undefined) return undefined
  return { author, name, epoch, height, firstSeq, entries: [{ time, body }] }
}

/** What is delivered of a block that came by `path` (author first, this node last). */
export const entriesOf = (block: Block, path: readonly string[]): readonly Entry[] =>
  block.entries.map((entry, index) => ({
    author: block.name,
    peerId: block.author,
    epoch: block.epoch,
    seq: block.firstSeq + index,
    time: entry.time,
    body: entry.body,
    path,
  }))
