import { parseBody } from './body.ts'
import { type BodyPart, partBytes } from './body-part.ts'
import { type BlockExtras, extrasFields, parseExtras } from './entry-extras.ts'
import type { Entry, JsonValue } from './entry.ts'
import { gossipLimits } from '../bounds/limits.ts'
import { isCount, isPositive } from './integers.ts'
import { type NodeName, parseNodeName } from './node-name.ts'
import { type PeerId, parsePeerId } from './peer-id.ts'

declare const logIdBrand: unique symbol
/** One author's page load: `author/epoch`. */
export type LogId = string & { readonly [logIdBrand]: true }

export const logIdOf = ({ author, epoch }: { readonly author: PeerId; readonly epoch: string }): LogId =>
  `${author}/${epoch}` as LogId

/** What an author signs: one or more consecutive entries of one log, chained to the block before. */
export interface BlockContent {
  readonly author: PeerId
  readonly name: NodeName
  /** The author's page load, `12-9f86d081884c7d65`. */
  readonly epoch: string
  /** 1, 2, 3 … per log. */
  readonly height: number
  /** Sequence number of the first entry. */
  readonly firstSeq: number
  /** Hash of the block before; empty at height 1. */
  readonly prev: string
  readonly entries: readonly BlockEntry[]
}

export interface BlockEntry extends BlockExtras {
  /** The author's clock, milliseconds since 1970. */
  readonly time: number
  /** Of a part: its bytes, which may share their memory with the block's. */
  readonly body: JsonValue | Uint8Array
}

/** A block as it travels: its content, the exact bytes that are hashed and signed, and their hash. */
export interface Block extends BlockContent {
  readonly log: LogId
  readonly bytes: Uint8Array<ArrayBuffer>
  /** The author's signature over `bytes`. Undefined: the signature of a later block of the same run covers this one. */
  readonly signature: Uint8Array<ArrayBuffer> | undefined
  /** SHA-256 of `bytes`, base64url. */
  readonly hash: string
  /** This machine's clock at its arrival, milliseconds since 1970. For display; no part of the signed block. */
  readonly receivedAt: number | undefined
}

declare const verifiedBrand: unique symbol
/**
 * Only the core makes one, once a signature that covers it is checked, and `checkStoredLedger` from storage: forgetting to
 * verify does not compile.
 */
export type VerifiedBlock = Block & { readonly [verifiedBrand]: true }

/**
 * Consecutive blocks of one log, the oldest first. Each block holds the hash of the one before it, so the signature of the
 * last one covers all of them.
 */
export type BlockRun = readonly [VerifiedBlock, ...VerifiedBlock[]]

/** Gives whether `next` follows `block` in its log (L1). */
export const isNext = (block: Block, next: Block): boolean =>
  next.prev === block.hash &&
  next.height === block.height + 1 &&
  next.firstSeq === block.firstSeq + block.entries.length &&
  next.log === block.log

export const parseEpoch = (value: unknown): string | undefined =>
  typeof value === 'string' && /^[1-9][0-9]{0,14}-[0-9a-f]{16}$/.test(value) ? value : undefined

/** Gives whether a page load of an author came after another one. */
export const isLaterEpoch = (one: string, other: string): boolean => {
  const difference = Number.parseInt(one, 10) - Number.parseInt(other, 10)
  // Equal counts: a page load could not store its own.
  return difference === 0 ? one > other : difference > 0
}

export const parseLogId = (value: unknown): LogId | undefined => {
  if (typeof value !== 'string') return undefined
  const author = parsePeerId(value.slice(0, 43))
  const epoch = parseEpoch(value.slice(44))
  return author && epoch && value[43] === '/' ? logIdOf({ author, epoch }) : undefined
}

const isHash = (value: unknown): value is string => typeof value === 'string' && /^[A-Za-z0-9_-]{43}$/.test(value)

/** The content as plain values, in the order in which it is encoded and signed. */
export const blockFields = (content: BlockContent): unknown[] => [
  content.author,
  content.name,
  content.epoch,
  content.height,
  content.firstSeq,
  content.prev,
  content.entries.map(entryFields),
]

const entryFields = (entry: BlockEntry): unknown[] => {
  const extras = extrasFields(entry)
  return extras ? [entry.time, entry.body, extras] : [entry.time, entry.body]
}

/** Rebuilds a block's content from decoded values, or returns nothing. */
export const parseBlockFields = (value: unknown): BlockContent | undefined => {
  if (!Array.isArray(value) || value.length !== 7) return undefined
  const [authorField, nameField, epochField, height, firstSeq, prev, entriesField] = value as unknown[]
  const author = parsePeerId(authorField)
  const name = parseNodeName(nameField)
  const epoch = parseEpoch(epochField)
  if (!author || !name || !epoch || !isPositive(height) || !isPositive(firstSeq) || firstSeq < height) return undefined
  if (height === 1 ? prev !== '' || firstSeq !== 1 : !isHash(prev)) return undefined
  const entries = parseEntries(entriesField)
  const part = entries && partOf({ entries })
  // The first part of a large body is in this log as well.
  if (part && (part.index >= height || part.index >= firstSeq)) return undefined
  return entries && { author, name, epoch, height, firstSeq, prev: prev as string, entries }
}

const parseEntries = (value: unknown): BlockEntry[] | undefined => {
  if (!Array.isArray(value) || value.length === 0 || value.length > gossipLimits.maxEntriesPerBlock) return undefined
  const entries: BlockEntry[] = []
  for (const entryField of value as unknown[]) {
    const entry = parseEntry(entryField)
    // A part has a block of its own.
    if (!entry || (entry.part && value.length > 1)) return undefined
    entries.push(entry)
  }
  return entries
}

const parseEntry = (value: unknown): BlockEntry | undefined => {
  if (!Array.isArray(value) || (value.length !== 2 && value.length !== 3)) return undefined
  const [time, bodyField, extrasField] = value as unknown[]
  if (!isCount(time)) return undefined
  const extras = value.length === 2 ? noExtras : parseExtras(extrasField)
  if (!extras) return undefined
  if (extras.part) {
    const isPart = bodyField instanceof Uint8Array && bodyField.length === partBytes(extras.part)
    return isPart ? { time, body: bodyField, ...extras } : undefined
  }
  const body = parseBody(bodyField)
  if (body === undefined) return undefined
  return value.length === 2 ? { time, body } : { time, body, ...extras }
}

const noExtras: BlockExtras = {}

/** Which part of a large body a block carries; undefined for any other block. */
export const partOf = ({ entries }: Pick<BlockContent, 'entries'>): BodyPart | undefined => entries[0]?.part

/** The entries of a block that came by `path` (the author first, this node last); none for a part of a large body. */
export const entriesOf = (block: Block, path: readonly string[]): readonly Entry[] =>
  partOf(block) ? [] : block.entries.map((entry, index) => entryOf(block, block.firstSeq + index, entry, path))

/** An entry that a block delivers, or the last block of a large body. */
export const entryOf = (
  { name: author, author: peerId, epoch, receivedAt }: Block,
  seq: number,
  { time, body, topic, supersedes }: BlockEntry,
  path: readonly string[],
): Entry => {
  const entry: Writable<Entry> = { author, peerId, epoch, seq, time, body, path }
  if (receivedAt !== undefined) entry.receivedAt = receivedAt
  if (topic !== undefined) entry.topic = topic
  if (supersedes) entry.supersedes = supersedes
  return entry
}

type Writable<Value> = { -readonly [Key in keyof Value]: Value[Key] }
