import { describe, expect, it } from 'vitest'
import { Attempts, type Step } from '../../../signal-server/introductions/attempts.ts'
import type { SignalData } from '../../../signal-server/shared/protocol.ts'

const limits = {
  attemptsPerSocket: 100,
  attemptLifetimeMs: 30_000,
  signalsPerSide: 100,
  charsPerSide: 1_000,
  offersPerUpstream: { burst: 100, perSecond: 0 },
  offersPerTarget: { burst: 100, perSecond: 0 },
}

const createAttempts = (overrides: Partial<typeof limits> = {}) => {
  const clock = { now: 0 }
  return { attempts: new Attempts({ ...limits, ...overrides }, () => clock.now), clock }
}

const described = (type: 'offer' | 'answer', sdp = ''): SignalData => ({
  description: { type, sdp, peerId: '', signature: '' },
  candidates: [],
})
const refusal: SignalData = { description: { type: 'refusal', reason: 'busy' }, candidates: [] }
const candidates = (chars = 0): SignalData => ({
  candidates: [{ candidate: 'x'.repeat(chars), sdpMid: null, sdpMLineIndex: null }],
})
const step = (sender: string, receiver: string, data: SignalData, attempt = 'x'): Step => ({
  sender,
  receiver,
  to: receiver,
  attempt,
  data,
})

describe('Attempts', () => {
  it('allows candidates in both directions and one answer back', () => {
    const { attempts } = createAttempts()
    expect(attempts.open(step('bob', 'alice', described('offer')))).toBeUndefined()
    expect(attempts.pass(step('bob', 'alice', candidates()))).toBeUndefined()
    expect(attempts.pass(step('alice', 'bob', candidates()))).toBeUndefined()
    expect(attempts.pass(step('alice', 'bob', described('answer')))).toBeUndefined()
    expect(attempts.pass(step('alice', 'bob', described('answer')))).toBe('too-many-signals')
    expect(attempts.pass(step('alice', 'bob', refusal))).toBe('too-many-signals')
    expect(attempts.pass(step('bob', 'alice', candidates()))).toBeUndefined()
  })

  it('accepts no answer and no refusal from the initiator', () => {
    const { attempts } = createAttempts()
    attempts.open(step('bob', 'alice', described('offer')))
    expect(attempts.pass(step('bob', 'alice', described('answer')))).toBe('unknown-attempt')
    expect(attempts.pass(step('bob', 'alice', refusal))).toBe('unknown-attempt')
    expect(attempts.pass(step('alice', 'bob', described('answer')))).toBeUndefined()
  })

  it('accepts one offer in an attempt, whichever side makes the second', () => {
    const { attempts } = createAttempts()
    attempts.open(step('bob', 'alice', described('offer')))
    expect(attempts.open(step('bob', 'alice', described('offer')))).toBe('too-many-signals')
    expect(attempts.open(step('bob', 'carol', described('offer')))).toBe('too-many-signals')
    expect(attempts.open(step('alice', 'bob', described('offer')))).toBe('too-many-signals')
  })

  it('distinguishes the attempts of two initiators with the same id', () => {
    const { attempts } = createAttempts()
    attempts.open(step('bob', 'alice', described('offer')))
    expect(attempts.open(step('carol', 'alice', described('offer')))).toBeUndefined()
    attempts.socketEnded('carol')
    expect(attempts.pass(step('alice', 'bob', described('answer')))).toBeUndefined()
    expect(attempts.pass(step('alice', 'carol', described('answer')))).toBe('unknown-attempt')
  })

  it('knows no attempt between other nodes', () => {
    const { attempts } = createAttempts()
    attempts.open(step('bob', 'alice', described('offer')))
    expect(attempts.pass(step('bob', 'carol', candidates()))).toBe('unknown-attempt')
    expect(attempts.pass(step('carol', 'bob', described('answer')))).toBe('unknown-attempt')
    expect(attempts.pass(step('carol', 'alice', candidates()))).toBe('unknown-attempt')
    expect(attempts.pass(step('carol', 'bob', candidates()))).toBe('unknown-attempt')
  })

  it('ends an attempt that is too old', () => {
    const { attempts, clock } = createAttempts()
    attempts.open(step('bob', 'alice', described('offer')))
    clock.now = 29_999
    expect(attempts.pass(step('alice', 'bob', candidates()))).toBeUndefined()
    clock.now = 30_000
    expect(attempts.pass(step('alice', 'bob', candidates()))).toBe('unknown-attempt')
  })

  it('bounds the open attempts of one initiator, and does not count ended ones', () => {
    const { attempts, clock } = createAttempts({ attemptsPerSocket: 2 })
    expect(attempts.open(step('bob', 'alice', described('offer'), '1'))).toBeUndefined()
    expect(attempts.open(step('bob', 'carol', described('offer'), '2'))).toBeUndefined()
    expect(attempts.open(step('bob', 'alice', described('offer'), '3'))).toBe('too-many-attempts')
    expect(attempts.open(step('dave', 'alice', described('offer'), '3'))).toBeUndefined()
    attempts.pass(step('alice', 'bob', refusal, '1'))
    expect(attempts.open(step('bob', 'alice', described('offer'), '4'))).toBeUndefined()
    clock.now = 30_000
    expect(attempts.open(step('bob', 'alice', described('offer'), '5'))).toBeUndefined()
  })

  it('bounds the signals of each side', () => {
    const { attempts } = createAttempts({ signalsPerSide: 2 })
    attempts.open(step('bob', 'alice', described('offer')))
    expect(attempts.pass(step('bob', 'alice', candidates()))).toBeUndefined()
    expect(attempts.pass(step('bob', 'alice', candidates()))).toBe('too-many-signals')
    expect(attempts.pass(step('alice', 'bob', candidates()))).toBeUndefined()
  })

  it('bounds the characters of each side', () => {
    const { attempts } = createAttempts({ charsPerSide: 10 })
    expect(attempts.open(step('bob', 'alice', described('offer', 'x'.repeat(11))))).toBe('too-many-signals')
    attempts.open(step('bob', 'alice', described('offer', 'x'.repeat(6))))
    expect(attempts.pass(step('bob', 'alice', candidates(5)))).toBe('too-many-signals')
    expect(attempts.pass(step('bob', 'alice', candidates(4)))).toBeUndefined()
    expect(attempts.pass(step('alice', 'bob', described('answer', 'x'.repeat(10))))).toBeUndefined()
  })

  it('bounds the offers of one node to one upstream', () => {
    const { attempts, clock } = createAttempts({ offersPerUpstream: { burst: 2, perSecond: 1 } })
    attempts.open(step('bob', 'alice', described('offer'), '1'))
    attempts.open(step('bob', 'alice', described('offer'), '2'))
    expect(attempts.open(step('bob', 'alice', described('offer'), '3'))).toBe('too-many-requests')
    expect(attempts.open(step('bob', 'carol', described('offer'), '4'))).toBeUndefined()
    clock.now = 1_000
    expect(attempts.open(step('bob', 'alice', described('offer'), '5'))).toBeUndefined()
  })

  it('bounds the offers to one node, so that no single sender can use them up', () => {
    const { attempts } = createAttempts({
      offersPerUpstream: { burst: 2, perSecond: 0 },
      offersPerTarget: { burst: 3, perSecond: 0 },
    })
    const flood = Array.from({ length: 50 }, (_, index) =>
      attempts.open(step('mallory', 'alice', described('offer'), `m${index}`)),
    )
    expect(flood.filter((reason) => reason === undefined)).toHaveLength(2)
    expect(attempts.open(step('bob', 'alice', described('offer'), 'b'))).toBeUndefined()
    expect(attempts.open(step('carol', 'alice', described('offer'), 'c'))).toBe('too-many-requests')
  })

  it('opens an attempt with a node of another process once all earlier ones are too old', () => {
    const { attempts, clock } = createAttempts()
    const bob = {
      net: 'main',
      name: 'bob',
      peerId: '',
      upstreams: ['alice'],
      socketId: 'bob',
      registeredAt: 0,
      processId: 'p2',
    }
    expect(attempts.open(step('bob', 'alice', described('offer'), 'first'), bob)).toBeUndefined()
    clock.now = 45_000
    expect(attempts.open(step('bob', 'alice', described('offer'), 'second'), bob)).toBeUndefined()
    expect(attempts.pass(step('alice', 'bob', described('answer'), 'second'))).toBeUndefined()
    expect(attempts.pass(step('bob', 'alice', candidates(), 'second'))).toBeUndefined()
    expect(attempts.remoteOf('alice', 'second', 'bob')).toBe(bob)
  })
})
