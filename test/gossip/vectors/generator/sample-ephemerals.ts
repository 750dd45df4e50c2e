import type { EphemeralContent } from '../../../../client/gossip/wire/ephemeral.ts'
import { type EphemeralVector, jsonOf, toHex } from '../vector-files.ts'
import { alice, bob, epoch, time } from './sample-blocks.ts'

const cursor: EphemeralContent = {
  author: alice.peerId,
  name: alice.name,
  epoch,
  number: 1,
  time,
  topic: 'cursors',
  body: { x: 12, y: 0.5 },
}

const bytes: EphemeralContent = {
  author: bob.peerId,
  name: bob.name,
  epoch,
  number: 41,
  time: time + 1_000,
  topic: undefined,
  body: Uint8Array.of(0, 127, 255),
}

export const aliceCursor = alice.ephemeral(cursor)
export const bobBytes = bob.ephemeral(bytes)

export const makeEphemerals = (): readonly EphemeralVector[] =>
  (
    [
      ['a JSON value with a topic', cursor, aliceCursor],
      ['bytes without a topic', bytes, bobBytes],
    ] as const
  ).map(([title, { body, ...content }, signed]) => ({
    title,
    // Bytes have a field of their own, since hex is a text as well.
    content: jsonOf(body instanceof Uint8Array ? { ...content, bytes: body } : { ...content, body }),
    bytes: toHex(signed.bytes),
    signature: toHex(signed.signature),
  }))
