import { describe, expect, it } from 'vitest'
import { Admission } from '../../../client/links/attempts/admission.ts'
import { networkLimits } from '../../../client/links/shared/limits.ts'
import { fakePeerId } from '../../simulation/node/fake-signatures.ts'

const admissionOf = (limits: Partial<typeof networkLimits> = {}) => new Admission({ ...networkLimits, ...limits }, 0)

describe('[P6] admission', () => {
  it('admits a class of 60 at once', () => {
    const admission = admissionOf()
    for (let student = 0; student < 60; student += 1) {
      expect(admission.answer(fakePeerId(student), student)).toBeUndefined()
      admission.succeeded(fakePeerId(student), student)
    }
  })

  it('exhausts a flood of invented keys, and recovers with time', () => {
    const admission = admissionOf()
    const admitted = Array.from({ length: 600 }, (_, key) => admission.answer(fakePeerId(key), 0)).filter((no) => !no)
    expect(admitted).toHaveLength(networkLimits.failedAnswers)
    expect(admission.answer(fakePeerId(9_999), 1)).toBe('too-many-offers')
    expect(admission.answer(fakePeerId(9_999), networkLimits.failedAnswerRefillMs)).toBeUndefined()
  })

  it('lets one key fail a few times only, without effect on others', () => {
    const admission = admissionOf()
    const admitted = Array.from({ length: 600 }, () => admission.answer(fakePeerId(1), 0)).filter((no) => !no)
    expect(admitted).toHaveLength(networkLimits.failedAnswersPerPeer)
    expect(admission.answer(fakePeerId(2), 0)).toBeUndefined()
  })

  it("lets one key without a steady link neither use up the page's connections nor lock out others", () => {
    const admission = admissionOf()
    const hourMs = 3_600_000
    let answered = 0
    for (let now = 0; now < hourMs; now += 1_000) if (!admission.answer(fakePeerId(1), now)) answered += 1
    expect(answered).toBeLessThanOrEqual(
      networkLimits.failedAnswersPerPeer + hourMs / networkLimits.failedAnswerPerPeerRefillMs,
    )
    // Every token that it left over is there for somebody else.
    const others = Array.from({ length: 64 }, (_, key) => admission.answer(fakePeerId(100 + key), hourMs))
    expect(others.filter((refusal) => !refusal).length).toBeGreaterThanOrEqual(networkLimits.failedAnswers - 1)
  })

  it('admits a caller that had a steady link before, during any flood', () => {
    const admission = admissionOf()
    admission.answer(fakePeerId(1), 0)
    admission.succeeded(fakePeerId(1), networkLimits.steadyAfterMs)
    const now = networkLimits.steadyAfterMs
    for (let key = 100; key < 2_000; key += 1) admission.answer(fakePeerId(key), now)
    expect(admission.answer(fakePeerId(2), now)).toBe('too-many-offers')
    expect(admission.answer(fakePeerId(1), now)).toBeUndefined()
  })

  it('refunds the cost of a steady link, and no more', () => {
    const admission = admissionOf({ failedAnswers: 2 })
    admission.answer(fakePeerId(1), 0)
    admission.answer(fakePeerId(2), 0)
    for (let times = 0; times < 9; times += 1) admission.succeeded(fakePeerId(1), 0)
    expect(admission.answer(fakePeerId(3), 0)).toBeUndefined()
    expect(admission.answer(fakePeerId(4), 0)).toBe('too-many-offers')
  })

  it('counts nothing for a check', () => {
    const admission = admissionOf({ failedAnswers: 1 })
    for (let times = 0; times < 9; times += 1) expect(admission.answerRefusal(fakePeerId(1), 0)).toBeUndefined()
    expect(admission.answer(fakePeerId(1), 0)).toBeUndefined()
    expect(admission.answerRefusal(fakePeerId(2), 0)).toBe('too-many-offers')
  })

  it('reserves connections for the upstreams, and counts them too', () => {
    const admission = admissionOf({ connectionsPerPage: 10, connectionsKeptForUpstreams: 4, failedAnswers: 100 })
    const answers = Array.from({ length: 8 }, (_, key) => admission.answer(fakePeerId(key), 0))
    expect(answers.filter((refusal) => refusal === 'out-of-connections')).toHaveLength(2)
    const dials = Array.from({ length: 5 }, () => admission.dial(fakePeerId(99), 0))
    expect(dials).toEqual([undefined, undefined, undefined, undefined, 'out-of-connections'])
  })

  it('bans a caller that was cut off, each time for longer', () => {
    const admission = admissionOf()
    const peerId = fakePeerId(1)
    admission.ban(peerId, 0)
    expect(admission.answer(peerId, networkLimits.banBaseMs - 1)).toBe('banned')
    expect(admission.dial(peerId, networkLimits.banBaseMs - 1)).toBe('banned')
    expect(admission.answer(peerId, networkLimits.banBaseMs)).toBeUndefined()
    admission.ban(peerId, 0)
    expect(admission.bannedForMs(peerId, 0)).toBe(2 * networkLimits.banBaseMs)
    for (let times = 0; times < 20; times += 1) admission.ban(peerId, 0)
    expect(admission.bannedForMs(peerId, 0)).toBe(networkLimits.banCapMs)
  })

  it('remembers a bounded number of keys, the ones used last', () => {
    const admission = admissionOf({ rememberedPeers: 3 })
    admission.ban(fakePeerId(1), 0)
    for (const key of [2, 3]) admission.answer(fakePeerId(key), 0)
    expect(admission.isBanned(fakePeerId(1), 0)).toBe(true)
    admission.answer(fakePeerId(4), 0)
    expect(admission.isBanned(fakePeerId(1), 0)).toBe(false)
  })
})
