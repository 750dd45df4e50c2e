import { EventEmitter, once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { createConnection } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { Socket as EngineSocket } from 'engine.io'
import { describe, expect, it } from 'vitest'
import { Connection } from '../../../signal-server/sockets/connection.ts'
import { type SignallingLimits, signallingLimits } from '../../../signal-server/shared/limits.ts'
import { silentObserver } from '../../../signal-server/shared/observer.ts'
import { joinRawClient, openRawClient } from '../raw-client.ts'
import { introduce, openNode, openTab, refused, startPair, startSignalling } from '../tab.ts'
import { upgradeRequest } from '../websocket-bytes.ts'

/** A connection over an engine that never sends. */
const createConnectionDouble = (overrides: Partial<SignallingLimits>) => {
  const ends: string[] = []
  const stream = new EventEmitter()
  const destroyed = new Promise<void>((resolve) => Object.assign(stream, { destroy: resolve }))
  const conn = Object.assign(new EventEmitter(), {
    request: { socket: stream },
    close: (isAtOnce?: boolean) => ends.push(isAtOnce ? 'at once' : 'after what waits'),
  })
  const limits = { ...signallingLimits, ...overrides }
  const connection = new Connection(
    conn as unknown as EngineSocket,
    { onFlood: () => undefined, registered: () => undefined },
    '127.0.0.1',
    limits,
    () => 0,
    silentObserver,
    () => {},
  )
  return { conn, connection, destroyed, ends }
}

describe('the memory of a silent tab', () => {
  it('contains nothing of its upgrade request', async () => {
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    const { port, server } = await startSignalling()
    const request = new Promise<WeakRef<IncomingMessage>>((resolve) =>
      server.once('upgrade', (request: IncomingMessage) => resolve(new WeakRef(request))),
    )
    const alice = await openNode(port, 'alice')
    const kept = await request
    await expect
      .poll(() => {
        collect()
        return kept.deref()
      })
      .toBeUndefined()
    expect(alice.socket.connected).toBe(true)
  })
})

describe('a bound holds', () => {
  it('sockets: the next socket is refused until one leaves', async () => {
    const { port } = await startSignalling({ limits: { sockets: 1 } })
    const alice = await openTab(port)
    await expect(openTab(port)).rejects.toThrow('websocket error')
    alice.close()
    await expect.poll(() => openTab(port).then(() => 'in')).toBe('in')
  })

  it('socketsPerAddress', async () => {
    const { port } = await startSignalling({ limits: { socketsPerAddress: 2 } })
    await openTab(port)
    await openTab(port)
    await expect(openTab(port)).rejects.toThrow('websocket error')
  })

  it('registrationTimeoutMs: a socket without a name is closed, one with a name stays', async () => {
    const { port } = await startSignalling({ limits: { registrationTimeoutMs: 1_000 } })
    const alice = await openNode(port, 'alice')
    const idle = await openTab(port)
    const silent = await openRawClient(port)
    expect(await idle.disconnected).toBe('transport close')
    await silent.closed
    expect(alice.socket.connected).toBe(true)
  })

  it('framesPerSocket: counts frames that never become an event', async () => {
    const { port } = await startSignalling({
      limits: { framesPerSocket: { burst: 20, perSecond: 0 }, floodGraceMs: 200 },
    })
    const client = await joinRawClient(port)
    for (let sent = 0; sent < 20; sent += 1) client.send('3')
    await client.closed
  })

  it('unregisteredBytesPerSocket and bytesPerSocket: an unregistered socket may send fewer bytes', async () => {
    const limits = {
      unregisteredBytesPerSocket: { burst: 1_000, perSecond: 0 },
      bytesPerSocket: { burst: 2_000, perSecond: 0 },
      floodGraceMs: 200,
    }
    const { port } = await startSignalling({ limits })
    const stranger = await openTab(port)
    stranger.socket.emit('node:register', 'x'.repeat(1_000) as never, () => undefined)
    expect(await stranger.disconnected).toBe('transport close')
    const alice = await openNode(port, 'alice')
    expect(await alice.request('signal:send', 'x'.repeat(1_000))).toEqual(refused('malformed'))
    alice.socket.emit('signal:send', 'x'.repeat(1_000) as never, () => undefined)
    expect(await alice.disconnected).toBe('transport close')
  })

  it('unsentCharsPerSocket: a connection that does not read is ended', () => {
    const { conn, connection, ends } = createConnectionDouble({ unsentCharsPerSocket: 10 })
    conn.emit('packetCreate', { type: 'message', data: '12345678' })
    conn.emit('flush')
    conn.emit('packetCreate', { type: 'message', data: '12345678' })
    expect(ends).toEqual([])
    conn.emit('packetCreate', { type: 'message', data: '123' })
    expect(ends).toEqual(['at once'])
    connection.registered()
  })

  it('closeGraceMs: a connection that does not read its last message is ended', async () => {
    const { connection, destroyed, ends } = createConnectionDouble({ closeGraceMs: 1 })
    connection.finish()
    expect(ends).toEqual(['after what waits'])
    await destroyed
    connection.registered()
  })

  it('attemptsPerSocket: an attempt ends with the socket of its responder', async () => {
    const { port, alice, bob } = await startPair({ limits: { attemptsPerSocket: 1 } })
    expect(await bob.offer('alice')).toEqual({ ok: true })
    expect(await bob.offer('alice')).toEqual(refused('too-many-attempts'))
    await openNode(port, 'alice', [], alice.key)
    expect(await bob.offer('alice')).toEqual({ ok: true })
  })

  it('faultsPerSocket: the last refusal closes the socket', async () => {
    const { port } = await startSignalling({ limits: { faultsPerSocket: { burst: 2, perSecond: 0 } } })
    const mallory = await openNode(port, 'mallory')
    await mallory.request('signal:send', {})
    await mallory.offer('alice')
    expect(mallory.socket.connected).toBe(true)
    mallory.socket.emit('signal:send', {} as never, () => undefined)
    expect(await mallory.disconnected).toBe('transport close')
  })

  it('faultsPerSocket: refusals that an honest node gets don’t count', async () => {
    const { port } = await startSignalling({ limits: { faultsPerSocket: { burst: 0, perSecond: 0 } } })
    await openNode(port, 'alice')
    const bob = await openNode(port, 'bob', ['absent'])
    const late = await openTab(port)
    expect(await late.register('alice')).toEqual(refused('name-taken'))
    expect(await bob.offer('absent')).toEqual(refused('upstream-offline'))
    expect(await bob.send('alice', 'A'.repeat(22), { candidates: [] })).toEqual(refused('unknown-attempt'))
    expect(await late.register('late')).toEqual({ ok: true })
  })

  it('registrationsPerSocket', async () => {
    const { port } = await startSignalling({ limits: { registrationsPerSocket: { burst: 1, perSecond: 0 } } })
    await openNode(port, 'alice')
    const late = await openTab(port)
    expect(await late.register('alice')).toEqual(refused('name-taken'))
    expect(await late.register('bob')).toEqual(refused('too-many-requests'))
  })

  it('signalsPerSocket', async () => {
    const { bob } = await startPair({ limits: { signalsPerSocket: { burst: 1, perSecond: 0 } } })
    expect(await bob.offer('alice')).toEqual({ ok: true })
    expect(await bob.offer('alice')).toEqual(refused('too-many-requests'))
  })

  it('closeGraceMs: a connection that does not answer the close is ended', async () => {
    const { port } = await startSignalling({ limits: { registrationTimeoutMs: 50, closeGraceMs: 50 } })
    const stream = createConnection({ port, host: '127.0.0.1', allowHalfOpen: true })
    stream.write(upgradeRequest)
    stream.resume()
    await once(stream, 'end')
    stream.destroy()
  })

  it('the default rates let one teacher answer 60 students at once', async () => {
    const { port } = await startSignalling({ now: () => 0 })
    const teacher = await openNode(port, 'teacher')
    const names = Array.from({ length: 60 }, (_, index) => `student${index}`)
    const students = await Promise.all(names.map((name) => openNode(port, name, ['teacher'])))
    for (const [index, student] of students.entries()) await introduce(student, teacher, names[index] ?? '', 'teacher')
  }, 15_000)
})
