import { describe, expect, it } from 'vitest'
import packageJson from '../../../package.json' with { type: 'json' }
import { httpRefusals } from '../../../signal-server/http/http-admission.ts'
import { connectionEnds } from '../../../signal-server/shared/observer.ts'
import { registerRefusals, renewRefusals, signalRefusals } from '../../../signal-server/shared/protocol.ts'
import { socketRefusals } from '../../../signal-server/shared/socket-health.ts'
import { joinRawClient } from '../raw-client.ts'
import { ask, startTestServer } from '../running-server.ts'
import { introduce, openNode, openTab } from '../tab.ts'

const token = 'b3c4f1d2a6978e50b3c4f1d2a6978e50'
const authorization = `Bearer ${token}`

const start = async (environment: Record<string, string> = {}) => {
  const { port } = await startTestServer({ environment: { METRICS_TOKEN: token, ...environment } })
  const text = async (): Promise<string> => (await ask(port, '/metrics', { authorization })).text
  /** The values by series, as Prometheus reads them. */
  const values = async (): Promise<Record<string, number>> =>
    Object.fromEntries(
      (await text())
        .split('\n')
        .filter((line) => line.startsWith('grapevine_'))
        .map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
    )
  return { port, text, values }
}

describe('/metrics', () => {
  it('answers requests with the token', async () => {
    const { port, text } = await start()
    expect(await ask(port, '/metrics')).toEqual({ status: 401, text: '' })
    for (const wrong of ['Bearer ', `Bearer ${token}x`, token, `Basic ${token}`]) {
      expect((await ask(port, '/metrics', { authorization: wrong })).status, wrong).toBe(401)
    }
    expect(await text()).toMatch(/^process_cpu_seconds_total /m)
  })

  it('does not exist if no token is set', async () => {
    const { port } = await startTestServer()
    expect(await ask(port, '/metrics')).toEqual({ status: 404, text: '' })
    expect((await ask(port, '/metrics', { authorization: 'Bearer undefined' })).status).toBe(404)
  })

  it('has every reason at 0 from the start', async () => {
    const { values } = await start()
    const expected = [
      ...socketRefusals.map((reason) => `grapevine_sockets_refused_total{reason="${reason}"}`),
      ...connectionEnds.map((reason) => `grapevine_connections_ended_total{reason="${reason}"}`),
      ...registerRefusals.map((reason) => `grapevine_refusals_total{event="node:register",reason="${reason}"}`),
      ...signalRefusals.map((reason) => `grapevine_refusals_total{event="signal:send",reason="${reason}"}`),
      ...renewRefusals.map((reason) => `grapevine_refusals_total{event="ice:renew",reason="${reason}"}`),
      ...[200, 304, 403, 404, 405, 503].map((status) => `grapevine_page_requests_total{status="${status}"}`),
      ...httpRefusals.map((reason) => `grapevine_http_refused_total{reason="${reason}"}`),
      'grapevine_registrations_total',
      'grapevine_signals_total',
      'grapevine_ice_renewals_total',
      'grapevine_sockets_held_back_total',
      'grapevine_sockets',
      'grapevine_registered_names',
      'grapevine_degraded',
      'grapevine_introduction_seconds_count',
      'grapevine_introduction_seconds_sum',
    ]
    const { version } = packageJson
    const info = `grapevine_build_info{version="${version}",build="none",node="${process.version}"}`
    const all = Object.entries(await values()).filter(([series]) => !series.includes('_seconds_bucket'))
    expect(Object.fromEntries(all)).toEqual({
      ...Object.fromEntries(expected.map((series) => [series, 0])),
      [info]: 1,
    })
  })

  it('counts events, and strangers can’t create series', async () => {
    const { port, values } = await start({ MAX_SOCKETS_PER_ADDRESS: '3' })
    const series = Object.keys(await values())
    const alice = await openNode(port, 'alice')
    const bob = await openNode(port, 'bob', ['alice'])
    await introduce(bob, alice, 'bob', 'alice')
    await bob.offer('nobody')
    const mallory = await joinRawClient(port)
    await expect(openTab(port)).rejects.toThrow('websocket error')
    expect(await values()).toMatchObject({ grapevine_sockets: 3, grapevine_registered_names: 2 })
    mallory.send('421["no-such-event",{}]')
    await mallory.closed
    await ask(port, '/no-such-page')

    const after = await values()
    expect(after).toMatchObject({
      grapevine_sockets: 2,
      grapevine_registered_names: 2,
      grapevine_registrations_total: 2,
      grapevine_signals_total: 4,
      grapevine_introduction_seconds_count: 1,
      'grapevine_introduction_seconds_bucket{le="+Inf"}': 1,
      'grapevine_refusals_total{event="signal:send",reason="not-an-upstream"}': 1,
      'grapevine_sockets_refused_total{reason="too-many-sockets-of-this-address"}': 1,
      'grapevine_connections_ended_total{reason="unknown-event"}': 1,
      'grapevine_page_requests_total{status="404"}': 1,
    })
    expect(Object.keys(after)).toEqual(series)
  })

  it('belongs to one server, even if two share a process', async () => {
    const [one, two] = [await start(), await start()]
    await openNode(one.port, 'alice')
    expect((await one.values())['grapevine_registrations_total']).toBe(1)
    expect((await two.values())['grapevine_registrations_total']).toBe(0)
  })
})
