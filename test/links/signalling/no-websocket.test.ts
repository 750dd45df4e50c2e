import type { Duplex } from 'node:stream'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { networkLimits } from '../../../client/links/shared/limits.ts'
import { explainNoWebsocket } from '../../../client/links/signalling/server-probe.ts'
import type { SignallingLimits } from '../../../signal-server/shared/limits.ts'
import { attachSignalling } from '../../../signal-server/sockets/signalling.ts'
import { createKey } from '../../machine/ed25519-key.ts'
import { startSignalling } from '../../signal-server/tab.ts'
import { VirtualClock } from '../../simulation/network/virtual-clock.ts'
import { connect, listen, offline } from './driven-signalling.ts'

describe('no websocket', () => {
  const seen = { host: 'localhost', origin: null, httpVersion: '1.1', handshake: 'missing' }

  /** A full server that refuses every socket; with `health`, the question why gets this answer instead. */
  const listenFull = async (limits: Partial<SignallingLimits>, health?: unknown): Promise<number> => {
    const { server, port } = await listen((request, response) => {
      if (!health) return signalling.respond(request, response)
      response.setHeader('Content-Type', 'application/json').end(JSON.stringify(health))
    })
    const signalling = attachSignalling(server, { limits })
    onTestFinished(() => signalling.close())
    return port
  }

  it('is server-refused if the server is full', async () => {
    const { firstState } = connect(await listenFull({ socketsPerAddress: 0 }))
    expect(await firstState()).toEqual(offline('server-refused'))
  })

  it.each([
    ['websocket-blocked', { status: 'ok', seen: { ...seen, handshake: 'missing' } }],
    ['upgrade-not-passed', { status: 'ok', seen: { ...seen, handshake: 'missing', httpVersion: '1.0' } }],
    ['upgrade-not-passed', { status: 'ok', seen: { ...seen, handshake: 'plain' } }],
    ['websocket-held', { status: 'ok', seen: { ...seen, handshake: 'admitted' } }],
    ['server-refused', { status: 'ok', seen: { ...seen, handshake: 'refused' } }],
    ['server-unreachable', { status: 'refused', reason: 'draining', seen }],
  ])('is %s by the answer to plain http', async (reason, health) => {
    const { firstState, contacts } = connect(await listenFull({ sockets: 0 }, health))
    expect(await firstState()).toEqual(offline(reason))
    expect(contacts).toEqual([{ step: 'connecting' }, { step: 'no-websocket', reason, tries: 1 }])
  })

  it.each([
    [502, 'server-unreachable'],
    [504, 'server-unreachable'],
    [429, 'server-refused'],
    [404, 'path-not-forwarded'],
    [200, 'path-not-forwarded'],
  ])('is explained by the status that something else answers with: %s', async (status, reason) => {
    const { port } = await listen((_, response) => void response.writeHead(status).end('{"status":"ok"}'))
    const { firstState } = connect(port)
    const more = reason === 'path-not-forwarded' ? { path: '/socket.io/', httpStatus: status } : {}
    expect(await firstState()).toEqual({ ...offline(reason), ...more })
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
  ])(
    'for the page of %s, of which the server saw host %s and origin %s, has its own reason',
    async (page, host, origin, cause) => {
      const { port } = await listen((_, response) => {
        const own = { ...seen, host, origin: origin === undefined ? `http://127.0.0.1:${port}` : origin }
        response.setHeader('Content-Type', 'application/json')
        response.end(JSON.stringify({ status: 'refused', reason: 'origin-not-allowed', seen: own }))
      })
      const folder = `http://127.0.0.1:${port}/`
      const server = { folder, pageOrigin: page ?? new URL(folder).origin }
      expect(await explainNoWebsocket(server, 'a', 5_000)).toMatchObject(cause)
    },
  )

  it.each([
    ['the page’s own', 'host-refused'],
    ['another', 'host-not-passed'],
  ])('with an unknown Host, %s, is %s', async (whose, reason) => {
    const { port } = await listen((_, response) => {
      const host = whose === 'another' ? 'backend:3000' : `127.0.0.1:${port}`
      response.writeHead(403, { 'Content-Type': 'application/json' })
      response.end(JSON.stringify({ status: 'refused', reason: 'host-not-allowed', seen: { ...seen, host } }))
    })
    const folder = `http://127.0.0.1:${port}/`
    const cause = await explainNoWebsocket({ folder, pageOrigin: new URL(folder).origin }, 'a', 5_000)
    expect(cause.reason).toBe(reason)
  })

  it('that lives long is cut by a proxy, until one lives long', async () => {
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

  it('is server-silent if plain http gets no answer in time', async () => {
    const { server, port } = await listen(() => {})
    server.on('upgrade', (_request, stream) => stream.destroy())
    const { firstState } = connect(port, { explainWithinMs: 10 })
    expect(await firstState()).toEqual(offline('server-silent'))
  })
})
