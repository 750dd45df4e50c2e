import { once } from 'node:events'
import type { Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { readinessOf } from '../../../signal-server/sockets/health.ts'
import { startRedis } from '../cluster/redis-server.ts'
import { loadedPage } from '../http/loaded-page.ts'
import { createMemoryLog } from '../start/memory-log.ts'
import { ask, openStream, startTestServer } from '../running-server.ts'
import { openNode, openTab, startSignalling } from '../tab.ts'
import { endInSteps } from '../../../signal-server/sockets/connection.ts'

const askOver = async (stream: Socket | undefined, question: string): Promise<string> => {
  if (!stream) throw new Error('No stream')
  stream.write(`${question} HTTP/1.1\r\nHost: localhost\r\n\r\n`)
  return text(stream)
}

describe('readiness', () => {
  it.each([
    [false, 'none', { status: 'ok' }],
    [false, 'up', { status: 'ok' }],
    [false, 'down', { status: 'degraded', cluster: 'down' }],
    [true, 'down', { status: 'draining' }],
  ] as const)('draining: %s, cluster: %s', (isDraining, cluster, expected) => {
    expect(readinessOf(isDraining, cluster)).toEqual(expected)
  })

  it('is answered at /readyz: a degraded server stays in the load balancer', async () => {
    let state: 'up' | 'down' = 'up'
    const { port } = await startTestServer({ clusterState: () => state })
    expect(await ask(port, '/readyz')).toEqual({ status: 200, text: '{"status":"ok"}' })
    state = 'down'
    expect(await ask(port, '/readyz')).toEqual({ status: 200, text: '{"status":"degraded","cluster":"down"}' })
    expect(await ask(port, '/healthz')).toEqual({ status: 200, text: '{"status":"ok"}' })
  })
})

describe('a drain', () => {
  it('reports itself, admits nobody, and ends all tabs in the form of a lost connection, so that they reconnect', async () => {
    const { log, lines } = createMemoryLog()
    const server = await startTestServer({ log })
    const { port } = server
    const tabs = await Promise.all(Array.from({ length: 40 }, (_, index) => openNode(port, `node${index}`)))
    const streams = await Promise.all([openStream(port), openStream(port), openStream(port)])
    const drained = server.drain()
    const [ready, alive, socket] = await Promise.all(
      ['GET /readyz', 'GET /healthz', 'POST /socket.io/'].map((question, index) => askOver(streams[index], question)),
    )
    expect(ready).toMatch(/^HTTP\/1.1 503 [^]*\r\nConnection: close\r\n[^]*{"status":"draining"}$/)
    expect(alive).toMatch(/^HTTP\/1.1 200 [^]*{"status":"ok"}$/)
    expect(socket).toMatch(/^HTTP\/1.1 503 [^]*{"status":"refused","reason":"draining","seen":.*}$/)
    // After this reason, Socket.IO's client reconnects by itself.
    for (const tab of tabs) expect(await tab.disconnected).toBe('transport close')
    await drained
    await expect(ask(port, '/healthz')).rejects.toThrow('ECONNREFUSED')
    expect(lines).toMatchObject([{ msg: 'draining', sockets: 40, names: 40 }, { msg: 'drained' }])
  })

  it('sends all answers completely', async () => {
    const size = 16 * 1024 * 1024
    const page = await loadedPage({ 'index.html': 'x', 'large.bin': Buffer.alloc(size) })
    const server = await startTestServer({ page })
    const stream = await openStream(server.port)
    stream.write('GET /large.bin HTTP/1.1\r\nHost: localhost\r\n\r\n')
    await once(stream, 'readable')
    const drained = server.drain()
    let received = 0
    stream.on('data', (data) => (received += data.length))
    await Promise.all([once(stream, 'close'), drained])
    expect(received).toBeGreaterThan(size)
  })

  it('does not wait forever for a client that does not read', async () => {
    const page = await loadedPage({ 'index.html': 'x', 'large.bin': Buffer.alloc(16 * 1024 * 1024) })
    const server = await startTestServer({ page, limits: { answersMs: 100 } })
    const stream = await openStream(server.port)
    stream.write('GET /large.bin HTTP/1.1\r\nHost: localhost\r\n\r\n')
    await once(stream, 'readable')
    await server.drain()
  })

  it('first answers requests that wait for the cluster', async () => {
    const redis = await startRedis()
    const limits = { registrationsPerSocket: { burst: 1, perSecond: 0 } }
    const { port, signalling } = await startSignalling({ redisUrl: redis.url, limits })
    await expect.poll(() => signalling.clusterState()).toBe('up')
    const tab = await openTab(port)
    redis.freeze()
    const waiting = tab.register('node1')
    // This request is refused at once, after the first request has reached the server.
    expect(await tab.register('node1')).toEqual({ ok: false, reason: 'too-many-requests' })
    await signalling.drain()
    expect(await waiting).toEqual({ ok: true })
    await tab.disconnected
  })

  it('spreads the ends of the connections over its time', async () => {
    const at: number[] = []
    const startedAt = performance.now()
    const connections = Array.from({ length: 1_000 }, () => ({
      finishAnswered: async () => void at.push(performance.now() - startedAt),
    }))
    await endInSteps(connections, { drainMsPerSocket: 5, drainMs: 300 })
    expect(at).toHaveLength(1_000)
    // A busy machine may be late, but never early. Not all connections can have ended within the first half.
    expect(at.filter((ms) => ms < 150).length).toBeLessThan(650)
    expect(at.some((ms) => ms < 150)).toBe(true)
  })
})
