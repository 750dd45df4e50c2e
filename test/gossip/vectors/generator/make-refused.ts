import type { BlockContent } from '../../../../client/gossip/wire/block.ts'
import type { CarriedBlock, Envelope } from '../../../../client/gossip/wire/envelope.ts'
import { protocolVersion } from '../../../../client/gossip/wire/envelope.ts'
import { encodeValue } from '../../../../client/gossip/codec/cbor.ts'
import { encodeFrame } from '../../../../client/gossip/codec/codec.ts'
import { envelopeFields } from '../../../../client/gossip/codec/envelope-fields.ts'
import { blockMessage } from '../../../../client/gossip/codec/signed-block.ts'
import { nested, type Refusal, refusedMessages, refusedPaths } from './refused-messages.ts'
import { noticeMessage } from '../../../../client/gossip/codec/signed-notice.ts'
import { gossipLimits } from '../../../../client/gossip/bounds/limits.ts'
import { type RefusedVector, toHex } from '../vector-files.ts'
import {
  alice,
  aliceLog,
  bob,
  carol,
  carry,
  carryRun,
  epoch,
  fromAlice,
  laterBlock,
  logOf,
  otherTwo,
  time,
} from './sample-blocks.ts'

const [one, two, three] = aliceLog

const frameOf = (envelope: Envelope): Uint8Array => encodeFrame(envelope)

/** An envelope whose field at a place is another value. */
const changed = (envelope: Envelope, place: number, value: unknown): Uint8Array =>
  encodeValue(envelopeFields(envelope).with(place, value))

const push = (...blocks: readonly CarriedBlock[]): Envelope => ({ type: 'push', blocks })

const bye = frameOf({ type: 'bye' })
const ihave: Envelope = { type: 'ihave', heads: [{ log: logOf(one), height: 1 }] }
const summary: Envelope = { type: 'summary', saltOne: 1, saltOther: 2, cells: new Uint8Array(2), isAnswer: false }
const heartbeat: Envelope = {
  type: 'heartbeat',
  count: 1,
  echo: 0,
  heldMs: 0,
  digest: 'ab',
  changes: 1,
  retention: 'ab',
  ask: false,
}

const frames: readonly Refusal[] = [
  ['no bytes', 'malformed-frame', new Uint8Array()],
  ['a code that no envelope has', 'malformed-frame', encodeValue([99])],
  ['a field too many', 'malformed-frame', encodeValue([9, 0])],
  ['a field too few', 'malformed-frame', encodeValue(envelopeFields(heartbeat).slice(0, -1))],
  ['a byte after the envelope', 'malformed-frame', Uint8Array.of(...bye, 0)],
  ['a code in two bytes', 'malformed-frame', Uint8Array.of(0x81, 0x18, 0x09)],
  ['a count as a float', 'malformed-frame', changed(heartbeat, 1, 1.5)],
  ['a negative count', 'malformed-frame', changed(heartbeat, 1, -1)],
  ['a digest in capitals', 'malformed-frame', changed(heartbeat, 4, 'AB')],
  ['milliseconds above 10^9', 'malformed-frame', changed(heartbeat, 3, 1_000_000_001)],
  ['height 0', 'malformed-frame', changed(ihave, 1, [[logOf(one), 0]])],
  ['a log whose key is in a second spelling', 'malformed-frame', changed(ihave, 1, [[secondSpelling(logOf(one)), 1]])],
  ['an epoch without its random part', 'malformed-frame', changed(ihave, 1, [[`${alice.peerId}/3`, 1]])],
  [
    'more logs than one envelope names',
    'malformed-frame',
    changed(
      ihave,
      1,
      Array.from({ length: gossipLimits.maxLogsPerEnvelope + 1 }, () => [logOf(one), 1]),
    ),
  ],
  [
    'a frontier entry whose oldest block is above its head',
    'malformed-frame',
    encodeValue([6, [[logOf(one), 1, one.hash.slice(0, 11), 0, 0, 2]], 0, 1, 0, false]),
  ],
  ['a summary with a salt above 32 bits', 'malformed-frame', changed(summary, 2, 2 ** 32)],
  ['a summary without cells', 'malformed-frame', changed(summary, 3, new Uint8Array())],
  ['a summary with half a cell', 'malformed-frame', changed(summary, 3, new Uint8Array(3))],
  [
    'a summary with more cells than a node may hold logs',
    'malformed-frame',
    changed(summary, 3, new Uint8Array(2 * gossipLimits.maxLogs + 2)),
  ],
  ['a signature of 63 bytes', 'malformed-frame', frameOf(push(carry(one, [], { signature: new Uint8Array(63) })))],
  ['a run without a signature', 'malformed-frame', frameOf(push(carry(one, fromAlice, { signature: undefined })))],
  [
    'two runs in one half of a proof',
    'malformed-frame',
    frameOf({ type: 'fork', one: [carry(one, []), carry(two, [])], other: undefined }),
  ],
]

/** The last base64url character of a key has four bits that must be zero. */
function secondSpelling(log: string): string {
  const last = log.charAt(42)
  return `${log.slice(0, 42)}${String.fromCharCode(last.charCodeAt(0) + 1)}${log.slice(43)}`
}

/** A block with these fields, whatever they are, and a good signature. */
const signed = (fields: readonly unknown[]): CarriedBlock => {
  const bytes = encodeValue(fields)
  return { bytes, signature: alice.sign(blockMessage(bytes)), hops: fromAlice, heldMs: 0, model: undefined }
}

const fields = (entries: unknown, place?: number, value?: unknown): readonly unknown[] => {
  const all: unknown[] = [alice.peerId, alice.name, epoch, 1, 1, '', entries]
  return place === undefined ? all : all.with(place, value)
}

const partTotal = gossipLimits.maxBodyBytes + 4

/** A third block of alice with the last part of a large body. */
const lastPart = (prev: string, beside: readonly unknown[], index = 1): CarriedBlock =>
  signed([
    alice.peerId,
    alice.name,
    epoch,
    3,
    4,
    prev,
    [[time, new Uint8Array(4), { p: [index, partTotal] }], ...beside],
  ])

const misnumbered = (entries: BlockContent['entries']) =>
  alice.block(epoch, one, entries, { firstSeq: one.firstSeq + 5 })

const blocks: readonly Refusal[] = [
  ['a block that is no CBOR', 'malformed-block', frameOf(push({ ...signed([]), bytes: new Uint8Array([0xff]) }))],
  ['a block without entries', 'malformed-block', frameOf(push(signed(fields([]))))],
  ['a first block with a hash before it', 'malformed-block', frameOf(push(signed(fields([[time, 'x']], 5, one.hash))))],
  ['a first block that begins at entry 2', 'malformed-block', frameOf(push(signed(fields([[time, 'x']], 4, 2))))],
  ['bytes inside of a JSON body', 'malformed-block', frameOf(push(signed(fields([[time, [new Uint8Array(1)]]]))))],
  ['an entry with empty extras', 'malformed-block', frameOf(push(signed(fields([[time, 'x', {}]]))))],
  ['an entry with an unknown extra', 'malformed-block', frameOf(push(signed(fields([[time, 'x', { t: 'a', u: 1 }]]))))],
  ['an entry that supersedes by false', 'malformed-block', frameOf(push(signed(fields([[time, 'x', { s: false }]]))))],
  [
    'a topic of 129 bytes',
    'malformed-block',
    frameOf(push(signed(fields([[time, 'x', { t: `${'é'.repeat(64)}a` }]])))),
  ],
  [
    'a part that is shorter than its number says',
    'malformed-block',
    frameOf(push(signed(fields([[time, new Uint8Array(3), { p: [0, partTotal] }]])))),
  ],
  ['a part that is a text', 'malformed-block', frameOf(push(signed(fields([[time, 'xxxx', { p: [0, partTotal] }]]))))],
  [
    'a part whose first one would be before the log',
    'malformed-block',
    frameOf(push(signed(fields([[time, new Uint8Array(4), { p: [1, partTotal] }]])))),
  ],
  ['a part beside another entry', 'malformed-block', frameOf(push(lastPart(two.hash, [[time, 'x']])))],
  ['a part beyond the end of its body', 'malformed-block', frameOf(push(lastPart(two.hash, [], 2)))],
  ['a body in one part', 'malformed-block', frameOf(push(signed(fields([[time, new Uint8Array(4), { p: [0, 4] }]]))))],
  ['a body of 33 levels', 'malformed-block', frameOf(push(signed(fields([[time, nested(33)]]))))],
  [
    'more entries than a block may have',
    'malformed-block',
    frameOf(push(signed(fields(Array.from({ length: gossipLimits.maxEntriesPerBlock + 1 }, () => [0, 0]))))),
  ],
  ['a run with a gap', 'malformed-block', frameOf({ type: 'blocks', blocks: carryRun([one, three]), more: false })],
  [
    'a run of two logs',
    'malformed-block',
    frameOf({ type: 'blocks', blocks: carryRun([one, laterBlock]), more: false }),
  ],
  [
    'a run whose entries have a gap',
    'malformed-block',
    frameOf({ type: 'blocks', blocks: carryRun([one, misnumbered([{ time, body: 'x' }])]), more: false }),
  ],
  [
    'a signature by another key',
    'bad-signature',
    frameOf(push(carry(one, fromAlice, { signature: forged(one.bytes) }))),
  ],
  [
    'a signature without its label',
    'bad-signature',
    frameOf(push(carry(one, fromAlice, { signature: alice.sign(one.bytes) }))),
  ],
  [
    'a run whose last signature is bad',
    'bad-signature',
    frameOf({
      type: 'blocks',
      blocks: [
        carry(one, fromAlice, { signature: undefined }),
        carry(two, fromAlice, { signature: forged(two.bytes) }),
      ],
      more: false,
    }),
  ],
  [
    'a proof of two equal blocks',
    'bad-proof',
    frameOf({ type: 'fork', one: carryRun([two], []), other: carryRun([two], []) }),
  ],
  [
    'a proof of two heights',
    'bad-proof',
    frameOf({ type: 'fork', one: carryRun([one], []), other: carryRun([otherTwo], []) }),
  ],
  [
    'a proof of which one signature is bad',
    'bad-proof',
    frameOf({
      type: 'fork',
      one: carryRun([two], []),
      other: [carry(otherTwo, [], { signature: forged(otherTwo.bytes) })],
    }),
  ],
]

function forged(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return carol.sign(blockMessage(bytes))
}

const request = [bob.publicKey, 7, logOf(one), 1, one.hash.slice(0, 11)]

const ask = (bytes: Uint8Array<ArrayBuffer>, signature: Uint8Array<ArrayBuffer>): Uint8Array =>
  frameOf({ type: 'ask', notices: [{ bytes, signature, ageMs: 0 }] })

const notices: readonly Refusal[] = [
  ['a request with serial 0', 'malformed-notice', ask(encodeValue(request.with(1, 0)), new Uint8Array(64))],
  [
    'a request whose key is a text',
    'malformed-notice',
    ask(encodeValue(request.with(0, bob.peerId)), new Uint8Array(64)),
  ],
  [
    'a request with the signature of a receipt',
    'bad-signature',
    ask(encodeValue(request), bob.sign(noticeMessage('receipt', encodeValue(request)))),
  ],
]

/** Refused for what came before on the link, or for the name and key of its other end: bob, who has greeted. */
const onLink: readonly Refusal[] = [
  [
    'a second hello',
    'bad-hello',
    frameOf({
      type: 'hello',
      version: protocolVersion,
      name: bob.name,
      epoch,
      digest: 'ab',
      changes: 1,
      retention: 'ab',
    }),
  ],
  ['a block of alice from bob without a path', 'bad-path', frameOf(push(carry(one, [])))],
  [
    'a path that begins with another node than the author',
    'bad-path',
    frameOf(push(carry(one, [{ name: carol.name, heldMs: 0, rttMs: 0 }]))),
  ],
  [
    'a second block that begins at a wrong entry',
    'misnumbered-block',
    frameOf(push(carry(one, fromAlice), carry(misnumbered([{ time, body: 'x' }]), fromAlice))),
  ],
]

export const makeRefused = (): readonly RefusedVector[] => [
  ...[...frames, ...blocks, ...notices, ...refusedMessages].map(([title, reason, frame]) => ({
    title,
    reason,
    frame: toHex(frame),
  })),
  ...[...onLink, ...refusedPaths].map(([title, reason, frame]) => ({
    title,
    reason,
    frame: toHex(frame),
    needsLink: true,
  })),
]
