import { describe, expect } from 'vitest'
import { browserTest } from '../tabs/browser-test.ts'
import { HostileClient } from './hostile-client.ts'
import { Network } from '../tabs/network.ts'
import type { Tab } from '../tabs/tab.ts'

/** Two honest tabs for the whole file, whose link must survive every test, and a hostile client for each test. */
const it = browserTest()
  .extend('honest', { scope: 'file' }, async ({ browser, server }, { onCleanup }) => {
    const network = new Network(browser, server.origin)
    const [node1, node2] = await network.openLine('node1', 'node2')
    onCleanup(() => network.close())
    return { net: network.name, node1, node2 }
  })
  .extend('hostile', async ({ server, honest }, { onCleanup }) => {
    const hostile = await HostileClient.connect(server.origin)
    onCleanup(async () => {
      hostile.close()
      await expectUndisturbed(honest.node1, honest.node2)
    })
    return hostile
  })

const expectUndisturbed = async (node1: Tab, node2: Tab): Promise<void> => {
  const text = `still here at ${performance.now()}`
  await node1.publish(text)
  await node2.waitForMessage('node1', text)
  for (const tab of [node1, node2]) {
    expect(await tab.node()).toMatchObject({ state: 'online' })
    const states = (await tab.record()).links.map((change) => Object.values(change.states).join())
    expect(states.slice(states.indexOf('up')), 'the link’s states since it was first up').toEqual(['up'])
  }
}

const attempt = 'AAAAAAAAAAAAAAAAAAAAAA'
const candidate = { candidate: 'candidate:1 1 udp 1 127.0.0.1 9 typ host', sdpMid: '0', sdpMLineIndex: 0 }

describe('the server refuses, with a documented reason and without harm to others,', () => {
  it('payloads that are not a registration', async ({ hostile }) => {
    for (const payload of [null, 'x', [], {}, { net: 'main', name: 'node1' }]) {
      expect(await hostile.request('node:register', payload)).toEqual({ ok: false, reason: 'malformed' })
    }
  })

  it('a registration with a bad name', async ({ hostile, honest }) => {
    expect(await hostile.register({ net: honest.net, name: 'no name' })).toEqual({ ok: false, reason: 'malformed' })
  })

  it('a registration signed for another name', async ({ hostile, honest }) => {
    const answer = await hostile.register({ net: honest.net }, { name: 'carol' })
    expect(answer).toEqual({ ok: false, reason: 'bad-signature' })
  })

  it('a registration under the key of an honest tab', async ({ hostile, honest }) => {
    const answer = await hostile.register({ net: honest.net, name: 'node1' }, { peerId: await honest.node1.peerId() })
    expect(answer).toEqual({ ok: false, reason: 'bad-signature' })
  })

  it('a name that an honest tab has', async ({ hostile, honest }) => {
    expect(await hostile.register({ net: honest.net, name: 'node1' })).toEqual({ ok: false, reason: 'name-taken' })
  })

  it('a second name on one socket', async ({ hostile, honest }) => {
    expect(await hostile.register({ net: honest.net })).toMatchObject({ ok: true })
    expect(await hostile.register({ net: honest.net, name: 'another' })).toEqual({
      ok: false,
      reason: 'already-registered',
    })
  })

  it('a signal from a socket that is not registered', async ({ hostile, honest }) => {
    expect(await hostile.offer({ net: honest.net, to: 'node1' })).toEqual({ ok: false, reason: 'unregistered' })
  })

  it('an offer to a node that is no upstream of the sender', async ({ hostile, honest }) => {
    await hostile.register({ net: honest.net, upstreams: ['node2'] })
    expect(await hostile.offer({ net: honest.net, to: 'node1' })).toEqual({ ok: false, reason: 'not-an-upstream' })
  })

  it('an offer to an upstream that is not online', async ({ hostile, honest }) => {
    await hostile.register({ net: honest.net, upstreams: ['node9'] })
    expect(await hostile.offer({ net: honest.net, to: 'node9' })).toEqual({ ok: false, reason: 'upstream-offline' })
  })

  it('candidates for an attempt that is not open', async ({ hostile, honest }) => {
    await hostile.register({ net: honest.net, upstreams: ['node1'] })
    const signal = { to: 'node1', attempt, seq: 1, data: { candidates: [candidate] } }
    expect(await hostile.request('signal:send', signal)).toEqual({ ok: false, reason: 'unknown-attempt' })
  })

  it('a signal with more candidates than a signal may carry', async ({ hostile, honest }) => {
    await hostile.register({ net: honest.net, upstreams: ['node1'] })
    const signal = { to: 'node1', attempt, seq: 0, data: { candidates: Array.from({ length: 33 }, () => candidate) } }
    expect(await hostile.request('signal:send', signal)).toEqual({ ok: false, reason: 'malformed' })
  })
})

describe('the server closes, without harm to others,', () => {
  it('a socket that sends an oversized frame', async ({ hostile }) => {
    await expect(hostile.request('signal:send', 'x'.repeat(40_000))).rejects.toThrow()
    await hostile.closed()
  })

  it('a socket that sends a frame that is not a packet', async ({ hostile }) => {
    hostile.socket.io.engine.write('2{"not":"an event"')
    await hostile.closed()
  })

  it('a connection from a page of another origin, before it becomes a socket', async ({ server, honest }) => {
    await expect(HostileClient.connect(server.origin, { Origin: 'http://evil.example' })).rejects.toThrow('websocket')
    await expectUndisturbed(honest.node1, honest.node2)
  })
})
