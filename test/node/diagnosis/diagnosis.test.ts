import { describe, expect, it } from 'vitest'
import type { Diagnosis, TryDiagnosis } from '../../../client/node/api/diagnosis.ts'
import type { LinkReason } from '../../../client/node/api/grapevine.ts'
import { nameOf } from '../../links/network-node.ts'
import { type MemoryNode, MemoryNetwork } from '../../simulation/network/memory-network.ts'
import { VirtualClock } from '../../simulation/network/virtual-clock.ts'

const none = { host: 0, srflx: 0, prflx: 0, relay: 0 }
const candidates = { gathered: { ...none, host: 2 }, received: { ...none, host: 1 } }
const tryOf = (
  parts: { status: 'offered' | 'connecting' } | { status: 'failed'; reason: LinkReason },
): TryDiagnosis => ({
  ...candidates,
  ...parts,
})

const node1 = nameOf('node1')

const start = async () => {
  const clock = new VirtualClock()
  const network = new MemoryNetwork(clock)
  const node2 = await network.start('node2')
  const dial = (phase: 'waiting' | 'dialling' | 'linked', reason?: LinkReason): void =>
    node2.events.upstream({ name: node1, peerId: undefined, phase, reason })
  const upstream = (): Diagnosis['upstreams'][number] | undefined => node2.node.diagnosis().upstreams[0]
  return { clock, network, node2, dial, upstream }
}

describe('the contact with the server', () => {
  it('is shown step by step, with the time without a registration', async () => {
    const { clock, node2 } = await start()
    const { events, node } = node2
    expect(node.diagnosis()).toMatchObject({ name: 'node2', peerId: node.peerId, contact: { step: 'none' } })
    events.contact({ step: 'registered' })
    await clock.pass(5_000)
    expect(node.diagnosis().unregisteredMs).toBe(0)
    events.contact({ step: 'lost' })
    await clock.pass(3_000)
    const contact = { step: 'no-websocket', reason: 'websocket-blocked', tries: 3 } as const
    events.contact(contact)
    await clock.pass(4_000)
    expect(node.diagnosis()).toMatchObject({ contact, unregisteredMs: 7_000 })
  })
})

describe('STUN and TURN servers', () => {
  it('are none until the server grants some', async () => {
    const { node2 } = await start()
    expect(node2.node.diagnosis().iceServers).toEqual({ stun: 0, turn: 0, leftOut: [] })
    node2.events.iceServers({ stun: 1, turn: 2, leftOut: ['stun:127.0.0.1:0'] })
    expect(node2.node.diagnosis().iceServers).toEqual({
      stun: 1,
      turn: 2,
      leftOut: ['stun:127.0.0.1:0'],
    })
  })
})

describe('an upstream', () => {
  it.each([
    ['there, and being dialled', 'dialling', undefined, true],
    ['there, and not answering', 'dialling', 'no-answer', true],
    ['there, with another key', 'waiting', 'key-changed', true],
    ['not there', 'waiting', 'not-there', false],
    ['gone', 'waiting', 'said-bye', false],
    ['not known to be there, the server being away', 'waiting', 'server-offline', undefined],
    ['not known to be there, the server being divided', 'dialling', 'server-divided', undefined],
    ['not asked for yet', 'waiting', undefined, undefined],
  ] as const)('is %s', async (_what, phase, reason, isThere) => {
    const { clock, dial, upstream } = await start()
    dial(phase, reason)
    await clock.pass(1_000)
    expect(upstream()?.isThere).toBe(isThere)
    expect(upstream()?.failingMs).toBe(isThere ? 1_000 : 0)
  })

  it('shows for how long it is registered and not linked, and the number of failed tries', async () => {
    const { clock, node2, dial, upstream } = await start()
    dial('waiting', 'not-there')
    await clock.pass(60_000)
    dial('dialling')
    node2.events.tried(node1, tryOf({ status: 'offered' }))
    await clock.pass(15_000)
    node2.events.tried(node1, tryOf({ status: 'failed', reason: 'no-answer' }))
    dial('dialling', 'no-answer')
    node2.events.tried(node1, tryOf({ status: 'failed', reason: 'no-answer' }))
    expect(upstream()).toMatchObject({
      failingMs: 15_000,
      failedTries: 2,
      isWithoutAddress: false,
      latestTry: { status: 'failed', reason: 'no-answer', ...candidates },
    })
    dial('waiting', 'not-there')
    expect(upstream()?.failingMs).toBe(0)
  })

  it('that was linked and crashed is not registered', async () => {
    const { clock, network, node2, dial, upstream } = await start()
    const links = network.link(node2, await network.start('node1'))
    await clock.pass(1_000)
    links.toDialler.close()
    await clock.pass(50)
    dial('waiting', 'not-there')
    expect(upstream()).toMatchObject({ isThere: false, link: { state: 'down', reason: 'gone' } })
  })

  it('that is linked has no failed tries, and counts as up', async () => {
    const { clock, network, node2, dial, upstream } = await start()
    const upstreamNode: MemoryNode = await network.start('node1')
    dial('dialling')
    node2.events.tried(node1, tryOf({ status: 'failed', reason: 'no-path' }))
    network.link(node2, upstreamNode)
    node2.events.tried(node1, { ...candidates, status: 'open', path: { local: 'host', remote: 'host' } })
    await clock.pass(5_000)
    expect(node2.node.diagnosis()).toMatchObject({ linksUp: 1, linksQuiet: 0 })
    expect(upstream()).toMatchObject({
      failingMs: 0,
      failedTries: 0,
      isWithoutAddress: false,
      link: { state: 'up' },
      latestTry: { status: 'open' },
    })
    expect(upstream()?.link.rttMs).toBeGreaterThan(0)
  })
})

describe('the event', () => {
  it('is emitted at most four times a second, with the latest facts', async () => {
    const { clock, node2 } = await start()
    const told: Diagnosis[] = []
    node2.node.on('diagnosis', (diagnosis) => told.push(diagnosis))
    for (let tries = 1; tries <= 1_000; tries += 1) {
      node2.events.contact({ step: 'no-websocket', reason: 'server-unreachable', tries })
      await clock.pass(1)
    }
    await clock.pass(1_000)
    expect(told.length).toBeGreaterThan(2)
    expect(told.length).toBeLessThanOrEqual(5)
    expect(told.at(-1)?.contact).toMatchObject({ tries: 1_000 })
  })
})
