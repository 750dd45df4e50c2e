import { once } from 'node:events'
import { readdir, stat } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { GreedyClients } from '../sockets/greedy-clients.ts'
import { loadedPage } from './loaded-page.ts'
import { ask, openStream, receivedBy, startMeasuredServer, startTestServer } from '../running-server.ts'
import { openNode } from '../tab.ts'

const assets = fileURLToPath(new URL('../../../dist/client/assets/', import.meta.url))

const largestAsset = async (): Promise<string> => {
  const files = await Promise.all(
    (await readdir(assets)).map(async (name) => ({ name, bytes: (await stat(assets + name)).size })),
  )
  return files.toSorted((one, other) => other.bytes - one.bytes)[0]?.name ?? ''
}

const token = 'a-token-of-some-length'

it('200 connections that send requests and read nothing delay no tab of another address', async () => {
  const connections = 200
  const server = await startMeasuredServer()
  const { port } = server
  const path = `/assets/${await largestAsset()}`
  let tabs = 0
  /** Does what a new tab does: loads the page and its largest file, and registers. */
  const arrive = async (): Promise<void> => {
    tabs += 1
    expect((await ask(port, '/')).status).toBe(200)
    expect((await ask(port, path)).status).toBe(200)
    await openNode(port, `node${tabs}`)
  }
  // Twice: what the engine needs for its first answers is no cost of the flood.
  await arrive()
  await arrive()
  const [memory, cpu] = [await server.ask('rss'), await server.ask('cpu')]

  const asking = `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`
  const flood = [Buffer.from(asking.repeat(5_000))]
  const greedy = new GreedyClients({ port, localAddress: '127.0.0.2', connections, flood, isReading: false })
  await greedy.began(connections)
  for (let count = 1; count <= 3; count += 1) await arrive()
  // Without bounds the server would need a gigabyte and 28 s.
  expect((await server.ask('peak')).rss - memory.rss).toBeLessThan(64 * 1_048_576)
  expect((await server.ask('cpu')).micros - cpu.micros).toBeLessThan(5_000_000)
}, 120_000)

const largePage = () => loadedPage({ 'index.html': 'page', 'large.bin': Buffer.alloc(16 * 1024 * 1024) })
const ofLarge = 'GET /large.bin HTTP/1.1\r\nHost: localhost\r\n\r\n'

describe('a client that reads no answer', () => {
  it('has one open answer, however many requests it sends at once', async () => {
    const { port } = await startTestServer({
      page: await largePage(),
      environment: { METRICS_TOKEN: token },
      limits: { answersPerAddress: 3 },
    })
    const stream = await openStream(port)
    stream.pause()
    stream.write(ofLarge.repeat(100))
    const others = [await openStream(port), await openStream(port)]
    for (const other of others) other.pause().write(ofLarge)
    await expect.poll(() => ask(port, '/').then(({ status }) => status)).toBe(503)
    // Another address has a separate count of answers.
    expect((await ask(port, '/', {}, '127.0.0.2')).status).toBe(200)
    const metrics = await ask(port, '/metrics', { authorization: `Bearer ${token}` }, '127.0.0.2')
    expect(metrics.text).toMatch(/grapevine_http_refused_total\{reason="too-many-answers"\} [1-9]/)
    others[0]?.destroy()
    await expect.poll(() => ask(port, '/').then(({ status }) => status)).toBe(200)
  })

  it('is cut after a time, even if it sometimes reads a little', async () => {
    const { port } = await startTestServer({ page: await largePage(), limits: { answerMs: 300 } })
    const stream = await openStream(port)
    const closed = new Promise((resolve) => stream.once('close', resolve))
    stream.write(ofLarge)
    stream.on('data', () => {
      stream.pause()
      setTimeout(() => stream.resume(), 20)
    })
    await closed
  })
})

describe('a client', () => {
  it('that keeps sending requests while its answer is unsent is cut', async () => {
    const { port } = await startTestServer({ page: await largePage() })
    const stream = await openStream(port)
    const closed = new Promise((resolve) => stream.once('close', resolve))
    stream.resume()
    stream.write(ofLarge.repeat(2_000))
    await closed
  })

  it('that sends several requests at once gets the answers in order', async () => {
    const page = await loadedPage({ 'index.html': 'page', 'a.txt': 'first', 'b.txt': 'second' })
    const { port } = await startTestServer({ page })
    const stream = await openStream(port)
    const answers = receivedBy(stream)
    const asking = ['/a.txt', '/b.txt', '/'].map((path) => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n`)
    stream.write(`${asking.join('\r\n')}Connection: close\r\n\r\n`)
    expect((await answers).match(/^(?:first|second|page)/gm)).toEqual(['first', 'second', 'page'])
  })

  it('may have a limited number of connections, including websockets', async () => {
    const { port } = await startTestServer({
      environment: { MAX_SOCKETS_PER_ADDRESS: '1' },
      limits: { pageConnectionsPerAddress: 2 },
    })
    await openNode(port, 'alice')
    const [first] = [await openStream(port), await openStream(port)]
    const third = await openStream(port)
    await new Promise((resolve) => third.once('close', resolve))
    expect((await ask(port, '/healthz', {}, '127.0.0.2')).status).toBe(200)
    first.destroy()
    await expect
      .poll(() =>
        ask(port, '/healthz').then(
          ({ status }) => status,
          () => 'cut',
        ),
      )
      .toBe(200)
  })

  it('that is a trusted proxy may have more connections, because everybody shares them', async () => {
    const environment = { MAX_SOCKETS_PER_ADDRESS: '1', TRUST_PROXY: 'loopback' }
    const { port } = await startTestServer({ environment, limits: { pageConnectionsPerAddress: 1 } })
    const agent = new Agent({ keepAlive: true })
    onTestFinished(() => agent.destroy())
    const statuses = await Promise.all(
      Array.from({ length: 8 }, async () => {
        const [response] = await once(request({ port, host: '127.0.0.1', path: '/healthz', agent }).end(), 'response')
        response.resume()
        return response.statusCode
      }),
    )
    expect(statuses).toEqual(Array.from({ length: 8 }, () => 200))
  })
})
