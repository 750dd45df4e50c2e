import { beforeAll, describe, expect, it } from 'vitest'
import { createNobleEd25519 } from '../../../client/storage/noble-ed25519.ts'
import type { Verify } from '../../../client/node/shared/signatures.ts'
import { decodeValue, encodeValue } from '../../../client/gossip/codec/cbor.ts'
import { decodeFrame, encodeFrame } from '../../../client/gossip/codec/codec.ts'
import { blockMessage, parseBlock } from '../../../client/gossip/codec/signed-block.ts'
import { noticeMessage, parseNotice } from '../../../client/gossip/codec/signed-notice.ts'
import { toBase64url } from '../../../client/gossip/wire/base64url.ts'
import { type PeerId, parsePeerId } from '../../../client/gossip/wire/peer-id.ts'
import { envelopes } from '../codec/arbitrary-envelope.ts'
import { makeVectors } from './generator/make-vectors.ts'
import { SampleNode } from './generator/sample-node.ts'
import { fromHex, jsonOf, readVectors, toHex, type Vectors, vectorFiles } from './vector-files.ts'

const vectors = Object.fromEntries(
  await Promise.all(vectorFiles.map(async (name) => [name, await readVectors(name)])),
) as unknown as Vectors

const made = JSON.parse(JSON.stringify(makeVectors())) as Vectors

const peerIdOf = (publicKey: string): PeerId => {
  const peerId = parsePeerId(toBase64url(fromHex(publicKey)))
  if (!peerId) throw new Error('not a key')
  return peerId
}

const strikes: ReadonlySet<string> = new Set(vectors.refused.map(({ reason }) => reason))

describe('the vectors', () => {
  it.each(vectorFiles)('%s.json is what the generator writes', (name) => {
    expect(made[name]).toEqual(vectors[name])
  })
})

it('every envelope has a frame in the vectors', () => {
  expect(new Set(vectors.frames.map(({ type }) => type))).toEqual(new Set(Object.keys(envelopes)))
})

describe('the core and the vectors', () => {
  let verify: Verify

  beforeAll(() => {
    verify = createNobleEd25519((length) => new Uint8Array(length)).verify
  })

  it.each(vectors.blocks)('agree about a block: $title', async ({ bytes, hash, signature }) => {
    const block = parseBlock({ bytes: fromHex(bytes), signature: fromHex(signature) })
    expect(block?.hash).toBe(hash)
    expect(await verify(peerIdOf(keyOf(block?.name)), blockMessage(fromHex(bytes)), fromHex(signature))).toBe(true)
  })

  it.each(vectors.notices)('agree about a notice: $title', async ({ type, content, bytes, signature }) => {
    const notice = parseNotice(type, { bytes: fromHex(bytes), signature: fromHex(signature) })
    expect(jsonOf(notice?.content)).toEqual(content)
    const message = noticeMessage(type, fromHex(bytes))
    expect(notice && (await verify(notice.content.author, message, fromHex(signature)))).toBe(true)
  })

  it.each(vectors.frames)('agree about $type: $title', ({ meaning, frame }) => {
    const envelope = decodeFrame(fromHex(frame))
    expect(jsonOf(envelope)).toEqual(meaning)
    expect(envelope && envelope.type !== 'foreign-hello' && toHex(encodeFrame(envelope))).toBe(frame)
  })

  it.each(vectors.frames.filter(({ type }) => type !== 'hello'))('a node accepts $type: $title', ({ frame }) => {
    const node = new SampleNode()
    node.receive(fromHex(frame))
    expect(node.drops.filter((reason) => strikes.has(reason))).toEqual([])
  })

  it.each(vectors.refused)('a node drops $title as $reason [G2]', ({ reason, frame }) => {
    const node = new SampleNode()
    node.receive(fromHex(frame))
    expect(node.drops).toEqual([reason])
  })

  it.each(vectors.signatures)('agree about $title', async ({ publicKey, message, signature, isValid }) => {
    expect(await verify(peerIdOf(publicKey), fromHex(message), fromHex(signature))).toBe(isValid)
  })

  it.each(vectors.cbor)('agree about CBOR: $title', ({ bytes, isCanonical }) => {
    const value = decodeValue(fromHex(bytes))
    if (isCanonical) expect(toHex(encodeValue(value))).toBe(bytes)
    // A decoder has no number for -2^53, so its value is a bigint, which no field and no body accepts.
    else if (typeof value !== 'bigint') expect(value).toBeUndefined()
  })
})

const keyOf = (name: string | undefined): string => vectors.keys.find((key) => key.name === name)?.publicKey ?? ''
