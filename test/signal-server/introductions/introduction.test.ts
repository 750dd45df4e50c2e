import { describe, expect, it } from 'vitest'
import type { SignalData } from '../../../signal-server/shared/protocol.ts'
import { createAttemptId, openNode, openTab, refused, startPair, startSignalling } from '../tab.ts'

describe('introduction', () => {
  it('carries offer, answer and candidates along one attempt', async () => {
    const { introduce } = await startPair()
    await introduce()
  })

  it('delivers the payload as it was sent, with the name that the server knows', async () => {
    const { alice, bob } = await startPair()
    const attempt = createAttemptId()
    const data = bob.description('offer')
    await bob.send('alice', attempt, data, 7)
    expect(await alice.signals.next()).toEqual({ from: 'bob', attempt, seq: 7, data })
  })

  it('delivers only fields of the schema', async () => {
    const { alice, bob } = await startPair()
    const data = bob.description('offer')
    const request = { to: 'alice', attempt: createAttemptId(), seq: 0, data: { ...data, extra: 1 }, from: 'carol' }
    await bob.request('signal:send', request)
    expect(await alice.signals.next()).toEqual({ from: 'bob', attempt: request.attempt, seq: 0, data })
  })

  it('ends an attempt with the refusal of the responder', async () => {
    const { alice, bob } = await startPair()
    const attempt = createAttemptId()
    await bob.offer('alice', attempt)
    const data: SignalData = { description: { type: 'refusal', reason: 'busy' }, candidates: [] }
    expect(await alice.send('bob', attempt, data)).toEqual({ ok: true })
    expect(await bob.signals.next()).toMatchObject({ from: 'alice', attempt, data })
    expect(await bob.send('alice', attempt, { candidates: [] })).toEqual(refused('unknown-attempt'))
  })

  it('carries the refusal of an upstream’s unknown key, and nothing after it', async () => {
    const { alice, bob } = await startPair()
    const attempt = createAttemptId()
    const data: SignalData = { description: { type: 'refusal', reason: 'other-key' }, candidates: [] }
    expect(await bob.send('alice', attempt, data)).toEqual({ ok: true })
    expect(await alice.signals.next()).toMatchObject({ from: 'bob', attempt, data })
    expect(await alice.send('bob', attempt, alice.description('answer'))).toEqual(refused('unknown-attempt'))
    expect(await alice.send('bob', createAttemptId(), data)).toEqual(refused('not-an-upstream'))
  })

  it('ends an attempt with the socket of either side', async () => {
    const { port, alice, bob } = await startPair()
    const attempt = createAttemptId()
    await bob.offer('alice', attempt)
    const aliceAgain = await openNode(port, 'alice', [], alice.key)
    expect(await bob.send('alice', attempt, { candidates: [] })).toEqual(refused('unknown-attempt'))
    expect(await aliceAgain.send('bob', attempt, aliceAgain.description('answer'))).toEqual(refused('unknown-attempt'))
  })
})

describe('a signal is refused', () => {
  it('before registration', async () => {
    const { port } = await startSignalling()
    const tab = await openTab(port)
    expect(await tab.offer('alice')).toEqual(refused('unregistered'))
  })

  it('if it offers to a node that is no upstream of the sender', async () => {
    const { port } = await startSignalling()
    const alice = await openNode(port, 'alice', ['bob'])
    const bob = await openNode(port, 'bob')
    expect(await bob.offer('alice')).toEqual(refused('not-an-upstream'))
    expect(alice.signals.size).toBe(0)
  })

  it('if it offers to the sender itself', async () => {
    const { port } = await startSignalling()
    const alice = await openNode(port, 'alice', ['alice'])
    expect(await alice.offer('alice')).toEqual(refused('not-an-upstream'))
  })

  it('if the upstream is not online', async () => {
    const { port } = await startSignalling()
    const bob = await openNode(port, 'bob', ['alice'])
    expect(await bob.offer('alice')).toEqual(refused('upstream-offline'))
  })

  it('if its offer or answer names another key than its sender’s', async () => {
    const { alice, bob } = await startPair()
    const attempt = createAttemptId()
    expect(await bob.send('alice', attempt, alice.description('offer'))).toEqual(refused('wrong-peer-id'))
    expect(await bob.offer('alice', attempt)).toEqual({ ok: true })
    expect(await alice.send('bob', attempt, bob.description('answer'))).toEqual(refused('wrong-peer-id'))
    expect(await alice.send('bob', attempt, alice.description('answer'))).toEqual({ ok: true })
    expect(alice.signals.size).toBe(1)
  })

  it('if it is an answer or candidates for an attempt that is not open', async () => {
    const { port } = await startSignalling()
    const alice = await openNode(port, 'alice', ['bob'])
    await openNode(port, 'bob', ['alice'])
    expect(await alice.send('bob', createAttemptId(), alice.description('answer'))).toEqual(refused('unknown-attempt'))
    expect(await alice.send('bob', createAttemptId(), { candidates: [] })).toEqual(refused('unknown-attempt'))
    expect(await alice.send('absent', createAttemptId(), { candidates: [] })).toEqual(refused('unknown-attempt'))
  })

  it('if a third node sends it in an attempt', async () => {
    const { port, bob } = await startPair()
    const mallory = await openNode(port, 'mallory', ['alice', 'bob'])
    const attempt = createAttemptId()
    await bob.offer('alice', attempt)
    expect(await mallory.send('bob', attempt, mallory.description('answer'))).toEqual(refused('unknown-attempt'))
    expect(await mallory.send('alice', attempt, { candidates: [] })).toEqual(refused('unknown-attempt'))
  })

  it.each([
    ['nothing', undefined],
    ['a string', 'x'],
    ['an array', []],
    ['a bad name', { to: '../x' }],
    ['a name that every object has', { to: '__proto__\u0000' }],
    ['a bad attempt', { attempt: 'short' }],
    ['a negative seq', { seq: -1 }],
    ['an unknown type', { data: { description: { type: 'rollback' }, candidates: [] } }],
    ['an sdp that is too long', { data: { description: { type: 'offer', sdp: 'x'.repeat(8_193) }, candidates: [] } }],
    ['too many candidates', { data: { candidates: Array.from({ length: 33 }, () => ({})) } }],
  ])('if it is malformed: %s', async (_, flaw) => {
    const { bob } = await startPair()
    const good = { to: 'alice', attempt: createAttemptId(), seq: 0, data: bob.description('offer') }
    const payload = typeof flaw === 'object' && !Array.isArray(flaw) ? { ...good, ...flaw } : flaw
    expect(await bob.request('signal:send', payload)).toEqual(refused('malformed'))
    expect(await bob.request('node:register', payload)).toEqual(refused('malformed'))
  })
})
