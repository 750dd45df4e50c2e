import { describe, expect, it } from 'vitest'
import { Attempt, type AttemptFailure, type SendRefusal } from '../../../client/links/attempts/attempt.ts'
import { type Introduction, signDescription } from '../../../client/links/attempts/introduction.ts'
import { networkLimits } from '../../../client/links/shared/limits.ts'
import type { Connecting, ConnectingEvents } from '../../../client/links/attempts/peer-connection.ts'
import type {
  Answer,
  RefusalReason,
  SignalCandidate,
  SignalData,
  SignalDescription,
} from '../../../signal-server/shared/protocol.ts'
import { fakePeerId, fakeSign, fakeVerify } from '../../simulation/node/fake-signatures.ts'
import { VirtualClock } from '../../simulation/network/virtual-clock.ts'

const sdpOf = (byte: string): string => `a=fingerprint:sha-256 ${Array(32).fill(byte).join(':')}`

const introduction: Introduction = {
  net: 'test',
  attempt: 'attempt1',
  initiator: fakePeerId(1),
  responder: fakePeerId(2),
}

/** The initiator's side, its offer not made yet. `undefined`: the server acknowledges nothing. */
const create = (acknowledgement: Answer<SendRefusal> | undefined) => {
  const clock = new VirtualClock()
  const failures: AttemptFailure[] = []
  const sent: SignalData[] = []
  let events: ConnectingEvents | undefined
  const connection: Connecting = {
    listen: (listener) => {
      events = listener
    },
    accept: () => {},
    addCandidate: () => {},
    destroy: () => {},
  }
  const attempt = new Attempt({
    introduction,
    connection,
    sign: fakeSign(introduction.initiator),
    verify: fakeVerify,
    timers: clock,
    limits: networkLimits,
    gatherMs: networkLimits.gatherMs,
    send: async (_seq, data) => {
      sent.push(data)
      return acknowledgement ?? new Promise(() => {})
    },
    opened: () => {},
    failed: (reason) => void failures.push(reason),
    progressed: () => {},
    dropped: () => {},
  })
  if (!events) throw new Error('the attempt does not listen')
  return { attempt, clock, events, failures, sent }
}

/** The initiator's side, its offer made. */
const begin = (acknowledgement: Answer<SendRefusal> = { ok: true }) => {
  const begun = create(acknowledgement)
  begun.events.description({ type: 'offer', sdp: sdpOf('AA') })
  return begun
}

/** The initiator's side, its offer sent. */
const start = async (acknowledgement?: Answer<SendRefusal>) => {
  const { attempt, clock, events, failures } = begin(acknowledgement)
  await clock.pass(networkLimits.gatherMs)
  const receive = async (description: SignalDescription): Promise<void> => {
    attempt.receive({ from: 'node2', attempt: introduction.attempt, seq: 0, data: { description, candidates: [] } })
    await clock.pass(0)
  }
  const answer = async (): Promise<void> =>
    receive(await signDescription(fakeSign(introduction.responder), introduction, sdpOf('BB'), sdpOf('AA')))
  return { attempt, clock, failures, receive, answer, close: () => events.closed('closed-there') }
}

const candidateOf = (port: number): SignalCandidate => ({
  candidate: `candidate:1 1 udp 1677729535 192.0.2.1 ${port} typ host`,
  sdpMid: '0',
  sdpMLineIndex: 0,
})

describe('an attempt', () => {
  it('sends its description with the first candidates, and gathers later ones for as long again', async () => {
    const { clock, events, sent } = begin()
    events.candidate(candidateOf(1))
    await clock.pass(networkLimits.gatherMs - 1)
    expect(sent).toEqual([])
    await clock.pass(1)
    events.candidate(candidateOf(2))
    events.candidate(candidateOf(3))
    await clock.pass(networkLimits.gatherMs)
    expect(sent.map(({ description, candidates }) => [description?.type, candidates.length])).toEqual([
      ['offer', 1],
      [undefined, 2],
    ])
  })

  it('sends everything once all candidates are found, and nothing after that', async () => {
    const { clock, events, sent } = begin()
    events.candidate(candidateOf(1))
    await clock.pass(5)
    events.candidate(candidateOf(2))
    events.gathered()
    await clock.pass(0)
    expect(sent.map(({ description, candidates }) => [description?.type, candidates.length])).toEqual([['offer', 2]])
    await clock.pass(3 * networkLimits.gatherMs)
    expect(sent).toHaveLength(1)
  })

  it('waits for its signature even if all candidates are found before', async () => {
    const { clock, events, sent } = begin()
    events.candidate(candidateOf(1))
    events.gathered()
    expect(sent).toEqual([])
    await clock.pass(0)
    expect(sent.map(({ description, candidates }) => [description?.type, candidates.length])).toEqual([['offer', 1]])
  })

  it('accepts a signed answer only', async () => {
    const { attempt, answer } = await start()
    expect(attempt.isAnswered).toBe(false)
    await answer()
    expect(attempt.isAnswered).toBe(true)
  })

  it.each<[RefusalReason, AttemptFailure]>([
    ['busy', 'peer-busy'],
    ['full', 'peer-full'],
    ['stopping', 'not-there'],
    ['bad-offer', 'offer-refused'],
  ])('takes a refusal, which nobody signs, for no more than it is: %s', async (reason, failure) => {
    const { failures, receive } = await start()
    await receive({ type: 'refusal', reason })
    expect(failures).toEqual([failure])
  })

  it.each<[SendRefusal, AttemptFailure]>([
    ['upstream-offline', 'not-there'],
    // Nobody has said that the other side is away.
    ['cluster-unavailable', 'server-divided'],
    ['too-many-requests', 'peer-busy'],
    ['no-acknowledgement', 'server-silent'],
  ])('whose offer the server refuses fails for that reason: %s', async (reason, failure) => {
    const { failures } = await start({ ok: false, reason })
    expect(failures).toEqual([failure])
  })

  it('that takes too long fails with the step that is missing', async () => {
    const withoutOffer = create({ ok: true })
    await withoutOffer.clock.pass(networkLimits.connectWithinMs)
    expect(withoutOffer.failures).toEqual(['webrtc-failed'])

    const undelivered = create(undefined)
    undelivered.events.description({ type: 'offer', sdp: sdpOf('AA') })
    await undelivered.clock.pass(networkLimits.connectWithinMs)
    expect(undelivered.failures).toEqual(['server-silent'])

    const unanswered = begin()
    await unanswered.clock.pass(networkLimits.connectWithinMs)
    expect(unanswered.failures).toEqual(['no-answer'])

    const answered = await start()
    await answered.answer()
    await answered.clock.pass(networkLimits.connectWithinMs)
    expect(answered.failures).toEqual(['connect-timeout'])
  })

  it('blames the browser for a connection that closes before the answer, and only then', async () => {
    const early = await start()
    early.close()
    expect(early.failures).toEqual(['webrtc-failed'])
    const late = await start()
    await late.answer()
    late.close()
    expect(late.failures).toEqual(['connection-lost'])
  })
})
