import { type LogId, parseEpoch, parseLogId } from './block.ts'
import { type Hop, hopFields, parseHops, parseMs } from './hop.ts'
import { gossipLimits } from './limits.ts'
import type { CarriedNotice } from './notice.ts'
import { type NodeName, parseNodeName } from './node-name.ts'

/** A block on its way; its content is checked when it is opened. */
export interface CarriedBlock {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly signature: Uint8Array<ArrayBuffer>
  /** The way before the sender, author first; empty if the sender is the author. */
  readonly hops: readonly Hop[]
  /** How long the sender held it, milliseconds. */
  readonly heldMs: number
  /** The author wants a tree of its own for this log. */
  readonly ownTree: boolean
}

/** Bytes of a carried block in a frame, at most: one hop takes 45 at most. */
export const carriedBytes = ({ bytes, hops }: CarriedBlock): number => bytes.length + 96 + 48 * hops.length

export interface LogHeight {
  readonly log: LogId
  readonly height: number
}

/** What a node holds of one log. */
export interface FrontierEntry extends LogHeight {
  /** Start of the head's hash, 11 characters: 64 bits, enough to tell two heads apart. */
  readonly hash: string
  /** Since the last block, milliseconds: a duration, so no clock is trusted. */
  readonly idleMs: number
  /** Where the log forks; 0 if it does not. */
  readonly forkHeight: number
}

/** What one link carries for one hop. On the wire: a CBOR array of the type's code and its fields, in this order. */
export type Envelope =
  /** The first on every link, both ways: who I am, what I speak, what I hold. */
  | {
      readonly type: 'hello'
      readonly version: number
      readonly name: NodeName
      readonly epoch: string
      readonly digest: string
    }
  /** New blocks along the tree, at once. */
  | { readonly type: 'push'; readonly blocks: readonly CarriedBlock[] }
  /** Blocks that were asked for, the oldest first per log; `more`: the rest has to be asked for again. */
  | { readonly type: 'blocks'; readonly blocks: readonly CarriedBlock[]; readonly more: boolean }
  /** There are blocks up to these heights here. */
  | { readonly type: 'ihave'; readonly heads: readonly LogHeight[] }
  /** Send me these logs from these heights on; `graft`: and push them from now on. */
  | { readonly type: 'iwant'; readonly wants: readonly LogHeight[]; readonly graft: boolean }
  /** Others push this log faster: only announce it from now on. */
  | { readonly type: 'prune'; readonly log: LogId }
  /** All that I hold, a part at a time. `isAnswer`: yours came first, so none is owed. */
  | {
      readonly type: 'frontier'
      readonly entries: readonly FrontierEntry[]
      readonly isAnswer: boolean
    }
  /** Two blocks that one author signed for one height. */
  | { readonly type: 'fork'; readonly one: CarriedBlock; readonly other: CarriedBlock }
  /**
   * I live. `count` names this one; `echo` is the count of yours that came last and `heldMs` how long ago, from which
   * you know the round trip; `ask`: answer at once.
   */
  | {
      readonly type: 'heartbeat'
      readonly count: number
      readonly echo: number
      readonly heldMs: number
      readonly digest: string
      readonly ask: boolean
    }
  /** The last on a link that ends in good order. */
  | { readonly type: 'bye' }
  /** What nodes say of themselves: the sender's own, and others' that it passes on. */
  | { readonly type: 'announce'; readonly notices: readonly CarriedNotice[] }
  /** Questions who has a block. */
  | { readonly type: 'ask'; readonly notices: readonly CarriedNotice[] }
  /** Answers to them, on their way back. */
  | { readonly type: 'receipts'; readonly notices: readonly CarriedNotice[] }

/** What may come. Whatever else a hello of another version holds, its version is read. */
export type ReceivedEnvelope = Envelope | { readonly type: 'foreign-hello'; readonly version: number }

/** Said in `hello`. Another version is another language: the link is closed. */
export const protocolVersion = 2

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
] as const satisfies readonly Envelope['type'][]
const codeOf = Object.fromEntries(codes.map((type, code) => [type, code])) as Record<Envelope['type'], number>

const carriedFields = ({ bytes, signature, hops, heldMs, ownTree }: CarriedBlock): unknown[] => [
  bytes,
  signature,
  hopFields(hops),
  heldMs,
  ownTree,
]

const noticeFields = ({ bytes, signature, ageMs }: CarriedNotice): unknown[] => [bytes, signature, ageMs]

const headFields = ({ log, height }: LogHeight): unknown[] => [log, height]

const fieldsOf = (envelope: Envelope): unknown[] => {
  switch (envelope.type) {
    case 'hello':
      return [envelope.version, envelope.name, envelope.epoch, envelope.digest]
    case 'push':
      return [envelope.blocks.map(carriedFields)]
    case 'blocks':
      return [envelope.blocks.map(carriedFields), envelope.more]
    case 'ihave':
      return [envelope.heads.map(headFields)]
    case 'iwant':
      return [envelope.wants.map(headFields), envelope.graft]
    case 'prune':
      return [envelope.log]
    case 'frontier':
      return [
        envelope.entries.map(({ log, height, hash, idleMs, forkHeight }) => [log, height, hash, idleMs, forkHeight]),
        envelope.isAnswer,
      ]
    case 'fork':
      return [carriedFields(envelope.one), carriedFields(envelope.other)]
    case 'heartbeat':
      return [envelope.count, envelope.echo, envelope.heldMs, envelope.digest, envelope.ask]
    case 'bye':
      return []
    case 'announce':
    case 'ask':
    case 'receipts':
      return [envelope.notices.map(noticeFields)]
  }
}

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
  hello: 4,
  push: 1,
  blocks: 2,
  ihave: 1,
  iwant: 2,
  prune: 1,
  frontier: 2,
  fork: 2,
  heartbeat: 5,
  bye: 0,
  announce: 1,
  ask: 1,
  receipts: 1,
}

const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0

const isDigest = (value: unknown): value is string => typeof value === 'string' && /^[0-9a-f]{1,64}$/.test(value)

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
  const [bytes, signature, hopsField, heldField, ownTree] = value as unknown[]
  if (!(bytes instanceof Uint8Array) || !(signature instanceof Uint8Array) || signature.length !== 64) return undefined
  // The sender and this node are appended to the way: they must fit.
  const hops = parseHops(hopsField, gossipLimits.maxPathNames - 2)
  const heldMs = parseMs(heldField)
  if (!hops || heldMs === undefined || typeof ownTree !== 'boolean') return undefined
  return { bytes: bytes.slice(), signature: signature.slice(), hops, heldMs, ownTree }
}

const parseCarriedList = (value: unknown): CarriedBlock[] | undefined =>
  parseList(value, gossipLimits.maxBlocksPerEnvelope, parseCarried)

const parseNotice = (value: unknown): CarriedNotice | undefined => {
  if (!Array.isArray(value) || value.length !== 3) return undefined
  const [bytes, signature, ageField] = value as unknown[]
  if (!(bytes instanceof Uint8Array) || bytes.length > gossipLimits.maxNoticeBytes) return undefined
  if (!(signature instanceof Uint8Array) || signature.length !== 64) return undefined
  const ageMs = parseMs(ageField)
  return ageMs === undefined ? undefined : { bytes: bytes.slice(), signature: signature.slice(), ageMs }
}

const parseNotices = (value: unknown): CarriedNotice[] | undefined =>
  parseList(value, gossipLimits.maxNoticesPerEnvelope, parseNotice)

const parseLogHeight = (value: unknown): LogHeight | undefined => {
  if (!Array.isArray(value) || value.length !== 2) return undefined
  const log = parseLogId(value[0])
  const height: unknown = value[1]
  return log && isCount(height) && height > 0 ? { log, height } : undefined
}

const parseFrontierEntry = (value: unknown): FrontierEntry | undefined => {
  if (!Array.isArray(value) || value.length !== 5) return undefined
  const [logField, height, hash, idleField, forkHeight] = value as unknown[]
  const log = parseLogId(logField)
  const idleMs = parseMs(idleField)
  if (!log || !isCount(height) || !isCount(forkHeight) || idleMs === undefined) return undefined
  if (typeof hash !== 'string' || !/^[A-Za-z0-9_-]{0,11}$/.test(hash)) return undefined
  return { log, height, hash, idleMs, forkHeight }
}

const parsers: { readonly [Type in Envelope['type']]: (fields: unknown[]) => Envelope | undefined } = {
  hello: ([version, nameField, epochField, digest]) => {
    const name = parseNodeName(nameField)
    const epoch = parseEpoch(epochField)
    return isCount(version) && name && epoch && isDigest(digest)
      ? { type: 'hello', version, name, epoch, digest }
      : undefined
  },
  push: ([field]) => {
    const blocks = parseCarriedList(field)
    return blocks && { type: 'push', blocks }
  },
  blocks: ([field, more]) => {
    const blocks = parseCarriedList(field)
    return blocks && typeof more === 'boolean' ? { type: 'blocks', blocks, more } : undefined
  },
  ihave: ([field]) => {
    const heads = parseList(field, gossipLimits.maxLogsPerEnvelope, parseLogHeight)
    return heads && { type: 'ihave', heads }
  },
  iwant: ([field, graft]) => {
    const wants = parseList(field, gossipLimits.maxLogsPerEnvelope, parseLogHeight)
    return wants && typeof graft === 'boolean' ? { type: 'iwant', wants, graft } : undefined
  },
  prune: ([field]) => {
    const log = parseLogId(field)
    return log && { type: 'prune', log }
  },
  frontier: ([field, isAnswer]) => {
    const entries = parseList(field, gossipLimits.maxLogsPerEnvelope, parseFrontierEntry)
    return entries && typeof isAnswer === 'boolean' ? { type: 'frontier', entries, isAnswer } : undefined
  },
  fork: ([oneField, otherField]) => {
    const one = parseCarried(oneField)
    const other = parseCarried(otherField)
    return one && other && { type: 'fork', one, other }
  },
  heartbeat: ([count, echo, heldField, digest, ask]) => {
    const heldMs = parseMs(heldField)
    return isCount(count) && isCount(echo) && heldMs !== undefined && isDigest(digest) && typeof ask === 'boolean'
      ? { type: 'heartbeat', count, echo, heldMs, digest, ask }
      : undefined
  },
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
