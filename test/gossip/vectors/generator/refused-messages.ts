import { encodeValue } from '../../../../client/gossip/codec/cbor.ts'
import { encodeFrame } from '../../../../client/gossip/codec/codec.ts'
import { envelopeFields } from '../../../../client/gossip/codec/envelope-fields.ts'
import { blockMessage } from '../../../../client/gossip/codec/signed-block.ts'
import { ephemeralMessage } from '../../../../client/gossip/codec/signed-ephemeral.ts'
import { gossipLimits } from '../../../../client/gossip/bounds/limits.ts'
import type { Envelope } from '../../../../client/gossip/wire/envelope.ts'
import type { CarriedEphemeral } from '../../../../client/gossip/wire/ephemeral.ts'
import { alice, carol, epoch, time } from './sample-blocks.ts'
import { aliceCursor } from './sample-ephemerals.ts'

export type Refusal = readonly [title: string, reason: string, frame: Uint8Array]

/** An envelope whose field at a place is another value. */
const changed = (envelope: Envelope, place: number, value: unknown): Uint8Array =>
  encodeValue(envelopeFields(envelope).with(place, value))

export const nested = (levels: number): unknown => (levels > 0 ? [nested(levels - 1)] : 0)

const direct = { type: 'direct', number: 1, total: 9, offset: 0, topic: undefined, bytes: encodeValue('hi') } as const
const changedDirect: Envelope = { ...direct, offset: 1 }

/** Alice's message, sent on by bob, with changes. */
const ephemeral = (changes: Partial<CarriedEphemeral>): Envelope => ({
  type: 'ephemeral',
  message: { ...aliceCursor, path: [alice.name], ...changes },
  isBeside: false,
})

const cursorFields: unknown[] = [alice.publicKey, alice.name, epoch, 1, time, 'cursors', 0]

/** A message with these fields, whatever they are, and a good signature. */
const ephemeralOf = (place: number, value: unknown): Uint8Array => {
  const bytes = encodeValue(cursorFields.with(place, value))
  return encodeFrame(ephemeral({ bytes, signature: alice.sign(ephemeralMessage(bytes)) }))
}

export const refusedMessages: readonly Refusal[] = [
  ['a piece beyond the end of its message', 'malformed-frame', changed(direct, 3, 8)],
  ['a topic with a later piece', 'malformed-frame', changed(changedDirect, 4, 'chat')],
  [
    'a piece of more than 16 KiB',
    'malformed-frame',
    encodeFrame({ ...direct, total: 20_000, bytes: new Uint8Array(gossipLimits.maxDirectPieceBytes + 1) }),
  ],
  ['a direct message of more than 16 MiB', 'malformed-frame', changed(direct, 2, gossipLimits.maxDirectBytes + 1)],
  [
    'an ephemeral message with a path without room for its receiver',
    'malformed-frame',
    encodeFrame(ephemeral({ path: Array.from({ length: gossipLimits.maxPathNames - 1 }, () => alice.name) })),
  ],
  ['an ephemeral message with number 0', 'malformed-ephemeral', ephemeralOf(3, 0)],
  ['an ephemeral message with a topic of 129 bytes', 'malformed-ephemeral', ephemeralOf(5, 'x'.repeat(129))],
  ['an ephemeral message with a body of 33 levels', 'malformed-ephemeral', ephemeralOf(6, nested(33))],
  [
    'an ephemeral message with the signature of a block',
    'bad-signature',
    encodeFrame(ephemeral({ signature: alice.sign(blockMessage(aliceCursor.bytes)) })),
  ],
  [
    'a direct message that is no body',
    'malformed-direct',
    encodeFrame({ ...direct, total: 1, bytes: Uint8Array.of(0xff) }),
  ],
]

/** Refused because of the link's other end: bob. */
export const refusedPaths: readonly Refusal[] = [
  ['an ephemeral message of alice from bob without a path', 'bad-path', encodeFrame(ephemeral({ path: [] }))],
  [
    'an ephemeral message whose path begins with another node',
    'bad-path',
    encodeFrame(ephemeral({ path: [carol.name] })),
  ],
]
