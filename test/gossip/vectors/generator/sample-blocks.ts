import type { LogId, VerifiedBlock } from '../../../../client/gossip/wire/block.ts'
import { gossipLimits } from '../../../../client/gossip/bounds/limits.ts'
import { logIdOf } from '../../../../client/gossip/wire/block.ts'
import type { CarriedBlock } from '../../../../client/gossip/wire/envelope.ts'
import { type BlockVector, jsonOf, type KeyVector, toHex } from '../vector-files.ts'
import { SampleSigner } from './sample-signer.ts'

export const alice = new SampleSigner('alice', 1)
export const bob = new SampleSigner('bob', 2)
export const carol = new SampleSigner('carol', 3)

/** 1 January 2026, milliseconds since 1970. */
export const time = 1_767_225_600_000

export const epoch = '3-00112233445566aa'
/** A later page load of alice. As text, its log comes before that of the page load before. */
const laterEpoch = '12-9f86d081884c7d65'

/** Alice's log: one entry; two entries, of which the second is bytes; one entry. */
const one = alice.block(epoch, undefined, [{ time, body: "I'm alive" }])
const two = alice.block(epoch, one, [
  { time: time + 1_000, body: { when: null, list: [1, -1, 24, 0.5, 1e300, true], aa: 'Grüße 👋', b: {} } },
  { time: time + 1_001, body: Uint8Array.of(0, 127, 128, 255) },
])
const three = alice.block(epoch, two, [{ time: time + 2_000, body: 'third block, fourth entry' }])
export const aliceLog = [one, two, three] as const

/** Alice signs a second chain on top of her first block. */
export const otherTwo = alice.block(epoch, one, [{ time: time + 1_500, body: 'another second block' }])

export const laterBlock = alice.block(laterEpoch, undefined, [{ time: time + 60_000, body: 'back again' }])
/** A topic of four bytes in three characters; a snapshot. */
const topicBlock = alice.block(laterEpoch, laterBlock, [
  { time: time + 61_000, body: ['an', 'update'], topic: 'nöt' },
  { time: time + 62_000, body: Uint8Array.of(1), topic: 'nöt', supersedes: true },
  { time: time + 63_000, body: 'replaces what has no topic', supersedes: true },
])
/** A large body of two parts; the vectors have the second one. */
const total = gossipLimits.maxBodyBytes + 4
const firstPart = alice.block(laterEpoch, topicBlock, [
  { time: time + 64_000, body: new Uint8Array(gossipLimits.maxBodyBytes), part: { index: 0, total }, topic: 'nöt' },
])
const lastPart = alice.block(laterEpoch, firstPart, [
  { time: time + 64_000, body: Uint8Array.of(1, 2, 3, 4), part: { index: 1, total }, topic: 'nöt' },
])
export const bobBlock = bob.block(epoch, undefined, [{ time: time + 3_000, body: 'bob is here' }])
export const carolBlock = carol.block(epoch, undefined, [{ time: time + 4_000, body: ['carol', 7] }])

/** The first blocks of so many page loads of alice. */
export const blocksOfManyLogs = (count: number): readonly VerifiedBlock[] =>
  Array.from({ length: count }, (_, index) =>
    alice.block(`${100 + index}-00112233445566aa`, undefined, [{ time, body: `page load ${100 + index}` }]),
  )

/** A path of one hop: from the author to bob, who sends. */
export const fromAlice: CarriedBlock['hops'] = [{ name: alice.name, heldMs: 2, rttMs: 40 }]

export const carry = (
  { bytes, signature }: VerifiedBlock,
  hops: CarriedBlock['hops'],
  changed: Partial<CarriedBlock> = {},
): CarriedBlock => ({ bytes, signature, hops, heldMs: 0, model: undefined, ...changed })

/** Blocks of one run: only the last one keeps its signature. */
export const carryRun = (run: readonly VerifiedBlock[], hops: CarriedBlock['hops'] = fromAlice): CarriedBlock[] =>
  run.map((block, index) => carry(block, hops, index < run.length - 1 ? { signature: undefined } : {}))

export const logOf = (block: VerifiedBlock): LogId => logIdOf(block)

export const makeKeys = (): readonly KeyVector[] =>
  [alice, bob, carol].map(({ name, seed, publicKey, peerId }) => ({
    name,
    seed: toHex(seed),
    publicKey: toHex(publicKey),
    peerId,
  }))

export const makeBlocks = (): readonly BlockVector[] =>
  (
    [
      ['the first block of a log', one],
      ['two entries, one of JSON and one of bytes', two],
      ['the third block', three],
      ['another second block: with the first one it proves a fork', otherTwo],
      ['a later page load of the same author', laterBlock],
      ['topics, and entries that supersede others', topicBlock],
      ['the second and last part of a large body', lastPart],
      ['another author', bobBlock],
      ['a third author', carolBlock],
    ] as const
  ).map(([title, { author, name, epoch: inEpoch, height, firstSeq, prev, entries, bytes, hash, signature }]) => ({
    title,
    content: jsonOf({
      author,
      name,
      epoch: inEpoch,
      height,
      firstSeq,
      prev,
      // Bytes have a field of their own, since hex is a text as well.
      entries: entries.map(({ body, ...rest }) =>
        body instanceof Uint8Array ? { ...rest, bytes: body } : { ...rest, body },
      ),
    }),
    bytes: toHex(bytes),
    hash,
    signature: signature ? toHex(signature) : '',
  }))
