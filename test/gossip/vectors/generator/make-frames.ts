import { tombstoneSerial } from '../../../../client/gossip/wire/announcement.ts'
import type { CarriedBlock, Envelope } from '../../../../client/gossip/wire/envelope.ts'
import { protocolVersion } from '../../../../client/gossip/wire/envelope.ts'
import type { CarriedNotice, NoticeContent } from '../../../../client/gossip/wire/notice.ts'
import { encodeValue } from '../../../../client/gossip/codec/cbor.ts'
import { encodeFrame } from '../../../../client/gossip/codec/codec.ts'
import { type FrameVector, jsonOf, type NoticeVector, toHex } from '../vector-files.ts'
import {
  alice,
  aliceLog,
  bob,
  bobBlock,
  carol,
  carolBlock,
  carry,
  carryRun,
  epoch,
  fromAlice,
  laterBlock,
  logOf,
  otherTwo,
} from './sample-blocks.ts'
import { aliceCursor, bobBytes } from './sample-ephemerals.ts'
import { SampleNode } from './sample-node.ts'
import type { SampleSigner } from './sample-signer.ts'

const [one, two, three] = aliceLog

const announcement: NoticeContent = {
  type: 'announcement',
  content: {
    author: bob.peerId,
    name: bob.name,
    epoch,
    serial: 5,
    everyMs: 10_000,
    isOnline: true,
    digest: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    height: 1,
    sketch: [3, 0, 1, 0, 0, 0, 0, 1],
    entries: 5,
    links: [
      { peerId: alice.peerId, name: alice.name, direction: 'upstream', state: 'up', rttMs: 40 },
      { peerId: carol.peerId, name: carol.name, direction: 'downstream', state: 'gone', rttMs: undefined },
    ],
  },
}

const tombstone: NoticeContent = {
  type: 'announcement',
  content: {
    ...announcement.content,
    serial: tombstoneSerial,
    isOnline: false,
    digest: '0',
    height: 0,
    sketch: [0, 0, 0, 0, 0, 0, 0, 0],
    entries: 0,
    links: [],
  },
}

const request: NoticeContent = {
  type: 'request',
  content: { author: alice.peerId, serial: 41, log: logOf(one), height: 1, hash: one.hash.slice(0, 11) },
}

const receipt: NoticeContent = {
  type: 'receipt',
  content: {
    author: carol.peerId,
    name: carol.name,
    asker: alice.peerId,
    serial: 41,
    log: logOf(one),
    height: 1,
    hops: [...fromAlice, { name: bob.name, heldMs: 1, rttMs: 12 }],
    copies: [{ from: bob.name, count: 2 }],
  },
}

const notices = (
  [
    ['an announcement with two links', bob, announcement],
    ['the announcement that ends an epoch', bob, tombstone],
    ['a request for receipts', alice, request],
    ['a receipt', carol, receipt],
  ] as const
).map(([title, signer, notice]: readonly [string, SampleSigner, NoticeContent]) => ({
  title,
  notice,
  signed: signer.notice(notice),
}))

export const makeNotices = (): readonly NoticeVector[] =>
  notices.map(({ title, notice, signed }) => ({
    type: notice.type,
    title,
    content: jsonOf(notice.content),
    bytes: toHex(signed.bytes),
    signature: toHex(signed.signature),
  }))

const carried = (type: NoticeContent['type'], ageMs: number): readonly CarriedNotice[] =>
  notices
    .filter(({ notice }) => notice.type === type)
    .map(({ signed: { bytes, signature } }) => ({ bytes, signature, ageMs }))

/** Digests of `hello` and `heartbeat` are made up: no ledger belongs to them. */
const digest = '5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8'
const retention = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

const unsigned: Partial<CarriedBlock> = { signature: undefined }

const samples: readonly (readonly [string, Envelope])[] = [
  [
    'what the node holds',
    { type: 'hello', version: protocolVersion, name: bob.name, epoch, digest, changes: 17, retention },
  ],
  ['a block from its author', { type: 'push', blocks: [carry(bobBlock, [])] }],
  [
    'two runs: one block that names a model, and two blocks under one signature',
    {
      type: 'push',
      blocks: [
        carry(one, fromAlice, { heldMs: 3, model: logOf(laterBlock) }),
        carry(two, fromAlice, { ...unsigned, heldMs: 2 }),
        carry(three, fromAlice, { heldMs: 1 }),
      ],
    },
  ],
  ['an answer: a run of three blocks under one signature', { type: 'blocks', blocks: carryRun(aliceLog), more: true }],
  ['an answer without blocks', { type: 'blocks', blocks: [], more: false }],
  ['two heads', { type: 'ihave', heads: [one, carolBlock].map((block) => ({ log: logOf(block), height: 1 })) }],
  [
    'an announced block that did not come',
    { type: 'iwant', wants: [{ log: logOf(one), height: 3, isOlder: false }], graft: true },
  ],
  [
    'a log from its beginning, and what lies below block 40 of another log',
    {
      type: 'iwant',
      wants: [
        { log: logOf(carolBlock), height: 1, isOlder: false },
        { log: logOf(one), height: 40, isOlder: true },
      ],
      graft: false,
    },
  ],
  ['a log that another neighbour pushes faster', { type: 'prune', log: logOf(one) }],
  [
    'three logs: whole, without its first blocks, and forked',
    {
      type: 'frontier',
      entries: [
        { log: logOf(bobBlock), height: 1, hash: bobBlock.hash.slice(0, 11), idleMs: 1_500, forkHeight: 0, oldest: 1 },
        { log: logOf(laterBlock), height: 90, hash: 'AbCdEfGhIjK', idleMs: 60_000, forkHeight: 0, oldest: 40 },
        { log: logOf(one), height: 1, hash: one.hash.slice(0, 11), idleMs: 900_000, forkHeight: 2, oldest: 1 },
      ],
      base: 4,
      changes: 17,
      seen: 9,
      isAnswer: false,
    },
  ],
  ['both runs of a proof', { type: 'fork', one: carryRun([two, three], []), other: carryRun([otherTwo], []) }],
  [
    'one half of a proof that is too large for one frame',
    { type: 'fork', one: carryRun([otherTwo], []), other: undefined },
  ],
  [
    'the second heartbeat of a link',
    { type: 'heartbeat', count: 2, echo: 1, heldMs: 730, digest, changes: 17, retention, ask: false },
  ],
  ['the end', { type: 'bye' }],
  ['two announcements of one node', { type: 'announce', notices: carried('announcement', 120) }],
  ['a request', { type: 'ask', notices: carried('request', 20) }],
  ['a receipt', { type: 'receipts', notices: carried('receipt', 0) }],
  [
    'four logs of one block each',
    {
      type: 'summary',
      saltOne: 0x01234567,
      saltOther: 0x89abcdef,
      cells: new SampleNode([one, bobBlock, carolBlock, laterBlock]).summary({ one: 0x01234567, other: 0x89abcdef }),
      isAnswer: false,
    },
  ],
  [
    'a message that bob sends on along the tree',
    { type: 'ephemeral', message: { ...aliceCursor, path: [alice.name] }, isBeside: false },
  ],
  [
    'a message of bob to a neighbour that is lazy',
    { type: 'ephemeral', message: { ...bobBytes, path: [] }, isBeside: true },
  ],
  ['a log of which messages were missed', { type: 'graft', log: logOf(one) }],
  [
    'a message of one piece, a text with a topic',
    { type: 'direct', number: 1, total: 3, offset: 0, topic: 'chat', bytes: encodeValue('hi') },
  ],
  [
    'the second piece of a message of 20,000 bytes, shortened',
    { type: 'direct', number: 2, total: 20_000, offset: 16_384, topic: undefined, bytes: Uint8Array.of(1, 2, 3) },
  ],
  ['so far', { type: 'received', number: 2, bytes: 16_384, isRefused: false }],
]

export const makeFrames = (): readonly FrameVector[] =>
  samples.map(([title, envelope]) => ({
    type: envelope.type,
    title,
    meaning: jsonOf(envelope),
    frame: toHex(encodeFrame(envelope)),
  }))
