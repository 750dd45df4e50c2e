import { describe, expect, it } from 'vitest'
import type { AnnouncementContent } from '../../client/gossip/wire/announcement.ts'
import type { Envelope } from '../../client/gossip/wire/envelope.ts'
import { envelopeFields } from '../../client/gossip/codec/envelope-fields.ts'
import { gossipLimits } from '../../client/gossip/bounds/limits.ts'
import type { CarriedNotice, NoticeContent } from '../../client/gossip/wire/notice.ts'
import { encodeValue } from '../../client/gossip/codec/cbor.ts'
import { decodeFrame, encodeFrame } from '../../client/gossip/codec/codec.ts'
import { parseNotice } from '../../client/gossip/codec/signed-notice.ts'
import { announcementOf } from '../gossip/notice-samples.ts'
import { nameOf } from '../links/network-node.ts'
import { fakePeerId, fakeSign } from '../simulation/node/fake-signatures.ts'
import type { MemoryNode } from '../simulation/network/memory-network.ts'
import { signNotice } from '../support/signed.ts'
import { attack, drops, greeting, mallorysKey, sendAll } from './hostile-neighbour.ts'

/** A hostile neighbour that sends envelopes, also those that no honest node would send. */
const attackWithNotices = async () => {
  /** Requests that the victim has passed to mallory. */
  const asked: number[] = []
  const frame = (bytes: Uint8Array): void => {
    const envelope = decodeFrame(bytes)
    if (envelope?.type !== 'ask') return
    for (const notice of envelope.notices) {
      const request = parseNotice('request', notice)
      if (request?.type === 'request') asked.push(request.content.serial)
    }
  }
  const { clock, victim, bystander, link, ends } = await attack(greeting, frame)
  const send = async (...envelopes: Envelope[]): Promise<void> => {
    await sendAll(clock, link, ...envelopes.map((envelope) => encodeValue(envelopeFields(envelope))))
  }
  /** As many notices, in envelopes of 32. */
  const sendMany = async (
    type: 'announce' | 'ask',
    total: number,
    noticeAt: (count: number) => Promise<CarriedNotice>,
  ): Promise<void> => {
    for (let sent = 0; sent < total; sent += 32) {
      await send({ type, notices: await Promise.all(Array.from({ length: 32 }, (_, index) => noticeAt(sent + index))) })
    }
  }
  await clock.pass(3_000)
  return { clock, victim, bystander, send, sendMany, ends, asked }
}

const sealed = async (notice: NoticeContent, ageMs = 0): Promise<CarriedNotice> => ({
  ...(await signNotice(fakeSign(notice.content.author), notice)).signed,
  ageMs,
})

const announcement = (author: number, changed: Partial<AnnouncementContent> = {}, ageMs = 0): Promise<CarriedNotice> =>
  sealed({ type: 'announcement', content: announcementOf(author, changed) }, ageMs)

const names = ({ node }: MemoryNode): string[] => node.network().nodes.map(({ name }) => name)

const forged = (notice: CarriedNotice): CarriedNotice => ({ ...notice, signature: new Uint8Array(64) })

describe('[P3] [P6] a hostile neighbour', () => {
  it('can have no forged announcement accepted or passed on, and is cut off for the third', async () => {
    const { victim, bystander, send, ends } = await attackWithNotices()
    const notices = await Promise.all([50, 51, 52].map((author) => announcement(author)))
    await send({ type: 'announce', notices: notices.slice(0, 2).map(forged) })
    expect(ends).toEqual([])
    await send({ type: 'announce', notices: notices.slice(2).map(forged) })
    expect(drops(victim)['bad-signature']).toBe(3)
    expect(ends).toEqual(['closed-there'])
    expect(names(victim)).not.toContain('node50')
    expect(names(bystander)).not.toContain('node50')
  })

  it('cannot hide the real announcement behind a forged one, nor use a signature for another purpose', async () => {
    const { clock, victim, bystander, send } = await attackWithNotices()
    const real = await announcement(50)
    await send({ type: 'announce', notices: [forged(real), real] })
    await clock.pass(1_000)
    expect(names(bystander)).toContain('node50')
    // The same bytes and signature are no request and no receipt.
    await send({ type: 'ask', notices: [real] })
    expect(drops(victim)['malformed-notice']).toBe(1)
  })

  it('cannot replay an earlier announcement, whatever age it claims', async () => {
    const { clock, victim, send } = await attackWithNotices()
    const old = await announcement(50, { serial: 1, entries: 1 })
    await send({ type: 'announce', notices: [old] })
    await send({ type: 'announce', notices: [await announcement(50, { serial: 2, entries: 2 })] })
    await send({ type: 'announce', notices: [old] })
    expect(drops(victim)['old-announcement']).toBe(1)
    expect(victim.node.network().nodes.find(({ name }) => name === 'node50')?.entries).toBe(2)
    // Nor a node that fell silent and was forgotten.
    await clock.pass(60_000)
    expect(names(victim)).not.toContain('node50')
    await send({ type: 'announce', notices: [old, await announcement(50, { serial: 2 })] })
    expect(names(victim)).not.toContain('node50')
  })

  it('that invents nodes evicts no other node, and has a bounded number of notices verified', async () => {
    const { clock, victim, bystander, sendMany, ends } = await attackWithNotices()
    await sendMany('announce', 1_024, (count) => announcement(1_000 + count))
    await clock.pass(500)
    expect(ends).toEqual([])
    // Beside the victim itself and mallory, who has not announced herself.
    expect(victim.node.network().nodes.length).toBeLessThanOrEqual(gossipLimits.maxKnownNodes + 2)
    expect(names(victim)).toContain('bystander')
    expect(victim.node.network().isPartial).toBe(true)
    const { 'too-many-nodes': refused = 0, 'too-many-notices': late = 0 } = drops(victim)
    expect(refused + late).toBeGreaterThan(450)
    // The messages go on.
    await bystander.node.ping()
    await clock.pass(100)
    expect(victim.node.entries()).toHaveLength(1)
  })

  it('is cut off for lists beyond the limit', async () => {
    const { send, ends, victim } = await attackWithNotices()
    const one = await announcement(50)
    const many = Array.from({ length: gossipLimits.maxNoticesPerEnvelope + 1 }, () => one)
    await send({ type: 'announce', notices: many }, { type: 'ask', notices: many }, { type: 'receipts', notices: many })
    expect(drops(victim)['malformed-frame']).toBe(3)
    expect(ends).toEqual(['closed-there'])
  })

  it('that requests receipts all the time gets a few, and its requests are not passed on', async () => {
    const { clock, victim, bystander, sendMany } = await attackWithNotices()
    const { peerId, epoch } = await victim.node.ping()
    await clock.pass(1_000)
    const log = `${peerId}/${epoch}`
    const before = bystander.node.stats().received
    const ask = (serial: number): Promise<CarriedNotice> =>
      sealed({ type: 'request', content: { author: mallorysKey, serial, log: log as never, height: 1, hash: 'A' } })
    await sendMany('ask', 960, (count) => ask(count + 1))
    expect(drops(victim)['too-many-notices']).toBeGreaterThan(900)
    expect(bystander.node.stats().received - before).toBeLessThan(40)
  })

  it('that requests receipts under many names has a bounded number of signatures verified', async () => {
    const { clock, victim, sendMany } = await attackWithNotices()
    const log = `${fakePeerId(1)}/1-0000000000000001` as never
    const ask = (author: number): Promise<CarriedNotice> =>
      sealed({ type: 'request', content: { author: fakePeerId(author), serial: 1, log, height: 1, hash: 'A' } })
    const begin = clock.now()
    await sendMany('ask', 960, (count) => ask(1_000 + count))
    const seconds = (clock.now() - begin) / 1_000
    const most = gossipLimits.noticeBurst + gossipLimits.noticesPerSecond * (seconds + 1)
    expect(drops(victim)['too-many-notices']).toBeGreaterThanOrEqual(960 - most)
  })

  it('has receipts dropped that are unsolicited or repeated', async () => {
    const { clock, victim, send, ends, asked } = await attackWithNotices()
    const entry = await victim.node.ping()
    const receipt = (author: number, serial: number): Promise<CarriedNotice> =>
      sealed({
        type: 'receipt',
        content: {
          author: fakePeerId(author),
          name: nameOf(`node${author}`),
          asker: victim.peerId,
          serial,
          log: `${entry.peerId}/${entry.epoch}` as never,
          height: 1,
          hops: [],
          copies: [],
        },
      })
    victim.node.askReceipts(entry)
    await clock.pass(1_000)
    await send({ type: 'receipts', notices: [await receipt(50, 1), await receipt(51, 2)] })
    expect(drops(victim)['unasked-receipt']).toBe(2)
    expect(victim.node.receipts(entry).receipts.map(({ name }) => name)).toEqual(['victim', 'bystander'])
    const answer = await receipt(52, asked[0] ?? 0)
    await send({ type: 'receipts', notices: [answer] }, { type: 'receipts', notices: [answer] })
    expect(drops(victim)['old-receipt']).toBe(1)
    expect(victim.node.receipts(entry).receipts.map(({ name }) => name)).toEqual(['victim', 'bystander', 'node52'])
    expect(ends).toEqual([])
  })

  it('gets nothing before its hello, and nothing that it sends before is accepted [G1]', async () => {
    let frames = 0
    const { clock, victim, link } = await attack(undefined, () => void (frames += 1))
    await sendAll(clock, link, encodeFrame({ type: 'announce', notices: [await announcement(50)] }))
    await clock.pass(2_000)
    expect(drops(victim)['bad-hello']).toBe(1)
    expect(frames).toBe(1)
    expect(names(victim)).toEqual(['victim', 'bystander'])
  })
})
