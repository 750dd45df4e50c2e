import { subscribe } from 'node:diagnostics_channel'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { httpLimits } from '../../../signal-server/http/http-limits.ts'
import { loadedPage } from './loaded-page.ts'
import { openStream, receivedBy, startTestServer } from '../running-server.ts'
import { openNode } from '../tab.ts'

const quick = { headersMs: 200, requestMs: 300, checkMs: 50 }

describe('a connection is ended', () => {
  it.each([
    ['that sends nothing', ''],
    ['whose headers do not end', 'GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: '],
    [
      'whose websocket handshake does not end',
      'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n',
    ],
    ['whose body does not end', 'POST /socket.io/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nx'],
  ])('%s, while a tab stays connected', async (_, head) => {
    const { port } = await startTestServer({ limits: quick })
    const alice = await openNode(port, 'alice')
    const stream = await openStream(port)
    stream.write(head)
    await receivedBy(stream)
    expect(alice.socket.connected).toBe(true)
  })

  it('that sends a header byte by byte', async () => {
    const { port } = await startTestServer({ limits: quick })
    const stream = await openStream(port)
    stream.write('GET / HTTP/1.1\r\nX-Slow: ')
    const drip = setInterval(() => stream.write('x'), 20)
    expect(await receivedBy(stream)).toMatch(/^HTTP\/1.1 408 /)
    clearInterval(drip)
  })

  it('whose headers are too large', async () => {
    const { port } = await startTestServer()
    const stream = await openStream(port)
    stream.write(`GET / HTTP/1.1\r\nX-Large: ${'x'.repeat(httpLimits.headerBytes)}\r\n\r\n`)
    expect(await receivedBy(stream)).toMatch(/^HTTP\/1.1 431 /)
  })

  it('that waits for its next request for too long', async () => {
    const { port } = await startTestServer({ limits: { keepAliveMs: 50 } })
    const stream = await openStream(port)
    stream.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n')
    expect(await receivedBy(stream)).toMatch(/^HTTP\/1.1 200 /)
  })

  it('that requests the page and does not read it', async () => {
    const page = await loadedPage({ 'index.html': 'x', 'large.bin': Buffer.alloc(16 * 1024 * 1024) })
    const { port } = await startTestServer({ page, limits: { idleMs: 200 } })
    // A client that does not read does not notice the end, so the test observes the server's side.
    const accepted = new Promise<Socket>((resolve) => {
      subscribe('net.server.socket', (message) => resolve((message as { socket: Socket }).socket))
    })
    const stream = await openStream(port)
    stream.pause()
    stream.write('GET /large.bin HTTP/1.1\r\nHost: localhost\r\n\r\n')
    await once(await accepted, 'close')
  })
})

describe('a connection', () => {
  it('is closed with the answer to its last permitted request', async () => {
    const { port } = await startTestServer({ limits: { requestsPerConnection: 2 } })
    const stream = await openStream(port)
    const answers: string[] = []
    for (let asked = 0; asked < 3; asked += 1) {
      stream.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n')
      answers.push(String((await once(stream, 'data'))[0]))
    }
    expect(answers[0]).toMatch(/^HTTP\/1.1 200 [^]*\r\nConnection: keep-alive\r\n/)
    expect(answers[1]).toMatch(/^HTTP\/1.1 200 [^]*\r\nConnection: close\r\n/)
    expect(answers[2]).toMatch(/^HTTP\/1.1 503 /)
  })
})
