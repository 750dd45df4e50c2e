import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { announcementFields, tombstoneSerial, sketchSize } from '../../../client/gossip/wire/announcement.ts'
import { gossipLimits } from '../../../client/gossip/bounds/limits.ts'
import type { Notice, NoticeContent } from '../../../client/gossip/wire/notice.ts'
import { encodeValue } from '../../../client/gossip/codec/cbor.ts'
import { decodeFrame } from '../../../client/gossip/codec/codec.ts'
import { noticeMessage, parseNotice } from '../../../client/gossip/codec/signed-notice.ts'
import { signNotice } from '../../support/signed.ts'
import { announcementOf } from '../notice-samples.ts'
import { nameOf } from '../../links/network-node.ts'
import { fakePeerId, fakeSign, fakeVerify } from '../../simulation/node/fake-signatures.ts'
import { bytes, count, countFromOne, digest, hop, log, ms, must, name, peerId, plain } from './arbitrary-envelope.ts'

const isSigned = ({ type, content: { author }, signed: { bytes, signature } }: Notice): Promise<boolean> =>
  fakeVerify(author, noticeMessage(type, bytes), signature)

const link = fc.record(
  {
    peerId,
    name,
    direction: fc.constantFrom('upstream' as const, 'downstream' as const),
    state: fc.constantFrom('up' as const, 'quiet' as const, 'gone' as const),
    rttMs: fc.option(ms, { nil: undefined }),
  },
  plain,
)
const announcement = fc.record(
  {
    author: peerId,
    name,
    epoch: fc.constant('12-9f86d081884c7d65'),
    serial: fc.oneof(countFromOne, fc.constant(tombstoneSerial)),
    everyMs: fc.nat(gossipLimits.maxAnnouncementMs),
    isOnline: fc.boolean(),
    digest,
    height: count,
    sketch: fc.array(count, { minLength: sketchSize, maxLength: sketchSize }),
    entries: count,
    links: fc.uniqueArray(link, { maxLength: 6, selector: (item) => item.peerId }),
  },
  plain,
)
const request = fc.record(
  {
    author: peerId,
    serial: countFromOne,
    log,
    height: countFromOne,
    hash: fc.stringMatching(/^[A-Za-z0-9_-]{1,11}$/),
  },
  plain,
)
const receipt = fc.record(
  {
    author: peerId,
    name,
    asker: peerId,
    serial: countFromOne,
    log,
    height: countFromOne,
    hops: fc.array(hop, { maxLength: gossipLimits.maxPathNames - 1 }),
    copies: fc.array(fc.record({ from: name, count: countFromOne }, plain), { maxLength: 5 }),
  },
  plain,
)
const notice: fc.Arbitrary<NoticeContent> = fc.oneof(
  announcement.map((content) => ({ type: 'announcement' as const, content })),
  request.map((content) => ({ type: 'request' as const, content })),
  receipt.map((content) => ({ type: 'receipt' as const, content })),
)
const types = ['announcement', 'request', 'receipt'] as const

describe('a notice', () => {
  it('is parsed by others as its author wrote it, and its signature fits no other notice', async () => {
    await fc.assert(
      fc.asyncProperty(notice, fc.nat(), async (original, index) => {
        const { author } = original.content
        const { signed } = await signNotice(fakeSign(author), original)
        const read = must(parseNotice(original.type, signed))
        expect({ type: read.type, content: read.content }).toEqual(original)
        expect(await isSigned(read)).toBe(true)
        // Another byte makes another notice or none, and not one that is signed.
        const changed = new Uint8Array(signed.bytes)
        const at = index % changed.length
        changed[at] = (changed[at] ?? 0) ^ 1
        const other = parseNotice(original.type, { ...signed, bytes: changed })
        if (other) expect(await isSigned(other)).toBe(false)
      }),
    )
  })

  it('parses to undefined or to its content for any bytes', () => {
    fc.assert(
      fc.property(bytes({ maxLength: 400 }), fc.constantFrom(...types), (some, type) => {
        const parsed = parseNotice(type, { bytes: some, signature: new Uint8Array(64) })
        if (parsed) expect(parsed.type).toBe(type)
      }),
      { numRuns: 2_000 },
    )
  })

  it('never verifies as a notice of another type', async () => {
    const signed = { signature: new Uint8Array(64) }
    const content = announcementOf(1)
    const { signed: announced } = await signNotice(fakeSign(content.author), { type: 'announcement', content })
    for (const type of types) {
      expect(parseNotice(type, { ...signed, bytes: announced.bytes }) !== undefined).toBe(type === 'announcement')
    }
  })
})

describe('an announcement', () => {
  it('parses to undefined unless every field is valid', () => {
    const fields = announcementFields(
      announcementOf(1, {
        links: [{ peerId: fakePeerId(2), name: nameOf('node2'), direction: 'upstream', state: 'up', rttMs: 3 }],
      }),
    )
    const parse = (changed: unknown) =>
      parseNotice('announcement', { bytes: encodeValue(changed), signature: new Uint8Array(64) })
    expect(parse(fields)).toBeDefined()
    const [aLink] = fields[10] as [unknown[]]
    const bad: readonly unknown[] = [
      [...fields, 1],
      fields.slice(1),
      fields.with(0, 'text'),
      fields.with(0, new Uint8Array(31)),
      fields.with(1, 'no spaces'),
      fields.with(2, '0-00000000000000bb'),
      fields.with(3, 0),
      fields.with(3, tombstoneSerial + 1),
      fields.with(4, gossipLimits.maxAnnouncementMs + 1),
      fields.with(4, -1),
      fields.with(5, 1),
      fields.with(6, 'XYZ'),
      fields.with(6, ''),
      fields.with(7, -1),
      fields.with(8, [1]),
      fields.with(8, Array(sketchSize).fill(-1)),
      fields.with(8, Array(sketchSize).fill('1')),
      fields.with(9, 1.5),
      fields.with(10, [aLink, aLink]),
      fields.with(10, [aLink.with(0, 'text')]),
      fields.with(10, [aLink.with(1, '')]),
      fields.with(10, [aLink.with(2, 6)]),
      fields.with(10, [aLink.with(2, -1)]),
      fields.with(10, [aLink.with(3, -1)]),
      fields.with(10, [aLink.with(3, 'fast')]),
      fields.with(10, [[...aLink, 1]]),
      'text',
      null,
    ]
    for (const changed of bad) expect(parse(changed), JSON.stringify(changed)).toBeUndefined()
  })

  it('[P6] lists a bounded number of links, and with all of them fits its limit in bytes', async () => {
    const links = (count: number) =>
      Array.from({ length: count }, (_, index) => ({
        peerId: fakePeerId(index),
        name: nameOf('x'.repeat(32)),
        direction: 'upstream' as const,
        state: 'up' as const,
        rttMs: 1e9,
      }))
    const fullest = announcementOf(1, {
      name: nameOf('x'.repeat(32)),
      epoch: '999999999999999-0000000000000001',
      serial: tombstoneSerial,
      digest: 'f'.repeat(64),
      sketch: Array<number>(sketchSize).fill(Number.MAX_SAFE_INTEGER),
      entries: Number.MAX_SAFE_INTEGER,
      links: links(gossipLimits.maxAnnouncedLinks),
    })
    const { signed } = await signNotice(fakeSign(fullest.author), { type: 'announcement', content: fullest })
    expect(signed.bytes.length).toBeLessThan(gossipLimits.maxNoticeBytes)
    const tooMany = announcementFields(announcementOf(1, { links: links(gossipLimits.maxAnnouncedLinks + 1) }))
    expect(parseNotice('announcement', { bytes: encodeValue(tooMany), signature: new Uint8Array(64) })).toBeUndefined()
  })
})

describe('an envelope of notices', () => {
  it('[P6] holds a bounded number of notices, each of bounded size', () => {
    const of = (count: number, length: number) =>
      decodeFrame(
        encodeValue([10, Array.from({ length: count }, () => [new Uint8Array(length), new Uint8Array(64), 0])]),
      )
    expect(of(gossipLimits.maxNoticesPerEnvelope, 1)).toBeDefined()
    expect(of(gossipLimits.maxNoticesPerEnvelope + 1, 1)).toBeUndefined()
    expect(of(1, gossipLimits.maxNoticeBytes)).toBeDefined()
    expect(of(1, gossipLimits.maxNoticeBytes + 1)).toBeUndefined()
  })
})
