import {
  type CarriedBlock,
  type Envelope,
  type FrontierEntry,
  type LogHeight,
  protocolVersion,
  type ReceivedEnvelope,
} from '../wire/envelope.ts'
import { hopFields } from '../wire/hop.ts'
import { isCount } from '../wire/integers.ts'
import type { CarriedNotice } from '../wire/notice.ts'
import { parsers } from './envelope-parsers.ts'

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
  'ephemeral',
  'graft',
  'direct',
  'received',
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
    case 'ephemeral': {
      const { bytes, signature, path } = envelope.message
      return [[bytes, signature, path], envelope.isBeside]
    }
    case 'graft':
      return [envelope.log]
    case 'direct':
      return [envelope.number, envelope.total, envelope.offset, envelope.topic ?? '', envelope.bytes]
    case 'received':
      return [envelope.number, envelope.bytes, envelope.isRefused]
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
  ephemeral: 2,
  graft: 1,
  direct: 5,
  received: 3,
}
