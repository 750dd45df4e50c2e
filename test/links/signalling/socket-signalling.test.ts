import { sign } from 'node:crypto'
import { once } from 'node:events'
import { type RequestListener, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { Server } from 'socket.io'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { PeerId } from '../../../client/gossip/wire/peer-id.ts'
import { type NetworkLimits, networkLimits } from '../../../client/links/shared/limits.ts'
import { explainNoWebsocket } from '../../../client/links/signalling/server-probe.ts'
import { SocketSignalling } from '../../../client/links/signalling/socket-signalling.ts'
import type { SignallingLimits } from '../../../signal-server/shared/limits.ts'
import type { IceServer } from '../../../signal-server/shared/protocol.ts'
import { attachSignalling } from '../../../signal-server/sockets/signalling.ts'
import { type Key, createKey } from '../../machine/ed25519-key.ts'
import { startSignalling } from '../../signal-server/tab.ts'
import { fakePeerId } from '../../simulation/fake-signatures.ts'
import { VirtualClock } from '../../simulation/virtual-clock.ts'
import type { Timers } from '../../../client/node/shared/timers.ts'
import type { SignallingState } from '../../../client/node/shared/node-ports.ts'
import type { ServerContact } from '../../../client/node/api/server-contact.ts'

const listen = async (handle: RequestListener = (_, response) => void response.writeHead(404).end()) => {
  const server = createServer(handle)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return { server, port: (server.address() as AddressInfo).port }
}

const realTimers: Timers = {
  now: () => performance.now(),
  after: (delayMs, action) => {
    const timer = setTimeout(action, delayMs)
    return () => clearTimeout(timer)
  },
}

const connect = (port: number, limits: Partial<NetworkLimits> = {}, key?: Key, timers = realTimers) => {
  const iceServers: unknown[] = []
  const states: SignallingState[] = []
  const contacts: ServerContact[] = []
  const divisions: boolean[] = []
  const signalling = new SocketSignalling({
    folder: `http://127.0.0.1:${port}/`,
    pageOrigin: undefined,
    net: 'main',
    name: 'node1',
    peerId: key ? (key.peerId as PeerId) : fakePeerId(1),
    upstreams: [],
    build: 'build-2',
    token: undefined,
    sign: async (message) => (key ? new Uint8Array(sign(null, message, key.privateKey)) : new Uint8Array(64)),
    timers,
    limits: { ...networkLimits, ...limits },
    random: () => 0.5,
  })
  onTestFinished(() => signalling.stop())
  signalling.start({
    state: (state) => void states.push(state),
    contact: (contact) => void contacts.push(contact),
    iceServers: (granted) => void iceServers.push(granted),
    signal: () => {},
    upstreamOnline: () => {},
    upstreamSimilar: () => {},
    divided: (isDivided) => void divisions.push(isDivided),
    dropped: () => {},
  })
  return { states, contacts, iceServers, divisions, signalling }
}

/** A server that acknowledges each event with what the test says. */
const listenWithAnswers = async (answers: Readonly<Record<string, unknown>>): Promise<number> => {
  const { server, port } = await listen()
  const io = new Server(server)
  onTestFinished(() => io.close())
  io.on('connection', (socket) => {
    socket.onAny((event: string, _payload: unknown, acknowledge: (answer: unknown) => void) => {
      acknowledge(answers[event])
    })
  })
  return port
}

const offline = (reason: string) => ({ status: 'offline', reason })

describe('an acknowledgement that is none', () => {
  it.each([undefined, null, 'ok', {}, { ok: false }, { ok: false, reason: 'the moon is full' }])(
    'to a registration counts as a server that does not answer: %j',
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

  it('to a signal counts as missing', async () => {
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
  ])('tells of a registration that is refused: %s', async (reason, told) => {
    const { contacts } = connect(await listenWithAnswers({ 'node:register': { ok: false, reason } }))
    await vi.waitUntil(() => contacts.length > 2)
    expect(contacts[2]).toEqual({ step: 'refused', reason: told })
  })

  it.each([
    ['another build of the page', 'build-3', { isPageOld: true }],
    ['this build', 'build-2', {}],
    ['no build', undefined, {}],
  ])('tells of a server that has %s', async (_what, build, told) => {
    const { contacts } = connect(await listenWithAnswers({ 'node:register': { ok: true, build } }))
    await vi.waitUntil(() => contacts.length > 2)
    expect(contacts[2]).toEqual({ step: 'registered', ...told })
  })

  it('tells of a websocket that is lost, and counts the tries in vain from then on', async () => {
    const { server, port } = await listen()
    const io = new Server(server)
    onTestFinished(() => io.close())
    io.on('connection', (socket) => {
      socket.onAny((_event: string, _payload: unknown, acknowledge: (answer: unknown) => void) => {
        acknowledge({ ok: true })
      })
    })
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

describe('no websocket', () => {
  const seen = { host: 'localhost', origin: null, httpVersion: '1.1', handshake: 'missing' }

  /** Refuses every socket for want of room, or passes for a server that the websocket does not get to. */
  const listenFull = async (limits: Partial<SignallingLimits>, health?: unknown): Promise<number> => {
    const { server, port } = await listen((request, response) => {
      if (!health) return signalling.respond(request, response)
      response.setHeader('Content-Type', 'application/json').end(JSON.stringify(health))
    })
    const signalling = attachSignalling(server, { limits })
    onTestFinished(() => signalling.close())
    return port
  }

  it('for a server that is full is told from one that is blocked', async () => {
    const { states } = connect(await listenFull({ socketsPerAddress: 0 }))
    await vi.waitUntil(() => states.length > 0)
    expect(states[0]).toEqual(offline('server-refused'))
  })

  it.each([
    ['websocket-blocked', { status: 'ok', seen: { ...seen, handshake: 'missing' } }],
    ['upgrade-not-passed', { status: 'ok', seen: { ...seen, handshake: 'missing', httpVersion: '1.0' } }],
    ['upgrade-not-passed', { status: 'ok', seen: { ...seen, handshake: 'plain' } }],
    ['websocket-held', { status: 'ok', seen: { ...seen, handshake: 'admitted' } }],
    ['server-refused', { status: 'ok', seen: { ...seen, handshake: 'refused' } }],
    ['server-unreachable', { status: 'refused', reason: 'draining', seen }],
  ])('is %s if plain http says so', async (reason, health) => {
    const { states, contacts } = connect(await listenFull({ sockets: 0 }, health))
    await vi.waitUntil(() => states.length > 0)
    expect(states[0]).toEqual(offline(reason))
    expect(contacts).toEqual([{ step: 'connecting' }, { step: 'no-websocket', reason, tries: 1 }])
  })

  it.each([
    [502, 'server-unreachable'],
    [504, 'server-unreachable'],
    [429, 'server-refused'],
    [404, 'path-not-forwarded'],
    [200, 'path-not-forwarded'],
  ])('is told by the status of whoever answers instead: %s', async (status, reason) => {
    const { port } = await listen((_, response) => void response.writeHead(status).end('{"status":"ok"}'))
    const { states } = connect(port)
    await vi.waitUntil(() => states.length > 0)
    const more = reason === 'path-not-forwarded' ? { path: '/socket.io/', httpStatus: status } : {}
    expect(states[0]).toEqual({ ...offline(reason), ...more })
  })

  it.each([
    [
      'http://school.example',
      'another host',
      'another origin',
      { reason: 'origin-rewritten', origin: 'another origin' },
    ],
    ['http://school.example', 'another host', null, { reason: 'origin-rewritten', origin: '' }],
    [
      'http://school.example',
      'school.example',
      'http://school.example',
      { reason: 'origin-refused', origin: 'http://school.example' },
    ],
    [undefined, '127.0.0.1', undefined, { reason: 'host-not-passed', host: '127.0.0.1' }],
  ])('for the page of %s, of which the server saw %s and %s, is told apart', async (page, host, origin, cause) => {
    const { port } = await listen((_, response) => {
      const own = { ...seen, host, origin: origin === undefined ? `http://127.0.0.1:${port}` : origin }
      response.setHeader('Content-Type', 'application/json')
      response.end(JSON.stringify({ status: 'refused', reason: 'origin-not-allowed', seen: own }))
    })
    const folder = `http://127.0.0.1:${port}/`
    const server = { folder, pageOrigin: page ?? new URL(folder).origin }
    expect(await explainNoWebsocket(server, 'a', 5_000)).toMatchObject(cause)
  })

  it.each([
    ['the page’s own', 'host-refused'],
    ['another', 'host-not-passed'],
  ])('whose Host the server does not know, and is %s, is %s', async (whose, reason) => {
    const { port } = await listen((_, response) => {
      const host = whose === 'another' ? 'backend:3000' : `127.0.0.1:${port}`
      response.writeHead(403, { 'Content-Type': 'application/json' })
      response.end(JSON.stringify({ status: 'refused', reason: 'host-not-allowed', seen: { ...seen, host } }))
    })
    const folder = `http://127.0.0.1:${port}/`
    const cause = await explainNoWebsocket({ folder, pageOrigin: new URL(folder).origin }, 'a', 5_000)
    expect(cause.reason).toBe(reason)
  })

  it('that stays is one that a proxy cuts, until one of them does', async () => {
    const clock = new VirtualClock()
    const { server, port } = await startSignalling()
    const streams: Duplex[] = []
    server.on('upgrade', (_, stream) => streams.push(stream))
    const { states, contacts } = connect(port, {}, createKey(), clock)
    for (let cut = 1; cut <= 3; cut += 1) {
      await vi.waitUntil(() => streams.length === cut && states.at(-1)?.status === 'registered', 10_000)
      expect(states.at(-1)).toEqual({ status: 'registered' })
      await clock.pass(5_000)
      streams.at(-1)?.destroy()
      await vi.waitUntil(() => states.at(-1)?.status === 'offline')
    }
    expect(states.at(-1)).toEqual({ ...offline('websocket-cut'), afterMs: 5_000 })
    await vi.waitUntil(() => states.at(-1)?.status === 'registered', 10_000)
    expect(states.at(-1)).toEqual({ status: 'registered', cutAfterMs: 5_000 })
    expect(contacts.at(-1)).toEqual({ step: 'registered', cutAfterMs: 5_000 })
    await clock.pass(networkLimits.steadySocketMs)
    expect(states.at(-1)).toEqual({ status: 'registered' })
    expect(contacts.at(-1)).toEqual({ step: 'registered' })
  })

  it('and no word on why within a while is a server that has not answered, whatever keeps it', async () => {
    const { server, port } = await listen(() => {})
    server.on('upgrade', (_request, stream) => stream.destroy())
    const { states } = connect(port, { explainWithinMs: 10 })
    await vi.waitUntil(() => states.length > 0)
    expect(states[0]).toEqual(offline('server-silent'))
  })
})

describe('a server of several processes', () => {
  it('says when they can’t reach each other, in a word that is checked', async () => {
    const { server, port } = await listen()
    const io = new Server(server)
    onTestFinished(() => io.close())
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
  const usernames = (told: readonly unknown[]) => told.flat().map((server) => (server as IceServer).username)

  it('come with the registration, and their credentials again before they end', async () => {
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

  it('are asked for at once by a tab that stalled past their end', async () => {
    const clock = new VirtualClock()
    const { port } = await startSignalling({ turn, wallClock: () => 1_700_000_000_000 + clock.now() })
    const { iceServers } = connect(port, {}, createKey(), clock)
    await vi.waitUntil(() => iceServers.length > 0)
    clock.stall(7_200_000)
    await clock.pass(0)
    await vi.waitUntil(() => iceServers.length > 1)
    expect(usernames(iceServers)).toEqual(['1700003600:node1', '1700010800:node1'])
  })

  it('are none where the server has none', async () => {
    const { port } = await startSignalling()
    const { states, iceServers } = connect(port, {}, createKey())
    await vi.waitUntil(() => states.length > 0)
    expect(iceServers).toEqual([undefined])
  })

  it('are asked for by who registered, and missed the answer', async () => {
    const servers = [{ urls: ['stun:stun.example.org'] }]
    const answers = {
      'node:register': { ok: false, reason: 'already-registered' },
      'ice:renew': { ok: true, iceServers: servers },
    }
    const { iceServers } = connect(await listenWithAnswers(answers))
    await vi.waitUntil(() => iceServers.length > 0)
    expect(iceServers).toEqual([servers])
  })

  it('that are no servers at all cost nobody the registration', async () => {
    const servers = [{ urls: 'stun:stun.example.org' }, 7]
    const { states, iceServers } = connect(
      await listenWithAnswers({ 'node:register': { ok: true, iceServers: servers } }),
    )
    await vi.waitUntil(() => states.length > 0)
    expect(states).toEqual([{ status: 'registered' }])
    // As they came: who makes connections reads them one by one.
    expect(iceServers).toEqual([servers])
  })
})
