import { describe, expect, inject } from 'vitest'
import type { Diagnosis } from '../../../client/node/api/diagnosis.ts'
import type { GrapevineNode } from '../../../client/node/api/grapevine.ts'
import { networkLimits } from '../../../client/links/shared/limits.ts'
import { browserTest } from '../tabs/browser-test.ts'
import type { Network } from '../tabs/network.ts'
import type { Tab } from '../tabs/tab.ts'
import { TurnServer } from './turn-server.ts'
import { waitUntil } from '../tabs/wait.ts'

const secret = 'north-wind'

const it = browserTest()
  .extend('turn', { scope: 'file' }, async ({ port: _port }, { onCleanup }) => {
    const turn = await TurnServer.start(inject('serverPrograms').turnserver, secret)
    onCleanup(() => turn.stop())
    return turn
  })
  .extend('environment', { scope: 'file' }, ({ turn }) => ({ TURN_URLS: turn.url, TURN_SECRET: secret }))

/** Simulates routers that let only the traffic of a relay through. Runs in the page before its own scripts. */
const useRelayOnly = (): void => {
  const Connection = RTCPeerConnection
  window.RTCPeerConnection = class extends Connection {
    constructor(configuration?: RTCConfiguration) {
      super({ ...configuration, iceTransportPolicy: 'relay' })
    }
  }
}

/** Ends a try to connect after 2 s instead of 15 s. Runs in the page before its own scripts. */
const hurryTries = (connectWithinMs: number): void => {
  const setTimer = window.setTimeout.bind(window)
  const hurried = (action: () => void, delayMs?: number): number =>
    setTimer(action, delayMs === connectWithinMs ? 2_000 : delayMs)
  Object.assign(window, { setTimeout: hurried })
}

const openRelayed = async (network: Network, query: string, origin?: string): Promise<Tab> => {
  const tab = await network.blankTab()
  await tab.page.addInitScript(useRelayOnly)
  await tab.page.goto(network.address(query, origin === undefined ? {} : { origin }))
  return tab
}

const waitForDiagnosis = (tab: Tab, what: string, accept: (diagnosis: Diagnosis) => boolean): Promise<Diagnosis> =>
  waitUntil(
    what,
    () => tab.page.evaluate(() => (window as unknown as { readonly grapevine: GrapevineNode }).grapevine.diagnosis()),
    accept,
    { withinMs: 40_000, describe: () => tab.describe() },
  )

describe('two tabs that can link only through a relay', () => {
  it('are linked by the TURN server of the settings, and a ping arrives', async ({ network }) => {
    const node1 = await openRelayed(network, 'id=node1')
    const node2 = await openRelayed(network, 'id=node2&peer=node1')
    await node2.waitForLinks({ node1: 'up' })
    await node1.ping()
    await node2.waitForMessage('node1', "I'm alive")
    const diagnosis = await waitForDiagnosis(node2, 'the path', ({ upstreams: [upstream] }) => {
      const latestTry = upstream?.latestTry
      return latestTry?.status === 'open' && latestTry.path !== undefined
    })
    expect(diagnosis.iceServers).toEqual({ stun: 0, turn: 1, leftOut: [] })
    expect(diagnosis.upstreams[0]?.latestTry).toMatchObject({ path: { local: 'relay', remote: 'relay' } })
    await node2.page.getByRole('tab', { name: 'Connection', exact: true }).click()
    await node2.waitForText('Connected through a TURN server (relay to relay)')
  })

  it('are not linked if the secret is not that of the TURN server, and the page shows the failed step', async ({
    network,
    startServer,
    turn,
  }) => {
    const server = await startServer({ TURN_URLS: turn.url, TURN_SECRET: 'south-wind' })
    await openRelayed(network, 'id=node1', server.origin)
    const node2 = await network.blankTab()
    await node2.page.addInitScript(useRelayOnly)
    await node2.page.addInitScript(hurryTries, networkLimits.connectWithinMs)
    await node2.page.goto(network.address('id=node2&peer=node1', server))
    const { upstreams } = await waitForDiagnosis(
      node2,
      'a try that failed',
      ({ upstreams: [upstream] }) => upstream?.latestTry?.status === 'failed',
    )
    expect(upstreams[0]?.latestTry?.gathered.relay).toBe(0)
    expect(upstreams[0]?.link.state).not.toBe('up')
    // The tab sent a request to the TURN server, which refused it.
    expect(await turn.log()).toMatch(/credentials.*\d:node2/i)
    await node2.page.getByRole('tab', { name: 'Connection', exact: true }).click()
    await node2.waitForText('No address from 1 server: unreachable, or this tab is refused')
  })
})
