import { parseEpoch, parseLogId } from '../wire/block.ts'
import {
  type CarriedBlock,
  type Envelope,
  type FrontierEntry,
  type LogHeight,
  protocolVersion,
  type ReceivedEnvelope,
  type Want,
} from '../wire/envelope.ts'
import { hopFields, parseHops, parseMs } from '../wire/hop.ts'
import { gossipLimits } from '../bounds/limits.ts'
import { isCount, isPositive } from '../wire/integers.ts'
import { parseNodeName } from '../wire/node-name.ts'
import type { CarriedNotice } from '../wire/notice.ts'

const codes = [
  'hello',
  'push',
  'blocks',
  'ihave',
  'iwant',
  'prune',
  'frontier',
  'fork',
  'heartbeat',
  'bye',
  'announce',
  'ask',
  'receipts',
  'summary',
] as const satisfies readonly Envelope['type'][]
const codeOf = Object.fromEntries(codes.map((type, code) => [type, code])) as Record<Envelope['type'], number>

const noSignature = new Uint8Array()

const carriedFields = ({ bytes, signature, hops, heldMs, model }: CarriedBlock): unknown[] => [
  bytes,
  signature ?? noSignature,
  hopFields(hops),
  heldMs,
  model ?? '',
]

const noticeFields = ({ bytes, signature, ageMs }: CarriedNotice): unknown[] => [bytes, signature, ageMs]

const headFields = ({ log, height }: LogHeight): unknown[] => [log, height]

const frontierFields = ({ log, height, hash, idleMs, forkHeight, oldest }: FrontierEntry): unknown[] => [
  log,
  height,
  hash,
  idleMs,
  forkHeight,
  oldest,
]

const fieldsOf = (envelope: Envelope): unknown[] => {
  switch (envelope.type) {
    case 'hello':
      return [envelope.version, envelope.name, envelope.epoch, envelope.digest, envelope.changes, envelope.retention]
    case 'push':
      return [envelope.blocks.map(carriedFields)]
    case 'blocks':
      return [envelope.blocks.map(carriedFields), envelope.more]
    case 'ihave':
      return [envelope.heads.map(headFields)]
    case 'iwant':
      return [envelope.wants.map(({ log, height, isOlder }) => [log, height, isOlder]), envelope.graft]
    case 'prune':
      return [envelope.log]
    case 'frontier':
      return [envelope.entries.map(frontierFields), envelope.base, envelope.changes, envelope.seen, envelope.isAnswer]
    case 'fork':
      return [envelope.one.map(carriedFields), envelope.other?.map(carriedFields) ?? null]
    case 'heartbeat':
      return [
        envelope.count,
        envelope.echo,
        envelope.heldMs,
        envelope.digest,
        envelope.changes,
        envelope.retention,
        envelope.ask,
      ]
    case 'bye':
      return []
    case 'summary':
      return [envelope.saltOne, envelope.saltOther, envelope.cells, envelope.isAnswer]
    case 'announce':
    case 'ask':
    case 'receipts':
      return [envelope.notices.map(noticeFields)]
  }
}

/** An envelope as plain values: its type's code and its fields, in the order of its declaration. */
export const envelopeFields = (envelope: Envelope): unknown[] => [codeOf[envelope.type], ...fieldsOf(envelope)]

/** Rebuilds an envelope from decoded values, or returns nothing. */
export const parseEnvelope = (value: unknown): ReceivedEnvelope | undefined => {
  if (!Array.isArray(value)) return undefined
  const [code, ...fields] = value as unknown[]
  const type = typeof code === 'number' ? codes[code] : undefined
  const [version] = fields
  if (type === 'hello' && isCount(version) && version !== protocolVersion) return { type: 'foreign-hello', version }
  return type && fields.length === arity[type] ? parsers[type](fields) : undefined
}

const arity: Record<Envelope['type'], number> = {
  hello: 6,
  push: 1,
  blocks: 2,
  ihave: 1,
  iwant: 2,
  prune: 1,
  frontier: 5,
  fork: 2,
  heartbeat: 7,
  bye: 0,
  announce: 1,
  ask: 1,
  receipts: 1,
  summary: 4,
}

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

const parsers: { readonly [Type in Envelope['type']]: (fields: unknown[]) => Envelope | undefined } = {
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
}
