import { once } from 'node:events'
import { type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import { Agent, request, type RequestOptions } from 'node:https'
import { text } from 'node:stream/consumers'
import { describe, expect, it, onTestFinished } from 'vitest'
import { loadedPage } from '../http/loaded-page.ts'
import { startNginx } from '../nginx.ts'
import { ask, startTestServer } from '../running-server.ts'
import { introduce, openNode, startSignalling } from '../tab.ts'

const askOverTls = async (port: number, path: string, options: RequestOptions = {}) => {
  const asking = request({ port, host: '127.0.0.1', path, rejectUnauthorized: false, agent: false, ...options })
  const [response] = (await once(asking.end(), 'response')) as [IncomingMessage]
  return { status: response.statusCode, headers: response.headers, text: await text(response) }
}

/** Records the requests and websockets that nginx passes on. */
const startRecorder = async () => {
  const seen: IncomingHttpHeaders[] = []
  const { port, server } = await startSignalling()
  server.on('request', ({ headers }) => seen.push(headers))
  server.on('upgrade', ({ headers }) => seen.push(headers))
  return { port, seen }
}

describe('behind nginx, configured as in deploy/nginx.conf', () => {
  it('serves the page over TLS, and tabs find each other', async () => {
    const page = await loadedPage({ 'index.html': '<!doctype html><p>page</p>' })
    const server = await startTestServer({
      page,
      environment: { METRICS_TOKEN: 'a-token-of-some-length', ALLOWED_HOSTS: 'grapevine.example' },
    })
    const { httpPort, httpsPort } = await startNginx(server.port)

    const { status, headers, text: body } = await askOverTls(httpsPort, '/?id=node1')
    expect([status, body]).toEqual([200, '<!doctype html><p>page</p>'])
    expect(headers).toMatchObject({
      'strict-transport-security': 'max-age=31536000',
      'content-security-policy': expect.stringMatching(/^default-src 'self';/),
      'cross-origin-opener-policy': 'same-origin',
    })
    expect((await ask(httpPort, '/?id=node1')).status).toBe(301)
    expect((await askOverTls(httpsPort, '/readyz')).text).toBe('{"status":"ok"}')
    const authorization = 'Bearer a-token-of-some-length'
    expect((await ask(server.port, '/metrics', { authorization })).status).toBe(200)
    expect((await askOverTls(httpsPort, '/metrics', { headers: { authorization } })).status).toBe(404)

    const statusFor = async (host: string) => (await askOverTls(httpsPort, '/', { headers: { host } })).status
    expect([await statusFor('grapevine.example'), await statusFor('evil.example')]).toEqual([200, 403])

    const origin = `https://127.0.0.1:${httpsPort}`
    const alice = await openNode(origin, 'alice')
    const bob = await openNode(origin, 'bob', ['alice'])
    await introduce(bob, alice, 'bob', 'alice')
  })

  it('nobody can fake an address, and nobody can open websockets without limit', async () => {
    const { port, seen } = await startRecorder()
    const { httpsPort } = await startNginx(port)
    const origin = `https://127.0.0.1:${httpsPort}`
    const lies = { 'x-forwarded-for': '1.2.3.4', forwarded: 'for=1.2.3.4', 'x-forwarded-proto': 'http' }
    await openNode(origin, 'alice', [], undefined, { ...lies, Origin: origin })
    await askOverTls(httpsPort, '/', { headers: lies })
    expect(seen).toHaveLength(2)
    for (const headers of seen) {
      expect(headers).toMatchObject({ 'x-forwarded-for': '127.0.0.1', 'x-forwarded-proto': 'https' })
      expect(headers.forwarded).toBeUndefined()
    }

    const agent = new Agent({ keepAlive: true, maxSockets: 8 })
    onTestFinished(() => agent.destroy())
    const statuses = await Promise.all(
      Array.from({ length: 700 }, async () => (await askOverTls(httpsPort, '/socket.io/', { agent })).status),
    )
    const refused = statuses.filter((status) => status === 429).length
    expect(refused).toBeGreaterThan(0)
    // A whole lecture hall is admitted at once.
    expect(refused).toBeLessThanOrEqual(200)
  })
})
