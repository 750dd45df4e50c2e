import { parseEpoch, parseLogId } from '../wire/block.ts'
import { type CarriedBlock, type Envelope, type FrontierEntry, type LogHeight, type Want } from '../wire/envelope.ts'
import type { CarriedEphemeral } from '../wire/ephemeral.ts'
import { parseHops, parseMs } from '../wire/hop.ts'
import { gossipLimits } from '../bounds/limits.ts'
import { isCount, isPositive } from '../wire/integers.ts'
import { parseNodeName } from '../wire/node-name.ts'
import type { CarriedNotice } from '../wire/notice.ts'
import { parseTopic } from '../wire/topic.ts'

const isDigest = (value: unknown): value is string => typeof value === 'string' && /^[0-9a-f]{1,64}$/.test(value)

const isWord = (value: unknown): value is number => isCount(value) && value < 2 ** 32

/** The decoder gives bytes as copies: none is a view of its frame, which would keep the whole frame in memory. */
const isBytes = (value: unknown): value is Uint8Array<ArrayBuffer> => value instanceof Uint8Array

/** Two bytes for each log. */
const isCells = (value: unknown): value is Uint8Array<ArrayBuffer> =>
  isBytes(value) && value.length > 0 && value.length % 2 === 0 && value.length <= 2 * gossipLimits.maxLogs

/** Each item rebuilt, or nothing if one of them is bad or there are too many. */
const parseList = <Item>(
  value: unknown,
  maxItems: number,
  parseItem: (item: unknown) => Item | undefined,
): Item[] | undefined => {
  if (!Array.isArray(value) || value.length > maxItems) return undefined
  const items: Item[] = []
  for (const field of value as unknown[]) {
    const item = parseItem(field)
    if (item === undefined) return undefined
    items.push(item)
  }
  return items
}

const parseCarried = (value: unknown): CarriedBlock | undefined => {
  if (!Array.isArray(value) || value.length !== 5) return undefined
  const [bytes, signature, hopsField, heldField, modelField] = value as unknown[]
  if (!isBytes(bytes) || !isBytes(signature)) return undefined
  if (signature.length !== 64 && signature.length !== 0) return undefined
  // The path must have room for the sender and this node.
  const hops = parseHops(hopsField, gossipLimits.maxPathNames - 2)
  const heldMs = parseMs(heldField)
  const model = modelField === '' ? undefined : parseLogId(modelField)
  if (!hops || heldMs === undefined || (modelField !== '' && !model)) return undefined
  return { bytes, signature: signature.length > 0 ? signature : undefined, hops, heldMs, model }
}

/** The last block is signed, so that each of them belongs to a run. */
const parseRuns = (value: unknown): CarriedBlock[] | undefined => {
  const blocks = parseList(value, gossipLimits.maxBlocksPerEnvelope, parseCarried)
  return blocks?.at(-1)?.signature || blocks?.length === 0 ? blocks : undefined
}

const parseRun = (value: unknown): CarriedBlock[] | undefined => {
  const blocks = parseRuns(value)
  return blocks && blocks.filter(({ signature }) => signature).length === 1 ? blocks : undefined
}

const parseNotice = (value: unknown): CarriedNotice | undefined => {
  if (!Array.isArray(value) || value.length !== 3) return undefined
  const [bytes, signature, ageField] = value as unknown[]
  if (!isBytes(bytes) || bytes.length > gossipLimits.maxNoticeBytes) return undefined
  if (!isBytes(signature) || signature.length !== 64) return undefined
  const ageMs = parseMs(ageField)
  return ageMs === undefined ? undefined : { bytes, signature, ageMs }
}

const parseNotices = (value: unknown): CarriedNotice[] | undefined =>
  parseList(value, gossipLimits.maxNoticesPerEnvelope, parseNotice)

const parseEphemeral = (value: unknown): CarriedEphemeral | undefined => {
  if (!Array.isArray(value) || value.length !== 3) return undefined
  const [bytes, signature, pathField] = value as unknown[]
  if (!isBytes(bytes) || bytes.length > gossipLimits.maxEphemeralBytes) return undefined
  if (!isBytes(signature) || signature.length !== 64) return undefined
  // The path must have room for the sender and this node.
  const path = parseList(pathField, gossipLimits.maxPathNames - 2, parseNodeName)
  return path && { bytes, signature, path }
}

/** The bytes are a part of the message, and the first part alone has a topic. */
const parseDirect = (
  number: unknown,
  total: unknown,
  offset: unknown,
  topicField: unknown,
  bytes: unknown,
): Extract<Envelope, { type: 'direct' }> | undefined => {
  const { maxDirectBytes, maxDirectPieceBytes } = gossipLimits
  if (!isPositive(number) || !isPositive(total) || total > maxDirectBytes || !isCount(offset)) return undefined
  if (!isBytes(bytes) || bytes.length === 0 || bytes.length > maxDirectPieceBytes) return undefined
  if (offset + bytes.length > total) return undefined
  const topic = offset === 0 ? parseTopic(topicField) : undefined
  return topic === undefined && topicField !== '' ? undefined : { type: 'direct', number, total, offset, topic, bytes }
}

const parseLogHeight = (value: unknown): LogHeight | undefined => {
  if (!Array.isArray(value) || value.length !== 2) return undefined
  const log = parseLogId(value[0])
  const height: unknown = value[1]
  return log && isPositive(height) ? { log, height } : undefined
}

const parseWant = (value: unknown): Want | undefined => {
  if (!Array.isArray(value) || value.length !== 3) return undefined
  const head = parseLogHeight(value.slice(0, 2))
  const isOlder: unknown = value[2]
  return head && typeof isOlder === 'boolean' ? { ...head, isOlder } : undefined
}

const parseFrontierEntry = (value: unknown): FrontierEntry | undefined => {
  if (!Array.isArray(value) || value.length !== 6) return undefined
  const [logField, height, hash, idleField, forkHeight, oldest] = value as unknown[]
  const log = parseLogId(logField)
  const idleMs = parseMs(idleField)
  if (!log || !isCount(height) || !isCount(forkHeight) || idleMs === undefined) return undefined
  if (!isCount(oldest) || oldest > height) return undefined
  if (typeof hash !== 'string' || !/^[A-Za-z0-9_-]{0,11}$/.test(hash)) return undefined
  return { log, height, hash, idleMs, forkHeight, oldest }
}

/** Each rebuilds an envelope from its fields, as many as its type has, or returns nothing. */
export const parsers: { readonly [Type in Envelope['type']]: (fields: unknown[]) => Envelope | undefined } = {
  hello: ([version, nameField, epochField, digest, changes, retention]) => {
    const name = parseNodeName(nameField)
    const epoch = parseEpoch(epochField)
    return isCount(version) && name && epoch && isDigest(digest) && isCount(changes) && isDigest(retention)
      ? { type: 'hello', version, name, epoch, digest, changes, retention }
      : undefined
  },
  push: ([field]) => {
    const blocks = parseRuns(field)
    return blocks && { type: 'push', blocks }
  },
  blocks: ([field, more]) => {
    const blocks = parseRuns(field)
    return blocks && typeof more === 'boolean' ? { type: 'blocks', blocks, more } : undefined
  },
  ihave: ([field]) => {
    const heads = parseList(field, gossipLimits.maxLogsPerEnvelope, parseLogHeight)
    return heads && { type: 'ihave', heads }
  },
  iwant: ([field, graft]) => {
    const wants = parseList(field, gossipLimits.maxLogsPerEnvelope, parseWant)
    return wants && typeof graft === 'boolean' ? { type: 'iwant', wants, graft } : undefined
  },
  prune: ([field]) => {
    const log = parseLogId(field)
    return log && { type: 'prune', log }
  },
  frontier: ([field, base, changes, seen, isAnswer]) => {
    const entries = parseList(field, gossipLimits.maxLogsPerEnvelope, parseFrontierEntry)
    return entries && isCount(base) && isCount(changes) && isCount(seen) && typeof isAnswer === 'boolean'
      ? { type: 'frontier', entries, base, changes, seen, isAnswer }
      : undefined
  },
  fork: ([oneField, otherField]) => {
    const one = parseRun(oneField)
    if (otherField === null) return one && { type: 'fork', one, other: undefined }
    const other = parseRun(otherField)
    return one && other && { type: 'fork', one, other }
  },
  heartbeat: ([count, echo, heldField, digest, changes, retention, ask]) => {
    const heldMs = parseMs(heldField)
    return isCount(count) &&
      isCount(echo) &&
      heldMs !== undefined &&
      isDigest(digest) &&
      isCount(changes) &&
      isDigest(retention) &&
      typeof ask === 'boolean'
      ? { type: 'heartbeat', count, echo, heldMs, digest, changes, retention, ask }
      : undefined
  },
  summary: ([saltOne, saltOther, cells, isAnswer]) =>
    isWord(saltOne) && isWord(saltOther) && isCells(cells) && typeof isAnswer === 'boolean'
      ? { type: 'summary', saltOne, saltOther, cells, isAnswer }
      : undefined,
  bye: () => ({ type: 'bye' }),
  announce: ([field]) => {
    const notices = parseNotices(field)
    return notices && { type: 'announce', notices }
  },
  ask: ([field]) => {
    const notices = parseNotices(field)
    return notices && { type: 'ask', notices }
  },
  receipts: ([field]) => {
    const notices = parseNotices(field)
    return notices && { type: 'receipts', notices }
  },
  ephemeral: ([field, isBeside]) => {
    const message = parseEphemeral(field)
    return message && typeof isBeside === 'boolean' ? { type: 'ephemeral', message, isBeside } : undefined
  },
  graft: ([field]) => {
    const log = parseLogId(field)
    return log && { type: 'graft', log }
  },
  direct: ([number, total, offset, topic, bytes]) => parseDirect(number, total, offset, topic, bytes),
  received: ([number, bytes, isRefused]) =>
    isPositive(number) && isCount(bytes) && typeof isRefused === 'boolean'
      ? { type: 'received', number, bytes, isRefused }
      : undefined,
}
