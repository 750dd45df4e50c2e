import * as fc from 'fast-check'
import { toBase64url } from '../../../client/gossip/wire/base64url.ts'
import { parsePeerId } from '../../../client/gossip/wire/peer-id.ts'
import { parseLogId } from '../../../client/gossip/wire/block.ts'
import { type Envelope, protocolVersion } from '../../../client/gossip/wire/envelope.ts'
import { gossipLimits } from '../../../client/gossip/bounds/limits.ts'
import { parseTopic } from '../../../client/gossip/wire/topic.ts'
import { nameOf } from '../../links/network-node.ts'

export const count = fc.nat()
export const name = fc.stringMatching(/^[A-Za-z0-9_-]{1,32}$/).map(nameOf)
export const bytes = (constraints: { minLength?: number; maxLength: number }) =>
  fc.uint8Array(constraints).map((array) => new Uint8Array(array))

export const plain = { noNullPrototype: true } as const

export const ms = fc.nat(1e9)
export const hop = fc.record({ name, heldMs: ms, rttMs: ms }, plain)
export const must = <Value>(value: Value | undefined): Value => {
  if (value === undefined) throw new Error('not what it must be')
  return value
}

export const peerId = bytes({ minLength: 32, maxLength: 32 }).map((key) => must(parsePeerId(toBase64url(key))))
export const log = peerId.map((key) => must(parseLogId(`${key}/12-9f86d081884c7d65`)))
const carried = fc.record(
  {
    bytes: bytes({ maxLength: 200 }),
    signature: bytes({ minLength: 64, maxLength: 64 }),
    hops: fc.array(hop, { maxLength: gossipLimits.maxPathNames - 2 }),
    heldMs: ms,
    model: fc.option(log, { nil: undefined }),
  },
  plain,
)
/** A run: only its last block is signed. */
const run = fc
  .array(carried, { minLength: 1, maxLength: 3 })
  .map((blocks) => blocks.map((one, index) => (index < blocks.length - 1 ? { ...one, signature: undefined } : one)))
const blocks = fc.array(carried, { maxLength: 4 })
export const countFromOne = count.map((number) => number + 1)
const heads = fc.array(fc.record({ log, height: countFromOne }, plain), { maxLength: 5 })
const wants = fc.array(fc.record({ log, height: countFromOne, isOlder: fc.boolean() }, plain), { maxLength: 5 })
export const digest = fc.stringMatching(/^[0-9a-f]{1,64}$/)
const frontierEntry = fc
  .record(
    {
      log,
      oldest: count,
      more: count,
      hash: fc.stringMatching(/^[A-Za-z0-9_-]{0,11}$/),
      idleMs: ms,
      forkHeight: count,
    },
    plain,
  )
  .map(({ log: id, oldest, more, hash, idleMs, forkHeight }) => {
    return { log: id, oldest, height: oldest + more, hash, idleMs, forkHeight }
  })
const notices = fc.array(
  fc.record({ bytes: bytes({ maxLength: 200 }), signature: bytes({ minLength: 64, maxLength: 64 }), ageMs: ms }, plain),
  { maxLength: 4 },
)
const topic = fc.string({ minLength: 1, maxLength: 30, unit: 'grapheme' }).filter((text) => parseTopic(text) === text)
const type = <Type extends string>(text: Type) => fc.constant(text)

/** Whatever a node may send, by type. */
export const envelopes: { readonly [Type in Envelope['type']]: fc.Arbitrary<Extract<Envelope, { type: Type }>> } = {
  hello: fc.record(
    {
      type: type('hello'),
      version: fc.constant(protocolVersion),
      name,
      epoch: fc.constant('12-9f86d081884c7d65'),
      digest,
      changes: count,
      retention: digest,
    },
    plain,
  ),
  push: fc.record({ type: type('push'), blocks }, plain),
  blocks: fc.record(
    { type: type('blocks'), blocks: fc.array(run, { maxLength: 3 }).map((runs) => runs.flat()), more: fc.boolean() },
    plain,
  ),
  ihave: fc.record({ type: type('ihave'), heads }, plain),
  iwant: fc.record({ type: type('iwant'), wants, graft: fc.boolean() }, plain),
  prune: fc.record({ type: type('prune'), log }, plain),
  frontier: fc.record(
    {
      type: type('frontier'),
      entries: fc.array(frontierEntry),
      base: count,
      changes: count,
      seen: count,
      isAnswer: fc.boolean(),
    },
    plain,
  ),
  fork: fc.record({ type: type('fork'), one: run, other: fc.option(run, { nil: undefined }) }, plain),
  heartbeat: fc.record(
    {
      type: type('heartbeat'),
      count,
      echo: count,
      heldMs: ms,
      digest,
      changes: count,
      retention: digest,
      ask: fc.boolean(),
    },
    plain,
  ),
  summary: fc.record(
    {
      type: type('summary'),
      saltOne: fc.nat(2 ** 32 - 1),
      saltOther: fc.nat(2 ** 32 - 1),
      cells: fc.uint8Array({ minLength: 1, maxLength: 50 }).map((cells) => new Uint8Array([...cells, ...cells])),
      isAnswer: fc.boolean(),
    },
    plain,
  ),
  bye: fc.constant({ type: 'bye' as const }),
  announce: fc.record({ type: type('announce'), notices }, plain),
  ask: fc.record({ type: type('ask'), notices }, plain),
  receipts: fc.record({ type: type('receipts'), notices }, plain),
  ephemeral: fc.record(
    {
      type: type('ephemeral'),
      message: fc.record(
        {
          bytes: bytes({ maxLength: 200 }),
          signature: bytes({ minLength: 64, maxLength: 64 }),
          path: fc.array(name, { maxLength: gossipLimits.maxPathNames - 2 }),
        },
        plain,
      ),
      isBeside: fc.boolean(),
    },
    plain,
  ),
  graft: fc.record({ type: type('graft'), log }, plain),
  direct: fc
    .tuple(countFromOne, count, bytes({ minLength: 1, maxLength: 200 }), count, fc.option(topic, { nil: undefined }))
    .map(([number, offset, piece, more, first]) => {
      const at = offset % 1e6
      const total = at + piece.length + (more % 1e6)
      return { type: 'direct', number, total, offset: at, topic: at === 0 ? first : undefined, bytes: piece } as const
    }),
  received: fc.record({ type: type('received'), number: countFromOne, bytes: count, isRefused: fc.boolean() }, plain),
}

export const envelope: fc.Arbitrary<Envelope> = fc.oneof(...Object.values<fc.Arbitrary<Envelope>>(envelopes))
