import { once } from 'node:events'
import { createServer, request as forward } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { describe, expect } from 'vitest'
import type { Diagnosis } from '../../../client/node/api/diagnosis.ts'
import type { GrapevineNode } from '../../../client/node/api/grapevine.ts'
import { describeConnection } from '../../../client/ui/lab/connection/connection-summary.ts'
import { needsHelp } from '../../../client/ui/lab/help-controller.ts'
import { browserTest } from '../tabs/browser-test.ts'
import type { Tab } from '../tabs/tab.ts'
import { waitUntil } from '../tabs/wait.ts'

const it = browserTest()

const diagnosisOf = (tab: Tab): Promise<Diagnosis> =>
  tab.page.evaluate(() => (window as unknown as { readonly grapevine: GrapevineNode }).grapevine.diagnosis())

const waitForDiagnosis = (
  tab: Tab,
  what: string,
  accept: (diagnosis: Diagnosis) => boolean,
  withinMs = 20_000,
): Promise<Diagnosis> => waitUntil(what, () => diagnosisOf(tab), accept, { withinMs })

const summaryOf = (diagnosis: Diagnosis) => describeConnection(diagnosis, 'this-machine', 'localhost', true)

/** The checks with their status, such as `http ok`, `link node1 failed`. */
const checksOf = (diagnosis: Diagnosis): readonly string[] =>
  summaryOf(diagnosis).groups.flatMap(({ checks }) => checks.map(({ key, status }) => `${key} ${status}`))

/** Serves the app unchanged, but ends every websocket, as some proxies do. */
const startProxy = async (origin: string) => {
  const { hostname, port, host } = new URL(origin)
  const proxy = createServer((request, response) => {
    const { method, url, headers } = request
    // The server accepts no origin but its own, so the proxy does not forward the header.
    const { origin: _origin, ...kept } = headers
    const forwarded = forward({ hostname, port, method, path: url, headers: { ...kept, host } }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    forwarded.on('error', () => response.destroy())
    request.pipe(forwarded)
  })
  proxy.on('upgrade', (_request, socket: Duplex) => socket.destroy())
  proxy.listen(0, 'localhost')
  await once(proxy, 'listening')
  return {
    origin: `http://localhost:${(proxy.address() as AddressInfo).port}`,
    close: () => {
      proxy.close()
      proxy.closeAllConnections()
    },
  }
}

describe.concurrent('the diagnosis of a real tab', () => {
  it('waits for an upstream that is not up, and needs no help; shows an upstream that is up and does not answer', async ({
    network,
  }) => {
    const node2 = await network.open('id=node2&peer=node1')
    const diagnosis = await waitForDiagnosis(
      node2,
      'the server’s report',
      ({ upstreams }) => upstreams[0]?.isThere === false,
    )
    expect(checksOf(diagnosis)).toEqual([
      'http ok',
      'websocket ok',
      'registered ok',
      'there node1 waiting',
      'candidates node1 pending',
      'ice-servers node1 not-needed',
      'link node1 pending',
      'heartbeat node1 pending',
    ])
    expect(summaryOf(diagnosis).title).toBe('node1 is not open yet')
    expect(needsHelp({ ...diagnosis, unregisteredMs: 60_000 })).toBe(false)

    const profile = await network.profile()
    // This node can't answer an offer, as behind a firewall that blocks WebRTC.
    await profile.addInitScript(() => {
      RTCPeerConnection.prototype.setRemoteDescription = () => new Promise(() => {})
    })
    await network.open('id=node1', { profile })
    const dialling = await waitForDiagnosis(node2, 'an offer', ({ upstreams }) => upstreams[0]?.latestTry !== undefined)
    expect(summaryOf(dialling).title).toBe('Connecting to node1')
    // Between the end of a try and the candidates of the next try, the diagnosis shows neither.
    const seen = ['there node1 ok', 'candidates node1 ok', 'link node1 failed']
    const failed = await waitForDiagnosis(
      node2,
      'a failed try, with candidates',
      (latest) => seen.every((check) => checksOf(latest).includes(check)),
      30_000,
    )
    expect(summaryOf(failed).title).toBe('No answer from node1')
    expect(needsHelp(failed)).toBe(true)
  })

  it('distinguishes a blocked websocket from an unreachable server, and then needs help', async ({
    network,
    server,
  }) => {
    network.expectServerAway()
    const proxy = await startProxy(server.origin)
    try {
      const node2 = await network.open('id=node2&peer=node1', { origin: proxy.origin })
      const blocked = await waitForDiagnosis(
        node2,
        'a blocked websocket',
        ({ contact, state }) =>
          contact.step === 'no-websocket' && contact.reason === 'websocket-blocked' && state.status === 'offline',
      )
      expect(checksOf(blocked).slice(0, 3)).toEqual(['http ok', 'websocket failed', 'registered pending'])
      expect(summaryOf(blocked).title).toBe('Something blocks WebSockets to the signalling server')

      proxy.close()
      const gone = await waitForDiagnosis(
        node2,
        'a server that is gone, for long enough',
        (diagnosis) =>
          diagnosis.contact.step === 'no-websocket' &&
          diagnosis.contact.reason === 'server-unreachable' &&
          needsHelp(diagnosis),
        30_000,
      )
      expect(checksOf(gone).slice(0, 3)).toEqual(['http failed', 'websocket pending', 'registered pending'])
      expect(summaryOf(gone).title).toBe('The signalling server can’t be reached')
    } finally {
      proxy.close()
    }
  })
})

describe('the diagnosis of a connected tab', () => {
  it('passes every check and shows by which path, and needs no help when the server ends, since the link works', async ({
    network,
    server,
  }) => {
    network.expectServerAway()
    const [, node2] = await network.openLine('node1', 'node2')
    const connected = await waitForDiagnosis(node2, 'a path and a heartbeat', ({ upstreams: [upstream] }) => {
      const latestTry = upstream?.latestTry
      return latestTry?.status === 'open' && latestTry.path !== undefined && upstream?.link.rttMs !== undefined
    })
    expect(summaryOf(connected)).toMatchObject({ status: 'ok', title: 'Everything works' })
    const bad = checksOf(connected).filter((check) => !/ (?:ok|not-needed)$/.test(check))
    expect(bad).toEqual([])
    const { latestTry } = connected.upstreams[0] ?? {}
    expect(latestTry?.gathered.host).toBeGreaterThan(0)
    expect(latestTry?.received.host).toBeGreaterThan(0)
    expect(latestTry?.gathered).toMatchObject({ srflx: 0, relay: 0 })
    expect(needsHelp(connected)).toBe(false)

    await server.stop()
    const diagnosis = await waitForDiagnosis(
      node2,
      'a server that is gone',
      ({ contact }) => contact.step === 'no-websocket' && contact.reason === 'server-unreachable',
    )
    expect(checksOf(diagnosis)).toContain('http failed')
    expect(checksOf(diagnosis)).toContain('link node1 ok')
    expect(summaryOf(diagnosis).title).toBe('The signalling server can’t be reached')
    expect(needsHelp({ ...diagnosis, unregisteredMs: 60_000 })).toBe(false)
    await server.restart()
    await waitForDiagnosis(node2, 'registered again', ({ contact }) => contact.step === 'registered')
  })
})
