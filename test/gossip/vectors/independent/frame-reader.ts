/**
 * A second reader of the wire, written from SPEC.md. It shares no code with the core: its CBOR is another library's, its
 * hashes and signatures are those of Node.js. Where it and the core disagree about a vector, one of the three is wrong.
 */
import { createHash } from 'node:crypto'
import { entry, type Part } from './block-entry.ts'
import { decodeCanonical } from './canonical-cbor.ts'
import {
  bool,
  check,
  count,
  digest,
  epoch,
  type Fields,
  fromHex,
  frontierEntry,
  heads,
  hex,
  hops,
  isBytes,
  key,
  list,
  log,
  ms,
  name,
  number,
  or,
  orNull,
  peerId,
  positive,
  type Read,
  refuse,
  struct,
  text,
} from './fields.ts'
import {
  carriedEphemeral,
  checkDirect,
  checkEphemeral,
  checkPiece,
  orEmpty,
  piece,
  type Piece,
  topic,
} from './messages.ts'
import { isSigned } from './signatures.ts'

const carried = struct({
  bytes: hex(),
  signature: hex(0, 64),
  hops: hops(62),
  heldMs: ms,
  model: (value) => (value === '' ? value : log(value)),
})
/** Blocks of which the last is signed. */
const blocks: Read<readonly Fields[]> = (value) => {
  const all = list(128, carried)(value)
  return all.length === 0 || all.at(-1)?.['signature'] !== '' ? all : refuse('malformed')
}
const run: Read<readonly Fields[]> = (value) => {
  const all = blocks(value)
  return all.filter(({ signature }) => signature !== '').length === 1 ? all : refuse('malformed')
}
const notice = struct({
  bytes: (value) => (isBytes(value) && (value as Uint8Array).length <= 8_192 ? hex()(value) : refuse('malformed')),
  signature: hex(64),
  ageMs: ms,
})
const notices = { notices: list(32, notice) }
const word = number(0, 2 ** 32 - 1)
/** Two bytes each. */
const cells: Read<string> = (value) => {
  const length = isBytes(value) ? (value as Uint8Array).length : 0
  return length > 0 && length % 2 === 0 && length <= 8_192 ? hex()(value) : refuse('malformed')
}

const envelopes: readonly (readonly [string, { readonly [name: string]: Read }])[] = [
  ['hello', { version: number(6, 6), name, epoch, digest, changes: count, retention: digest }],
  ['push', { blocks }],
  ['blocks', { blocks, more: bool }],
  ['ihave', { heads: list(256, struct(heads)) }],
  ['iwant', { wants: list(256, struct({ ...heads, isOlder: bool })), graft: bool }],
  ['prune', { log }],
  ['frontier', { entries: list(256, frontierEntry), base: count, changes: count, seen: count, isAnswer: bool }],
  ['fork', { one: run, other: orNull(run) }],
  ['heartbeat', { count, echo: count, heldMs: ms, digest, changes: count, retention: digest, ask: bool }],
  ['bye', {}],
  ['announce', notices],
  ['ask', notices],
  ['receipts', notices],
  ['summary', { saltOne: word, saltOther: word, cells, isAnswer: bool }],
  ['ephemeral', { message: carriedEphemeral, isBeside: bool }],
  ['graft', { log }],
  ['direct', { number: positive, total: number(1, 16_777_232), offset: count, topic: orEmpty(topic), bytes: piece }],
  ['received', { number: positive, bytes: count, isRefused: bool }],
]

const blockFields = struct({
  author: peerId,
  name,
  epoch,
  height: positive,
  firstSeq: positive,
  prev: text(/^([A-Za-z0-9_-]{43})?$/),
  entries: list(256, entry),
})

export interface ReadBlock {
  readonly content: Fields
  readonly author: string
  readonly log: string
  readonly height: number
  readonly firstSeq: number
  readonly prev: string
  readonly entries: number
  readonly hash: string
}

export const readBlock = (bytes: Uint8Array): ReadBlock => {
  if (bytes.length > 61_440) return refuse('malformed')
  const content = blockFields(decodeCanonical(bytes))
  const { author, height, firstSeq, prev } = content as unknown as ReadBlock
  const entries = (content['entries'] as readonly unknown[]).length
  const isFirst = height === 1 && firstSeq === 1 && prev === ''
  const isLater = height > 1 && firstSeq >= height && prev !== ''
  if (entries === 0 || (!isFirst && !isLater)) return refuse('malformed')
  for (const { part: piece } of content['entries'] as readonly { readonly part?: Part }[]) {
    if (piece && (entries > 1 || piece.index >= height || piece.index >= firstSeq)) return refuse('malformed')
  }
  const logId = `${author}/${content['epoch'] as string}`
  return {
    content,
    author,
    log: logId,
    height,
    firstSeq,
    prev,
    entries,
    hash: createHash('sha256').update(bytes).digest('base64url'),
  }
}

/** Chained blocks. The signature of the last one covers all. */
const readRun = (carriedRun: readonly Fields[]): readonly ReadBlock[] => {
  const all = carriedRun.map(({ bytes }) => readBlock(fromHex(bytes)))
  const size = carriedRun.reduce((sum, { bytes }) => sum + fromHex(bytes).length, 0)
  if (all.length > 1 && size > 49_152) return refuse('malformed')
  for (const [index, next] of all.slice(1).entries()) {
    const before = all[index] ?? refuse('malformed')
    const isChained = next.log === before.log && next.height === before.height + 1 && next.prev === before.hash
    if (!isChained || next.firstSeq !== before.firstSeq + before.entries) return refuse('malformed')
  }
  return all
}

const isRunSigned = (carriedRun: readonly Fields[], all: readonly ReadBlock[]): boolean => {
  const { bytes, signature } = carriedRun.at(-1) ?? refuse('malformed')
  return isSigned('grapevine block 1\n', all.at(-1)?.author ?? '', fromHex(bytes), fromHex(signature))
}

const link: Read = (value) => {
  const { code, ...rest } = struct({ peerId: key, name, code: number(0, 5), rttMs: orNull(ms) })(value)
  const kind = code as number
  return { ...rest, direction: kind % 2 === 0 ? 'upstream' : 'downstream', state: ['up', 'quiet', 'gone'][kind >> 1] }
}
const links: Read = (value) => {
  const all = list(80, link)(value) as readonly Fields[]
  return new Set(all.map((one) => one['peerId'])).size === all.length ? all : refuse('malformed')
}

export const noticeKinds = {
  announcement: {
    label: 'grapevine announcement 1\n',
    read: struct({
      author: key,
      name,
      epoch,
      serial: number(1, 2 ** 48),
      everyMs: number(0, 120_000),
      isOnline: bool,
      digest,
      height: count,
      sketch: (value: unknown) => eight(list(8, count)(value)),
      entries: count,
      links,
    }),
  },
  request: {
    label: 'grapevine receipt request 1\n',
    read: struct({ author: key, serial: positive, ...heads, hash: text(/^[A-Za-z0-9_-]{1,11}$/) }),
  },
  receipt: {
    label: 'grapevine receipt 1\n',
    read: struct({
      author: key,
      name,
      asker: key,
      serial: positive,
      ...heads,
      hops: hops(63),
      copies: list(64, struct({ from: name, count: positive })),
    }),
  },
} as const
const eight = (sums: readonly number[]): readonly number[] => (sums.length === 8 ? sums : refuse('malformed'))

type NoticeKind = keyof typeof noticeKinds
const kindOf: { readonly [type: string]: NoticeKind } = {
  announce: 'announcement',
  ask: 'request',
  receipts: 'receipt',
}

/** Gives the envelope by its form alone. */
export const readEnvelope = (frame: Uint8Array): Fields =>
  or('malformed-frame', () => {
    const [code, ...fields] = check<unknown[]>(Array.isArray)(decodeCanonical(frame))
    const [type, shape] = envelopes[number(0)(code)] ?? refuse('malformed')
    const envelope: Fields = { type, ...struct(shape)(fields) }
    if (type === 'direct') checkPiece(envelope as unknown as Piece)
    return envelope
  })

/** Gives the envelope. Throws an Error whose message is the reason for which SPEC.md refuses the frame. */
export const readFrame = (frame: Uint8Array): Fields => {
  const envelope = readEnvelope(frame)
  const { type } = envelope as { readonly type: string }
  for (const carriedRun of runsOf(envelope['blocks'] as readonly Fields[] | undefined)) {
    const all = or('malformed-block', () => readRun(carriedRun))
    if (!isRunSigned(carriedRun, all)) refuse('bad-signature')
  }
  if (type === 'fork') or('bad-proof', () => readProof(envelope))
  if (type === 'ephemeral') checkEphemeral(envelope['message'] as Fields)
  if (type === 'direct') or('malformed-direct', () => checkDirect(envelope as unknown as Piece))
  const kind = kindOf[type]
  for (const { bytes, signature } of kind ? (envelope['notices'] as readonly Fields[]) : []) {
    const { label, read } = noticeKinds[kind ?? 'request']
    const content = or('malformed-notice', () => read(decodeCanonical(fromHex(bytes))))
    if (!isSigned(label, content['author'] as string, fromHex(bytes), fromHex(signature))) refuse('bad-signature')
  }
  return envelope
}

const runsOf = (all: readonly Fields[] = []): readonly (readonly Fields[])[] => {
  const ends = all.flatMap(({ signature }, index) => (signature === '' ? [] : [index + 1]))
  return ends.map((end, index) => all.slice(ends[index - 1] ?? 0, end))
}

const readProof = (envelope: Fields): void => {
  const halves = [envelope['one'], envelope['other'] ?? envelope['one']] as readonly (readonly Fields[])[]
  const [one, other] = halves.map((half) => {
    const all = readRun(half)
    return isRunSigned(half, all) ? all[0] : refuse('bad signature')
  })
  const isFork = one?.log === other?.log && one?.height === other?.height && one?.hash !== other?.hash
  if (envelope['other'] !== null && !isFork) refuse('no fork')
}
