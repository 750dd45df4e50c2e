import type { IncomingMessage } from 'node:http'
import { hostname, networkInterfaces } from 'node:os'
import { describe, expect, it, onTestFinished } from 'vitest'
import { OwnHosts } from '../../../signal-server/shared/own-hosts.ts'
import { readSettings } from '../../../signal-server/start/settings.ts'
import { MeasuredProcess } from '../../machine/measured-process.ts'
import { ask, openStream, receivedBy, startTestServer } from '../running-server.ts'
import { openTab } from '../tab.ts'
import { upgradeRequest } from '../websocket-bytes.ts'

const label = hostname().toLowerCase().split('.')[0] ?? ''
const addresses = Object.values(networkInterfaces())
  .flatMap((infos) => infos ?? [])
  .filter(({ address }) => !address.startsWith('fe80'))
  .map(({ address, family }) => (family === 'IPv6' ? `[${address}]` : address))

const hosts = new OwnHosts(
  readSettings({
    ALLOWED_ORIGINS: 'https://friend.example:8443,https://*.friends.example',
    ALLOWED_HOSTS: 'grapevine.example, *.tunnel.example, 192.0.2.7, 2001:db8::7',
  }),
)

const isOwn = (host: string | undefined, localAddress = '127.0.0.1'): boolean =>
  hosts.has({ headers: { ...(host !== undefined && { host }) }, socket: { localAddress } } as IncomingMessage)

describe('a host is the server’s own', () => {
  it.each([
    'localhost:3000',
    'LOCALHOST',
    'localhost.',
    'node1.localhost:3000',
    '127.0.0.1:3000',
    '127.8.9.1',
    '[::1]:3000',
    `${hostname()}:3000`,
    `${label}.local:3000`,
    'friend.example:3000',
    'a.friends.example',
    'grapevine.example',
    'Grapevine.Example:8443',
    'a.b.tunnel.example',
    '192.0.2.7:3000',
    '[2001:db8::7]:3000',
    ...addresses.map((address) => `${address}:3000`),
  ])('%s', (host) => expect(isOwn(host)).toBe(true))

  it('if it is the address of the connection, or missing, which no browser does', () => {
    expect(isOwn('198.51.100.7:3000', '::ffff:198.51.100.7')).toBe(true)
    expect(isOwn(undefined)).toBe(true)
  })
})

it.each([
  'evil.example',
  'evil.example:3000',
  'localhost.evil.example',
  'evillocalhost',
  'tunnel.example',
  'eviltunnel.example',
  '.tunnel.example',
  'grapevine.example.evil.example',
  '203.0.113.9:3000',
  '[2001:db8::9]:3000',
  'localhost@evil.example',
  'evil.example#.localhost',
  'localhost/evil.example',
  '',
])('%j is not the server’s own', (host) => expect(isOwn(host)).toBe(false))

it.each([
  ['*', /allow every name/],
  ['https://grapevine.example', /Leave out scheme/],
  ['grapevine.example:3000', /Leave out scheme/],
  ['grapevine.example/app', /Leave out scheme/],
  ['a.*.example', /Leave out scheme/],
  ['*.example', /in the wrong place/],
  ['*.192.0.2.7', /in the wrong place/],
])('ALLOWED_HOSTS=%s is refused with a reason', (value, words) => {
  expect(() => readSettings({ ALLOWED_HOSTS: value })).toThrow(words)
})

describe('a request for another host is refused', () => {
  const foreign = { Host: 'evil.example:3000' }
  const token = 'a-token-of-some-length'
  const sentence = 'start the server with ALLOWED_HOSTS=evil.example'

  it('on every path, with a text that names the setting, and is counted', async () => {
    const { port } = await startTestServer({ environment: { METRICS_TOKEN: token } })
    const authorization = `Bearer ${token}`
    const paths = ['/', '/healthz', '/healthz?socket', '/readyz', '/metrics', '/absent', '/socket.io/']
    for (const path of paths) {
      const { status, text } = await ask(port, path, { ...foreign, authorization })
      expect([path, status]).toEqual([path, 403])
      expect(text).toContain(sentence)
    }
    await expect(openTab(port, undefined, foreign)).rejects.toThrow('websocket error')
    const { text } = await ask(port, '/metrics', { authorization })
    expect(text).toContain(`\ngrapevine_page_requests_total{status="403"} ${paths.length}\n`)
    expect(text).toContain('\ngrapevine_sockets_refused_total{reason="host-not-allowed"} 1\n')
  })

  it('as JSON for an open tab that asks why it gets no websocket', async () => {
    const { port } = await startTestServer()
    const stream = await openStream(port)
    stream.write('POST /socket.io/?handshake=a HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n')
    expect(await receivedBy(stream)).toMatch(/^HTTP\/1.1 403 [^]*"reason":"host-not-allowed"/)
  })

  it('as the handshake of a websocket, with the same text', async () => {
    const { port } = await startTestServer()
    const stream = await openStream(port)
    stream.write(upgradeRequest.replace('Host: localhost', 'Host: evil.example'))
    expect(await receivedBy(stream)).toMatch(new RegExp(`^HTTP/1.1 403 [^]*${sentence}`))
  })

  it('unless the setting names it', async () => {
    const { port } = await startTestServer({ environment: { ALLOWED_HOSTS: 'evil.example' } })
    expect((await ask(port, '/healthz', foreign)).status).toBe(200)
    await openTab(port, undefined, foreign)
  })

  it('by npm run dev too', async () => {
    const environment = { PORT: '0', NODE_ENV: 'development', ALLOWED_HOSTS: 'grapevine.example' }
    const server = await MeasuredProcess.start({ script: 'node_modules/vite/bin/vite.js', environment })
    onTestFinished(() => server.kill())
    for (const path of ['/', '/healthz', '/app/main.ts', '/@vite/client']) {
      const { status, text } = await ask(server.port, path, foreign)
      expect([path, status]).toEqual([path, 403])
      expect(text).toContain(sentence)
      expect([path, (await ask(server.port, path, { Host: 'grapevine.example' })).status]).toEqual([path, 200])
    }
    await expect(openTab(server.port, undefined, foreign)).rejects.toThrow('websocket error')
    await openTab(server.port, undefined, { Host: 'grapevine.example' })
  })
})
