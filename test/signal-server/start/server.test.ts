import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { IncomingMessage, request } from 'node:http'
import { createConnection, Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { Handshakes } from '../../../signal-server/sockets/handshakes.ts'
import { type SocketHealth, socketHealthLimits } from '../../../signal-server/shared/socket-health.ts'
import { loadPage } from '../../../signal-server/http/page.ts'
import { loadedPage } from '../http/loaded-page.ts'
import { startTestServer } from '../running-server.ts'
import { introduce, openNode } from '../tab.ts'

const html = `<!doctype html>${'<p>page</p>'.repeat(100)}`

const start = async (environment: Record<string, string> = {}) => {
  const page = await loadedPage({ 'index.html': html, 'assets/main-abc123.js': 'export {}' })
  const server = await startTestServer({ environment, page })
  return { server, url: `http://127.0.0.1:${server.port}` }
}

describe('the server', () => {
  it('serves the page that it loaded at the start, at its root, whatever the query, with revalidation at each request', async () => {
    const { url } = await start()
    const response = await fetch(`${url}/?id=node2&peer=node1`)
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(response.headers.get('cache-control')).toBe('no-cache')
    expect(await response.text()).toBe(html)
  })

  it('serves assets that browsers may cache forever', async () => {
    const { url } = await start()
    const response = await fetch(`${url}/assets/main-abc123.js`)
    expect(response.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
    expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
  })

  it('allows the page nothing from other origins and nothing inline', async () => {
    const { url } = await start()
    const { headers } = await fetch(url)
    const policy = headers.get('content-security-policy')
    expect(policy).toMatch(/^default-src 'self';/)
    expect(policy).not.toMatch(/unsafe|http|\*|upgrade-insecure-requests/)
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('referrer-policy')).toBe('no-referrer')
    expect(headers.get('cross-origin-resource-policy')).toBe('same-origin')
    expect(headers.get('permissions-policy')).toMatch(/^camera=\(\), microphone=\(\), /)
    expect(headers.has('strict-transport-security')).toBe(false)
  })

  it('isolates the page from its opener in browsers that support it', async () => {
    const { server } = await start({ ALLOWED_HOSTS: '192.168.1.7,grapevine.example' })
    const policyFor = async (headers: Record<string, string>) => {
      const [response] = await once(request({ port: server.port, host: '127.0.0.1', headers }).end(), 'response')
      response.resume()
      return response.headers['cross-origin-opener-policy']
    }
    expect(await policyFor({ host: 'localhost:3000' })).toBe('same-origin')
    expect(await policyFor({ host: '192.168.1.7:3000' })).toBeUndefined()
    expect(await policyFor({ host: 'grapevine.example', 'x-forwarded-proto': 'https' })).toBe('same-origin')
  })

  it('compresses for browsers that accept it', async () => {
    const { url } = await start()
    const plain = await fetch(url, { headers: { 'accept-encoding': 'identity, gzip;q=0' } })
    const gzip = await fetch(url, { headers: { 'accept-encoding': 'br, gzip' } })
    expect(plain.headers.get('content-encoding')).toBeNull()
    expect(gzip.headers.get('content-encoding')).toBe('gzip')
    expect(Number(gzip.headers.get('content-length'))).toBeLessThan(html.length / 4)
    expect(await gzip.text()).toBe(html)
    expect(gzip.headers.get('etag')).not.toBe(plain.headers.get('etag'))
  })

  it('sends no unchanged file again', async () => {
    const { url } = await start()
    const etag = (await fetch(url)).headers.get('etag') ?? ''
    const again = await fetch(url, { headers: { 'if-none-match': etag } })
    expect(again.status).toBe(304)
    expect(await again.text()).toBe('')
  })

  it('answers 404 for a missing file', async () => {
    const { url } = await start()
    for (const path of ['/absent', '/assets/', '/..%2fpackage.json', '/__proto__', '//absent', '/app/', '/%']) {
      expect((await fetch(url + path)).status, path).toBe(404)
    }
  })

  it('serves the page below the path that a proxy forwards, and at /', async () => {
    const { server, url } = await start({ BASE_PATH: '/class/app', METRICS_TOKEN: 'a-token-of-some-length' })
    // The requests of a proxy whose own path has one slash too many or too few.
    for (const folder of ['/class/app/', '/', '//', '//class/app/']) {
      expect(await (await fetch(`${url}${folder}?id=node1`)).text(), folder).toBe(html)
      expect((await fetch(`${url}${folder}assets/main-abc123.js`)).status, folder).toBe(200)
      expect(await (await fetch(`${url}${folder}healthz`)).json(), folder).toEqual({ status: 'ok' })
    }
    const alice = await openNode(server.port, 'alice', [], undefined, {}, '/class/app/socket.io/')
    const bob = await openNode(server.port, 'bob', ['alice'])
    await introduce(bob, alice, 'bob', 'alice')

    const bare = await fetch(`${url}/class/app?id=node1`, { redirect: 'manual' })
    // Relative, because the browser may use a longer path than the server.
    expect([bare.status, bare.headers.get('location')]).toEqual([307, './app/?id=node1'])
    for (const path of ['/class/', '/class/apple', '/class/app/absent']) {
      expect((await fetch(url + path)).status, path).toBe(404)
    }
    // A proxy that blocks /metrics blocks only this spelling.
    const headers = { authorization: 'Bearer a-token-of-some-length' }
    expect((await fetch(`${url}/metrics`, { headers })).status).toBe(200)
    for (const path of ['/class/app/metrics', '//metrics']) {
      expect((await fetch(url + path, { headers })).status, path).toBe(404)
    }
  })

  it('allows only the page’s own inline scripts', async () => {
    const index = '<!doctype html><script>\r\nlet a\r\n</script><script src="b.js"></script>'
    const server = await startTestServer({ page: await loadedPage({ 'index.html': index }) })
    const { headers } = await fetch(`http://127.0.0.1:${server.port}/`)
    const hash = createHash('sha256').update('\nlet a\n').digest('base64')
    expect(headers.get('content-security-policy')).toContain(`; script-src 'self' 'sha256-${hash}';`)
  })

  it('answers 405 for any method except GET and HEAD', async () => {
    const { url } = await start()
    const response = await fetch(url, { method: 'POST', body: 'x' })
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe('GET, HEAD')
    expect((await fetch(url, { method: 'HEAD' })).headers.get('content-type')).toBe('text/html; charset=utf-8')
  })

  it('survives a range that ends before it begins', async () => {
    const { url } = await start()
    expect((await fetch(url, { headers: { range: 'bytes=9-2' } })).status).toBe(200)
    expect((await fetch(`${url}/healthz`)).status).toBe(200)
  })

  it('reports that it is healthy', async () => {
    const { url } = await start()
    const response = await fetch(`${url}/healthz`)
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(await response.json()).toEqual({ status: 'ok' })
  })

  it('reports to a page of any origin why it gets no websocket', async () => {
    const { server, url } = await start({ MAX_SOCKETS_PER_ADDRESS: '1' })
    const ask = (origin: string) => fetch(`${url}/socket.io/?handshake=x1`, { method: 'POST', headers: { origin } })
    const seen = { host: `127.0.0.1:${server.port}`, origin: url, httpVersion: '1.1', handshake: 'missing' }
    const free = await ask(url)
    expect([free.status, await free.json()]).toEqual([200, { status: 'ok', seen }])
    const foreign = await ask('http://evil.example')
    const refusal = {
      status: 'refused',
      reason: 'origin-not-allowed',
      seen: { ...seen, origin: 'http://evil.example' },
    }
    expect([foreign.status, await foreign.json()]).toEqual([503, refusal])
    expect(foreign.headers.get('access-control-allow-origin')).toBe('*')
    await openNode(server.port, 'alice')
    expect(await (await ask(url)).json()).toEqual({
      status: 'refused',
      reason: 'too-many-sockets-of-this-address',
      seen,
    })
    // The request occupies no place of a websocket, and the server itself is healthy.
    expect((await fetch(`${url}/healthz`)).status).toBe(200)
  })

  it('reports to a page how its handshake arrived, for a bounded number of handshakes', async () => {
    const { server, url } = await start({ MAX_SOCKETS_PER_ADDRESS: '1' })
    const arrivalOf = async (id: string) => {
      const answer = await fetch(`${url}/socket.io/?handshake=${id}`, { method: 'POST' })
      return ((await answer.json()) as SocketHealth).seen.handshake
    }
    const handshake = (id: string) => `/socket.io/?EIO=4&transport=websocket&handshake=${id}`
    const plain = await fetch(url + handshake('plain'))
    expect([plain.status, plain.headers.get('upgrade')]).toEqual([426, 'websocket'])
    const { WebSocket } = await import('ws')
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}${handshake('admitted')}`)
    await once(socket, 'open')
    await once(new WebSocket(`ws://127.0.0.1:${server.port}${handshake('refused')}`), 'error')
    socket.close()
    for (const id of ['plain', 'admitted', 'refused']) expect(await arrivalOf(id)).toBe(id)
    expect(await arrivalOf('never')).toBe('missing')
    const handshakes = new Handshakes()
    const asked = (id: number | string) => Object.assign(new IncomingMessage(new Socket()), { url: handshake(`${id}`) })
    for (let id = 0; id <= socketHealthLimits.rememberedHandshakes; id += 1) handshakes.note(asked(id), 'plain')
    handshakes.note(asked('x'.repeat(33)), 'plain')
    const remembered = [0, 1, 'x'.repeat(33)].map((id) => handshakes.seen(asked(id)).handshake)
    expect(remembered).toEqual(['missing', 'plain', 'missing'])
  })

  it('introduces nodes', async () => {
    const { server } = await start()
    const alice = await openNode(server.port, 'alice')
    const bob = await openNode(server.port, 'bob', ['alice'])
    await introduce(bob, alice, 'bob', 'alice')
  })

  it('ends an upgrade that is not for it, even one whose connection is reset', async () => {
    const { server, url } = await start()
    const open = () => {
      const stream = createConnection({ port: server.port, host: '127.0.0.1' })
      stream.on('error', () => stream.destroy())
      stream.write('GET /other HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
      return stream
    }
    const patient = open()
    const [data] = await once(patient, 'data')
    expect(String(data)).toMatch(/^HTTP\/1.1 404 /)
    await once(patient, 'close')
    open().resetAndDestroy()
    expect((await fetch(`${url}/healthz`)).status).toBe(200)
  })

  it('closes although there are kept-alive connections and connected tabs', async () => {
    const { server } = await start()
    const alice = await openNode(server.port, 'alice')
    const idle = createConnection({ port: server.port, host: '127.0.0.1' })
    await once(idle, 'connect')
    idle.resume()
    await server.close()
    // After this reason, Socket.IO's client reconnects by itself.
    expect(await alice.disconnected).toBe('transport close')
  })
})

describe('loadPage', () => {
  it('gives undefined if there is no page', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'grapevine-page-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    expect(await loadPage(folder)).toBeUndefined()
    expect(await loadPage('/absent/folder')).toBeUndefined()
  })
})
