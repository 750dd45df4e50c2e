import { describe, expect, it } from 'vitest'
import { Admission } from '../../../client/links/attempts/admission.ts'
import type { Attempt } from '../../../client/links/attempts/attempt.ts'
import type { SessionDescription } from '../../../client/links/attempts/introduction.ts'
import { type NetworkLimits, networkLimits } from '../../../client/links/shared/limits.ts'
import { OfferAnswerer } from '../../../client/links/answering/offer-answerer.ts'
import { toBase64url } from '../../../client/gossip/wire/base64url.ts'
import { fakePeerId } from '../../simulation/node/fake-signatures.ts'
import { VirtualClock } from '../../simulation/network/virtual-clock.ts'
import { nameOf } from '../network-node.ts'

const sdp = `a=fingerprint:sha-256 ${Array(32).fill('AB').join(':')}`

const offerOf = (key: number): SessionDescription => ({
  type: 'offer',
  sdp,
  peerId: fakePeerId(key),
  signature: toBase64url(new Uint8Array(64)),
})

interface Answering {
  readonly from: string
  readonly cancelled: { is: boolean }
  fail(): void
}

interface Circumstances {
  readonly hasRoom?: (otherAnswers: number) => boolean
  readonly canConnect?: boolean
  readonly winsGlare?: boolean
}

const start = (
  limits: Partial<NetworkLimits> = {},
  isValid = true,
  { hasRoom = () => true, canConnect = true, winsGlare = false }: Circumstances = {},
) => {
  const clock = new VirtualClock()
  const all = { ...networkLimits, ...limits }
  const admission = new Admission(all, 0)
  const gaveWay: string[] = []
  const answering: Answering[] = []
  const drops: string[] = []
  const refusals: string[] = []
  let verifications = 0
  const answerer = new OfferAnswerer({
    net: 'test',
    self: fakePeerId(0),
    verify: async () => {
      verifications += 1
      return isValid
    },
    admission,
    timers: clock,
    limits: all,
    hasRoomFor: (_peerId, otherAnswers) => hasRoom(otherAnswers),
    winsGlare: () => winsGlare,
    giveWay: (from) => void gaveWay.push(from),
    createAttempt: ({ from }, events) => {
      if (!canConnect) throw new Error('the browser makes no connection')
      const cancelled = { is: false }
      const fail = (): void => events.failed('connect-timeout')
      answering.push({ from, cancelled, fail })
      const attempt: Pick<Attempt, 'receive' | 'cancel'> = {
        receive: () => {},
        cancel: () => {
          if (cancelled.is) return
          cancelled.is = true
          events.failed('cancelled')
        },
      }
      return attempt as Attempt
    },
    refuse: (to, _attempt, reason) => void refusals.push(`${to} ${reason}`),
    dropped: (reason) => void drops.push(reason),
  })
  const offer = (from: string, key: number, attempt = `${from}-${key}`): void =>
    answerer.offered(nameOf(from), offerOf(key), { from, attempt, seq: 0, data: { candidates: [] } })
  /** Offers, and lets the signature be verified. */
  const offerNow = async (...args: Parameters<typeof offer>): Promise<void> => {
    offer(...args)
    await clock.pass(0)
  }
  const verified = (): number => verifications
  return { clock, admission, answerer, answering, drops, refusals, gaveWay, offer, offerNow, verified }
}

const dropsOf = (drops: readonly string[], reason: string): number => drops.filter((drop) => drop === reason).length

describe('[P6] answering offers', () => {
  it('answers a bounded number at once, and the rest as places become free', async () => {
    const { clock, answering, offer } = start({ pendingAnswers: 2 })
    for (let key = 1; key <= 5; key += 1) offer(`node${key}`, key)
    await clock.pass(0)
    expect(answering.map(({ from }) => from)).toEqual(['node1', 'node2'])
    answering[0]?.fail()
    expect(answering.map(({ from }) => from)).toEqual(['node1', 'node2', 'node3'])
  })

  it('gives the place of a slow answer to a waiting offer', async () => {
    const { clock, answering, offer } = start({ pendingAnswers: 2 })
    for (let key = 1; key <= 2; key += 1) offer(`mallory${key}`, key)
    await clock.pass(0)
    offer('honest', 3)
    await clock.pass(networkLimits.answerPatienceMs - 1)
    expect(answering.map(({ from }) => from)).toEqual(['mallory1', 'mallory2'])
    await clock.pass(1)
    expect(answering.map(({ from, cancelled }) => [from, cancelled.is])).toEqual([
      ['mallory1', true],
      ['mallory2', false],
      ['honest', false],
    ])
  })

  it('makes no connection for an offer whose signature is wrong', async () => {
    const { answering, drops, refusals, offerNow } = start({}, false)
    await offerNow('node1', 1)
    expect(answering).toEqual([])
    expect(drops).toEqual(['bad-offer-signature'])
    expect(refusals).toEqual(['node1 bad-offer'])
  })

  it('lets a flood of 600 offers from one name make few connections, and an honest one through', async () => {
    const { clock, answering, offer, verified, refusals, offerNow } = start()
    for (let count = 0; count < 600; count += 1) {
      offer('mallory', 666, `attempt${count}`)
      if (count % 20 === 0) await clock.pass(0)
    }
    await offerNow('honest', 1)
    const hostile = answering.filter(({ from }) => from === 'mallory')
    expect(hostile.length).toBeLessThanOrEqual(networkLimits.failedAnswersPerPeer)
    expect(answering.at(-1)?.from).toBe('honest')
    expect(verified()).toBeLessThanOrEqual(601)
    expect(refusals.length).toBeLessThanOrEqual(networkLimits.busyAnswers)
  })

  it('lets a flood under 600 names and keys make no more connections than the bound of failed answers', async () => {
    const { clock, answering, offer, drops } = start({ pendingAnswers: 1_000 })
    for (let key = 1; key <= 600; key += 1) offer(`node${key}`, key)
    await clock.pass(0)
    expect(answering.length).toBeLessThanOrEqual(networkLimits.failedAnswers)
    expect(dropsOf(drops, 'too-many-offers')).toBe(600 - answering.length)
  })

  it('ends the first answer to a node that offers again', async () => {
    const { answering, offerNow } = start()
    await offerNow('node1', 1, 'first')
    await offerNow('node1', 1, 'second')
    expect(answering.map(({ cancelled }) => cancelled.is)).toEqual([true, false])
  })

  it('gives the place of an ended answer to the offer that ended it', async () => {
    const { answering, offer, offerNow } = start({ pendingAnswers: 1, answerPatienceMs: 60_000 })
    await offerNow('node1', 1, 'first')
    offer('node2', 2)
    await offerNow('node1', 1, 'second')
    expect(answering.map(({ from, cancelled }) => [from, cancelled.is])).toEqual([
      ['node1', true],
      ['node1', false],
    ])
  })

  it.each<[string, Partial<NetworkLimits>, Circumstances]>([
    ['banned', {}, {}],
    ['out-of-connections', { connectionsPerPage: 121 }, {}],
    ['too-many-offers', { failedAnswers: 1 }, {}],
  ])('ends no honest answer for an offer that it turns down: %s', async (reason, limits, circumstances) => {
    const { clock, admission, answering, drops, offer, offerNow } = start(
      { pendingAnswers: 1, ...limits },
      true,
      circumstances,
    )
    if (reason === 'banned') admission.ban(fakePeerId(2), 0)
    offer('honest', 1)
    await clock.pass(networkLimits.answerPatienceMs + 500)
    await offerNow('mallory', 2)
    expect(answering.map(({ from, cancelled }) => [from, cancelled.is])).toEqual([['honest', false]])
    expect(drops).toEqual([reason])
  })

  it('counts room for an offer without the answer that gives way to it', async () => {
    const { clock, answering, offer, offerNow } = start({ pendingAnswers: 2 }, true, {
      hasRoom: (others) => others < 2,
    })
    for (let key = 1; key <= 2; key += 1) offer(`mallory${key}`, key)
    await clock.pass(networkLimits.answerPatienceMs)
    await offerNow('honest', 3)
    expect(answering.at(-1)?.from).toBe('honest')
  })

  it('ends an attempt of its own only for an offer that it answers', async () => {
    const refused = start({}, true, { hasRoom: () => false })
    await refused.offerNow('node1', 1)
    expect(refused.gaveWay).toEqual([])
    const answered = start()
    await answered.offerNow('node1', 1)
    expect(answered.gaveWay).toEqual(['node1'])
    const glare = start({}, true, { winsGlare: true })
    await glare.offerNow('node1', 1)
    expect([glare.answering.length, glare.drops, glare.refusals]).toEqual([0, ['lost-glare'], []])
  })

  it.each<[string, Partial<NetworkLimits>, Circumstances]>([
    ['the page has used up its connections', { connectionsPerPage: 120 }, {}],
    ['the browser makes none', {}, { canConnect: false }],
    ['it has as many neighbours as it takes', {}, { hasRoom: () => false }],
  ])('says that it is full, not busy, if %s', async (_case, limits, circumstances) => {
    const { refusals, offerNow } = start(limits, true, circumstances)
    await offerNow('node1', 1)
    expect(refusals).toEqual(['node1 full'])
  })

  it('does not answer an offer that waited too long', async () => {
    const { clock, answering, drops, offer } = start({ pendingAnswers: 1, answerPatienceMs: 60_000 })
    offer('node1', 1)
    offer('node2', 2)
    await clock.pass(networkLimits.waitingOfferMs + 1)
    answering[0]?.fail()
    expect(answering).toHaveLength(1)
    expect(drops).toEqual(['stale-offer'])
  })

  it('keeps a bounded number of signals while an offer waits', async () => {
    const { answerer, offer } = start()
    offer('node1', 1, 'attempt')
    const signal = { from: 'node1', attempt: 'attempt', seq: 1, data: { candidates: [] } }
    for (let count = 0; count < 100; count += 1) expect(answerer.receive(nameOf('node1'), signal)).toBe(true)
    expect(answerer.receive(nameOf('node1'), { ...signal, attempt: 'other' })).toBe(false)
    expect(answerer.receive(nameOf('node2'), signal)).toBe(false)
  })

  it('does not answer its own offer', async () => {
    const { offer, drops } = start()
    offer('node1', 0)
    expect(drops).toEqual(['own-offer'])
  })
})
