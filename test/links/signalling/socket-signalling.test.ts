import { describe, expect, it, vi } from 'vitest'
import type { IceServer } from '../../../signal-server/shared/protocol.ts'
import { createKey } from '../../machine/ed25519-key.ts'
import { startSignalling } from '../../signal-server/tab.ts'
import { VirtualClock } from '../../simulation/network/virtual-clock.ts'
import { connect, listenIo, listenWithAnswers, offline } from './driven-signalling.ts'

describe('a malformed acknowledgement', () => {
  it.each([undefined, null, 'ok', {}, { ok: false }, { ok: false, reason: 'the moon is full' }])(
    'of a registration counts as no answer: %j',
    async (answer) => {
      const { states, contacts } = connect(await listenWithAnswers({ 'node:register': answer }))
      await vi.waitUntil(() => states.length > 0)
      expect(states).toEqual([offline('server-silent')])
      expect(contacts).toEqual([
        { step: 'connecting' },
        { step: 'registering' },
        { step: 'refused', reason: 'no-acknowledgement' },
      ])
    },
  )

  it('of a signal counts as no answer', async () => {
    const { states, signalling } = connect(
      await listenWithAnswers({ 'node:register': { ok: true }, 'signal:send': { ok: false, reason: 'x' } }),
    )
    await vi.waitUntil(() => states.length > 0)
    expect(states).toEqual([{ status: 'registered' }])
    expect(await signalling.send('node2', 'attempt', 0, { candidates: [] })).toEqual({
      ok: false,
      reason: 'no-acknowledgement',
    })
  })
})

describe('a diagnosis', () => {
  it.each([
    ['name-taken', 'name-taken'],
    ['name-reserved', 'name-reserved'],
    ['server-full', 'server-refused'],
    ['bad-signature', 'server-refused'],
  ])('shows why the registration is refused: %s', async (reason, shown) => {
    const { contacts } = connect(await listenWithAnswers({ 'node:register': { ok: false, reason } }))
    await vi.waitUntil(() => contacts.length > 2)
    expect(contacts[2]).toEqual({ step: 'refused', reason: shown })
  })

  it.each([
    ['another build of the page', 'build-3', { isPageOld: true }],
    ['this build', 'build-2', {}],
    ['no build', undefined, {}],
  ])('compares the build of the page with that of the server: %s', async (_what, build, shown) => {
    const { contacts } = connect(await listenWithAnswers({ 'node:register': { ok: true, build } }))
    await vi.waitUntil(() => contacts.length > 2)
    expect(contacts[2]).toEqual({ step: 'registered', ...shown })
  })

  it('shows a lost websocket, and counts the failed tries after it', async () => {
    const { io, port } = await listenIo({ 'node:register': { ok: true } })
    const { contacts } = connect(port)
    await vi.waitUntil(() => contacts.at(-1)?.step === 'registered')
    await io.close()
    await vi.waitUntil(() => contacts.some((contact) => contact.step === 'no-websocket' && contact.tries === 2), 10_000)
    expect(contacts.slice(2)).toEqual([
      { step: 'registered' },
      { step: 'lost' },
      { step: 'no-websocket', reason: 'server-unreachable', tries: 1 },
      { step: 'no-websocket', reason: 'server-unreachable', tries: 2 },
    ])
  })
})

describe('a server of several processes', () => {
  it('reports whether they reach each other, in an event that is parsed', async () => {
    const { io, port } = await listenIo()
    io.on('connection', (socket) => {
      for (const payload of [{ isDivided: true }, { isDivided: 'no' }, undefined, { isDivided: false }]) {
        socket.emit('server:divided', payload)
      }
    })
    const { divisions } = connect(port)
    await vi.waitUntil(() => divisions.length === 2)
    expect(divisions).toEqual([true, false])
  })
})

describe('STUN and TURN servers', () => {
  const turn = { urls: ['turn:turn.example.org'], secret: 'north', ttlSeconds: 3_600 }
  const usernames = (granted: readonly unknown[]) => granted.flat().map((server) => (server as IceServer).username)

  it('come with the registration, and new credentials come before the old ones expire', async () => {
    const clock = new VirtualClock()
    const { port } = await startSignalling({ turn, wallClock: () => 1_700_000_000_000 + clock.now() })
    const { states, iceServers } = connect(port, {}, createKey(), clock)
    await vi.waitUntil(() => states.length > 0)
    expect(usernames(iceServers)).toEqual(['1700003600:node1'])
    // `random` is 0.5: after 0.625 of an hour.
    await clock.pass(2_249_999)
    expect(iceServers).toHaveLength(1)
    await clock.pass(1)
    await vi.waitUntil(() => iceServers.length > 1)
    await clock.pass(2_250_000)
    await vi.waitUntil(() => iceServers.length > 2)
    expect(usernames(iceServers)).toEqual(['1700003600:node1', '1700005850:node1', '1700008100:node1'])
  })

  it('are requested at once by a tab that stalled until they had expired', async () => {
    const clock = new VirtualClock()
    const { port } = await startSignalling({ turn, wallClock: () => 1_700_000_000_000 + clock.now() })
    const { iceServers } = connect(port, {}, createKey(), clock)
    await vi.waitUntil(() => iceServers.length > 0)
    clock.stall(7_200_000)
    await clock.pass(0)
    await vi.waitUntil(() => iceServers.length > 1)
    expect(usernames(iceServers)).toEqual(['1700003600:node1', '1700010800:node1'])
  })

  it('are undefined if the server has none', async () => {
    const { port } = await startSignalling()
    const { states, iceServers } = connect(port, {}, createKey())
    await vi.waitUntil(() => states.length > 0)
    expect(iceServers).toEqual([undefined])
  })

  it('are requested if the answer to the registration was lost', async () => {
    const servers = [{ urls: ['stun:stun.example.org'] }]
    const answers = {
      'node:register': { ok: false, reason: 'already-registered' },
      'ice:renew': { ok: true, iceServers: servers },
    }
    const { iceServers } = connect(await listenWithAnswers(answers))
    await vi.waitUntil(() => iceServers.length > 0)
    expect(iceServers).toEqual([servers])
  })

  it('that are malformed do not prevent the registration', async () => {
    const servers = [{ urls: 'stun:stun.example.org' }, 7]
    const { states, iceServers } = connect(
      await listenWithAnswers({ 'node:register': { ok: true, iceServers: servers } }),
    )
    await vi.waitUntil(() => states.length > 0)
    expect(states).toEqual([{ status: 'registered' }])
    // Unparsed: the ICE server picker parses them one by one.
    expect(iceServers).toEqual([servers])
  })
})
